"""Closures and public holidays: for whom they hold, in real time, and that whatever offers time knows them."""

import ast
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.directory.models import Closure, HolidayException, Place, Team
from scheduling.domain.conflict import ConflictKind, Placement
from scheduling.domain.event import EventType
from scheduling.domain.interval import Interval
from scheduling.domain.slots import Request
from scheduling.domain.usage.figures import figures
from scheduling.domain.week import Week
from scheduling.domain.why import Rule
from scheduling.services import calendar, closures, finding, joining, placing, public_holidays
from scheduling.services.summary import Reason, compare
from tests.clinic_fixture import NEW_YORK, Office, at, half_hour, next_monday

pytestmark = pytest.mark.django_db
SERVICES = Path(__file__).resolve().parents[2] / "scheduling"
HOUR = timedelta(hours=1)


# --- Whoever makes a timetable passes the closures --------------------------------------------------------------------


def without_closures(source: str) -> list[int]:
    """The lines where somebody's time is computed and nothing is said of closures."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in {"clinician_time", "Timetable"}
        and "closures" not in {keyword.arg for keyword in node.keywords}
    ]


CALLERS = sorted(path for path in SERVICES.rglob("*.py") if path.parent.name != "domain")


def test_everybody_who_computes_time_passes_the_closures() -> None:
    told = {path.name: lines for path in CALLERS if (lines := without_closures(path.read_text()))}
    users = {path.name for path in CALLERS if "clinician_time(" in path.read_text() or "Timetable(" in path.read_text()}

    assert (told, users) == ({}, users | {"calendar.py", "placing.py", "finding.py"})


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("clinician_time(user, rows, events, window, clinic_zone=zone)", [1]),
        ("timetable.Timetable(user.id, zone, window, rows, events)", [1]),
        ("clinician_time(user, rows, events, window, closures=shut[user.id])", []),
    ],
    ids=["time", "timetable", "with-closures"],
)
def test_the_walk_sees_who_forgets_them(source: str, lines: list[int]) -> None:
    assert without_closures(source) == lines


# --- For whom, and when -----------------------------------------------------------------------------------------------


def place(office: Office, name: str = "Harbor", **more: str) -> Place:
    """A place at which the nursing team works."""
    made = Place.objects.create(scope=office.desk.scope, name=name, **more)
    Team.objects.filter(name="Nursing").update(place=made)
    return made


def closed(office: Office, at_place: Place | None, first: date, last: date | None = None, **more: Any) -> Closure:
    told = {"name": "Stocktaking", "made_at": datetime.now(UTC), **more}
    return Closure.objects.create(scope=office.desk.scope, place=at_place, first=first, last=last or first, **told)


def week_of(monday: date) -> Interval:
    return Week.containing(monday).interval(NEW_YORK)


def told(office: Office, window: Interval, person: UUID | None = None) -> list[tuple[str, str, str]]:
    found = closures.for_people(office.desk, [person or office.ada], window)[person or office.ada]
    return [(row.name, clock(row.when.start), clock(row.when.end)) for row in found]


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(NEW_YORK):%a %H:%M}"


def test_whole_days_hang_together_and_parts_of_days_are_one_each(office: Office) -> None:
    monday = next_monday()
    thursday = monday + timedelta(days=3)
    closed(office, None, monday, monday + timedelta(days=1))
    closed(
        office,
        None,
        thursday,
        thursday + timedelta(days=1),
        name="Drill",
        starts=time(12),
        ends=time(13),
    )
    closed(office, None, monday + timedelta(days=5), name="Late", starts=time(22), ends=time(0))

    assert told(office, week_of(monday)) == [
        ("Stocktaking", "Mon 00:00", "Wed 00:00"),
        ("Drill", "Thu 12:00", "Thu 13:00"),
        ("Drill", "Fri 12:00", "Fri 13:00"),
        ("Late", "Sat 22:00", "Sun 00:00"),
    ]


def test_a_place_closes_for_the_people_of_its_teams_alone(office: Office) -> None:
    here, there = place(office), Place.objects.create(scope=office.desk.scope, name="Hill")
    closed(office, here, next_monday(), name="Here")
    closed(office, there, next_monday(), name="There")
    closed(office, None, next_monday(), name="Everywhere")
    Closure.objects.create(
        scope="another tenant", first=next_monday(), last=next_monday(), name="Others", made_at=datetime.now(UTC)
    )

    window = week_of(next_monday())
    names = [[row[0] for row in told(office, window, person)] for person in (office.ada, uuid4())]
    assert names == [["Everywhere", "Here"], ["Everywhere"]]


THANKSGIVING = Interval(datetime(2026, 11, 26, 5, tzinfo=UTC), datetime(2026, 11, 27, 5, tzinfo=UTC))


def test_a_public_holiday_is_the_local_day_unless_the_place_works_on_it(office: Office) -> None:
    harbor = place(office, country="US", subdivision="NY")
    window = Interval(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC))

    [found] = closures.for_people(office.desk, [office.ada], window)[office.ada]
    assert (found.when, found.name, found.holiday) == (THANKSGIVING, "Thanksgiving Day", True)

    HolidayException.objects.create(place=harbor, day=date(2026, 11, 26))
    assert closures.for_people(office.desk, [office.ada], window) == {office.ada: ()}


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "name"),
    [
        ("US", "", date(2026, 7, 3), "Independence Day (observed)"),
        ("US", "NY", date(2026, 2, 12), "Lincoln's Birthday"),
        ("DE", "BY", date(2026, 1, 6), "Epiphany"),
        ("DE", "", date(2026, 1, 6), None),
        ("ZZ", "", date(2026, 1, 1), None),
        ("US", "ZZ", date(2026, 1, 1), None),
        ("", "", date(2026, 1, 1), None),
    ],
    ids=["observed", "of-a-state", "of-a-land", "not-of-the-country", "no-such-country", "no-such-part", "none"],
)
def test_what_the_library_knows(country: str, subdivision: str, day: date, name: str | None) -> None:
    assert public_holidays.days_of(country, subdivision, day.year).get(day) == name


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2027, 3, 14), 23), (date(2027, 11, 7), 25), (date(2027, 6, 1), 24)],
    ids=["spring", "autumn", "plain"],
)
def test_a_day_is_as_long_as_it_really_is(office: Office, day: date, hours: int) -> None:
    closed(office, None, day)
    [found] = closures.for_people(office.desk, [office.ada], week_of(day))[office.ada]

    assert found.when.duration == hours * HOUR


def test_the_queries_do_not_grow_with_people_and_days(office: Office, django_assert_num_queries: Any) -> None:
    place(office, country="US")
    people = [office.ada, *(uuid4() for _ in range(300))]
    closures.for_people(office.desk, people, week_of(next_monday()))
    year = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    with django_assert_num_queries(3):
        found = closures.for_people(office.desk, people, year)
    assert (len(found), len(found[office.ada])) == (301, len(public_holidays.days_of("US", "", 2026)))


# --- What comes of it -------------------------------------------------------------------------------------------------


@pytest.fixture
def drill(office: Office) -> Closure:
    """Monday from ten to noon the place of Ada's team is closed."""
    return closed(office, place(office), next_monday(), name="Fire drill", starts=time(10), ends=time(12))


