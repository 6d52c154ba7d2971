"""The two boards over HTTP: what stands where, for whom, and what a broken address gets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventType
from scheduling.domain.week import Week
from scheduling.services import week as weeks
from scheduling.web.board import stylesheet
from scheduling.web.board.page import day_board, week_board
from tests.clinic_fixture import at, next_monday

from .board_reader import Element, read

PART = {"HX-Request": "true"}


def week_url(person, week: str = "") -> str:
    return f"/week/{person}/{week or Week.containing(next_monday())}/"


def chips(page: Element) -> list[Element]:
    return page.all("data-event-id")


def test_a_visit_is_a_chip_with_hooks_and_a_sentence(office) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10), minutes=45, mode="VIDEO")

    (chip,) = chips(read(office.browser.get(week_url(office.ada))))

    day = next_monday()
    assert {name: chip.attrs[name] for name in ("data-event-id", "data-status", "data-start", "data-end")} == {
        "data-event-id": str(event.id),
        "data-status": "scheduled",
        "data-start": f"{at(10):%Y-%m-%dT%H:%M:%SZ}",
        "data-end": f"{at(10, 45):%Y-%m-%dT%H:%M:%SZ}",
    }
    assert chip.attrs["href"] == chip.attrs["hx-get"] == f"/appointments/{event.id}/"
    assert chip.attrs["hx-target"] == "#panel"
    when = f"Monday {day.day} {day:%B}, 10:00 to 10:45, 45 minutes"
    assert chip.attrs["aria-label"] == f"Appointment with Theo Marsh, Wound check, {when}, Scheduled, by video"
    assert chip.text == "Theo Marsh 10:00–10:45 Wound check"


def test_a_chip_stands_in_the_column_of_its_day(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10, day=2))
    page = read(office.browser.get(week_url(office.ada)))

    columns = page.all("data-date")
    assert [column.attrs["data-date"] for column in columns] == [
        (next_monday() + timedelta(days=n)).isoformat() for n in range(7)
    ]
    assert {column.attrs["data-clinician-id"] for column in columns} == {str(office.ada)}
    assert [len(chips(column)) for column in columns] == [0, 0, 1, 0, 0, 0, 0]


def test_visits_that_overlap_stand_side_by_side_and_cancelled_ones_in_the_rail(office) -> None:
    for minute in (0, 15):
        office.clinic.visit(office.ada, office.theo, start=at(10, minute))
    gone = office.clinic.visit(office.ada, office.theo, start=at(10), title="Gone")
    office.api.events.cancel(gone.id)

    column = read(office.browser.get(week_url(office.ada))).all("data-date")[0]

    places = [" ".join(chip.parent.classes[3:]) for chip in chips(column)]
    assert places == ["n2 l0 side m-place", "n2 l1 side m-place", "gone m-place"]
    assert [chip.attrs["data-status"] for chip in chips(column)] == ["scheduled", "scheduled", "cancelled"]


def test_free_time_is_offered_in_pieces_that_lead_to_booking(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9), minutes=7 * 60)

    column = read(office.browser.get(week_url(office.ada))).all("data-date")[0]

    assert [row.text for row in column.all("data-free")] == ["Book 16:00", "Book 16:30"]
    first = column.all("data-free")[0]
    start = f"{at(16):%Y-%m-%dT%H:%M:%SZ}"
    assert (first.attrs["data-start"], first.attrs["hx-target"]) == (start, "#dialog")
    assert first.attrs["href"] == f"/appointments/new/?clinician={office.ada}&start={start.replace(':', '%3A')}"
    assert first.attrs["hx-get"] == first.attrs["href"]


def test_past_free_time_is_not_offered(office) -> None:
    assert read(office.browser.get(week_url(office.ada, "2020-W10"))).all("data-free") == []


def test_leave_blocks_and_leave_asked_for_does_not(office, clinic) -> None:
    ben = clinic.user("Ben")
    office.clinic.visit(office.ada, start=at(9), minutes=8 * 60, type=EventType.LEAVE, title="Holiday")
    office.clinic.visit(
        office.ada, start=at(9, day=1), minutes=8 * 60, staff=(ben,), type=EventType.LEAVE, title="Course"
    )

    columns = read(office.browser.get(week_url(office.ada))).all("data-date")

    told = [(chips(column)[0].text, len(column.all("data-free"))) for column in columns[:2]]
    assert told == [("Leave Holiday", 0), ("Leave asked for Course", 16)]


def test_the_day_has_a_column_for_each_person(office, make_team) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    office.clinic.visit(ben, office.theo, start=at(11))

    page = read(office.browser.get(f"/day/{next_monday()}/"))

    columns = page.all("data-clinician-id")
    assert [(row.attrs["data-clinician-id"], len(chips(row))) for row in columns] == [
        (str(office.ada), 0),
        (str(ben), 1),
    ]
    assert {row.attrs["data-date"] for row in columns} == {next_monday().isoformat()}


def test_a_group_stands_with_each_of_its_clinicians_under_ids_of_its_own(office, make_team) -> None:
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    una = office.clinic.patient("Una")
    office.clinic.visit(
        office.ada, office.theo, una, start=at(11), staff=(ben,), type=EventType.GROUP_THERAPY, title="Sleep"
    )

    found = chips(read(office.browser.get(f"/day/{next_monday()}/")))

    assert [row.text for row in found] == ["Sleep (2) 11:00 · Awaiting answer"] * 2
    assert len({row.attrs["id"] for row in found}) == 2


@pytest.mark.parametrize("path", ["week", "day"])
def test_a_part_is_the_board_alone(office, path: str) -> None:
    url = week_url(office.ada) if path == "week" else f"/day/{next_monday()}/?team=own"

    part = read(office.browser.get(url, headers=PART))

    assert [row.attrs.get("id") for row in part.children] == ["board"]
    board = part.children[0]
    assert board.attrs["hx-trigger"] == "appointment-changed from:body"
    assert board.attrs["hx-get"] == url
    assert len(part.all("data-date")) == (7 if path == "week" else 1)


def test_a_manager_sees_busy_blocks_and_no_names(office, make_account, make_team, sign_in) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10), title="Wound check")
    office.api.events.cancel(office.clinic.visit(office.ada, office.theo, start=at(14)).id)
    manager = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("Managed", members=[office.ada], keepers=[manager])

    answer = sign_in(manager).get(week_url(office.ada))

    (chip,) = chips(read(answer))
    day = next_monday()
    assert (chip.tag, chip.attrs["data-event-id"]) == ("span", str(event.id))
    assert chip.text == f"Busy, Monday {day.day} {day:%B}, 10:00 to 10:30 Busy 10:00–10:30"
    assert read(answer).all("data-free") == []
    assert "Theo" not in answer.content.decode()
    assert "Wound" not in answer.content.decode()


def test_a_stranger_is_refused_in_page_and_part(office, make_account, sign_in) -> None:
    stranger = sign_in(make_account(Role.CLINICIAN))
    assert stranger.get(week_url(office.ada)).status_code == 403
    assert stranger.get(week_url(office.ada), headers=PART).status_code == 403
    assert office.browser.post(week_url(office.ada)).status_code == 405


BROKEN = [
    "/week/{ada}/2026-W54/",
    "/week/{ada}/0001-W01/",
    "/week/{ada}/9999-W52/",
    "/week/{ada}/abc/",
    "/week/{ada}/1969-W52/",
    "/week/{nobody}/2026-W48/",
    "/week/nonsense/2026-W48/",
    "/week/?clinician=nonsense",
    "/week/?date=2026-02-30",
    "/day/0001-01-01/",
    "/day/9999-12-31/",
    "/day/2026-02-30/",
    "/day/abc/",
    "/day/?date=abc",
    "/day/2026-11-23/?team=99999",
    "/day/2026-11-23/?team=abc",
    "/day/2026-11-23/?team=%00",
]


@pytest.mark.parametrize("path", BROKEN)
def test_a_broken_address_is_not_found(office, path: str) -> None:
    answer = office.browser.get(path.format(ada=office.ada, nobody=uuid4()))
    assert answer.status_code == 404
    assert answer.templates[0].name == "errors/404.html"


@pytest.mark.parametrize(
    "path", ["/week/{ada}/1970-W01/", "/week/{ada}/2199-W52/", "/day/1970-01-01/", "/day/2199-12-31/"]
)
def test_the_ends_of_the_calendar_have_no_further_link(office, path: str) -> None:
    page = read(office.browser.get(path.format(ada=office.ada)))
    assert len(page.all("rel", "prev")) + len(page.all("rel", "next")) == 1


LEADS = [
    pytest.param("/week/", "/week/{ada}/2026-W48/", id="own-team"),
    pytest.param("/week/{ada}/", "/week/{ada}/2026-W48/", id="person"),
    pytest.param("/week/?clinician={ada}&date=2026-01-01", "/week/{ada}/2026-W01/", id="pickers"),
    pytest.param("/week/?clinician={ada}&date=2199-12-31", "/week/{ada}/2199-W52/", id="the-last-day"),
    pytest.param("/day/", "/day/2026-11-23/", id="today"),
    pytest.param("/day/?team=all&date=2026-01-01", "/day/2026-01-01/?team=all", id="team-picker"),
]


@pytest.mark.parametrize(("path", "target"), LEADS)
def test_short_addresses_lead_to_long_ones(office, path: str, target: str) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 15, tzinfo=UTC)):
        browser = office.browser
        browser.force_login(office.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = browser.get(path.format(ada=office.ada))
    assert (answer.status_code, answer.headers["Location"]) == (302, target.format(ada=office.ada))


def test_nobody_with_hours_is_told(make_account, sign_in, refresh) -> None:
    answer = sign_in(make_account()).get("/week/")
    assert answer.status_code == 200
    assert answer.templates[0].name == "week/nobody.html"


def test_the_last_team_and_the_open_hours_are_kept(office) -> None:
    url = f"/day/{next_monday()}/"

    def shown() -> tuple[str, bool]:
        page = read(office.browser.get(url))
        chosen = [row.attrs["value"] for row in page.all("selected")]
        return chosen[0], any("h288" in row.classes for row in page.walk())

    assert shown() == ("own", False)
    office.browser.get(f"{url}?team=all&hours=all")
    assert shown() == ("all", True)
    office.browser.get(f"{url}?team=own&hours=worked")
    assert shown() == ("own", False)


def test_hidden_hours_are_told_and_opened_at_either_end(office) -> None:
    gone = office.clinic.visit(office.ada, office.theo, start=at(6))
    office.api.events.cancel(gone.id)
    url = week_url(office.ada)

    def bars(hours: str) -> dict[str, tuple[str, str]]:
        page = read(office.browser.get(f"{url}?hours={hours}"))
        found = [page.all("id", f"hours-{end}")[0] for end in ("early", "late")]
        assert [row.attrs["href"] for row in found] == [row.attrs["hx-get"] for row in found]
        return {row.text: row.attrs["href"].removeprefix(f"{url}?hours=") for row in found}

    closed = {"early": "Earlier: 00:00–09:00 · 1 cancelled visit", "late": "Later: 17:00–24:00"}
    opened = {"early": "Hide 00:00–09:00", "late": "Hide 17:00–24:00"}
    assert bars("worked") == {closed["early"]: "early", closed["late"]: "late"}
    assert bars("early") == {opened["early"]: "worked", closed["late"]: "all"}
    assert bars("late") == {closed["early"]: "all", opened["late"]: "worked"}
    assert bars("all") == {opened["early"]: "late", opened["late"]: "early"}


def test_a_person_without_a_zone_is_told_and_another_zone_has_an_axis_of_its_own(office, refresh) -> None:
    lost, far = office.clinic.user("Lost", timezone=None), office.clinic.user("Far", timezone="America/Denver")
    refresh()

    def axis(person) -> tuple[bool, list[str]]:
        page = read(office.browser.get(week_url(person)))
        grid = next(row for row in page.walk() if "grid" in row.classes)
        banners = [row.text for row in page.walk() if "banner" in row.classes]
        return "two" in grid.classes, banners

    assert axis(lost) == (False, ["No time zone is set for this person: the clinic's, New York (UTC−5), is assumed."])
    assert axis(far) == (True, [])
    assert axis(office.ada) == (False, [])


def test_a_day_of_25_hours_is_marked(office) -> None:
    page = read(office.browser.get(week_url(office.ada, "2026-W44") + "?hours=all"))

    last = page.all("data-date")[-1]
    seams = [row for row in last.walk() if "seam" in row.classes]
    assert last.attrs["data-date"] == "2026-11-01"
    assert [(row.classes[1], row.text) for row in seams] == [("again", "The clock went back")]
    assert "Sunday 1 November: The clock goes back: this day has 25 hours." in page.text


def test_figures_tell_booked_offered_visits_and_free(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=90)

    column = read(office.browser.get(week_url(office.ada))).all("data-date")[0]

    told = {row.attrs["data-metric"]: (row.text, row.attrs["data-value"]) for row in column.all("data-metric")}
    assert told == {"booked": ("1.5", "90"), "offered": ("8", "480"), "visits": ("1", "1"), "free": ("6.5", "390")}


UNSURE = [
    pytest.param({"unreadable": 2}, "2 entries of the calendar could not be read.", id="unreadable"),
    pytest.param({"complete": False}, "The calendar changed while it was read.", id="incomplete"),
]


@pytest.mark.parametrize(("flaw", "sentence"), UNSURE)
def test_an_unsure_read_offers_no_free_time(office, flaw: dict, sentence: str) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    found = weeks.week_of(office.desk, office.ada, Week.containing(next_monday()))
    team = weeks.day_of(office.desk, next_monday())

    week = week_board(office.desk, replace(found, reading=replace(found.reading, **flaw)))
    day = day_board(office.desk, replace(team, reading=replace(team.reading, **flaw)))

    for board in (week, day):
        assert [notice.text.startswith(sentence) for notice in board.notices] == [True]
        assert {("data-free" in column.items, column.totals.free_hours) for column in board.columns} == {(False, "")}
    assert "data-event-id" in week.columns[0].items


def test_names_are_escaped(office) -> None:
    mean = office.clinic.patient("<script>alert(1)</script>", 'O\'Neil & "Co"')
    office.clinic.visit(office.ada, mean, start=at(10), title="<b>bold</b>")

    answer = office.browser.get(week_url(office.ada))

    (chip,) = chips(read(answer))
    assert "<script>alert" not in answer.content.decode()
    assert chip.text.startswith('<script>alert(1)</script> O\'Neil & "Co"')


def test_the_committed_stylesheet_is_current() -> None:
    assert stylesheet.PATH.read_text() == stylesheet.text()


def test_today_is_marked_with_a_now_line(office) -> None:
    page = read(office.browser.get(f"/week/{office.ada}/{office.desk.this_week}/?hours=all"))
    marked = [row.attrs["data-date"] for row in page.all("data-date") if "today" in row.classes]
    assert marked == [office.desk.today.isoformat()]
    assert len(page.all("data-now")) == 1


def test_a_day_on_which_nobody_works_says_so(office) -> None:
    sunday = next_monday() + timedelta(days=6)
    page = read(office.browser.get(f"/day/{sunday}/"))
    assert "Nobody in this team works this day" in page.text
    assert page.all("data-clinician-id") == []
