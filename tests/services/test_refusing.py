"""A No to leave whose cancel failed: the No stands, the worker finishes the cancel, once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Answer, Event, EventType
from scheduling.ledger.models import AuditRecord
from scheduling.services import invitations, leave, reconciling, refusing, undo, visit_history, writes
from scheduling.services.changing import AppointmentChanged
from scheduling.services.desk import Desk
from scheduling.services.versions import version
from scheduling.web import history_lines
from tests.clinic_fixture import Office, at
from tests.faults.server import ONE_EVENT, Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db
ANSWER = "*/invitation-response"


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def boss(office: Office) -> UUID:
    return office.clinic.user("Dana", hours=False)


@pytest.fixture
def desk(office: Office, boss: UUID, make_account: Callable[..., Account], make_team: Callable[..., Any]) -> Desk:
    manager = make_account(Role.MANAGER, welkin_id=boss)
    make_team("Wound care", members=[office.ada], keepers=[manager])
    return office.desk_of(manager)


@pytest.fixture
def asked(office: Office, boss: UUID) -> Event:
    return office.clinic.visit(office.ada, start=at(9), minutes=60, staff=(boss,), type=EventType.LEAVE)


def cancels(asked: Event) -> int:
    lines = AuditRecord.objects.filter(action="appointment.cancel", phase="confirmed", object_id=str(asked.id))
    return lines.count()


def soon(**later: int) -> datetime:
    return datetime.now(UTC) + timedelta(**later)


FAULTS: dict[str, tuple[Any, str, str]] = {
    "cancel-refused": ({"status": 422}, "PATCH", ONE_EVENT),
    "cancel-never-came": ("reset_before_apply", "PATCH", ONE_EVENT),
    "answer-lost": ("apply_then_reset", "PUT", ANSWER),
}


@pytest.mark.parametrize(("fault", "method", "path"), FAULTS.values(), ids=FAULTS)
def test_a_no_whose_cancel_failed_is_finished_by_the_worker_once(
    office: Office, desk: Desk, boss: UUID, asked: Event, faults: Faults, fault: Any, method: str, path: str
) -> None:
    faults.rule(fault, method=method, path=path)
    invitations.answer(desk, writes.mint(desk), asked.id, boss, said=Answer.NO, seen=version(asked))

    meanwhile = office.api.events.read(asked.id)
    told = [each.state for each in leave.overview(desk).leave]
    for minutes in (1, 10, 20, 90):
        reconciling.run_due(soon(minutes=minutes))
        refusing.finish(soon(minutes=minutes))

    assert (refusing.unfinished(meanwhile), told) == (True, [leave.State.REFUSED])
    assert (office.api.events.read(asked.id).live, cancels(asked)) == (False, 1)


@pytest.mark.parametrize(
    ("fault", "came"), [("apply_then_reset", True), ("reset_before_apply", False)], ids=["had-its-effect", "never-came"]
)
def test_the_undo_of_a_no_is_pressed_again_once_it_is_known_whether_the_leave_is_back(
    office: Office, desk: Desk, boss: UUID, asked: Event, faults: Faults, fault: str, came: bool
) -> None:
    said = invitations.answer(desk, writes.mint(desk), asked.id, boss, said=Answer.NO, seen=version(asked))
    step = undo.of_intent(desk, said.outcome.intent)
    assert step is not None
    faults.rule(fault, method="PATCH", path=ONE_EVENT)

    lost = undo.take_back(desk, writes.mint(desk), step.id)
    with pytest.raises(AppointmentChanged):
        undo.take_back(desk, writes.mint(desk), step.id)
    for minutes in (1, 5):
        reconciling.run_due(soon(minutes=minutes))
    meanwhile = office.api.events.read(asked.id)
    again = undo.take_back(desk, writes.mint(desk), step.id)
    refusing.finish(soon(minutes=10))

    assert (lost.open, meanwhile.live, again.confirmed) == (True, came, True)
    back = office.api.events.read(asked.id)
    assert (back.live, [row.answer for row in back.staff if row.person_id == boss]) == (True, [""])


def test_a_no_that_went_through_needs_no_call_later(
    desk: Desk, boss: UUID, asked: Event, api_calls: Callable[..., Any]
) -> None:
    invitations.answer(desk, writes.mint(desk), asked.id, boss, said=Answer.NO, seen=version(asked))

    with api_calls() as seen:
        assert refusing.finish(soon(minutes=5)) == 0

    assert (seen, cancels(asked)) == ([], 1)
    told = history_lines.lines(desk, visit_history.of(desk, asked.id))
    assert [(line.did, line.reason) for line in told] == [("refused it", ""), ("recorded an answer: No", "")]
