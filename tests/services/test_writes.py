"""The choke point: one form has one effect, its outcome is remembered, and nothing is done without an audit line."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import writes
from scheduling.services.writes import Change, Ending, IntentRefused
from scheduling.welkin import errors

VISIT = uuid4()
CHANGE = Change(
    action="appointment.cancel", people=(uuid4(),), object_id=VISIT, fields=("status",), reason="Ill", content={"a": 1}
)

Act = Callable[[], Mapping[str, Any]]


@pytest.fixture
def desk(desk_of, make_account):
    return desk_of(make_account())


class Acts:
    """Counts how often it was called, then answers or fails."""

    def __init__(self, error: errors.WelkinError | None = None) -> None:
        self.calls, self.error = 0, error

    def __call__(self) -> Mapping[str, Any]:
        self.calls += 1
        if self.error:
            raise self.error
        return {"event": str(VISIT)}


def phases() -> list[str]:
    return list(AuditRecord.objects.order_by("id").values_list("phase", flat=True))


def test_a_change_is_audited_before_and_after(desk) -> None:
    key = writes.mint(desk)
    seen: list[list[str]] = []

    def act() -> Mapping[str, Any]:
        seen.append(phases())
        return {"event": str(VISIT)}

    outcome = writes.perform(desk, key, CHANGE, act)

    assert seen == [["requested"]]
    assert (outcome.ending, outcome.facts, outcome.replayed) == (Ending.CONFIRMED, {"event": str(VISIT)}, False)
    told = AuditRecord.objects.values_list(
        "phase", "account", "role", "scope", "action", "object_id", "people", "fields", "reason", "intent"
    )
    line = (desk.account.pk, "coordinator", desk.scope, "appointment.cancel", str(VISIT))
    rest = ([str(CHANGE.people[0])], ["status"], "Ill", key)
    assert list(told.order_by("id")) == [("requested", *line, *rest), ("confirmed", *line, *rest)]


def test_a_second_submit_replays_the_first_outcome(desk) -> None:
    key, act = writes.mint(desk), Acts()
    first, second = writes.perform(desk, key, CHANGE, act), writes.perform(desk, key, CHANGE, act)
    assert act.calls == 1
    assert (second.ending, second.facts, second.replayed) == (first.ending, first.facts, True)
    assert phases() == ["requested", "confirmed"]


ENDINGS: dict[str, tuple[errors.WelkinError, Ending, str]] = {
    "refused": (errors.Refused("no", code="4001"), Ending.REFUSED, "4001"),
    "not found": (errors.NotFound("gone"), Ending.REFUSED, "NotFound"),
    "unknown": (errors.Unknown("cut off"), Ending.UNKNOWN, "unknown"),
    "a code longer than the column": (errors.Refused("no", code="x" * 90), Ending.REFUSED, "x" * 60),
}


@pytest.mark.parametrize(("error", "ending", "code"), ENDINGS.values(), ids=ENDINGS)
def test_how_a_change_ends(desk, error: errors.WelkinError, ending: Ending, code: str) -> None:
    key, act = writes.mint(desk), Acts(error)
    first, second = writes.perform(desk, key, CHANGE, act), writes.perform(desk, key, CHANGE, act)
    assert (first.ending, first.error, second.ending, act.calls) == (ending, error, ending, 1)
    assert AuditRecord.objects.order_by("id").values_list("phase", "code")[1] == (ending.value, code)


UNSENT = [errors.Unreachable(), errors.Timeout(), errors.Unavailable(), errors.BadCredentials(), errors.Forbidden()]


@pytest.mark.parametrize("error", UNSENT, ids=lambda error: type(error).__name__)
def test_what_was_never_sent_can_be_sent_again_by_the_same_form(desk, error: errors.WelkinError) -> None:
    key = writes.mint(desk)
    with pytest.raises(type(error)):
        writes.perform(desk, key, CHANGE, Acts(error))
    assert writes.earlier(desk, key) is None
    assert writes.perform(desk, key, CHANGE, Acts()).confirmed
    assert phases() == ["requested", "not sent", "requested", "confirmed"]


OTHERS = {
    "another action": Change(action="appointment.delete", object_id=VISIT, content={"a": 1}),
    "another object": Change(action="appointment.cancel", object_id=uuid4(), content={"a": 1}),
    "other content": Change(action="appointment.cancel", object_id=VISIT, content={"a": 2}),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_one_form_serves_one_request_only(desk, other: Change) -> None:
    key, act = writes.mint(desk), Acts()
    writes.perform(desk, key, CHANGE, act)
    with pytest.raises(IntentRefused):
        writes.perform(desk, key, other, act)
    assert act.calls == 1


def test_an_intent_belongs_to_its_login(desk, desk_of, make_account) -> None:
    key, act = writes.mint(desk), Acts()
    other = desk_of(make_account())
    for attempt in (lambda: writes.perform(other, key, CHANGE, act), lambda: writes.earlier(other, key)):
        with pytest.raises(IntentRefused):
            attempt()
    with pytest.raises(IntentRefused):
        writes.perform(desk, "made up", CHANGE, act)
    assert act.calls == 0
    assert AuditRecord.objects.count() == 0


def test_what_is_settled_stays_settled(desk) -> None:
    key = writes.mint(desk)
    writes.perform(desk, key, CHANGE, Acts(errors.Unknown()))
    for _ in range(2):
        writes.settle(desk, key, CHANGE, Ending.CONFIRMED, {"event": str(VISIT)}, "found by marker")
    late = writes.settle(desk, key, CHANGE, Ending.REFUSED, {})
    assert late.ending is Ending.CONFIRMED
    assert phases() == ["requested", "unknown", "confirmed"]


def test_changes_that_are_open_for_long_are_counted(desk) -> None:
    for error in (None, errors.Unknown(), errors.Unknown()):
        writes.perform(desk, writes.mint(desk), CHANGE, Acts(error))
    assert writes.open_longer_than(desk.now + timedelta(minutes=16), 15) == 2
    assert writes.open_longer_than(desk.now + timedelta(minutes=14), 15) == 0


def test_a_part_of_a_change_is_the_same_each_time_and_its_owner_s_only(desk, desk_of, make_account) -> None:
    key = writes.mint(desk)
    assert writes.part_of(desk, key, 1) == writes.part_of(desk, key, 1) != writes.part_of(desk, key, 2)
    with pytest.raises(IntentRefused):
        writes.part_of(desk_of(make_account()), key, 1)


@pytest.mark.django_db(transaction=True)
def test_many_submits_at_once_have_one_winner(desk) -> None:
    key, act, lock = writes.mint(desk), Acts(), threading.Lock()
    barrier, outcomes = threading.Barrier(8), []

    def counted() -> Mapping[str, Any]:
        with lock:
            return act()

    def submit() -> None:
        barrier.wait()
        try:
            outcomes.append(writes.perform(desk, key, CHANGE, counted))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert act.calls == 1
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 7
    assert {outcome.ending for outcome in outcomes} <= {Ending.CONFIRMED, Ending.WORKING}
    assert phases() == ["requested", "confirmed"]
    assert Intent.objects.get(key=key).state == "confirmed"


def test_forms_that_nobody_sent_are_forgotten_and_no_others(desk) -> None:
    unsent, sent = writes.mint(desk), writes.mint(desk)
    writes.perform(desk, sent, CHANGE, Acts())
    fresh = writes.mint(replace(desk, now=desk.now + writes.KEEP_UNSENT))

    assert writes.forget_unsent(desk.now + writes.KEEP_UNSENT + timedelta(seconds=1)) == 1
    assert set(Intent.objects.values_list("key", flat=True)) == {sent, fresh}
    with pytest.raises(IntentRefused):
        writes.earlier(desk, unsent)
