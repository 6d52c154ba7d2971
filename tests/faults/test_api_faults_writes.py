"""Bookings and changes through the services while answers are lost, late or untrue (reliability F05 to F09, F18, F26).

The outcome is never guessed: it stays unknown and the time stays taken until it has been found out, by its marker or by
what the visit holds. Checked against what the API really has. In every mode of the external id.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduling.ledger.models import Claim
from scheduling.services import appointments, closing, reconciling, writes
from scheduling.services.appointments import Move, Wish
from scheduling.services.changing import PlacementRejected
from scheduling.services.versions import version
from scheduling.services.writes import Ending
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import EVENTS, ONE_EVENT, Do, Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db
MODES = {
    "unique": {},
    "not unique": {"externalIdUnique": False},
    "not known": {"externalIdKnown": False},
}


@pytest.fixture
def fault_sandbox(request: pytest.FixtureRequest, make_fault_sandbox: Callable[..., Sandbox]) -> Sandbox:
    return make_fault_sandbox(**getattr(request, "param", {}))


in_every_mode = pytest.mark.parametrize("fault_sandbox", MODES.values(), ids=MODES.keys(), indirect=True)


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture(autouse=True)
def _settling(settings: Any) -> None:
    settings.SETTLE_SECONDS = 2


def wish(office: Office, hour: float = 10, day: int = 0) -> Wish:
    start = at(int(hour), int(hour % 1 * 60), day=day)
    return Wish(half_hour(start), (office.ada,), (office.theo,), title="Wound check")


def book(office: Office, *when: float) -> tuple[str, Ending]:
    """One booking by a form of its own: the form's intent, and how it ended."""
    key = writes.mint(office.desk)
    return key, appointments.book(office.desk, key, wish(office, *when)).outcome.ending  # type: ignore[arg-type]


def look(seconds: float = 0) -> None:
    """The worker looks, so many seconds from now."""
    reconciling.run_due(datetime.now(UTC) + timedelta(seconds=seconds))


def settle() -> None:
    """The worker looks until nothing can come late any more, and then the next day."""
    for seconds in (2, 20, 60, 200):
        look(seconds)
    reconciling.sweep(datetime.now(UTC) + timedelta(minutes=30))


def landed(faults: Faults, rule: str) -> None:
    while faults.account(rule)["pending"]:
        time.sleep(0.02)


def live(faults: Faults) -> list[str]:
    """The markers of all visits that are not cancelled."""
    return sorted(event["additionalInfo"]["marker"] for event in faults.dump() if event["eventStatus"] != "CANCELLED")


def ending(key: str) -> str:
    return str(writes.Intent.objects.get(key=key).state)


LOST = [
    pytest.param("apply_then_reset", 1, id="F05"),
    pytest.param("reset_before_apply", 0, id="F06"),
    pytest.param({"apply_then_status": 502}, 1, id="F08"),
    pytest.param({"cut": 0.5}, 1, id="F16"),
    pytest.param({"apply_then_status": {"code": 201, "body": ""}}, 1, id="F17"),
]


@in_every_mode
@pytest.mark.parametrize(("do", "effects"), LOST)
def test_f05_f06_f08_a_booking_whose_answer_is_lost_becomes_one_visit(
    office: Office, faults: Faults, do: Do, effects: int
) -> None:
    faults.rule(do, method="POST", path=EVENTS)
    key, told = book(office)
    assert (told, len(faults.dump())) == (Ending.UNKNOWN, effects)
    with pytest.raises(PlacementRejected):
        book(office)
    settle()
    assert (live(faults), ending(key)) == ([f"daybook-{key}"], "confirmed")


@in_every_mode
def test_f05_f06_mixed_so_that_nobody_can_guess(office: Office, faults: Faults) -> None:
    """Sixteen bookings, each lost before or after its effect by the fall of the dice."""
    after = faults.rule("apply_then_reset", method="POST", path=EVENTS, probability=0.5, seed=7, times=None)
    before = faults.rule("reset_before_apply", method="POST", path=EVENTS, times=None)
    keys = [book(office, hour, day) for day in (0, 1) for hour in (9, 10, 11, 12, 13, 14, 15, 16)]
    assert {told for _, told in keys} == {Ending.UNKNOWN}
    assert faults.consumed(after) + faults.consumed(before) == 16
    faults.clear()
    settle()
    assert live(faults) == sorted(f"daybook-{key}" for key, _ in keys)
    assert {ending(key) for key, _ in keys} == {"confirmed"}
    sent = [one["externalId"] for one in faults.requests("POST", "calendar/events")]
    assert all(sent.count(f"daybook-{key}") <= 2 for key, _ in keys), "never without its marker, once more at most"
    assert None not in sent


