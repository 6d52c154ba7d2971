"""Where an instant stands on the board: one axis of wall times that all columns share.

The axis counts units of five minutes. A normal day is 288 of them. Where the clock goes back inside a column's day, the
repeated time is put in once for the whole board and the other columns have a seam there; where it goes forward, the
column that jumps has a seam. So a day has as many rows as it really has, and 09:00 stands at one height everywhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduling.domain.interval import Interval
from scheduling.domain.week import clock_change, day_borders, rows_of

UNIT = timedelta(minutes=5)
PER_HOUR = 12
DAY_UNITS = 24 * PER_HOUR


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day with one offset: real time, and the unit of the wall time at its start (before insertions)."""

    start: datetime
    end: datetime
    wall: int

    @property
    def length(self) -> int:
        return units(self.end - self.start)


@dataclass(frozen=True, slots=True)
class Insertion:
    """Repeated time: `length` units that stand after the wall unit `after`, lived on `day` only."""

    day: date
    after: int
    length: int


class SeamKind(StrEnum):
    """Why a stretch of the axis is marked: this day's clock jumped over it, showed it twice, or another day's did."""

    JUMP = "jump"
    AGAIN = "again"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seam:
    """Units of the axis that a day does not have, or has for the second time."""

    first: int
    end: int
    kind: SeamKind


@dataclass(frozen=True, slots=True)
class Scale:
    """One day on the axis: its stretches with the unit at which each begins."""

    day: date
    parts: tuple[tuple[Stretch, int], ...]
    seams: tuple[Seam, ...]
    hours: float
    changes: bool

    def first(self, instant: datetime) -> int:
        """The unit at which something that starts at the instant begins."""
        for stretch, unit in self.parts:
            if instant < stretch.end:
                return unit + max(0, units(instant - stretch.start))
        return self._end()

    def end(self, instant: datetime) -> int:
        """The unit before which something that ends at the instant stops."""
        last = self.parts[0][1] if self.parts else 0
        for stretch, unit in self.parts:
            if instant <= stretch.start:
                return last
            last = unit + min(stretch.length, units(instant - stretch.start))
        return last

    def place(self, when: Interval) -> tuple[int, int]:
        """First unit and end unit; at least one unit long."""
        first = self.first(when.start)
        return first, max(first + 1, self.end(when.end))

    def _end(self) -> int:
        stretch, unit = self.parts[-1]
        return unit + stretch.length


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis at a unit. `repeated`: the clock shows it for the second time."""

    unit: int
    label: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of a board: its length in units, its hours, and the scale of each day."""

    length: int
    ticks: tuple[Tick, ...]
    scales: tuple[Scale, ...]


def units(duration: timedelta) -> int:
    """The nearest whole number of units."""
    return round(duration / UNIT)


def build(days: Sequence[date], zone: ZoneInfo) -> Axis:
    """The axis for these local days side by side."""
    lived = [(day, stretches_of(day, zone)) for day in days]
    insertions = [inserted for day, stretches in lived for inserted in _insertions(day, stretches)]
    length = DAY_UNITS + sum(inserted.length for inserted in insertions)
    scales = tuple(_scale(day, stretches, insertions, length) for day, stretches in lived)
    return Axis(length, tuple(_ticks(insertions)), scales)


