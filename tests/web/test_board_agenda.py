"""The boards as lists: the same visits, leave and free time in tables, and how a login's choice is kept."""

import pytest

from scheduling.accounts.models import Density
from scheduling.accounts.roles import Role
from scheduling.domain.event import EventType
from scheduling.domain.week import Week
from tests.clinic_fixture import at, next_monday

from .board_reader import Element, read

PATHS = ("/week/{ada}/{week}/", "/day/{day}/")


def url_of(office, path: str) -> str:
    return path.format(ada=office.ada, week=Week.containing(next_monday()), day=next_monday())


def rows(page: Element) -> list[list[str]]:
    """The texts of the cells, of each row of the tables."""
    bodies = [row for row in page.walk() if row.tag == "tbody"]
    return [[cell.text for cell in row.children] for body in bodies for row in body.children]


def make_day(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=45, mode="VIDEO")
    office.api.events.cancel(office.clinic.visit(office.ada, office.theo, start=at(14)).id)
    office.clinic.visit(office.ada, start=at(15), minutes=120, type=EventType.LEAVE, title="Course")


def test_a_day_is_a_table_by_time(office) -> None:
    make_day(office)

    page = read(office.browser.get(url_of(office, PATHS[0]) + "?view=list"))

    assert rows(page)[:5] == [
        ["09:00–10:00", "Free Book 09:00–10:00", "", ""],
        ["10:00–10:45", "Theo Marsh", "Appointment · Wound check · by video", "Scheduled"],
        ["10:45–15:00", "Free Book 10:45–15:00", "", ""],
        ["14:00–14:30", "Theo Marsh", "Appointment · Wound check · in person", "Cancelled"],
        ["15:00–17:00", "Leave 15:00–17:00", "Course", ""],
    ]
    assert page.all("data-scale") == []


@pytest.mark.parametrize("path", PATHS, ids=["week", "day"])
def test_a_list_and_a_grid_hold_the_same(office, path: str) -> None:
    make_day(office)
    grid, listed = (read(office.browser.get(url_of(office, path) + f"?view={view}")) for view in ("grid", "list"))

    def hooks(page: Element, *names: str) -> set[tuple[str, ...]]:
        found = page.all("data-event-id")
        return {tuple(row.attrs[name] for name in names) for row in found}

    names = ("data-event-id", "data-status", "data-start", "data-end", "href", "hx-target")
    assert hooks(listed, *names) == hooks(grid, *names)
    figures = [
        [row.attrs["data-value"] for row in page.all("data-total")[0].all("data-value")] for page in (grid, listed)
    ]
    assert figures[0] == figures[1]
    first = [page.all("data-free")[0].attrs["href"] for page in (grid, listed)]
    assert first[0] == first[1]


def test_a_list_names_nobody_to_who_may_only_see_busy_time(office, make_account, make_team, sign_in) -> None:
    make_day(office)
    manager = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("Managed", members=[office.ada], keepers=[manager])

    answer = sign_in(manager).get(url_of(office, PATHS[1]) + "?view=list")

    assert rows(read(answer)) == [
        ["10:00–10:45", "Ada Quill", "Busy", "", ""],
        ["15:00–17:00", "Ada Quill", "Leave", "", ""],
    ]
    assert not {"Theo", "Wound", "Course"} & set(answer.content.decode().split())


def test_a_filter_leaves_rows_out_of_a_list(office) -> None:
    make_day(office)
    page = read(office.browser.get(url_of(office, PATHS[0]) + "?view=list&status=cancelled"))
    left = [row for row in page.all("data-event-id") if "filtered" not in row.parent.parent.classes]
    assert [row.attrs["data-status"] for row in left] == ["cancelled", "scheduled"]  # the second is leave
    assert page.all("id", "board")[0].attrs["hx-get"].endswith("?status=cancelled&view=list")


def test_a_login_keeps_its_view_and_density(office, sign_in) -> None:
    url = url_of(office, PATHS[0])

    def kept() -> tuple[bool, str]:
        office.coordinator.refresh_from_db()
        return office.coordinator.board_list, office.coordinator.board_density

    office.browser.get(f"{url}?view=list")
    assert kept() == (False, "")
    answer = office.browser.post("/look/", {"view": "list", "back": f"{url}?mode=call"})
    assert (answer.status_code, answer.headers["Location"], kept()) == (302, f"{url}?mode=call", (True, ""))
    assert rows(read(sign_in(office.coordinator).get(url)))
    assert read(sign_in(office.coordinator).get(f"{url}?view=grid")).all("data-scale")
    office.browser.post("/look/", {"view": "grid", "density": Density.COMPACT, "back": url})
    assert kept() == (False, "compact")
    assert "compact" in read(office.browser.get(url)).all("id", "board")[0].classes


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        pytest.param(
            {"view": "nonsense", "density": "huge", "back": "https://elsewhere.example/"}, "/week/", id="lies"
        ),
        pytest.param({}, "/week/", id="nothing"),
    ],
)
def test_what_is_no_choice_changes_nothing(office, sent: dict[str, str], target: str) -> None:
    answer = office.browser.post("/look/", sent)
    office.coordinator.refresh_from_db()
    assert answer.headers["Location"] == target
    assert (office.coordinator.board_list, office.coordinator.board_density) == (False, "")
    assert office.browser.get("/look/").status_code == 405


@pytest.mark.parametrize("view", ["grid", "list"])
def test_patients_may_be_shown_by_initials_and_stay_so(office, view: str) -> None:
    make_day(office)

    page = read(office.browser.get(url_of(office, PATHS[0]) + f"?names=initials&view={view}"))

    assert "T.M." in page.text
    board = page.all("id", "board")[0]
    said = [row.attrs.get("aria-label", "") for row in board.walk()]
    assert not [text for text in (board.text, *said) if "Theo" in text or "Marsh" in text]
    assert board.attrs["hx-get"].endswith(f"view={view}&names=initials")
    assert "Printed from the page of" in page.text
