"""Half-open stretches of real time as values, and the small algebra on them.

Everything is UTC inside: aware datetimes of one zone compare by wall clock, so on the night of a clock change the
first 01:30 would sort after the second 01:15. A zone is a parameter of the functions that need one, never a field.
The sweeps themselves are those of `spans.py`, which the engine runs on whole seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import spans


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """A stretch of real time in UTC, start included, end excluded.

    Raises ValueError for a naive time and for an end that is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs times with a zone")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Whole minutes, rounded down."""
        return int(self.duration.total_seconds() // 60)

    @property
    def outer(self) -> tuple[int, int]:
        """As a span of whole seconds that holds all of it: for time that is taken, where a doubt makes it longer."""
        return spans.seconds(self.start), spans.seconds_up(self.end)

    @property
    def inner(self) -> tuple[int, int]:
        """As a span of whole seconds that lies within it: for time that may be given. Empty for a part of a second."""
        return spans.seconds_up(self.start), spans.seconds(self.end)

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def covers(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end

    def clip(self, window: "Interval") -> "Interval | None":
        """The part inside the window, or None where they do not meet."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return Interval(start, end) if start < end else None

    def shifted(self, by: timedelta) -> "Interval":
        return Interval(self.start + by, self.end + by)


def of_seconds(pairs: Iterable[tuple[int, int]]) -> tuple[Interval, ...]:
    """Spans of whole seconds since 1970 as intervals."""
    return tuple(Interval(spans.instant(start), spans.instant(end)) for start, end in pairs)


def _pairs(intervals: Iterable[Interval]) -> list[tuple[datetime, datetime]]:
    return spans.merge((interval.start, interval.end) for interval in intervals)


def _intervals(pairs: Iterable[tuple[datetime, datetime]]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in pairs)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time as the fewest intervals, sorted; touching ones become one."""
    return _intervals(_pairs(intervals))


def intersect(some: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """The time that lies in both, sorted and merged."""
    return _intervals(spans.intersect(_pairs(some), _pairs(others)))


def subtract(some: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The time of `some` that lies in none of `holes`, sorted and merged."""
    return _intervals(spans.subtract(_pairs(some), _pairs(holes)))


def clip(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """The parts of the intervals that lie inside the window, sorted and merged."""
    return _intervals(spans.clip(_pairs(intervals), (window.start, window.end)))


def total(intervals: Iterable[Interval]) -> timedelta:
    """How long the intervals last together; time covered twice counts once."""
    return sum((end - start for start, end in _pairs(intervals)), timedelta())
