"""What becomes of a visit: cancelled with a reason, completed, missed, who came, deleted."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from scheduling.domain import rules
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.rules import Reason
from scheduling.welkin import EventChange
from scheduling.welkin.errors import NotFound

from . import changing, writes
from .changing import Act, Done, NothingToChange, Rule
from .desk import Desk
from .writes import Change

CLOSE_SEES = ("when", "host", "status")
DELETE_SEES = ("when", "host", "people", "status")
MARKS: dict[str, Rule] = {EventStatus.COMPLETED: rules.completable, EventStatus.MISSED: rules.missable}


def _people(event: Event) -> tuple[UUID, ...]:
    return tuple(row.person_id for row in event.participants)


def cancel(desk: Desk, intent: str, event_id: UUID, *, seen: str, reason: str) -> Done:
    """Cancel a visit: it stays readable as cancelled and its time is free. The reason is kept in our audit trail.

    Raises NotAllowed, AppointmentChanged, NotPossible, NotFound, IntentRefused, WelkinError.
    """
    event = changing.read(desk, event_id)
    changing.require_on(desk, "appointment.cancel", event)

    def check() -> None:
        changing.compare(event, seen, CLOSE_SEES)
        changing.allow(rules.cancellable, event, desk.now)

    change = Change("appointment.cancel", _people(event), event_id, ("status",), reason.strip(), {"reason": reason})
    return changing.once(desk, intent, change, check, Act(lambda: desk.client.events.cancel(event_id)))


def mark(desk: Desk, intent: str, event_id: UUID, *, seen: str, status: EventStatus) -> Done:
    """Say that a visit took place (COMPLETED) or that the patient did not come (MISSED).

    Raises NotAllowed, AppointmentChanged, NotPossible, NotFound, IntentRefused, WelkinError.
    """
    event = changing.read(desk, event_id)
    changing.require_on(desk, "appointment.mark", event)

    def check() -> None:
        changing.compare(event, seen, CLOSE_SEES)
        changing.allow(MARKS[status], event, desk.now)

    change = Change("appointment.mark", _people(event), event_id, ("status", status.value), content={"status": status})
    send = Act(lambda: desk.client.events.change(event_id, EventChange(status=status)))
    return changing.once(desk, intent, change, check, send)


def attendable(event: Event, now: datetime) -> Reason | None:
    """Who came can be said from the start on, also of a visit that is completed. Leave is no visit."""
    if event.known_status is EventStatus.COMPLETED:
        return Reason.LEAVE if event.is_leave else None
    return rules.completable(event, now)


def attend(desk: Desk, intent: str, event_id: UUID, person_id: UUID, *, attended: bool) -> Done:
    """Note whether one participant came. The list of people is sent as it was just read, with this one row changed.

    Raises NotAllowed, NotPossible, NothingToChange, NotFound (also for somebody who does not take part),
    IntentRefused, WelkinError.
    """
    event = changing.read(desk, event_id)
    changing.require_on(desk, "appointment.mark", event)
    row = next((row for row in event.participants if row.person_id == person_id), None)
    if row is None:
        raise NotFound("not a participant")

    def check() -> None:
        changing.allow(attendable, event, desk.now)
        if row.attended == attended:
            raise NothingToChange

    people = tuple(replace(each, attended=attended) if each is row else each for each in event.participants)
    content = {"person": person_id, "attended": attended}
    change = Change("appointment.attend", (person_id,), event_id, ("attended",), content=content)
    send = Act(
        lambda: desk.client.events.change(event_id, EventChange(participants=people)), lambda _: {"attended": attended}
    )
    return changing.once(desk, intent, change, check, send)


def delete(desk: Desk, intent: str, event_id: UUID, *, seen: str) -> Done:
    """Delete a future visit for good. One that has begun would only be cancelled by the API, so it is refused here.

    The second submit of a form whose visit is gone tells the first outcome. Raises NotAllowed, AppointmentChanged,
    NotPossible, NotFound, IntentRefused, WelkinError.
    """
    send = Act(lambda: desk.client.events.delete(event_id), about=event_id)
    try:
        event = changing.read(desk, event_id)
    except NotFound:
        if writes.earlier(desk, intent) is None:
            raise
        return Done(writes.perform(desk, intent, Change("appointment.delete", object_id=event_id), send))
    changing.require_on(desk, "appointment.delete", event)

    def check() -> None:
        changing.compare(event, seen, DELETE_SEES)
        changing.allow(rules.deletable, event, desk.now)

    change = Change("appointment.delete", _people(event), event_id)
    return changing.once(desk, intent, change, check, send)
