"""Taking back an answer: the one from before is recorded again, as long as nobody recorded another one since.

A No to leave had cancelled it as well. The leave is scheduled again first, as a part of the undo's own intent: with its
No it takes no time, so nothing stands against that, and what becomes of the answer afterwards is one change as always.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from scheduling.domain import rules
from scheduling.domain.event import Answer, Event, EventStatus
from scheduling.ledger.models import Intent
from scheduling.welkin import EventChange
from scheduling.welkin.errors import NotFound

from . import changing, invitations, merging, refusing, writes
from .changing import Act, Done, OthersUnderWay, in_turn
from .desk import Desk, NotAllowed
from .writes import Change, EditOpen

RESTORE = "appointment.restore"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is to be taken back: by which intent it was given, for whom, what, and what stood there before.

    `seen` is the version of the visit as the answer left it.
    """

    intent: str
    event_id: UUID
    person_id: UUID
    answer: str
    before: Answer
    seen: str


def take_back(desk: Desk, intent: str, said: Said) -> Done:
    """Record what was said before. Raises what `invitations.answer` raises.

    The outcome is that of the leave's being scheduled again where that is not a clear yes.
    """
    if said.answer == Answer.NO:
        restored = _uncancel(desk, intent, said)
        if restored is not None and not restored.confirmed:
            return restored
    return invitations.answer(
        desk, intent, said.event_id, said.person_id, said=said.before, seen=said.seen, instead_of=said.answer
    )


@in_turn
def _uncancel(desk: Desk, intent: str, said: Said) -> Done | None:
    """The leave that this No cancelled, scheduled again; None where there is nothing to do, or not for us."""
    since = writes.mark_of(desk, said.event_id)
    event = merging.latest(desk, desk.client.events.read(said.event_id))
    if event.live or not event.is_leave or not refusing.on_record(desk, Intent.objects.get(key=said.intent)):
        return None
    _require(desk, event, said)
    people = tuple(row.person_id for row in event.participants)
    content = {"status": EventStatus.SCHEDULED, "reason": ""}  # as evidence.py looks for it, should its answer be lost
    change = Change(RESTORE, people, event.id, ("status",), content=content, since=since)
    act = Act(lambda: desk.client.events.change(event.id, EventChange(status=EventStatus.SCHEDULED)))
    try:
        return changing.once(desk, writes.part_of(desk, intent, 1), change, lambda: _compare(desk, event, said), act)
    except EditOpen as other:
        if other.working:
            raise
        raise OthersUnderWay(event) from None


def _require(desk: Desk, event: Event, said: Said) -> None:
    row = next((row for row in event.participants if row.person_id == said.person_id), None)
    if row is None:
        raise NotFound("not a participant")
    if not invitations.may_answer_for(desk, event, row):
        raise NotAllowed("invitation.answer")


def _compare(desk: Desk, event: Event, said: Said) -> None:
    """Raise AppointmentChanged, NotPossible: its time or that answer was changed since, or its time is over."""
    changing.compare(event, said.seen, ("when",))
    row = next(row for row in event.participants if row.person_id == said.person_id)
    if row.answer != said.answer:
        raise changing.AppointmentChanged(event, ("answers",))
    changing.allow(rules.answerable, replace(event, status=EventStatus.SCHEDULED), desk.now)
