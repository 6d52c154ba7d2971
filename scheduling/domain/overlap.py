"""Which visits stand in the same time of the same person. A pure function of what was read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Event
from .interval import Interval
from .occupancy import Use, occupied, use_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Two visits in one person's time, and the part that they share."""

    person_id: UUID
    one: Event
    other: Event
    when: Interval

    @property
    def key(self) -> tuple[UUID, frozenset[UUID]]:
        """What tells one pair from another, whichever of the two comes first."""
        return self.person_id, frozenset((self.one.id, self.other.id))


def _told(event: Event, person: UUID) -> bool:
    """Whether the API itself says that this is the person's. A row that could not be read is there for everybody who
    was asked for, with neither role nor id: it keeps time from being offered and is no proof of an overlap."""
    return person == event.host_id or any(
        row.person_id == person and (row.role or row.id) for row in event.participants
    )


def pairs(calendars: Mapping[UUID, Sequence[Event]], zone: ZoneInfo, now: datetime) -> Iterator[Pair]:
    """Everybody's visits that overlap and are not over at `now`: half-open, so that touching ones never do.

    `calendars` are the events of each person, `zone` the clinic's for all-day events. What is cancelled and leave in
    every state is no visit. One sweep by start for each person.
    """
    for person, events in calendars.items():
        own = [event for event in events if use_of(event, person) is Use.VISIT and _told(event, person)]
        for one, other, shared in _sweep((occupied(event, zone), event) for event in own):
            if shared.end > now:
                yield Pair(person, one, other, shared)


def _sweep(taken: Iterable[tuple[Interval, Event]]) -> Iterator[tuple[Event, Event, Interval]]:
    running: list[tuple[Interval, Event]] = []
    for when, event in sorted(taken, key=lambda row: (row[0], row[1].id)):
        running = [row for row in running if row[0].end > when.start]
        for before, other in running:
            shared = before.clip(when)
            if shared:
                yield other, event, shared
        running.append((when, event))
