"""Half-open stretches of real time and the small algebra on them.

Everything is UTC inside: aware datetimes of one zone compare by wall clock, so on the night of a clock change the
first 01:30 would sort after the second 01:15. A zone is a parameter of the functions that need one, never a field.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


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


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time as the fewest intervals, sorted; touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return tuple(merged)


def intersect(some: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """The time that lies in both, sorted and merged."""
    left, right = merge(some), merge(others)
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        part = left[i].clip(right[j])
        if part:
            common.append(part)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(some: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The time of `some` that lies in none of `holes`, sorted and merged."""
    cuts = merge(holes)
    left: list[Interval] = []
    i = 0
    for interval in merge(some):
        start = interval.start
        while i < len(cuts) and cuts[i].start < interval.end:
            if cuts[i].start > start:
                left.append(Interval(start, cuts[i].start))
            start = max(start, cuts[i].end)
            if start >= interval.end:
                break  # this cut may reach into the next interval
            i += 1
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return tuple(left)


def clip(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """The parts of the intervals that lie inside the window, sorted and merged."""
    return intersect(intervals, [window])


def total(intervals: Iterable[Interval]) -> timedelta:
    """How long the intervals last together; time covered twice counts once."""
    return sum((interval.duration for interval in merge(intervals)), timedelta())
