"""Times of a working day as minutes after midnight: typed, shown, and as the API writes them."""

import re
from collections.abc import Iterable
from datetime import time

from scheduling.domain.pattern import DAY as MIDNIGHT
from scheduling.domain.pattern import WEEKDAYS as WEEK
from scheduling.domain.pattern import Span
from scheduling.domain.week import LAST_MINUTE
from scheduling.domain.work_hours import DayHours

__all__ = (
    "MIDNIGHT",
    "WEEK",
    "Minutes",
    "as_time",
    "minutes_of",
    "read_clock",
    "read_span",
    "senseless",
    "shown_of",
    "span_of",
    "write_clock",
    "write_span",
)

CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?")

Minutes = Span


def read_clock(text: str) -> int | None:
    """Minutes after midnight of `9`, `900`, `9:00`, `09.00` or `24:00`; None for anything else."""
    match = CLOCK.fullmatch("".join(text.split()))
    if not match:
        return None
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= MIDNIGHT else None


def write_clock(minutes: int) -> str:
    """`09:00`; midnight is 24:00, and what lies beyond it the time of the next day."""
    shown = minutes if minutes <= MIDNIGHT else minutes - MIDNIGHT
    return f"{shown // 60:02}:{shown % 60:02}"


def read_span(start: str, end: str) -> Minutes | None:
    """The interval of two typed times; one that ends before it begins goes on past midnight. None for no interval."""
    first, last = read_clock(start), read_clock(end)
    if first is None or last is None or first == MIDNIGHT or first == last > 0:
        return None
    return (first, last or MIDNIGHT) if first < (last or MIDNIGHT) else (first, last + MIDNIGHT)


def write_span(span: Minutes) -> str:
    """`09:00–12:00`."""
    return f"{write_clock(span[0])}–{write_clock(span[1])}"


def minutes_of(clock: time) -> int:
    """Minutes after midnight; 23:59 and later is midnight."""
    return MIDNIGHT if clock >= LAST_MINUTE else clock.hour * 60 + clock.minute


def as_time(minutes: int) -> time:
    """The wall time as the API takes it: midnight at the end of a day is 23:59."""
    return LAST_MINUTE if minutes == MIDNIGHT else time(minutes // 60, minutes % 60)


def span_of(entry: DayHours) -> Minutes | None:
    """An entry as the form shows it; None for a day off, and for one that counts for nothing: it ends no later than
    it begins (design 4), or within the same minute."""
    if entry.start is None or entry.end is None or entry.end <= entry.start:
        return None
    span = minutes_of(entry.start), minutes_of(entry.end)
    return span if span[0] < span[1] else None


def shown_of(days: Iterable[DayHours], weekday: int) -> tuple[Minutes, ...]:
    """The intervals of a weekday as the form shows them: sorted, equal ones once; none for what is off."""
    spans = (span_of(entry) for entry in days if entry.day == weekday)
    return tuple(sorted({span for span in spans if span}))


def senseless(days: Iterable[DayHours], weekday: int) -> tuple[str, ...]:
    """The entries of a weekday that are not shown because they count for nothing, as `09:00–00:00`."""
    entries = (entry for entry in days if entry.day == weekday and span_of(entry) is None)
    return tuple(f"{entry.start:%H:%M}–{entry.end:%H:%M}" for entry in entries if entry.start and entry.end)