def test_the_calendar_counts_it_as_not_offered(office: Office, drill: Closure, api_calls: Any) -> None:
    ada = placing.users_of(office.desk, (office.ada,))
    with api_calls() as seen:
        time_ = calendar.read(office.desk, ada, week_of(next_monday())).times[office.ada]
    ours = figures(time_)

    assert len(seen) == 2
    assert [closure.name for closure in time_.closures] == ["Fire drill"]
    assert (ours.offered, ours.closed, ours.free) == (38 * HOUR, 2 * HOUR, 38 * HOUR)


def test_the_figures_of_the_api_differ_and_it_is_said_why(office: Office, drill: Closure) -> None:
    ada = placing.users_of(office.desk, (office.ada,))
    window = week_of(next_monday())
    time_ = calendar.read(office.desk, ada, window).times[office.ada]
    [theirs] = office.api.schedules.summary([office.ada], window).rows

    compared = compare(time_, figures(time_), theirs)
    assert [(reason.reason, reason.time) for reason in compared.reasons] == [(Reason.CLOSED, 2 * HOUR)]


@pytest.mark.parametrize(("minute", "found"), [(0, ["Fire drill"]), (120, [])], ids=["in-it", "after-it"])
def test_a_visit_there_meets_it_by_name(office: Office, drill: Closure, minute: int, found: list[str]) -> None:
    when = half_hour(at(10) + timedelta(minutes=minute))
    checked = placing.check(office.desk, Placement(when, (office.ada,), (office.theo,)))

    assert [getattr(row.cause, "name", "") for row in checked.conflicts] == found
    assert {row.kind for row in checked.conflicts} <= {ConflictKind.CLOSURE}


def test_no_slot_is_offered_in_it_and_it_is_said_why(office: Office, drill: Closure) -> None:
    ada = tuple(placing.users_of(office.desk, (office.ada,)))
    wanted = Request(window=Interval(at(10), at(12)), length=timedelta(minutes=30))
    found = finding.find(office.desk, finding.Ask(wanted, ada))

    assert found.page.slots == ()
    assert found.why is not None
    [account] = found.why.clinicians
    assert [(row.rule, row.time) for row in account.removed] == [(Rule.CLOSURE, 2 * HOUR)]


def test_joining_a_session_in_it_is_warned_of(office: Office, drill: Closure) -> None:
    session = office.clinic.visit(office.ada, start=at(10), type=EventType.GROUP_THERAPY, additional={"capacity": 3})

    checked = joining.check(office.desk, session, office.theo)

    assert [row.kind for row in checked.conflicts] == [ConflictKind.CLOSURE]
