"""One clinician's week visit by visit: what the API's summary counts of it, what we do, and by which rule they differ.

The sums are the API's event hours as its rules say them (welkin-api 9: live events clipped to the window, leave among
them, two at once added up) and our booked time. What the API really said may differ from its rules: that is told as a
rest that no visit explains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from scheduling.domain.availability import ClinicianTime
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval, intersect, merge, subtract, total
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.week import Week
from scheduling.welkin.errors import NotFound

from .desk import Desk
from .summary import Row, read

NOTHING = timedelta()
HOUR = timedelta(hours=1)


class Rule(StrEnum):
    """Why a visit counts as it does. Only the first four make a difference in hours."""

    LEAVE = "LEAVE"
    OVERLAP = "OVERLAP"
    ALL_DAY = "ALL_DAY"
    CANCELLED = "CANCELLED"
    CLIPPED = "CLIPPED"
    NO_STATUS = "NO_STATUS"
    OUTSIDE = "OUTSIDE"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what either side counts of it, how much of ours lies outside the offered hours, and the rules."""

    event: Event
    theirs: timedelta
    ours: timedelta
    outside: timedelta
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The entries of a week by time. `rest`: their hours less the sum of the entries, None where they gave none."""

    row: Row
    week: Week
    entries: tuple[Entry, ...]
    rest: timedelta | None

    @property
    def theirs(self) -> timedelta:
        return sum((entry.theirs for entry in self.entries), NOTHING)

    @property
    def ours(self) -> timedelta:
        return sum((entry.ours for entry in self.entries), NOTHING)


def explain(desk: Desk, week: Week, person_id: UUID) -> Explained:
    """The week of one clinician whose figures the login may see. Raises NotAllowed, NotFound, WelkinError."""
    row = next((row for row in read(desk, week).rows if row.user.id == person_id), None)
    if row is None:
        raise NotFound("nobody of these")
    entries = tuple(_entries(row.time))
    told = row.comparison.theirs.event_hours.value if row.comparison else None
    rest = None if told is None else HOUR * told - sum((entry.theirs for entry in entries), NOTHING)
    return Explained(row, week, entries, rest)


def _entries(time: ClinicianTime) -> Iterator[Entry]:
    """By time: what an earlier visit has covered already is not counted again by us."""
    offered = subtract(time.hours.intervals, (closure.when for closure in time.closures))
    covered: tuple[Interval, ...] = ()
    for event in time.events:
        visit = use_of(event, time.user.id) is Use.VISIT
        whole = occupied(event, time.zone).clip(time.window) if visit else None
        fresh = subtract((whole,), covered) if whole else ()
        covered = merge((*covered, *fresh))
        clipped = event.when.clip(time.window) if event.live else None
        theirs, ours = clipped.duration if clipped else NOTHING, total(fresh)
        outside = ours - total(intersect(fresh, offered))
        yield Entry(event, theirs, ours, outside, tuple(_rules(event, time.window, whole, ours, outside)))


def _rules(
    event: Event, window: Interval, whole: Interval | None, ours: timedelta, outside: timedelta
) -> Iterator[Rule]:
    if not event.live:
        yield Rule.CANCELLED
    elif event.is_leave:
        yield Rule.LEAVE
    if whole and ours < whole.duration:
        yield Rule.OVERLAP
    if whole and event.all_day:
        yield Rule.ALL_DAY
    if not window.covers(event.when):
        yield Rule.CLIPPED
    if not event.status:
        yield Rule.NO_STATUS
    if outside:
        yield Rule.OUTSIDE
