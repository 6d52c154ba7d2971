"""A worker that was away for long leaves alone what another submit of its form, or the reconciler, has done since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from scheduling.domain.claim import marker_of
from scheduling.domain.event import EventType
from scheduling.domain.interval import Interval
from scheduling.ledger.models import AuditRecord, Claim, Intent
from scheduling.services import leave, reconciling, writes
from scheduling.services.claims import Wanted
from scheduling.services.desk import Desk
from scheduling.services.writes import Change, Ending
from scheduling.welkin.errors import Timeout, Unknown

from .builders import NOON, user, visit

SETTLED = timedelta(minutes=5)


@pytest.fixture
def desk(desk_of, make_account) -> Desk:
    return desk_of(make_account())


def hour(desk: Desk, days: int) -> Interval:
    start = desk.now + timedelta(days=days)
    return Interval(start, start + timedelta(hours=1))


def booking(person: UUID, when: Interval) -> Change:
    return Change("appointment.book", (person,), content={"when": when}, wanted=lambda: Wanted((person,), when))


def test_one_that_wakes_up_to_another_submit_of_its_form_sends_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, key, sent = uuid4(), writes.mint(desk), []
    leaves = writes._leave

    def late(own: Desk, intent: str) -> None:
        monkeypatch.setattr(writes, "_leave", leaves)
        reconciling.run_due(desk.now + timedelta(seconds=40))
        other = replace(desk, now=desk.now + timedelta(seconds=40))
        assert writes._take(other, key, booking(ada, hour(desk, 2))) is None
        leaves(own, intent)

    monkeypatch.setattr(writes, "_leave", late)
    with pytest.raises(writes.LeaseLost):
        writes.perform(desk, key, booking(ada, hour(desk, 1)), lambda: sent.append("sent") or {})

    assert sent == []
    assert Intent.objects.get(key=key).state == Intent.State.WORKING
    assert list(Claim.objects.filter(intent=key, state=Claim.State.RESERVED).values_list("starts_at", flat=True)) == [
        hour(desk, 2).start
    ]


def test_what_was_found_out_meanwhile_is_not_called_unsent(desk: Desk) -> None:
    ada, key = uuid4(), writes.mint(desk)
    change = booking(ada, hour(desk, 1))

    def act() -> dict[str, str]:
        Intent.objects.filter(key=key).update(state=Intent.State.UNKNOWN)
        writes.settle(desk, key, change, Ending.CONFIRMED, {"event": str(uuid4())})
        raise Timeout

    with pytest.raises(Timeout):
        writes.perform(desk, key, change, act)

    assert Intent.objects.get(key=key).state == Intent.State.CONFIRMED
    assert list(Claim.objects.filter(intent=key).values_list("state", flat=True)) == [Claim.State.CONFIRMED]
    assert not AuditRecord.objects.filter(intent=key, phase="not sent").exists()


@pytest.mark.parametrize("late", [False, True], ids=["there at once", "after it was given up"])
def test_leave_whose_answer_was_lost_is_found_without_an_external_id(
    desk: Desk, api: object, late: bool, make_account: Callable[..., object]
) -> None:
    ada, bea = user(api, "ada"), user(api, "bea")
    key = writes.mint(desk)

    def effect() -> object:
        told = {"marker": marker_of(key)}
        return visit(api, [ada, bea], [], NOON + timedelta(days=3), type=EventType.LEAVE, additional=told)

    def act() -> dict[str, str]:
        if not late:
            effect()
        raise Unknown("lost")

    asked = writes.perform(desk, key, Change(leave.ASK, (ada.id,), content={"a": 1}), act)
    assert asked.ending is Ending.UNKNOWN
    reconciling.run_due(desk.now + SETTLED)
    if not late:
        assert Intent.objects.get(key=key).state == Intent.State.CONFIRMED
        return
    assert Intent.objects.get(key=key).state == Intent.State.REFUSED
    event = effect()
    assert reconciling.sweep(desk.now + SETTLED + timedelta(minutes=10)) == 1
    assert not api.events.read(event.id).live  # type: ignore[attr-defined]
