"""What becomes of a visit: cancelled with a reason, completed, missed, who came, deleted."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from scheduling.domain import rules
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.rules import Reason
from scheduling.welkin import UNSET, EventChange, ParticipantChange
from scheduling.welkin.errors import NotFound

from . import changing, writes
from .changing import Act, Done, NothingToChange, Rule, in_turn
from .desk import Desk
from .writes import Change, Ending, Outcome

CLOSE_SEES = ("when", "host", "status")
DELETE_SEES = ("when", "host", "people", "status")
# How often a surplus visit is tried to be taken back.
WITHDRAWALS = 10
ATTEND_SEES = ("when", "status")
MARKS: dict[str, Rule] = {EventStatus.COMPLETED: rules.completable, EventStatus.MISSED: rules.missable}


def _people(event: Event) -> tuple[UUID, ...]:
    return tuple(row.person_id for row in event.participants)


@in_turn
def cancel(
    desk: Desk, intent: str, event_id: UUID, *, seen: str, reason: str, sees: Iterable[str] = CLOSE_SEES
) -> Done:
    """Cancel a visit: it stays readable as cancelled and its time is free. The reason is kept in our audit trail.

    `sees` are the parts that must be as they were seen. Raises NotAllowed, AppointmentChanged, NotPossible, NotFound,
    IntentRefused, WelkinError.
    """
    begun = changing.begin(desk, event_id)
    event = begun.event
    changing.require_on(desk, "appointment.cancel", event)

    def check() -> None:
        changing.compare(event, seen, sees)
        changing.allow(rules.cancellable, event, desk.now)

    change = Change(
        "appointment.cancel",
        _people(event),
        event_id,
        ("status",),
        reason.strip(),
        {"reason": reason},
        since=begun.since,
    )
    return changing.once(desk, intent, change, check, Act(lambda: desk.client.events.cancel(event_id)), event)


@in_turn
def mark(desk: Desk, intent: str, event_id: UUID, *, seen: str, status: EventStatus) -> Done:
    """Say that a visit took place (COMPLETED) or that the patient did not come (MISSED).

    Raises NotAllowed, AppointmentChanged, NotPossible, NotFound, IntentRefused, WelkinError.
    """
    begun = changing.begin(desk, event_id)
    event = begun.event
    changing.require_on(desk, "appointment.mark", event)

    def check() -> None:
        changing.compare(event, seen, CLOSE_SEES)
        changing.allow(MARKS[status], event, desk.now)

    named, content = ("status", status.value), {"status": status}
    change = Change("appointment.mark", _people(event), event_id, named, content=content, since=begun.since)
    send = Act(lambda: desk.client.events.change(event_id, EventChange(status=status)))
    return changing.once(desk, intent, change, check, send, event)


@in_turn
def unmark(desk: Desk, intent: str, event_id: UUID, *, seen: str) -> Done:
    """Take back what was noted of a visit: it is scheduled again, as the API permits of a past one (welkin-api 7.3).

    For the undo alone (reliability 1.1: a correction). Raises NotAllowed, AppointmentChanged, NotPossible, NotFound,
    IntentRefused, WelkinError.
    """
    begun = changing.begin(desk, event_id)
    event = begun.event
    changing.require_on(desk, "appointment.mark", event)

    def check() -> None:
        changing.compare(event, seen, CLOSE_SEES)
        changing.allow(rules.unmarkable, event, desk.now)

    content = {"status": EventStatus.SCHEDULED}
    change = Change("appointment.unmark", _people(event), event_id, ("status",), content=content, since=begun.since)
    send = Act(lambda: desk.client.events.change(event_id, EventChange(status=EventStatus.SCHEDULED)))
    return changing.once(desk, intent, change, check, send, event)


def attendable(event: Event, now: datetime) -> Reason | None:
    """Who came can be said from the start on, also of a visit that is completed. Leave is no visit."""
    if event.known_status is EventStatus.COMPLETED and not event.is_leave:
        return rules.replaceable(event)
    return (Reason.LEAVE if event.is_leave else None) or rules.completable(event, now) or rules.replaceable(event)


def attending_change(event: Event, person_id: UUID, *, attended: bool) -> EventChange:
    """The list of people as it was read, with the mark of this one row: what is known of all others is not sent."""
    return EventChange(
        participants=tuple(
            ParticipantChange.of(row, attended=attended if row.person_id == person_id else UNSET)
            for row in event.participants
        )
    )


def _others_changed(before: Event, after: Event, but: UUID) -> list[str]:
    """Who else of the visit has another answer or mark than just before, or takes part no longer, or newly."""
    known = {row.person_id: (row.answer, row.attended) for row in before.participants}
    now = {row.person_id: (row.answer, row.attended) for row in after.participants}
    people = dict.fromkeys((*known, *now))
    return [str(person) for person in people if person != but and known.get(person) != now.get(person)]


@in_turn
def attend(desk: Desk, intent: str, event_id: UUID, person_id: UUID, *, attended: bool, seen: str) -> Done:
    """Note whether one participant came. Only this row's mark is sent; `facts["others"]` names the rows that turned
    out different when the visit was read again.

    What others noted since the panel was opened does not stand against it, another time or status does. Raises
    NotAllowed, NotPossible, AppointmentChanged, NothingToChange, NotFound (also for somebody who does not take part),
    IntentRefused, WelkinError.
    """
    begun = changing.begin(desk, event_id)
    event = begun.event
    changing.require_on(desk, "appointment.mark", event)
    row = next((row for row in event.participants if row.person_id == person_id), None)
    if row is None:
        raise NotFound("not a participant")

    def check() -> None:
        changing.compare(event, seen, ATTEND_SEES)
        changing.allow(attendable, event, desk.now)
        if row.attended == attended:
            raise NothingToChange

    def send() -> Event:
        fresh = changing.last_look(desk, event)  # the rows as they are now: who joined meanwhile stays in
        changing.compare(fresh, seen, ATTEND_SEES)
        wanted = attending_change(fresh, person_id, attended=attended)
        return changing.read_again(desk, desk.client.events.change(event_id, wanted))

    def facts(after: Event) -> dict[str, object]:
        return {"attended": attended, "others": _others_changed(event, after, person_id)}

    content = {"person": person_id, "attended": attended}
    change = Change(
        "appointment.attend",
        (person_id,),
        event_id,
        ("attended",),
        content=content,
        since=begun.since,
        beside=_people(event),
    )
    return changing.once(desk, intent, change, check, Act(send, facts), event)


@in_turn
def delete(desk: Desk, intent: str, event_id: UUID, *, seen: str, sees: Iterable[str] = DELETE_SEES) -> Done:
    """Delete a future visit for good. One that has begun would only be cancelled by the API, so it is refused here.

    `sees` are the parts that must be as they were seen. The second submit of a form whose visit is gone tells the first
    outcome. Raises NotAllowed, AppointmentChanged,
    NotPossible, NotFound, IntentRefused, WelkinError.
    """
    send = Act(lambda: desk.client.events.delete(event_id), about=event_id)
    try:
        begun = changing.begin(desk, event_id)
    except NotFound:
        if writes.earlier(desk, intent) is None:
            raise
        return Done(writes.perform(desk, intent, Change("appointment.delete", object_id=event_id), send))
    event = begun.event
    changing.require_on(desk, "appointment.delete", event)

    def check() -> None:
        changing.compare(event, seen, sees)
        changing.allow(rules.deletable, event, desk.now)

    change = Change("appointment.delete", _people(event), event_id, since=begun.since)
    return changing.once(desk, intent, change, check, send, event)


def withdraw(desk: Desk, whole: str, event: Event) -> Outcome:
    """Cancel a visit that our own form made once too often or too late: nobody was told of it.

    `whole` is the form's intent; each surplus visit has a part of its own, so that this may run twice. For the
    reconciler, which acts for the login that sent the form. Raises IntentRefused, WelkinError.
    """
    change = Change("appointment.withdraw", _people(event), event.id, ("status",))
    return writes.perform(desk, _part(desk, whole, event), change, Act(lambda: desk.client.events.cancel(event.id)))


def _part(desk: Desk, whole: str, event: Event) -> str:
    """The intent to take this visit back by: a new one where the last try was refused."""
    first = int(event.id.hex[:5], 16) * WITHDRAWALS
    for number in range(first, first + WITHDRAWALS - 1):
        part = writes.part_of(desk, whole, number)
        before = writes.earlier(desk, part)
        if before is None or before.ending is not Ending.REFUSED:
            return part
    return writes.part_of(desk, whole, first + WITHDRAWALS - 1)
