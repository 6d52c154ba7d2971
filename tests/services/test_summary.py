"""The figures of a week beside the API's own, through the sandbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.domain.event import EventType
from scheduling.domain.week import Week
from scheduling.services import connection, summary
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.summary import Reason
from scheduling.welkin import Figure
from scheduling.welkin.errors import Forbidden, NotFound, Refused, Unavailable, WelkinError
from tests.clinic_fixture import Office, at, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
THREE_CALLS = [
    "GET /{tenant}/{instance}/calendar/events",
    "GET /{tenant}/{instance}/calendar/psm-event-summary",
    "GET /{tenant}/{instance}/calendar/work-hours",
]


def coming() -> Week:
    return Week.containing(next_monday())


@pytest.fixture
def manager(office: Office, make_account: Callable[..., Any]) -> Desk:
    """A manager who looks after Ada's team."""
    account = make_account(Role.MANAGER, timezone="America/Los_Angeles")
    Team.objects.get(name="Nursing").keepers.add(account)
    return office.desk_of(account)


def by_name(found: summary.WeekSummary) -> dict[str, summary.Row]:
    return {row.user.first_name: row for row in found.rows}


def test_a_week_of_one_clinician(office: Office, manager: Desk) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(10, 30), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(16, 30), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(12), minutes=60, status="CANCELLED")
    office.clinic.visit(office.ada, start=at(9, day=1), minutes=120, type=EventType.LEAVE)

    row = by_name(summary.read(manager, coming()))["Ada"]

    ours = row.figures
    assert (ours.offered, ours.booked_inside, ours.booked_outside) == (40 * HOUR, 2 * HOUR, HOUR / 2)
    assert (ours.leave, ours.free, ours.visits) == (2 * HOUR, 36 * HOUR, 3)
    assert (ours.utilisation, dict(ours.by_status)) == (0.05, {"SCHEDULED": 3, "CANCELLED": 1})


def test_each_difference_to_the_api_has_its_reason(office: Office, manager: Desk) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(10, 30), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(16, 30), minutes=60)
    office.clinic.visit(office.ada, office.theo, start=at(12), minutes=60, status="CANCELLED")
    office.clinic.visit(office.ada, start=at(9, day=1), minutes=120, type=EventType.LEAVE)

    compared = by_name(summary.read(manager, coming()))["Ada"].comparison

    assert compared is not None
    theirs = compared.theirs
    assert (theirs.created, theirs.event_hours.text, theirs.working_hours.text) == (5, "5.0 hours", "40.0 hours")
    assert (compared.hours_differ, compared.booked_differ, compared.use_differs, compared.events_differ) == (
        False,
        True,
        True,
        True,
    )
    assert [(d.reason, d.time, d.count) for d in compared.reasons] == [
        (Reason.LEAVE, 2 * HOUR, None),
        (Reason.OVERLAP, HOUR / 2, None),
        (Reason.OUTSIDE, HOUR / 2, None),
        (Reason.CANCELLED, None, 1),
        (Reason.LEAVE_COUNTED, None, 1),
    ]


def test_without_a_difference_there_is_no_reason(office: Office, manager: Desk) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), minutes=60)

    compared = by_name(summary.read(manager, coming()))["Ada"].comparison

    assert compared is not None
    assert (compared.differs, compared.reasons) == (False, ())


def test_24_people_cost_three_calls(
    office: Office, manager: Desk, refresh: Callable[[], None], api_calls: Callable[[], Any]
) -> None:
    more = [office.clinic.user(f"P{number}", hours=number < 3) for number in range(23)]
    refresh()
    Team.objects.get(name="Nursing").members.add(*StaffMember.objects.filter(welkin_id__in=more))
    desk = office.desk_of(manager.account)

    with api_calls() as seen:
        found = summary.read(desk, coming())

    assert (len(found.rows), sorted(seen)) == (24, THREE_CALLS)


def test_a_clinician_without_hours_has_no_utilisation(
    office: Office, manager: Desk, refresh: Callable[[], None]
) -> None:
    bea = office.clinic.user("Bea", hours=False)
    office.clinic.visit(bea, office.theo, start=at(10))
    refresh()
    Team.objects.get(name="Nursing").members.add(StaffMember.objects.get(welkin_id=bea))

    row = by_name(summary.read(office.desk_of(manager.account), coming()))["Bea"]

    assert (row.figures.utilisation, row.figures.booked_outside) == (None, HOUR / 2)


