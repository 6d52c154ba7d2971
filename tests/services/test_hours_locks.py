"""Locked days of hours, who may lock them, and which teams leave hours to their coordinators."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import HoursLock, Team
from scheduling.ledger.models import AuditRecord
from scheduling.services import hours_locks, writes
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.hours_locks import HoursLocked, Wish
from scheduling.services.writes import IntentRefused
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 10)


@pytest.fixture
def boss(office: Office, make_account: Callable[..., Any]) -> Desk:
    """The desk of the manager of Ada's team."""
    manager = make_account(Role.MANAGER)
    Team.objects.get().keepers.add(manager)
    return office.desk_of(manager)


def locked(desk: Desk, **of: Any) -> bool:
    return hours_locks.lock(desk, writes.mint(desk), Wish(FIRST, LAST, "Payroll is done", **of))


DAYS = {
    "the day before": (FIRST - timedelta(days=1), False),
    "the first day": (FIRST, True),
    "the last day": (LAST, True),
    "the day after": (LAST + timedelta(days=1), False),
}


@pytest.mark.parametrize(("day", "refused"), DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("whole_team", [True, False], ids=["of the team", "of the clinician"])
def test_a_lock_refuses_its_days(office: Office, boss: Desk, day: date, refused: bool, whole_team: bool) -> None:
    of = {"team_id": Team.objects.get().pk} if whole_team else {"clinician_id": office.ada}
    assert locked(boss, **of)

    if not refused:
        hours_locks.require_open(office.desk, office.ada, [day])
        return
    with pytest.raises(HoursLocked) as said:
        hours_locks.require_open(office.desk, office.ada, [day])
    assert (said.value.lock.first, said.value.lock.last, said.value.lock.reason) == (FIRST, LAST, "Payroll is done")
    assert said.value.lock.whose == ("Nursing" if whole_team else "Ada Quill")


def test_days_on_both_sides_of_a_lock_are_open(office: Office, boss: Desk) -> None:
    locked(boss, clinician_id=office.ada)
    hours_locks.require_open(office.desk, office.ada, [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
    hours_locks.require_open(office.desk, office.ada, [])


def test_a_lock_binds_nobody_else(office: Office, boss: Desk) -> None:
    locked(boss, team_id=Team.objects.get().pk)
    hours_locks.require_open(office.desk, uuid4(), [FIRST])


def test_a_lifted_lock_refuses_nothing_and_its_maker_is_no_exception(office: Office, boss: Desk) -> None:
    locked(boss, clinician_id=office.ada)
    with pytest.raises(HoursLocked):
        hours_locks.require_open(boss, office.ada, [FIRST])

    hours_locks.lift(boss, writes.mint(boss), HoursLock.objects.get().pk)

    hours_locks.require_open(office.desk, office.ada, [FIRST])
    assert hours_locks.standing(boss) == ()


RIGHTS = {
    "manager of another team": (Role.MANAGER, False),
    "administrator": (Role.ADMINISTRATOR, True),
    "coordinator": (Role.COORDINATOR, False),
    "clinician": (Role.CLINICIAN, False),
}


@pytest.mark.parametrize(("role", "allowed"), RIGHTS.values(), ids=RIGHTS)
def test_who_may_lock_lift_and_delegate(
    office: Office, boss: Desk, make_account: Callable[..., Any], role: Role, allowed: bool
) -> None:
    locked(boss, clinician_id=office.ada)
    desk, team, lock = office.desk_of(make_account(role)), Team.objects.get(), HoursLock.objects.get()
    acts = (
        lambda: locked(desk, team_id=team.pk),
        lambda: locked(desk, clinician_id=office.ada),
        lambda: hours_locks.delegate(desk, writes.mint(desk), team.pk, False),
        lambda: hours_locks.lift(desk, writes.mint(desk), lock.pk),
    )

    assert [_allowed(act) for act in acts] == [allowed] * 4
    assert Team.objects.get().delegates_hours is not allowed


def _allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return False
    return True


def test_a_form_that_is_sent_twice_locks_once(office: Office, boss: Desk) -> None:
    key, wish = writes.mint(boss), Wish(FIRST, LAST, "Payroll is done", clinician_id=office.ada)

    assert [hours_locks.lock(boss, key, wish) for _ in range(2)] == [True, False]
    with pytest.raises(IntentRefused):
        hours_locks.lock(boss, key, Wish(FIRST, LAST, "Another reason", clinician_id=office.ada))

    assert HoursLock.objects.count() == 1


def test_every_change_of_locks_and_rights_stands_in_the_audit_trail(office: Office, boss: Desk) -> None:
    team, days = Team.objects.get(), [str(FIRST), str(LAST)]
    locked(boss, clinician_id=office.ada)
    hours_locks.lift(boss, writes.mint(boss), HoursLock.objects.get().pk)
    hours_locks.delegate(boss, writes.mint(boss), team.pk, False)

    lines = AuditRecord.objects.filter(phase="confirmed").order_by("id")
    assert [(row.action, row.reason, row.object_id.partition("-")[0], row.before_after) for row in lines] == [
        ("hours.lock", "Payroll is done", "lock", [["locked", None, days]]),
        ("hours.unlock", "", "lock", [["locked", days, None]]),
        ("hours.delegate", "", "team", [["delegates_hours", True, False]]),
    ]
    assert not office.desk_of(office.coordinator).may("hours.set", office.ada)
