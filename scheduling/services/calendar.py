"""Reads the calendar: work hours and events of some people in one window, as availability. Two calls, never N."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.work_hours import WorkHours

from .desk import Desk

# An all-day event takes whole local days, more than its own times say: ask a day more on both sides.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the API said.

    `unreadable` counts rows that could not be read, `complete` is False where rows may be missing: in either case
    nothing may be called free.
    """

    window: Interval
    times: Mapping[UUID, ClinicianTime]
    records: tuple[WorkHours, ...]
    events: tuple[Event, ...]
    unreadable: int
    complete: bool
    read_at: datetime

    @property
    def trustworthy(self) -> bool:
        """Whether every row is here and was read whole; only then may anything be called free."""
        return self.complete and not self.unreadable


def widened(window: Interval) -> Interval:
    return Interval(window.start - MARGIN, window.end + MARGIN)


def read(desk: Desk, people: Sequence[User], window: Interval, *, cancelled: bool = True) -> Reading:
    """Hours and events of these people. `cancelled` brings cancelled events too. Raises WelkinError."""
    ids = [user.id for user in people]
    hours = desk.client.hours.find(ids, window)
    events = desk.client.events.find(widened(window), participant_ids=ids, include_cancelled=cancelled)
    own = by_person(events.rows)
    times = {
        user.id: clinician_time(user, hours.rows, own.get(user.id, ()), window, clinic_zone=desk.clinic_zone)
        for user in people
    }
    unreadable, complete = hours.unreadable + events.unreadable, hours.complete and events.complete
    return Reading(window, times, hours.rows, events.rows, unreadable, complete, desk.now)


def by_person(events: Iterable[Event]) -> Mapping[UUID, Sequence[Event]]:
    """The events of each person in the order given, so that a board of many people looks at each event once."""
    found: defaultdict[UUID, list[Event]] = defaultdict(list)
    for event in events:
        for person_id in {event.host_id, *(row.person_id for row in event.participants)}:
            if person_id:
                found[person_id].append(event)
    return found
