"""Our own claims on people's time, and how they stand to what a reading of the calendar shows (design 5.2).

A claim begins before the API is asked and ends when the calendar itself has shown what became of it. Until then it
counts beside the reading: a reading may come from a back end that lags, and an unknown outcome is in no reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .event import Event
from .interval import Interval

NEW = "intent:"
MARK = "daybook-"
CONFIRMED = "confirmed"
# Where the marker stands besides `externalId`, which not every tenant's API keeps.
MARKER = "marker"


def marker_of(intent: str) -> str:
    """What a visit that we create carries, so that it is found again. It says nothing about anybody."""
    return f"{MARK}{intent}"


def carries(event: Event, intent: str) -> bool:
    """Whether this event was created by the form with this intent."""
    return marker_of(intent) in (event.external_id, event.detail(MARKER))


def visit_key(event_id: UUID | None, intent: str) -> str:
    """What tells one visit from another: its id, or while it has none the intent that creates it."""
    return str(event_id) if event_id else f"{NEW}{intent}"


@dataclass(frozen=True, slots=True)
class Hold:
    """One person's time that a visit of ours takes. `state` is one of the live ones of the ledger.

    `updated_at` is the API's own time of the change that confirmed it, None where it told none.
    """

    person_id: UUID
    when: Interval
    visit: str
    state: str
    intent: str
    overridden: bool
    updated_at: datetime | None
    changed_at: datetime

    @property
    def event_id(self) -> UUID | None:
        """The visit; None while it is being created."""
        return None if self.visit.startswith(NEW) else UUID(self.visit)

    @property
    def confirmed(self) -> bool:
        return self.state == CONFIRMED

    def is_of(self, event: Event) -> bool:
        return event.id == self.event_id if self.event_id else carries(event, self.intent)

    def stands_in(self, event: Event) -> bool:
        """Whether the event, which is this visit, takes this person's time here."""
        covered = event.all_day or (event.when.start <= self.when.start and self.when.end <= event.when.end)
        return event.live and event.involves(self.person_id) and covered


def _newer(event: Event, hold: Hold) -> bool:
    return bool(event.updated_at and hold.updated_at and event.updated_at > hold.updated_at)


def is_over(hold: Hold, event: Event | None, long_ago: datetime) -> bool:
    """Whether a reading shows that the visit does not stand here any more.

    `event` is the visit as it was read, None where it was not there. What is newer than our own change is believed at
    once; anything else only about claims that have not changed since `long_ago`, for a back end may lag so far.
    """
    if not hold.confirmed or (event is not None and hold.stands_in(event)):
        return False
    return hold.changed_at < long_ago or (event is not None and _newer(event, hold))


def sorted_out(
    holds: Iterable[Hold], events: Sequence[Event], long_ago: datetime
) -> tuple[tuple[Hold, ...], tuple[Hold, ...]]:
    """The claims that count beside a reading, and those that it shows to be over.

    A claim whose visit stands in the reading at this place is in neither: the reading speaks for it.
    """
    by_id: Mapping[UUID, Event] = {event.id: event for event in events}
    counting, over = [], []
    for hold in holds:
        event = by_id.get(hold.event_id) if hold.event_id else next((one for one in events if hold.is_of(one)), None)
        if is_over(hold, event, long_ago):
            over.append(hold)
        elif event is None or not hold.stands_in(event):
            counting.append(hold)
    return tuple(counting), tuple(over)


def unseen(holds: Iterable[Hold], events: Sequence[Event], long_ago: datetime) -> tuple[Hold, ...]:
    """The claims that a reading does not show yet: to be laid over it as time that is taken.

    `long_ago`: a back end lags no further behind than this moment.
    """
    return sorted_out(holds, events, long_ago)[0]


def times_of(holds: Iterable[Hold]) -> dict[UUID, list[Interval]]:
    """The claimed time of each person."""
    found: dict[UUID, list[Interval]] = {}
    for hold in holds:
        found.setdefault(hold.person_id, []).append(hold.when)
    return found
