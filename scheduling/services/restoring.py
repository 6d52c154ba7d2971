"""Undo of a cancel: the same visit is scheduled again, if its time is still free (design 5.6).

Nothing else may make a cancelled visit live: its time was given up, and others may have been told that it is free.
"""

from datetime import datetime
from uuid import UUID

from scheduling.domain.conflict import Placement
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.occupancy import occupied
from scheduling.domain.rules import Reason, restorable
from scheduling.welkin import EventChange

from . import changing, overlaps, placing
from .appointments import staff_moved
from .changing import Act, Done, in_turn
from .desk import Desk
from .placing import Checked, Place
from .writes import Change

RESTORE = "appointment.restore"
RESTORE_SEES = ("when", "host", "people", "status")


def placement_of(desk: Desk, event: Event) -> Placement:
    """Where the visit stood, with all who took part."""
    staff = staff_moved(event)
    others = tuple(person for person in staff if person != event.host_id)
    host = (event.host_id,) if event.host_id else ()
    patients = tuple(row.person_id for row in event.patients)
    return Placement(occupied(event, desk.clinic_zone), (*host, *others), patients, event.id, event.type)


def check(desk: Desk, event: Event) -> Checked:
    """What stands by now against the visit's being scheduled again. Two calls. Raises NotFound, WelkinError."""
    return placing.check(desk, placement_of(desk, event))


def require(desk: Desk, event: Event) -> None:
    """Raise NotAllowed unless the login may both cancel it and book in everybody's calendar."""
    changing.require_on(desk, "appointment.cancel", event)
    desk.require("appointment.book", *staff_moved(event))


def refused(event: Event, now: datetime) -> Reason | None:
    """Why it cannot be scheduled again: it is not cancelled, or its time is over."""
    return restorable(event, now)


@in_turn
def restore(desk: Desk, intent: str, event_id: UUID, *, seen: str, reason: str = "") -> Done:
    """Schedule a cancelled visit again. `reason` says why, where something stands against it by now.

    Raises NotAllowed, AppointmentChanged (OthersUnderWay too), NotPossible, PlacementRejected, NotFound, IntentRefused,
    LedgerBusy, WelkinError.
    """
    begun = changing.begin(desk, event_id)
    event = begun.event
    require(desk, event)
    place = Place(desk, placement_of(desk, event), reason)

    def judge() -> None:
        changing.compare(event, seen, RESTORE_SEES)
        changing.allow(restorable, event, desk.now)
        place.accept()

    people = tuple(row.person_id for row in event.participants)
    content = {"status": EventStatus.SCHEDULED, "reason": reason.strip()}
    change = Change(RESTORE, people, event_id, ("status",), reason.strip(), content, place.wanted, begun.since)
    send = Act(
        lambda: desk.client.events.change(event_id, EventChange(status=EventStatus.SCHEDULED)),
        lambda _: {"over": place.over},
    )
    return changing.once(desk, intent, change, judge, send, event, overlaps.looking(desk, place.people))
