"""Undo while the API fails: nothing is undone before it is known what was done, and nothing twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduling.domain.event import Event
from scheduling.ledger.models import Intent, Step
from scheduling.services import appointments, closing, undo, writes
from scheduling.services.changing import AppointmentChanged, Done
from scheduling.services.reconciling import run_due, settle_time
from scheduling.services.undo import NotUndoable, Told, Why
from scheduling.services.versions import version
from scheduling.services.wishes import Wish
from scheduling.services.writes import Ending
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import EVENTS, ONE_EVENT, Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db
NO = {"code": 400, "body": [{"errorCode": "VALIDATION_ERROR", "message": "the tenant says no", "details": {}}]}
LOST, NEVER_CAME = "apply_then_reset", "reset_before_apply"


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10))


def move(office: Office, visit: Event) -> Done:
    wish = appointments.Move(visit.id, half_hour(at(11)), office.ada, version(visit))
    return appointments.move(office.desk, writes.mint(office.desk), wish)


def step_of(office: Office, done: Done) -> Told:
    step = undo.of_intent(office.desk, done.outcome.intent)
    assert step is not None
    return step


def back(office: Office, step: Told) -> Done:
    return undo.take_back(office.desk, writes.mint(office.desk), step.id)


def why_not(office: Office, step: Told) -> Why:
    with pytest.raises(NotUndoable) as refused:
        back(office, step)
    return refused.value.why


def find_out(seconds: float = 2) -> None:
    run_due(datetime.now(UTC) + timedelta(seconds=seconds))


def concluded() -> None:
    """The worker looks until it is sure."""
    Intent.objects.filter(state=Intent.State.UNKNOWN).update(look_at=datetime.now(UTC))
    find_out(settle_time().total_seconds() + 5)


def when(office: Office, visit: Event) -> object:
    return office.api.events.read(visit.id).when


def test_a_change_whose_answer_was_lost_is_undone_once_it_is_found(
    office: Office, faults: Faults, visit: Event
) -> None:
    faults.rule(LOST, method="PATCH", path=ONE_EVENT)
    done = move(office, visit)
    before = why_not(office, step_of(office, done))
    find_out()
    undone = back(office, step_of(office, done))

    assert (done.outcome.ending, before) == (Ending.UNKNOWN, Why.OPEN)
    assert (undone.confirmed, when(office, visit)) == (True, visit.when)


@pytest.mark.parametrize("between", [False, True], ids=["nobody-was-there", "changed-before-it-was-found"])
def test_a_booking_whose_answer_was_lost_is_not_undone_over_what_others_changed(
    office: Office, faults: Faults, between: bool
) -> None:
    faults.rule(LOST, method="POST", path=EVENTS)
    wish = Wish(half_hour(at(14)), (office.ada,), (office.theo,), title="First talk", description=" two\r\nlines ")
    lost = appointments.book(office.desk, writes.mint(office.desk), wish)
    [made] = office.api.events.find(half_hour(at(14)), participant_ids=[office.ada]).rows
    if between:
        office.api.events.change(made.id, EventChange(title="Theirs"))
    find_out()
    if between:
        with pytest.raises(AppointmentChanged) as kept:
            back(office, step_of(office, lost))
        assert kept.value.parts == ("title",)
        assert office.api.events.read(made.id).live
        office.api.events.change(made.id, EventChange(title="First talk"))

    assert lost.outcome.ending is Ending.UNKNOWN
    assert back(office, step_of(office, lost)).confirmed
    assert not office.api.events.read(made.id).live


@pytest.mark.parametrize(
    ("theirs", "against"),
    [
        pytest.param({"when": half_hour(at(15))}, ("when",), id="what-the-undo-stands-on"),
        pytest.param({"title": "Theirs"}, (), id="something-else"),
    ],
)
def test_a_cancel_whose_answer_was_lost_is_not_undone_over_what_others_changed(
    office: Office, faults: Faults, visit: Event, theirs: dict[str, Any], against: tuple[str, ...]
) -> None:
    faults.rule(LOST, method="PATCH", path=ONE_EVENT)
    lost = closing.cancel(office.desk, writes.mint(office.desk), visit.id, seen=version(visit), reason="")
    office.api.events.change(visit.id, EventChange(**theirs))
    find_out()

    try:
        parts = () if back(office, step_of(office, lost)).confirmed else None
    except AppointmentChanged as kept:
        parts = kept.parts

    assert (parts, office.api.events.read(visit.id).live) == (against, not against)


def test_a_change_that_never_came_leaves_nothing_to_undo(office: Office, faults: Faults, visit: Event) -> None:
    faults.rule(NEVER_CAME, method="PATCH", path=ONE_EVENT)
    done = move(office, visit)

    concluded()

    assert undo.of_intent(office.desk, done.outcome.intent) is None
    assert undo.last(office.desk) is None


@pytest.mark.parametrize(("fault", "came"), [(LOST, True), (NEVER_CAME, False)], ids=["had-its-effect", "never-came"])
def test_an_undo_whose_answer_was_lost_is_not_pressed_twice(
    office: Office, faults: Faults, visit: Event, fault: str, came: bool
) -> None:
    step = step_of(office, move(office, visit))
    faults.rule(fault, method="PATCH", path=ONE_EVENT)

    lost = back(office, step)
    meanwhile = why_not(office, step)
    concluded()

    assert (lost.outcome.ending, meanwhile) == (Ending.UNKNOWN, Why.BEING_UNDONE)
    assert undo.find(office.desk, step.id).why is (Why.UNDONE if came else None)
    assert when(office, visit) == (visit.when if came else half_hour(at(11)))
    following = undo.last(office.desk, redo=came)
    assert following is not None
    assert back(office, following).confirmed
    assert when(office, visit) == (half_hour(at(11)) if came else visit.when)


def test_what_was_not_sent_or_refused_leaves_nothing_behind(office: Office, faults: Faults, visit: Event) -> None:
    step = step_of(office, move(office, visit))
    faults.rule({"status": NO}, method="PATCH", path=ONE_EVENT)

    refused = back(office, step)

    assert refused.outcome.ending is Ending.REFUSED
    assert Step.objects.count() == 1
    assert back(office, step).confirmed