@in_every_mode
def test_f07_an_effect_that_comes_late_is_waited_for(office: Office, faults: Faults) -> None:
    late = faults.rule({"delay_apply": 1.0}, method="POST", path=EVENTS)
    key, told = book(office)
    look(1)
    assert (told, ending(key), faults.dump()) == (Ending.UNKNOWN, "unknown", [])
    landed(faults, late)
    look(8)
    assert (live(faults), ending(key)) == ([f"daybook-{key}"], "confirmed")


@in_every_mode
def test_f07_an_effect_that_comes_after_it_was_sent_again_leaves_one_visit(office: Office, faults: Faults) -> None:
    """Later than any settling time allows for: the second one is taken back by the sweep."""
    late = faults.rule({"delay_apply": 3.0}, method="POST", path=EVENTS, may_fail=True)
    key, _ = book(office)
    look(60)
    assert (live(faults), ending(key)) == ([f"daybook-{key}"], "confirmed")
    landed(faults, late)
    settle()
    assert live(faults) == [f"daybook-{key}"]


CHANGED = [
    pytest.param("apply_then_reset", "confirmed", id="after the effect"),
    pytest.param("reset_before_apply", "refused", id="before any effect"),
    pytest.param({"apply_then_status": 504}, "confirmed", id="a 504 after the effect"),
]


@pytest.mark.parametrize(("do", "end"), CHANGED)
def test_f09_a_move_whose_answer_is_lost_is_settled_by_what_the_visit_holds(
    office: Office, faults: Faults, do: Do, end: str
) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    faults.rule(do, method="PATCH", path=ONE_EVENT)
    key = writes.mint(office.desk)
    done = appointments.move(office.desk, key, Move(visit.id, half_hour(at(14)), office.ada, version(visit)))
    assert done.outcome.ending is Ending.UNKNOWN
    settle()
    start = at(14) if end == "confirmed" else at(10)
    assert (ending(key), office.api.events.read(visit.id).when.start) == (end, start)
    busy = set(Claim.objects.filter(intent=key).values_list("state", flat=True)) & {"sent", "unknown", "reserved"}
    assert busy == set()


@pytest.mark.parametrize(("do", "end"), CHANGED)
def test_f09_a_cancel_whose_answer_is_lost_is_settled_too(office: Office, faults: Faults, do: Do, end: str) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    faults.rule(do, method="PATCH", path=ONE_EVENT)
    key = writes.mint(office.desk)
    closing.cancel(office.desk, key, visit.id, seen=version(visit), reason="")
    assert ending(key) == "unknown"
    settle()
    assert (ending(key), office.api.events.read(visit.id).live) == (end, end == "refused")


@pytest.mark.parametrize("word", ["WAITLISTED", None, "scheduled", "RESCHEDULED"])
def test_f18_time_under_a_status_nobody_knows_is_not_given_away(office: Office, faults: Faults, word: Any) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    faults.rule({"unknown_enum": {"eventStatus": word}}, method="GET", times=None, at_least=0)
    with pytest.raises(PlacementRejected):
        book(office)
    assert len(faults.dump()) == 1


def test_f26_a_visit_that_was_deleted_meanwhile_is_told_as_gone(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    faults.rule({"foreign_write": {"method": "DELETE", "event": "this"}}, method="PATCH", path=ONE_EVENT)
    key = writes.mint(office.desk)
    done = appointments.move(office.desk, key, Move(visit.id, half_hour(at(14)), office.ada, version(visit)))
    assert (done.outcome.ending, faults.dump()) == (Ending.REFUSED, [])
    assert not Claim.objects.filter(intent=key, state__in=("reserved", "sent", "unknown", "confirmed")).exists()


def test_f26_what_somebody_else_writes_at_the_same_moment_stays(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    theirs = {"method": "PATCH", "event": "this", "body": {"eventColor": "red", "eventDescription": "Theirs"}}
    faults.rule({"foreign_write": theirs}, method="PATCH", path=ONE_EVENT)
    appointments.move(
        office.desk, writes.mint(office.desk), Move(visit.id, half_hour(at(14)), office.ada, version(visit))
    )
    now = office.api.events.read(visit.id)
    assert (now.when.start, now.description) == (at(14), "Theirs")