def test_the_total_adds_up_the_rows(office: Office, manager: Desk, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea")
    office.clinic.visit(office.ada, office.theo, start=at(10), staff=(bea,), minutes=60, type="GROUP_THERAPY")
    refresh()
    Team.objects.get(name="Nursing").members.add(StaffMember.objects.get(welkin_id=bea))

    total = summary.read(office.desk_of(manager.account), coming()).total

    assert (total.offered, total.booked_inside, total.visits) == (80 * HOUR, 2 * HOUR, 2)


def test_a_manager_sees_the_own_teams_only(office: Office, manager: Desk, refresh: Callable[[], None]) -> None:
    office.clinic.user("Bea")
    refresh()
    other = Team.objects.create(scope=connection.scope_of(office.clinic.credentials), name="Others")

    found = summary.read(manager, coming())

    assert [row.user.id for row in found.rows] == [office.ada]
    assert [team.name for team in found.teams] == ["Nursing"]
    with pytest.raises(NotFound):
        summary.read(manager, coming(), other.pk)


def test_a_clinician_sees_the_own_figures_only(
    office: Office, make_account: Callable[..., Any], refresh: Callable[[], None]
) -> None:
    bea = office.clinic.user("Bea")
    refresh()
    Team.objects.get(name="Nursing").members.add(StaffMember.objects.get(welkin_id=bea))
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))

    found = summary.read(desk, coming())

    assert ([row.user.id for row in found.rows], found.teams) == ([office.ada], ())


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_others_see_none(office: Office, make_account: Callable[..., Any], role: Role) -> None:
    with pytest.raises(NotAllowed):
        summary.read(office.desk_of(make_account(role)), coming())


def test_an_empty_team_asks_nothing(
    office: Office, make_account: Callable[..., Any], api_calls: Callable[[], Any]
) -> None:
    account = make_account(Role.MANAGER, welkin_id=uuid4())
    Team.objects.create(scope=connection.scope_of(office.clinic.credentials), name="Nobody").keepers.add(account)
    desk = office.desk_of(account)

    with api_calls() as seen:
        found = summary.read(desk, coming(), Team.objects.get(name="Nobody").pk)

    assert (found.rows, found.total.utilisation, seen) == ((), None, [])
    assert [team.name for team in found.teams] == ["Nobody"]


def test_the_week_is_the_clinics(office: Office, manager: Desk) -> None:
    found = summary.read(manager, Week(2026, 44))

    assert (found.zone.key, found.window.start, found.window.end) == (
        "America/New_York",
        datetime(2026, 10, 26, 4, tzinfo=UTC),
        datetime(2026, 11, 2, 5, tzinfo=UTC),
    )


def test_an_unreadable_figure_of_the_api_is_a_difference(office: Office, manager: Desk) -> None:
    row = by_name(summary.read(manager, coming()))["Ada"]
    assert row.comparison is not None
    theirs = replace(row.comparison.theirs, working_hours=Figure("a lot", None))

    compared = summary.compare(row.time, row.figures, theirs)

    assert (compared.hours_differ, [d.reason for d in compared.reasons]) == (True, [Reason.OTHER])


def test_reach_of_nobody_is_nobody(office: Office, make_account: Callable[..., Any]) -> None:
    desk = office.desk_of(make_account(Role.CLINICIAN))

    assert summary.read(desk, coming()).rows == ()


UNSURE = {
    "an event that cannot be read": (
        "/calendar/events",
        lambda body: body | {"content": [*body["content"], {"id": str(uuid4())}], "totalElements": 2},
    ),
    "a list with gaps": ("/calendar/events", lambda body: body | {"totalElements": 5, "last": False}),
    "hours of somebody unknown": ("/calendar/work-hours", lambda body: [*body, {"psmId": None}]),
}


@pytest.mark.parametrize(("route", "distort"), UNSURE.values(), ids=UNSURE)
def test_a_reading_with_gaps_is_not_trusted(
    office: Office, manager: Desk, garble: Garble, route: str, distort: Callable[[Any], Any]
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    sure = summary.read(manager, coming()).trustworthy
    garble(route, distort)
    later = office.desk_of(manager.account, manager.now + timedelta(minutes=10))

    assert (sure, summary.read(later, coming()).trustworthy) == (True, False)


@pytest.mark.parametrize(("status", "kind"), [(403, Forbidden), (400, Refused), (404, NotFound), (503, Unavailable)])
def test_our_figures_do_not_hang_on_theirs(
    office: Office, manager: Desk, garble: Garble, status: int, kind: type[WelkinError]
) -> None:
    garble("/psm-event-summary", lambda _: [{"message": "no"}], status=status)

    found = summary.read(office.desk_of(manager.account), coming())

    assert (type(found.problem), found.theirs_missing, found.total.offered) == (kind, True, 40 * HOUR)
    assert [row.comparison for row in found.rows] == [None]


def test_hours_past_the_end_of_a_record_are_a_reason(office: Office, manager: Desk) -> None:
    """Ada's record ends on a Monday, 50 weeks on; a service that lets it run on has the rest of the week too."""
    last = next_monday() + timedelta(weeks=50)
    row = by_name(summary.read(manager, Week.containing(last)))["Ada"]
    assert row.comparison is not None
    records = office.api.hours.find([office.ada], row.time.window).rows
    theirs = replace(row.comparison.theirs, working_hours=Figure("40.0 hours", 40.0))

    compared = summary.compare(row.time, row.figures, theirs, records)

    assert row.figures.offered == 8 * HOUR
    assert [(d.reason, d.time) for d in compared.reasons] == [(Reason.PAST_END, 32 * HOUR)]