def stretches_of(day: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The parts of a local day between clock changes; one on a normal day, none on a day that the zone skipped."""
    start, end = day_borders(day, zone)
    if start >= end:
        return ()
    if not clock_change(day, zone):
        return (Stretch(start, end, 0),)
    rows = rows_of(day, zone, 5)
    cuts = [rows[0], *(row for row in rows[1:] if row.jumped)]
    ends = [row.start for row in cuts[1:]] + [end]
    return tuple(Stretch(row.start, stop, _unit_of(row.label)) for row, stop in zip(cuts, ends, strict=True))


def _unit_of(label: time) -> int:
    return round((label.hour * 60 + label.minute + label.second / 60) / 5)


def _insertions(day: date, stretches: Sequence[Stretch]) -> Iterable[Insertion]:
    """The repeated time of a day: where one stretch ends later on the clock than the next begins."""
    for before, after in pairwise(stretches):
        reached = before.wall + before.length
        if reached > after.wall:
            yield Insertion(day, reached, reached - after.wall)


def _shift(unit: int, insertions: Iterable[Insertion], *, inclusive: bool = True) -> int:
    """The wall unit on the axis; time that stands exactly at an insertion comes after it when `inclusive`."""
    return unit + sum(row.length for row in insertions if row.after < unit or (inclusive and row.after == unit))


def _scale(day: date, stretches: Sequence[Stretch], insertions: Sequence[Insertion], length: int) -> Scale:
    parts: list[tuple[Stretch, int]] = []
    for stretch in stretches:
        parts.extend(_parts(day, stretch, insertions, again=bool(parts) and stretch.wall < _reached(parts)))
    hours = sum((stretch.end - stretch.start for stretch in stretches), timedelta()) / timedelta(hours=1)
    changes = len(stretches) > 1 or (bool(stretches) and hours != 24)
    return Scale(day, tuple(parts), tuple(_seams(day, parts, insertions, length)), hours, changes)


def _reached(parts: Sequence[tuple[Stretch, int]]) -> int:
    stretch = parts[-1][0]
    return stretch.wall + stretch.length


def _parts(
    day: date, stretch: Stretch, insertions: Sequence[Insertion], *, again: bool
) -> Iterable[tuple[Stretch, int]]:
    """The stretch cut where others have repeated time in its middle. `again`: it is itself the repeated time."""
    own = [row for row in insertions if row.day == day]
    others = sorted((row for row in insertions if row.day != day), key=lambda row: row.after)
    start, wall = stretch.start, stretch.wall
    for row in others:
        if wall < row.after < stretch.wall + stretch.length:
            stop = stretch.start + (row.after - stretch.wall) * UNIT
            yield Stretch(start, stop, wall), _place(wall, own, others, again=again)
            start, wall, again = stop, row.after, False
    yield Stretch(start, stretch.end, wall), _place(wall, own, others, again=again)


def _place(wall: int, own: Sequence[Insertion], others: Sequence[Insertion], *, again: bool) -> int:
    """The unit of a wall time on the axis; the second showing of it stands in the inserted time."""
    shifted = _shift(wall, others)
    if again:
        return shifted + sum(row.length for row in own)
    return shifted + sum(row.length for row in own if row.after <= wall)


def _seams(
    day: date, parts: Sequence[tuple[Stretch, int]], insertions: Sequence[Insertion], length: int
) -> Iterable[Seam]:
    """The units between, before and after the parts, and the repeated ones."""
    strange = {_shift(row.after, insertions, inclusive=False) for row in insertions if row.day != day}
    reached = 0
    for stretch, unit in parts:
        if unit > reached:
            yield Seam(reached, unit, SeamKind.OTHER if reached in strange else SeamKind.JUMP)
        reached = unit + stretch.length
    if reached < length:
        yield Seam(reached, length, SeamKind.OTHER if reached in strange else SeamKind.JUMP)
    for row in insertions:
        if row.day == day:
            first = _shift(row.after, insertions, inclusive=False)
            yield Seam(first, first + row.length, SeamKind.AGAIN)


def _ticks(insertions: Sequence[Insertion]) -> Iterable[Tick]:
    for hour in range(24):
        wall = hour * PER_HOUR
        yield Tick(_shift(wall, insertions), f"{hour:02}:00")
    for row in insertions:
        start = _shift(row.after, insertions, inclusive=False)
        first = row.after - row.length
        for unit in range(row.length):
            if (first + unit) % PER_HOUR == 0:
                yield Tick(start + unit, f"{(first + unit) // PER_HOUR % 24:02}:00", repeated=True)


@dataclass(frozen=True, slots=True)
class Visible:
    """The units of the axis that are shown, whole hours; `trimmed` when there are more."""

    first: int
    end: int
    trimmed: bool

    @property
    def length(self) -> int:
        return self.end - self.first

    def clip(self, first: int, end: int) -> tuple[int, int] | None:
        """Row and span of a piece of the axis, counted from the first visible unit; None where it is not shown."""
        start, stop = max(first, self.first), min(end, self.end)
        return (start - self.first, stop - start) if start < stop else None


SHORTEST = 8 * PER_HOUR
USUAL = (8 * PER_HOUR, 18 * PER_HOUR)


def trim(axis: Axis, used: Iterable[tuple[int, int]], *, whole: bool) -> Visible:
    """The hours that somebody works or has visits in, at least eight; the usual ones where nothing is used."""
    if whole:
        return Visible(0, axis.length, trimmed=False)
    spans = list(used) or [USUAL]
    hours = sorted({0, axis.length, *(tick.unit for tick in axis.ticks)})
    low = bisect_right(hours, min(start for start, _end in spans)) - 1
    high = bisect_left(hours, max(end for _start, end in spans))
    while hours[high] - hours[low] < SHORTEST and (low > 0 or high < len(hours) - 1):
        if high < len(hours) - 1:
            high += 1
        if low > 0 and hours[high] - hours[low] < SHORTEST:
            low -= 1
    first, end = hours[low], hours[high]
    return Visible(first, end, trimmed=(first, end) != (0, axis.length))
