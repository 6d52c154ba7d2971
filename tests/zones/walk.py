"""A walk along the real minutes with the clock on the wall, and what a day, a week and a shift are along it.

All times here are whole minutes since 1970: `minute` of UTC, `reading` of the clock on the wall. The one rule that
the domain states is taken literally: a wall time is reached in the first minute in which the clock shows it or a
later one.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate, pairwise

from .tzif import Clock

EPOCH = date(1970, 1, 1)
DAY = 24 * 60
Span = tuple[int, int]


def instant_of(minute: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


def day_of(reading: int) -> date:
    return EPOCH + timedelta(days=reading // DAY)


def time_of(reading: int) -> time:
    return time(*divmod(reading % DAY, 60))


def midnight(day: date) -> int:
    """The reading at which a day begins on paper."""
    return (day - EPOCH).days * DAY


def stretches(minutes: Iterable[int]) -> list[Span]:
    """Ascending minutes as the fewest stretches."""
    found: list[Span] = []
    start = end = -1
    for minute in minutes:
        if minute != end:
            found.append((start, end))
            start = minute
        end = minute + 1
    return [*found, (start, end)][1:]


def _positions(minutes: Iterable[int], readings: Iterable[int]) -> dict[int, list[int]]:
    """For each reading the minutes that have it, ascending."""
    found: dict[int, list[int]] = {}
    for minute, reading in zip(minutes, readings, strict=True):
        found.setdefault(reading, []).append(minute)
    return found


@dataclass(frozen=True)
class Walk:
    """Every minute in which the clock may show a time of these days, both inclusive, with a day around them."""

    clock: Clock
    first: date
    last: date

    @cached_property
    def minutes(self) -> range:
        return range(midnight(self.first) - DAY, midnight(self.last) + 2 * DAY)

    @cached_property
    def readings(self) -> list[int]:
        """What the clock shows, minute by minute."""
        return [minute + offset // 60 for minute, offset in zip(self.minutes, self._offsets(), strict=True)]

    def _offsets(self) -> Iterator[int]:
        begin, end = self.minutes.start * 60, self.minutes.stop * 60
        borders = [begin, *(change.at for change in self.clock.all_changes if begin < change.at < end), end]
        for start, stop in pairwise(borders):
            if start % 60:
                raise ValueError("a clock that changes within a minute needs a finer walk")
            yield from [self.clock.offset(start)] * ((stop - start) // 60)

    def reading(self, minute: int) -> int:
        return self.readings[minute - self.minutes.start]

    @cached_property
    def reached(self) -> list[int]:
        """The latest time that the clock has shown so far, minute by minute."""
        return list(accumulate(self.readings, max))

    def showing(self, reading: int) -> list[int]:
        """The minutes in which the clock shows this."""
        return self._shown.get(reading, [])

    @cached_property
    def _shown(self) -> dict[int, list[int]]:
        return _positions(self.minutes, self.readings)

    def reaching(self, reading: int) -> int:
        """The first minute in which the clock shows this or a later time."""
        return self.minutes[bisect_left(self.reached, reading)]

    def day(self, day: date) -> Span:
        """The minutes at which a day begins and ends."""
        return self.reaching(midnight(day)), self.reaching(midnight(day) + DAY)

    def at_work(self, shifts: Iterable[Span]) -> list[tuple[int, int]]:
        """Every minute worked by these shifts of readings, with the time that the clock had reached in it."""
        paper = {reading for start, end in shifts for reading in range(start, end)}
        return [(minute, reading) for reading in sorted(paper) for minute in self._while_reached.get(reading, ())]

    @cached_property
    def _while_reached(self) -> dict[int, list[int]]:
        """The minutes in which this was the latest time shown: many at the start of a repeated hour, none in a gap."""
        return _positions(self.minutes, self.reached)

    def rows(self, day: date, length: int) -> list[tuple[int, int, time, bool, bool]]:
        """The rows of a day: start, end, label, whether the label is there again, whether the clock just changed."""
        start, end = self.day(day)
        shown = {minute: self.reading(minute) for minute in range(start - 1, end)}
        jumps = {minute for minute in range(start, end) if shown[minute] != shown[minute - 1] + 1}
        begins = [m for m in range(start, end) if m == start or m in jumps or shown[m] % DAY % length == 0]
        labels = [time_of(shown[minute]) for minute in begins]
        return [
            (minute, stop, label, label in labels[:number], minute in jumps)
            for number, (minute, stop, label) in enumerate(zip(begins, [*begins[1:], end], labels, strict=True))
        ]
