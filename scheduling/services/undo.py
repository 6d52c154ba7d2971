"""Taking back one's own changes of visits, many of them, also after a reload (design 5.6).

The way back is an ordinary change through the service that makes such changes: with its rights, rules, claims and audit
lines, an intent of its own, and a step of its own, so that redo is the undo of an undo. Each compares what it would put
back with the version that the change had left: where somebody else has been there since, nothing is put back.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from scheduling.domain.event import Answer, Event, EventStatus, Participant
from scheduling.ledger.models import Step
from scheduling.welkin.errors import NotFound

from . import (
    appointments,
    changing,
    closing,
    invitations,
    joining,
    merging,
    restoring,
    steps,
    unanswering,
    versions,
    wishes,
    writes,
)
from .changing import Done
from .desk import Desk
from .steps import Was
from .undoable import NotUndoable as NotUndoable
from .undoable import Told as Told
from .undoable import Why as Why

MOST_LISTED = 60
# An answer or a mark that came since stands against taking back a booking, as any other change does.
WHOLE = tuple(versions.PARTS)


# --- Looking ---------------------------------------------------------------------------------------------------------


def listed(desk: Desk) -> tuple[Told, ...]:
    """The login's own changes, the latest first; what takes them back is told with them. Two queries, no call."""
    return tuple(_told(desk, row) for row in _own(desk).filter(undoes=None).order_by("-id")[:MOST_LISTED])


def on_visit(desk: Desk, event: Event) -> Mapping[str, Told]:
    """The login's own changes of one visit that are as they left it, by intent: these can be taken back now."""
    rows = _own(desk).filter(visit=str(event.id), undoes=None, state=Step.State.DONE).order_by("-id")
    told = (_told(desk, row) for row in rows[:MOST_LISTED])
    return {each.intent: each for each in told if each.why is None and not changed_since(each, event)}


def find(desk: Desk, step_id: int) -> Told:
    """One of the login's own changes, or one that takes one back. Raises NotFound."""
    row = _own(desk).filter(pk=step_id).first()
    if row is None:
        raise NotFound("no such change")
    return _told(desk, row)


def of_intent(desk: Desk, intent: str) -> Told | None:
    """The change that a form made; None for one that leaves nothing to take back."""
    return next(iter(of_intents(desk, (intent,))), None)


def of_intents(desk: Desk, intents: Collection[str]) -> tuple[Told, ...]:
    """The changes that several forms made, the latest first: those that leave something to take back. Two queries."""
    return tuple(_told(desk, row) for row in _own(desk).filter(intent__in=intents).order_by("-id"))


def last(desk: Desk, *, redo: bool = False) -> Told | None:
    """What Undo takes back: the latest own change that is not undone. Redo: the latest undo with no change after it."""
    done = _own(desk).exclude(state=Step.State.UNDONE)
    if not redo:
        row = done.filter(undoes=None).order_by("-id").first()
        return _told(desk, row) if row else None
    newest = _own(desk).filter(undoes=None).order_by("-id").values_list("id", flat=True).first() or 0
    row = done.filter(undoes__undoes=None, undoes__isnull=False, id__gt=newest).order_by("-id").first()
    return _told(desk, row) if row else None


def is_redo(desk: Desk, step: Told) -> bool:
    """Whether it took back one that had itself taken one back."""
    return _own(desk).filter(pk=step.id, undoes__undoes__isnull=False).exists()


def _own(desk: Desk) -> QuerySet[Step]:
    own = Step.objects.filter(account=desk.account, scope=desk.scope, made_at__gt=desk.now - steps.KEPT_FOR)
    # The visit was deleted through Daybook after this, and that is not undone.
    later = Step.objects.filter(scope=OuterRef("scope"), visit=OuterRef("visit"), id__gt=OuterRef("pk")).exclude(
        visit=""
    )
    deleted = Exists(later.filter(action=steps.DELETE, state=Step.State.DONE))
    return own.annotate(deleted=deleted).prefetch_related("undone_by")


