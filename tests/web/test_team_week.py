"""The week of a team over HTTP: a row for each person, what each day tells, and who sees how much."""

from datetime import timedelta

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventType
from scheduling.domain.week import Week
from scheduling.web.board import team
from tests.clinic_fixture import at, next_monday

from .board_reader import Element, read

PART = {"HX-Request": "true"}


def url(team: str = "") -> str:
    return f"/team/{Week.containing(next_monday())}/" + (f"?team={team}" if team else "")


def days_of(page: Element, person) -> list[Element]:
    """The seven cells of a person."""
    (row,) = [row for row in page.all("data-clinician-id", str(person)) if row.tag == "tr"]
    return row.all("data-date")


def told(cell: Element) -> dict[str, str]:
    figures = {row.attrs["data-metric"]: row.attrs["data-value"] for row in cell.all("data-metric")}
    return figures | {row.attrs["data-sign"]: row.attrs["title"] for row in cell.all("data-sign")}


def said(cell: Element) -> str:
    return cell.all("aria-label")[0].attrs["aria-label"]


def test_each_day_has_its_figures_and_leads_to_the_person(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=90)

    first, second, *_ = days_of(read(office.browser.get(url())), office.ada)

    day = next_monday()
    assert told(first) == {"visits": "1", "booked": "90", "offered": "480"}
    assert said(first) == f"Ada Quill, Monday {day.day} {day:%B}, 1 visit, 1.5 of 8 hours booked"
    assert first.all("href")[0].attrs["href"] == f"/week/{office.ada}/{Week.containing(day)}/#c{day}"
    assert told(second) == {"visits": "0", "booked": "0", "offered": "480"}


VISIT, LEAVE = EventType.APPOINTMENT, EventType.LEAVE
# Start, minutes, type and whether a second clinician is invited; then what the day is marked with.
SIGNS = [
    pytest.param([(10, 30, VISIT, False)] * 2, {"overlap": "2 visits overlap"}, id="overlap"),
    pytest.param([(10, 30, VISIT, True)], {"awaiting": "1 awaits an answer"}, id="awaiting"),
    pytest.param([(16, 90, VISIT, False)], {"outside": "30 minutes outside the hours"}, id="outside"),
    pytest.param([(9, 480, LEAVE, False)], {"leave": "on leave"}, id="leave"),
    pytest.param([(9, 60, LEAVE, False)], {"leave": "on leave for a part of the day"}, id="part-leave"),
    pytest.param([(9, 60, LEAVE, True)], {"pending-leave": "leave is asked for"}, id="pending-leave"),
]


@pytest.mark.parametrize(("visits", "signs"), SIGNS)
def test_a_day_is_marked(office, make_team, visits: list[tuple], signs: dict[str, str]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    for hour, minutes, kind, invited in visits:
        staff, patients = (ben,) if invited else (), () if kind is LEAVE else (office.theo,)
        office.clinic.visit(office.ada, *patients, start=at(hour), minutes=minutes, type=kind, staff=staff)

    cell = days_of(read(office.browser.get(url())), office.ada)[0]

    assert {name: text for name, text in told(cell).items() if name not in ("visits", "booked", "offered")} == signs
    assert said(cell).endswith(", ".join(signs.values()))


def test_rows_and_columns_add_up(office, make_team) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)
    office.clinic.visit(ben, office.theo, start=at(11), minutes=30)
    office.clinic.visit(ben, office.theo, start=at(11, day=1), minutes=30)

    page = read(office.browser.get(url()))
    (foot,) = [row for row in page.walk() if row.tag == "tfoot"]

    sums = [row.all("data-metric", "booked")[0].attrs["data-value"] for row in foot.all("data-date")[:2]]
    whole = [row.attrs["data-value"] for row in page.all("data-metric", "booked")][-1]
    assert (sums, whole) == (["90", "30"], "120")


def test_a_manager_hears_of_no_answers_and_no_names(office, make_account, make_team, sign_in) -> None:
    ben = office.clinic.user("Ben")
    office.clinic.visit(office.ada, office.theo, start=at(10), staff=(ben,))
    manager = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("Managed", members=[office.ada, ben], keepers=[manager])

    answer = sign_in(manager).get(url())

    assert set(told(days_of(read(answer), office.ada)[0])) == {"visits", "booked", "offered"}
    assert "Theo" not in answer.content.decode()


def test_a_part_is_the_board_alone_and_the_team_is_kept(office, make_team) -> None:
    ben = office.clinic.user("Ben")
    other = make_team("Other", members=[ben], keepers=[])

    part = read(office.browser.get(url(str(other.pk)), headers=PART))

    assert [row.attrs.get("id") for row in part.children] == ["board"]
    assert {row.attrs["data-clinician-id"] for row in part.all("data-clinician-id")} == {str(ben)}
    again = read(office.browser.get(f"/day/{next_monday()}/"))
    assert {row.attrs["data-clinician-id"] for row in again.all("data-clinician-id")} == {str(ben)}


