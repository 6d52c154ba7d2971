"""One clinician's time in stretches in which nothing changes, and the visits that meet it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from ..availability import ClinicianTime
from ..event import Event, EventStatus, EventType
from ..interval import Interval
from ..occupancy import Use, occupied, use_of
from ..spans import instant, seconds
from ..week import ONE_DAY, day_borders, days_touched

HOURS, CLOSED, LEAVE, CLAIMED, MIDNIGHT = "hours", "closed", "leave", "claimed", "midnight"
LATE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Atom:
    """A stretch of one clinician's time, in seconds since 1970, that lies within one day of the clinic.

    `worked` by the work hours, `closed` by a closure or public holiday, `leave` granted, `claimed` by a change of ours
    whose outcome is not known. `visits` are the live ones there, the one that began first in front.
    """

    person: UUID
    start: int
    end: int
    worked: bool
    closed: bool
    leave: bool
    claimed: bool
    visits: tuple[Event, ...]

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def offered(self) -> bool:
        """Leave does not lessen what is offered; closures and public holidays do."""
        return self.worked and not self.closed

    @property
    def missed(self) -> bool:
        """All visits there were missed: the time was held for nobody else."""
        return bool(self.visits) and all(row.known_status is EventStatus.MISSED for row in self.visits)

    @property
    def completed(self) -> bool:
        return any(row.known_status is EventStatus.COMPLETED for row in self.visits)

    @property
    def heads(self) -> int:
        """How many patients sit in the group sessions there; 0 where there is none."""
        groups = (row for row in self.visits if row.known_type is EventType.GROUP_THERAPY)
        return sum(max(1, len(row.patients)) for row in groups)

    @property
    def when(self) -> Interval:
        return Interval(instant(self.start), instant(self.end))


@dataclass(frozen=True, slots=True)
class Case:
    """One event of a clinician that meets the period, cancelled ones too, leave not: what is counted, not measured.

    `start` and `end` are the seconds of its real time: of an all-day one the whole local days that it means. `at` is
    the second in which it begins, or the period does. `cancelled_at`: when it was cancelled, where that is known.
    """

    person: UUID
    event: Event
    at: int
    start: int
    end: int
    cancelled_at: datetime | None = None

    @property
    def status(self) -> str:
        """The known status; an unknown one as it came."""
        return str(self.event.known_status or self.event.status)

    @property
    def cancelled_late(self) -> bool:
        """Less than a day before it would have begun (design 9).

        The API tells only when an event last changed: that stands in where nothing else is known.
        """
        changed = self.cancelled_at or self.event.updated_at
        return not self.event.live and changed is not None and changed > instant(self.start) - LATE

    @property
    def lead(self) -> timedelta | None:
        """From being made until it begins; None where the API does not say when, or it was made afterwards."""
        made, begins = self.event.created_at, instant(self.start)
        return begins - made if made and made <= begins else None


def midnights(window: Interval, zone: ZoneInfo) -> tuple[int, ...]:
    """The seconds inside the window at which a day of the clinic begins."""
    first, last = days_touched(window, zone)
    days = (first + ONE_DAY * number for number in range((last - first).days + 1))
    starts = (seconds(day_borders(day, zone)[0]) for day in days)
    begin, end = window.outer
    return tuple(start for start in starts if begin < start < end)


def atoms_of(time: ClinicianTime, days: Iterable[int]) -> list[Atom]:
    """The stretches of this clinician's window that are worked, closed or booked, by time. `days` cut them as well."""
    marks = sorted(_marks(time, days), key=lambda mark: mark[0])
    found, counts, visits = [], dict.fromkeys((HOURS, CLOSED, LEAVE, CLAIMED), 0), list[Event]()
    for number, (at, step, what) in enumerate(marks):
        if isinstance(what, Event):
            _take(visits, what, step, time.zone)
        elif what in counts:
            counts[what] += step
        until = marks[number + 1][0] if number + 1 < len(marks) else at
        if until > at and (counts[HOURS] or visits):
            found.append(_atom(time.user.id, at, until, counts, visits))
    return found


def _atom(person: UUID, start: int, end: int, counts: dict[str, int], visits: Sequence[Event]) -> Atom:
    worked = counts[HOURS] > 0
    return Atom(
        person, start, end, worked, worked and counts[CLOSED] > 0, counts[LEAVE] > 0, counts[CLAIMED] > 0, tuple(visits)
    )


def _take(visits: list[Event], event: Event, step: int, zone: ZoneInfo) -> None:
    if step < 0:
        visits.remove(event)
        return
    visits.append(event)
    if len(visits) > 1:
        visits.sort(key=lambda row: (occupied(row, zone).start, row.id.int))


def _marks(time: ClinicianTime, days: Iterable[int]) -> Iterator[tuple[int, int, str | Event]]:
    """When what begins (+1) and ends (-1); an end and a beginning at one second leave nothing between them."""
    for day in days:
        yield day, 0, MIDNIGHT
    everything = (
        (HOURS, time.hours.intervals),
        (CLOSED, [row.when for row in time.closures]),
        (LEAVE, time.leave),
        (CLAIMED, time.claims),
    )
    for name, spans in everything:
        for span in spans:
            yield from _both(span, time.window, name)
    for event in time.events:
        if use_of(event, time.user.id) is Use.VISIT:
            yield from _both(occupied(event, time.zone), time.window, event)


def _both(span: Interval, window: Interval, what: str | Event) -> Iterator[tuple[int, int, str | Event]]:
    first, last = max(span.outer[0], window.outer[0]), min(span.outer[1], window.outer[1])
    if first < last:
        yield first, 1, what
        yield last, -1, what


def cases_of(time: ClinicianTime) -> list[Case]:
    """The events of this clinician that are counted, by time."""
    begin = seconds(time.window.start)
    rows = ((event, occupied(event, time.zone).outer) for event in time.events if not event.is_leave)
    return [Case(time.user.id, event, max(begin, start), start, end) for event, (start, end) in rows]


def moment(at: int) -> datetime:
    """A second since 1970 as an instant in UTC."""
    return instant(at)
