"""Group sessions: how many patients fit into one, how many places are left, and who may still join (design 9).

The number of places is ours: it stands in `additionalInfo.capacity`, which the API keeps without looking at it. So it
is read with care: what is no whole number of at least 1 is no capacity at all, and nobody joins such a session.
"""

from datetime import datetime
from uuid import UUID

from .event import Event, EventType
from .rules import Reason, answerable, replaceable

CAPACITY = "capacity"
# More digits than any room has places; a longer number is a mistake, and slow to read.
MOST_DIGITS = 9


def capacity_of(event: Event) -> int | None:
    """The places for patients: a whole number of at least 1, as a number or as digits; None where none is known."""
    value = event.additional.get(CAPACITY)
    if isinstance(value, str) and len(value) <= MOST_DIGITS and value.isascii() and value.isdigit():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None


def places_taken(event: Event) -> int:
    """How many patients take part; one who stands in several rows counts once."""
    return len({row.person_id for row in event.patients})


def places_left(event: Event) -> int | None:
    """How many more patients fit in, never below 0; None where no capacity is known."""
    capacity = capacity_of(event)
    return None if capacity is None else max(0, capacity - places_taken(event))


def open_to_more(event: Event, now: datetime) -> Reason | None:
    """Why nobody more can join this event now, or None: a scheduled group session that has not ended and has a place.

    The list of people is sent again when somebody joins, so it must have been read whole (welkin-api 7.3).
    """
    if event.known_type is not EventType.GROUP_THERAPY:
        return Reason.NOT_GROUP
    return answerable(event, now) or replaceable(event) or _full(event)


def joinable(event: Event, patient_id: UUID, now: datetime) -> Reason | None:
    """Why this patient cannot join this event now, or None. Whether they are free then is not looked at here."""
    refused = open_to_more(event, now)
    if refused in (None, Reason.FULL, Reason.NO_CAPACITY) and event.involves(patient_id):
        return Reason.TAKES_PART
    return refused


def _full(event: Event) -> Reason | None:
    left = places_left(event)
    if left is None:
        return Reason.NO_CAPACITY
    return None if left else Reason.FULL
