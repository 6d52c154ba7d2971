"""Days and ISO weeks of a zone as real time: 23, 24 or 25 hours a day, 167 to 169 a week."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .interval import Interval
from .zone import clock_reaches, find_zone, instants_of, offset_change, wall

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MIDNIGHT",
    "ClockChange",
    "Row",
    "Week",
    "clock_change",
    "clock_reaches",
    "day_borders",
    "day_interval",
    "days_touched",
    "find_zone",
    "instants_of",
    "parse_day",
    "rows_of",
    "wall",
]

FIRST_YEAR, LAST_YEAR = 1970, 2199
MIDNIGHT = time()
# The last minute of a day stands for midnight: the API has no 24:00 (welkin-api 6.2).
LAST_MINUTE = time(23, 59)
ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
WEEK_TEXT = re.compile(r"([0-9]{4})-W([0-9]{2})")
DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date:
    """The date of "2026-11-23". Raises ValueError for any other form and outside the years 1970 to 2199."""
    if not DAY_TEXT.fullmatch(text):
        raise ValueError(f"not a date like 2026-11-23: {text!r}")
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a date between {FIRST_YEAR} and {LAST_YEAR} is needed")
    return day


def day_borders(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC instants where a local day begins and ends; equal for a day the zone skipped (Apia, 30 December 2011)."""
    return clock_reaches(day, MIDNIGHT, zone), clock_reaches(day + ONE_DAY, MIDNIGHT, zone)


def day_interval(day: date, zone: ZoneInfo) -> Interval:
    """A local day as real time. Raises ValueError for a day that the zone skipped."""
    return Interval(*day_borders(day, zone))


def days_touched(window: Interval, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last local day, both inclusive, that have a part in the window.

    A day that has begun stays begun where the clock steps back over midnight (St John's until 2011, at 00:01).
    """
    first, last = wall(window.start, zone).date(), wall(window.end - INSTANT, zone).date()
    return first, last + ONE_DAY if clock_reaches(last + ONE_DAY, MIDNIGHT, zone) < window.end else last


class ClockChange(NamedTuple):
    """The offsets from UTC before and after the clock changed."""

    before: timedelta
    after: timedelta


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return wall(instant, zone).utcoffset() or timedelta()


def clock_change(day: date, zone: ZoneInfo) -> ClockChange | None:
    """How the clock changes on this local day, None where it does not.

    A jump belongs to the day it shortens, which is the day before where it leads to midnight (Nuuk, from Saturday 23:00
    to Sunday 00:00); a step back over midnight belongs to the day it lengthens. None for a day that the zone skipped.
    """
    start, end = day_borders(day, zone)
    if end - start in (timedelta(), ONE_DAY):
        return None
    before, after = _offset(start - INSTANT, zone), _offset(end - INSTANT, zone)
    return ClockChange(before, after if after != before else _offset(end, zone))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a day on a grid: its real time in UTC, and the wall time printed at its start.

    `repeated`: the clock has shown this label before on this day. `jumped`: the clock changed just before this row,
    forwards or back, so that the label does not follow from the row above.
    """

    start: datetime
    end: datetime
    label: time
    repeated: bool = False
    jumped: bool = False


def rows_of(day: date, zone: ZoneInfo, minutes: int = 15) -> tuple[Row, ...]:
    """The rows of a local day as really lived: 96 quarter hours, 92 or 100 where the clock changes by an hour.

    Rows begin at wall times that are whole multiples of `minutes` after midnight, at the day's start and at a clock
    change; a row that a change cuts is shorter (only where `minutes` does not divide the change). Empty for a day that
    the zone skipped. Raises ValueError for `minutes` outside 1 to 1440.
    """
    if not 1 <= minutes <= 24 * 60:
        raise ValueError("a row lasts between a minute and a day")
    rows: list[Row] = []
    seen: set[time] = set()
    for start, end, jumped in _stretches(day, zone):
        for row_start, row_end in _cut(start, end, _offset(start, zone), timedelta(minutes=minutes)):
            label = wall(row_start, zone).time().replace(fold=0)
            rows.append(Row(row_start, row_end, label, label in seen, jumped and row_start == start))
            seen.add(label)
    return tuple(rows)


def _stretches(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, bool]]:
    """The parts of a day with one offset each: start, end, and whether the clock changed at the start."""
    start, end = day_borders(day, zone)
    if start == end:
        return
    if _offset(start - INSTANT, zone) == _offset(end - INSTANT, zone):
        yield start, end, False
        return
    change = offset_change(start - INSTANT, end - INSTANT, zone)
    yield start, change, False  # nothing where the day begins with the change
    yield change, end, True


def _cut(start: datetime, end: datetime, offset: timedelta, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """A stretch of one offset in pieces that end where the wall time is a multiple of `step` after midnight."""
    shown = (start + offset).replace(tzinfo=None)
    into = (shown - datetime.combine(shown, MIDNIGHT)) % step
    while start < end:
        stop = min(start + step - into, end)
        yield start, stop
        start, into = stop, timedelta()


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """An ISO week, Monday to Sunday. Raises ValueError for one that does not exist or lies outside 1970 to 2199."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"a week between {FIRST_YEAR} and {LAST_YEAR} is needed")
        date.fromisocalendar(self.year, self.number, 1)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    @classmethod
    def parse(cls, text: str) -> "Week":
        """The week of "2026-W48". Raises ValueError for anything else."""
        match = WEEK_TEXT.fullmatch(text)
        if not match:
            raise ValueError(f"not a week like 2026-W48: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: date) -> "Week":
        """The week that holds this date. Raises ValueError past the years 1970 to 2199."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def days(self) -> tuple[date, ...]:
        """The seven dates, Monday first."""
        return tuple(date.fromisocalendar(self.year, self.number, weekday) for weekday in range(1, 8))

    @property
    def previous(self) -> "Week | None":
        """The week before, None at the first one."""
        return self._moved(-ONE_DAY * 7)

    @property
    def next(self) -> "Week | None":
        """The week after, None at the last one."""
        return self._moved(ONE_DAY * 7)

    def _moved(self, by: timedelta) -> "Week | None":
        year, number, _ = (self.days[0] + by).isocalendar()
        return Week(year, number) if FIRST_YEAR <= year <= LAST_YEAR else None

    def interval(self, zone: ZoneInfo) -> Interval:
        """The seven local days as real time: 168 hours, 167 or 169 where the clock changes by an hour."""
        days = self.days
        return Interval(clock_reaches(days[0], MIDNIGHT, zone), clock_reaches(days[-1] + ONE_DAY, MIDNIGHT, zone))
