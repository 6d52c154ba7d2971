"""Reads the calendar for pages: hours and events of some people in one window, as availability. Two calls, never N.

What is kept of an earlier reading may answer (kept.py); our own latest changes and open claims are laid over it.
Nothing that books reads here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.claim import Hold, times_of, unseen
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.timetable import Closure
from scheduling.domain.work_hours import WorkHours

from . import claims, closures
from .desk import Desk
from .kept import Age, Reads

# An all-day event takes whole local days, more than its own times say: ask a day more on both sides.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the API said, now or at `age.read_at`.

    `unreadable` counts rows that could not be read, `complete` is False where rows may be missing: in either case
    nothing may be called free. `holds` are our own open claims that the reading does not show yet; they take time.
    `shut` is what is closed for each person in all of what was asked, not in the window alone.
    """

    window: Interval
    times: Mapping[UUID, ClinicianTime]
    records: tuple[WorkHours, ...]
    events: tuple[Event, ...]
    unreadable: int
    complete: bool
    age: Age
    holds: tuple[Hold, ...] = ()
    shut: Mapping[UUID, tuple[Closure, ...]] = field(default_factory=dict)

    @property
    def read_at(self) -> datetime:
        return self.age.read_at

    @property
    def trustworthy(self) -> bool:
        """Whether every row is here and was read whole; only then may anything be called free."""
        return self.complete and not self.unreadable


def widened(window: Interval) -> Interval:
    return Interval(window.start - MARGIN, window.end + MARGIN)


def read(
    desk: Desk,
    people: Sequence[User],
    window: Interval,
    *,
    cancelled: bool = True,
    reads: Reads | None = None,
    span: Interval | None = None,
) -> Reading:
    """Hours and events of these people. `cancelled` brings cancelled events too. `reads`: the other reads of the page.

    `span` is a longer stretch around the window: records and events are then those of all of it, in the same calls.

    Raises WelkinError where the API does not answer and nothing is kept.
    """
    ids = [user.id for user in people]
    reads = reads or Reads(desk)
    asked = span or window
    hours = reads.hours(ids, asked)
    events = reads.events(widened(asked), ids, cancelled=cancelled)
    # How far a back end may lag is counted from when it was asked, which may be a while ago.
    holds = unseen(claims.held(desk, ids, window), events.rows, claims.long_ago(reads.age.read_at))
    own, claimed = by_person(events.rows), times_of(holds)
    shut = closures.for_people(desk, ids, asked)
    times = {
        user.id: clinician_time(
            user,
            hours.rows,
            own.get(user.id, ()),
            window,
            clinic_zone=desk.clinic_zone,
            closures=shut[user.id],
            claims=claimed.get(user.id, ()),
        )
        for user in people
    }
    unreadable, complete = hours.unreadable + events.unreadable, hours.complete and events.complete
    return Reading(window, times, hours.rows, events.rows, unreadable, complete, reads.age, holds, shut)


def by_person(events: Iterable[Event]) -> Mapping[UUID, Sequence[Event]]:
    """The events of each person in the order given, so that a board of many people looks at each event once."""
    found: defaultdict[UUID, list[Event]] = defaultdict(list)
    for event in events:
        for person_id in {event.host_id, *(row.person_id for row in event.participants)}:
            if person_id:
                found[person_id].append(event)
    return found
