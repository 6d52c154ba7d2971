"""What may still be done with an event: each rule takes it and the time, and gives a reason why not, or None.

The status machine (reliability.md 1.1): a SCHEDULED visit moves, is answered, completed, missed or cancelled. What is
COMPLETED, MISSED or CANCELLED stays so: a correction and the undo of a cancel are use cases of their own. An unknown
status is shown as it came and is read-only. Words for the reasons are the screen's business.
"""

from datetime import datetime
from enum import StrEnum

from .event import Event, EventStatus
from .occupancy import GREENWICH, occupied


class Reason(StrEnum):
    """Why something is not allowed: four speak of the status, then the time, type, reading, groups, and leave."""

    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    MISSED = "MISSED"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    NOT_CANCELLED = "NOT_CANCELLED"
    NOT_MARKED = "NOT_MARKED"
    NOT_STARTED = "NOT_STARTED"
    NOT_ENDED = "NOT_ENDED"
    STARTED = "STARTED"
    ENDED = "ENDED"
    LEAVE = "LEAVE"
    NOT_WHOLE = "NOT_WHOLE"
    NOT_GROUP = "NOT_GROUP"
    NO_CAPACITY = "NO_CAPACITY"
    FULL = "FULL"
    TAKES_PART = "TAKES_PART"
    NOBODY_ASKED = "NOBODY_ASKED"


def _settled(event: Event) -> Reason | None:
    """The reason that lies in the status alone; None for a scheduled event."""
    status = event.known_status
    if status is EventStatus.SCHEDULED:
        return None
    return Reason(status) if status else Reason.UNKNOWN_STATUS


def movable(event: Event, now: datetime) -> Reason | None:
    """To another time or clinician. A past one too, as long as nobody said what became of it (welkin-api 7.3).

    The list of people is sent again with it, so it must have been read whole.
    """
    return _settled(event) or replaceable(event)


def replaceable(event: Event) -> Reason | None:
    """Whether the list of people and `additional` may be sent: they replace what is there (welkin-api 7.3)."""
    return None if event.whole else Reason.NOT_WHOLE


def cancellable(event: Event, now: datetime) -> Reason | None:
    """Cancelling keeps the row. A past visit that was never marked may be cancelled as well (welkin-api 7.3)."""
    return _settled(event)


def deletable(event: Event, now: datetime) -> Reason | None:
    """Only future events can be deleted; the API turns the delete of one that has begun into a cancel (7.3)."""
    if event.when.start <= now:
        return Reason.STARTED
    settled = _settled(event)
    return None if settled is Reason.CANCELLED else settled


def restorable(event: Event, now: datetime) -> Reason | None:
    """A cancelled visit that is not over can be scheduled again, by the undo of its cancel alone (design 5.6)."""
    status = event.known_status
    if status is not EventStatus.CANCELLED:
        return Reason.NOT_CANCELLED if status else Reason.UNKNOWN_STATUS
    return Reason.ENDED if event.when.end <= now else None


def unmarkable(event: Event, now: datetime) -> Reason | None:
    """What was noted of it can be taken back, by the undo of that mark alone (reliability 1.1, a correction)."""
    status = event.known_status
    if status in (EventStatus.COMPLETED, EventStatus.MISSED):
        return None
    return Reason.NOT_MARKED if status is EventStatus.SCHEDULED else _settled(event)


def answerable(event: Event, now: datetime) -> Reason | None:
    """An invitation can be answered until the event has ended; one of whole days when its host's days are over."""
    return _settled(event) or (Reason.ENDED if occupied(event, GREENWICH).end <= now else None)


def completable(event: Event, now: datetime) -> Reason | None:
    """A visit that has begun. Leave is no visit."""
    return _outcome_refused(event) or (Reason.NOT_STARTED if now < event.when.start else None)


def missable(event: Event, now: datetime) -> Reason | None:
    """A visit that has ended: until then the patient may still come. Leave is no visit."""
    return _outcome_refused(event) or (Reason.NOT_ENDED if now < event.when.end else None)


def _outcome_refused(event: Event) -> Reason | None:
    return _settled(event) or (Reason.LEAVE if event.is_leave else None)