def _told(desk: Desk, row: Step) -> Told:
    was = steps.was_of(row)
    told = Told(
        id=row.pk,
        action=row.action,
        intent=row.intent,
        visit=UUID(row.visit) if row.visit else None,
        at=row.made_at,
        fields=tuple(row.fields),
        seen=row.seen,
        was=was,
        undoes=row.undoes_id,
        why=None,
    )
    back = max((one for one in row.undone_by.all() if one.state != Step.State.UNDONE), key=_number, default=None)
    again = back.pk if back and row.state == Step.State.UNDONE else None
    return replace(told, why=_why(desk, row, back, was), again=again)


def _number(row: Step) -> int:
    return row.pk


def _why(desk: Desk, row: Step, back: Step | None, was: Was | None) -> Why | None:
    if row.state == Step.State.OPEN:
        return Why.OPEN
    if row.state == Step.State.UNDONE:
        return Why.UNDONE
    if back is not None:
        return Why.BEING_UNDONE
    if was is None:
        return Why.LOST
    gone = row.action != steps.DELETE and getattr(row, "deleted", False)
    return Why.GONE if gone else _against(desk, row, was)


def _against(desk: Desk, row: Step, was: Was) -> Why | None:
    """What rules and rights say, by the visit as it was: the service asks again with the visit as it is."""
    if row.action == "invitation.answer":
        return None  # whoever may record an answer may record another one
    if row.action == "appointment.cancel" and was.event.when.end <= desk.now:
        return Why.OVER
    if row.action == "appointment.delete" and was.event.is_leave:
        return Why.LEAVE
    if row.action == "appointment.delete" and not was.event.live:
        return Why.WAS_CANCELLED
    return None if _may(desk, row.action, was.event) else Why.NOT_ALLOWED


def _may(desk: Desk, action: str, event: Event) -> bool:
    if action in PLACING:
        return desk.may_all(RIGHTS[action], appointments.staff_moved(event))
    return desk.may(RIGHTS[action], changing.owner_of(event))


# By the change, what the login must be allowed to do for taking it back.
RIGHTS: Mapping[str, str] = {
    "appointment.book": "appointment.cancel",
    "appointment.move": "appointment.move",
    "appointment.edit": "appointment.edit",
    "appointment.cancel": "appointment.book",
    "appointment.restore": "appointment.cancel",
    "appointment.mark": "appointment.mark",
    "appointment.unmark": "appointment.mark",
    "appointment.attend": "appointment.mark",
    "appointment.join": "appointment.book",
    "appointment.take_out": "appointment.book",
    "appointment.delete": "appointment.book",
}
# The way back takes time in the calendars of all of its staff.
PLACING = frozenset({"appointment.move", "appointment.cancel", "appointment.delete"})


STANDS_ON: Mapping[str, tuple[str, ...]] = {
    "appointment.book": WHOLE,
    "appointment.move": (*appointments.MOVE_SEES, "answers"),
    "appointment.cancel": restoring.RESTORE_SEES,
    "appointment.join": joining.JOIN_SEES,
    "appointment.take_out": joining.JOIN_SEES,
    "appointment.attend": closing.ATTEND_SEES,
}


def changed_since(step: Told, event: Event) -> tuple[str, ...]:
    """Which parts of the visit, that taking it back would put back, are no longer as the change left them."""
    if step.action == "invitation.answer":
        row, parts = _row(event, step), versions.changed(step.seen, event, _answer_sees(step))
        return parts if row is not None and step.was and row.answer == step.was.said else (*parts, "answers")
    parts = step.fields if step.action == "appointment.edit" else STANDS_ON.get(step.action, closing.CLOSE_SEES)
    return versions.changed(step.seen, event, parts)


def _answer_sees(step: Told) -> tuple[str, ...]:
    """A No to leave cancels it as well, after the version that the answer left."""
    refused = step.was is not None and step.was.event.is_leave and step.was.said == Answer.NO
    return ("when",) if refused else invitations.ANSWER_SEES


def changers(desk: Desk, step: Told, event: Event) -> Mapping[str, merging.Changer]:
    """Who made each part what it is now, that stands against taking the change back. Two queries, no call."""
    return merging.changed_by(desk, event, step.seen, changed_since(step, event))


# --- Taking back -----------------------------------------------------------------------------------------------------


