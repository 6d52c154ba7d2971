"""The week of one clinician and the day of a team: what is read, for whom, in how many calls."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.week import Week, parse_day
from scheduling.services import week as weeks
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.team_week import team_week
from scheduling.welkin import Client
from scheduling.welkin.errors import NotFound
from tests.clinic_fixture import at, next_monday

HOURS, EVENTS, TOKEN = (
    "GET /{tenant}/{instance}/calendar/work-hours",
    "GET /{tenant}/{instance}/calendar/events",
    "POST /{tenant}/admin/api_clients/{client}",
)


@pytest.fixture
def cold(credentials):
    """`cold(desk)`: the same desk on a client that has no token yet, and the calls that it makes."""

    def make(desk: Desk) -> tuple[Desk, list[str]]:
        calls: list[str] = []
        client = Client(credentials, observe=lambda call: calls.append(f"{call.method} {call.route}"))
        return replace(desk, client=client), calls

    return make


def the_week() -> Week:
    return Week.containing(next_monday())


def test_a_week_holds_hours_and_visits_of_the_person(office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    office.clinic.visit(office.ada, office.theo, start=at(10, day=7))

    found = weeks.week_of(office.desk, office.ada, the_week())

    time = found.reading.times[office.ada]
    assert [event.id for event in time.events] == [visit.id]
    assert sum((row.duration for row in time.hours.intervals), timedelta()) == timedelta(hours=40)
    assert found.reading.trustworthy
    assert [user.name for user in found.colleagues] == ["Ada Quill"]


@pytest.mark.parametrize("count", [1, 3, 24])
def test_a_cold_week_costs_three_calls(office, cold, make_team, count: int) -> None:
    for number in range(count - 1):
        office.clinic.user(f"Ben{number}")
    make_team("More", members=list(office.clinic.names.values()), keepers=[office.coordinator])
    desk, calls = cold(office.desk_of(office.coordinator))

    found = weeks.week_of(desk, office.ada, the_week())

    assert sorted(calls) == sorted([TOKEN, HOURS, EVENTS])
    assert len(found.colleagues) == count


@pytest.mark.parametrize("count", [1, 3, 24])
def test_a_cold_day_costs_three_calls_however_many_people(office, cold, make_team, count: int) -> None:
    for number in range(count - 1):
        office.clinic.user(f"Ben{number}")
    make_team("More", members=list(office.clinic.names.values()), keepers=[office.coordinator])
    desk, calls = cold(office.desk_of(office.coordinator))

    found = weeks.day_of(desk, next_monday())

    assert len(calls) == 3
    assert len(found.people) == len(found.reading.times) == count


def test_a_cold_team_week_costs_three_calls_and_a_warm_one_none(office, cold, make_team) -> None:
    for number in range(23):
        office.clinic.user(f"Ben{number}")
    make_team("More", members=list(office.clinic.names.values()), keepers=[office.coordinator])
    desk, calls = cold(office.desk_of(office.coordinator))

    found = [team_week(desk, the_week()) for _time in range(2)]

    assert len(calls) == 3
    assert [len(week.reading.times) for week in found] == [24, 24]


def test_an_unknown_person_is_not_found(office) -> None:
    with pytest.raises(NotFound):
        weeks.week_of(office.desk, uuid4(), the_week())


def test_a_clinician_sees_the_week_of_a_mate_and_of_nobody_else(office, make_account, make_team) -> None:
    ben, carla = office.clinic.user("Ben"), office.clinic.user("Carla")
    account = make_account(Role.CLINICIAN, welkin_id=office.ada)
    make_team("Mates", members=[office.ada, ben], keepers=[])
    desk = office.desk_of(account)

    assert [user.name for user in weeks.week_of(desk, ben, the_week()).colleagues] == ["Ada Quill", "Ben Quill"]
    with pytest.raises(NotAllowed):
        weeks.week_of(desk, carla, the_week())


def test_a_day_shows_own_teams_one_team_or_everybody(office, make_team) -> None:
    ben = office.clinic.user("Ben")
    office.clinic.user("Nohours", hours=False)
    other = make_team("Other", members=[ben], keepers=[])
    desk = office.desk_of(office.coordinator)

    def names(team: str) -> list[str]:
        return [user.first_name for user in weeks.day_of(desk, next_monday(), team).people]

    assert names(weeks.OWN_TEAMS) == ["Ada"]
    assert names(str(other.pk)) == ["Ben"]
    assert names(weeks.EVERYBODY) == ["Ada", "Ben"]


def test_a_manager_sees_own_teams_only(office, make_account, make_team) -> None:
    ben = office.clinic.user("Ben")
    manager = make_account(Role.MANAGER)
    own = make_team("Own", members=[ben], keepers=[manager])
    other = make_team("Other", members=[office.ada], keepers=[])
    desk = office.desk_of(manager)

    found = weeks.day_of(desk, next_monday(), weeks.EVERYBODY)

    assert [user.id for user in found.people] == [ben]
    assert found.teams == (own,)
    with pytest.raises(NotAllowed):
        weeks.day_of(desk, next_monday(), str(other.pk))


@pytest.mark.parametrize("team", ["999999", "nonsense", ""])
def test_an_unknown_team_is_told(office, team: str) -> None:
    with pytest.raises(weeks.NoSuchTeam):
        weeks.day_of(office.desk, next_monday(), team)


def test_a_day_that_the_zone_skipped_is_told(office, make_account) -> None:
    desk = office.desk_of(make_account(timezone="Pacific/Apia"))
    with pytest.raises(weeks.NoSuchDay):
        weeks.day_of(desk, parse_day("2011-12-30"))


def test_an_own_week_comes_first_then_the_team(office, make_account) -> None:
    ben = office.clinic.user("Ben")
    nobody = make_account(Role.MANAGER)

    assert weeks.first_clinician(office.desk_of(make_account(Role.CLINICIAN, welkin_id=ben))) is None
    assert weeks.first_clinician(office.desk) == office.ada
    assert weeks.first_clinician(office.desk_of(nobody)) is None


def test_an_own_week_is_found_once_the_person_is_mirrored(office, make_account, refresh) -> None:
    ben = office.clinic.user("Ben")
    refresh()
    assert weeks.first_clinician(office.desk_of(make_account(Role.CLINICIAN, welkin_id=ben))) == ben


def test_a_past_day_is_read_like_any_other(office) -> None:
    found = weeks.day_of(office.desk, date(1970, 1, 1))
    assert found.reading.times[office.ada].hours.intervals == ()