@pytest.mark.parametrize("path", ["/team/2026-W54/", "/team/abc/", "/team/2026-W48/?team=99999", "/team/?date=x"])
def test_a_broken_address_is_not_found(office, path: str) -> None:
    assert office.browser.get(path).status_code == 404


def test_a_date_leads_to_its_week_and_keeps_the_team(office) -> None:
    answer = office.browser.get(f"/team/?team=all&date={next_monday() + timedelta(days=3)}")
    assert answer.headers["Location"] == url("all")


def test_a_clinician_of_no_team_is_refused(office, make_account, sign_in) -> None:
    assert sign_in(make_account(Role.CLINICIAN)).get(url("all")).status_code == 403


def test_a_week_with_a_change_of_the_clock_says_so(office) -> None:
    page = read(office.browser.get("/team/2026-W44/"))
    assert "Sunday 1 November: The clock goes back: this day has 25 hours." in page.text


def chips(cell: Element) -> list[Element]:
    """The visits that the cell lists, those behind its "+n" too."""
    return [row for row in cell.all("data-event-id") if row.parent and row.parent.attrs.get("data-type") != "leave"]


def test_a_cell_lists_the_visits_of_the_day_and_leads_to_booking(office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10), minutes=90)

    first, second, *_ = days_of(read(office.browser.get(url())), office.ada)

    day = next_monday()
    (chip,) = chips(first)
    assert chip.attrs["data-event-id"] == str(visit.id)
    assert chip.text == "10:00 Theo Marsh"
    assert chip.attrs["aria-label"].startswith("Appointment with Theo Marsh, ")
    assert f"Monday {day.day} {day:%B}, 10:00 to 11:30, 1 hour 30 minutes, Scheduled" in chip.attrs["aria-label"]
    (book,) = [row for row in first.walk() if "room" in row.classes]
    assert book.attrs["aria-label"] == f"Book with Ada Quill, Monday {day.day} {day:%B}, free from 09:00"
    assert f"clinician={office.ada}&start=" in book.attrs["href"]
    assert chips(second) == []


def test_what_has_no_room_is_behind_a_button(office) -> None:
    for hour in range(9, 17):
        office.clinic.visit(office.ada, office.theo, start=at(hour), minutes=30)
        office.clinic.visit(office.ada, office.theo, start=at(hour, 30), minutes=30) if hour < 11 else None

    cell = days_of(read(office.browser.get(url())), office.ada)[0]

    (more,) = cell.all("popovertarget")
    assert (more.text, more.attrs["aria-label"]) == ("+3", "3 more, 14:00 to 16:30")
    assert len(chips(cell)) == 10


def test_leave_and_visits_of_others_are_no_names(office, make_account, make_team, sign_in) -> None:
    ben = office.clinic.user("Ben")
    office.clinic.visit(office.ada, office.theo, start=at(10))
    office.clinic.visit(office.ada, start=at(9, day=1), minutes=480, type=LEAVE)
    manager = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("Managed", members=[office.ada, ben], keepers=[manager])

    first, second, *_ = days_of(read(sign_in(manager).get(url())), office.ada)

    (chip,) = chips(first)
    assert (chip.tag, "Busy" in chip.text, "Theo" in chip.text) == ("span", True, False)
    assert "away" in second.classes
    assert not [row for row in first.walk() if "room" in row.classes]


def test_the_look_is_remembered_and_an_address_goes_before_it(office) -> None:
    def shows_visits(path: str) -> bool:
        page = read(office.browser.get(path))
        return any("visits" in row.classes for row in page.walk())

    assert shows_visits(url())
    office.browser.post("/look/", {"view": "figures", "back": url()})
    assert not shows_visits(url())
    assert shows_visits(url("own") + "&view=visits")
    assert office.browser.get("/team/?view=visits").url.endswith("view=visits")
    office.browser.post("/look/", {"view": "visits", "back": url()})
    assert shows_visits(url("own") + "&view=list")


def test_more_people_than_have_room_are_shown_by_figures(office, make_team, monkeypatch) -> None:
    monkeypatch.setattr(team, "MOST_PEOPLE", 1)
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    office.clinic.visit(office.ada, office.theo, start=at(10))

    page = read(office.browser.get(url()))

    assert "Visits are shown for up to 1 people." in page.text
    assert told(days_of(page, office.ada)[0])["visits"] == "1"
    assert page.all("data-event-id") == []