def take_back(desk: Desk, intent: str, step_id: int, *, reason: str = "") -> Done:
    """Take back one of the login's own changes, or one that took one back. `reason`: why over what stands against it.

    Raises NotFound, NotUndoable, steps.AlreadyUndone, NotAllowed, AppointmentChanged (OthersUnderWay too),
    NotPossible, PlacementRejected, NothingToChange (it is so already), WrongPlaces, IntentRefused, LedgerBusy,
    WelkinError.
    """
    step = find(desk, step_id)
    if step.was is None:
        raise NotUndoable(Why.LOST)
    if step.why is not None and not _sent_before(desk, intent):
        raise NotUndoable(step.why)
    return WAYS[step.action](replace(desk, undoes=step.id), intent, step, step.was, reason)


def _sent_before(desk: Desk, intent: str) -> bool:
    """Whether this very form was sent before: it gets its first outcome."""
    return writes.earlier(desk, intent) is not None


def _visit(step: Told) -> UUID:
    if step.visit is None:
        raise NotUndoable(Why.LOST)
    return step.visit


def _row(event: Event, step: Told) -> Participant | None:
    """The row of the one whom the change was about."""
    people = step.was.people if step.was else ()
    return next((row for row in event.participants if row.person_id in people), None)


def _row_then(step: Told, was: Was) -> Participant:
    row = _row(was.event, step)
    if row is None:
        raise NotUndoable(Why.LOST)
    return row


def _unbook(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    """A booking is cancelled, so that the visit keeps its id; one that took back a delete is deleted again."""
    if step.undoes is not None:
        return closing.delete(desk, intent, _visit(step), seen=step.seen, sees=WHOLE)
    return closing.cancel(desk, intent, _visit(step), seen=step.seen, reason="", sees=WHOLE)


def _move_back(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    if was.event.host_id is None:
        raise NotUndoable(Why.LOST)
    back = appointments.Move(_visit(step), was.event.when, was.event.host_id, step.seen, reason, back=was.event)
    return appointments.move(desk, intent, back)


def _edit_back(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    words = {name: versions.text_of(was.event, name) for name in step.fields if name in versions.WORDS}
    return appointments.edit(desk, intent, appointments.Edit(_visit(step), words, step.seen))


def _uncancel(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    return restoring.restore(desk, intent, _visit(step), seen=step.seen, reason=reason)


def _cancel_again(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    return closing.cancel(desk, intent, _visit(step), seen=step.seen, reason="")


def _unmark(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    return closing.unmark(desk, intent, _visit(step), seen=step.seen)


def _mark_again(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    status = was.event.known_status or EventStatus.SCHEDULED
    return closing.mark(desk, intent, _visit(step), seen=step.seen, status=status)


def _attend_back(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    row = _row_then(step, was)
    return closing.attend(desk, intent, _visit(step), row.person_id, attended=row.attended, seen=step.seen)


def _answer_back(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    row = _row_then(step, was)
    before = Answer(row.answer.strip().capitalize())
    said = unanswering.Said(step.intent, _visit(step), row.person_id, was.said, before, step.seen)
    return unanswering.take_back(desk, intent, said)


def _take_out(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    return joining.take_out(desk, intent, _visit(step), was.people[0], seen=step.seen)


def _join_again(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    return joining.join(desk, intent, joining.Join(_visit(step), was.people[0], step.seen, reason))


def _book_again(desk: Desk, intent: str, step: Told, was: Was, reason: str) -> Done:
    """What was deleted is booked again: with all that Daybook knows of it, and a new id."""
    wish = wishes.like(was.event, appointments.staff_moved(was.event))
    return appointments.book(desk, intent, wish, reason=reason)


Way = Callable[[Desk, str, Told, Was, str], Done]
WAYS: Mapping[str, Way] = {
    "appointment.book": _unbook,
    "appointment.move": _move_back,
    "appointment.edit": _edit_back,
    "appointment.cancel": _uncancel,
    "appointment.restore": _cancel_again,
    "appointment.mark": _unmark,
    "appointment.unmark": _mark_again,
    "appointment.attend": _attend_back,
    "appointment.join": _take_out,
    "appointment.take_out": _join_again,
    "appointment.delete": _book_again,
    "invitation.answer": _answer_back,
}
