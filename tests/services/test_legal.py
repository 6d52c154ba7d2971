"""Where a visit could stand is where a move would find nothing against it, for everybody who takes part."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType
from scheduling.domain.interval import Interval
from scheduling.services import finding, legal, placing
from scheduling.services.appointments import placement_of
from scheduling.services.desk import NotAllowed
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db

DAY = Interval(at(0), at(23, 55))


@pytest.fixture
def team(office: Office, make_team: Callable[..., Any]) -> dict[str, UUID]:
    """Ada, Ben and Cleo in the coordinator's team; Dov in nobody's."""
    ids = {"ada": office.ada, "ben": office.clinic.user("Ben"), "cleo": office.clinic.user("Cleo")}
    make_team("Joint", members=list(ids.values()), keepers=[office.coordinator])
    return ids | {"dov": office.clinic.user("Dov")}


@pytest.fixture
def visit(office: Office, team: dict[str, UUID]) -> Event:
    """Ada sees Theo with Cleo at ten; all of them and Ben have other things on that day."""
    clinic, other = office.clinic, office.clinic.patient("Una", "Moor")
    clinic.visit(team["ada"], other, start=at(11))
    clinic.visit(team["ben"], other, start=at(13), minutes=45)
    clinic.visit(team["cleo"], other, start=at(14, 30))
    clinic.visit(team["dov"], office.theo, start=at(15, 30))
    return clinic.visit(team["ada"], office.theo, start=at(10), minutes=45, staff=(team["cleo"],))


def lies(free: list[tuple[int, int]], when: Interval) -> bool:
    start, end = when.outer
    return any(low <= start and end <= high for low, high in free)


def test_a_place_is_legal_where_a_move_finds_nothing_against_it(
    office: Office, team: dict[str, UUID], visit: Event
) -> None:
    found = legal.places(office.desk, visit.id, list(team.values()), DAY)

    starts = [at(8) + half * timedelta(minutes=30) + timedelta(minutes=15) for half in range(20)]
    for host in (team["ada"], team["ben"]):
        for when in (half_hour(start, 45) for start in starts):
            checked = placing.check(office.desk, placement_of(visit, when, host))
            assert lies(found.free[host], when) is checked.clear, (host, when)
    assert found.sure


def test_it_costs_three_calls_and_names_only_whom_one_may_book(
    office: Office, team: dict[str, UUID], visit: Event, api_calls: Any
) -> None:
    with api_calls() as seen:
        found = legal.places(office.desk, visit.id, [*team.values(), uuid4()], DAY)

    assert len(seen) == 3
    assert list(found.free) == [team["ada"], team["ben"], team["cleo"]]


def test_nothing_is_legal_before_now(office: Office, team: dict[str, UUID], visit: Event) -> None:
    desk = office.desk_of(office.coordinator, now=at(12))

    found = legal.places(desk, visit.id, [office.ada], DAY)

    assert found.free[office.ada][0][0] == int(at(12).timestamp())


def test_the_host_always_counts(office: Office, visit: Event) -> None:
    assert list(legal.places(office.desk, visit.id, [uuid4()], DAY).free) == [office.ada]


def test_who_may_not_move_it_is_told_nothing(
    office: Office, visit: Event, make_account: Callable[..., Account]
) -> None:
    with pytest.raises(NotAllowed):
        legal.places(office.desk_of(make_account(Role.MANAGER)), visit.id, [office.ada], DAY)


def test_leave_stands_on_no_hour(office: Office) -> None:
    leave = office.clinic.visit(office.ada, start=at(9), minutes=480, type=EventType.LEAVE)

    with pytest.raises((legal.NoHour, NotAllowed)):
        legal.places(office.desk, leave.id, [office.ada], DAY)


def test_the_window_is_no_longer_than_it_may_be(office: Office, visit: Event) -> None:
    long = Interval(datetime.now(UTC), datetime.now(UTC) + timedelta(days=300))

    found = legal.places(office.desk, visit.id, [office.ada], long)

    assert found.window.duration == legal.LONGEST
    assert finding.visit(office.desk, visit.id) == found.event
