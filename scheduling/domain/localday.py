"""Local days as whole seconds, remembered: the one place where the engine turns wall times into instants.

A clinic asks for the same few days of the same few zones for every clinician, and on all but two days a year a wall
time is midnight plus its seconds. Only the days on which the clock changes need `clock_reaches` for each time.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .interval import Interval
from .spans import DAY_SECONDS, instant, merge, seconds, seconds_up
from .week import LAST_MINUTE, day_borders, days_touched
from .zone import clock_reaches, offset_change, wall

# Where within a day the offset is looked at: no zone has changed its clock twice between two of these.
PROBES = (0, DAY_SECONDS // 4, DAY_SECONDS // 2, DAY_SECONDS * 3 // 4, DAY_SECONDS - 1)
WallSpan = tuple[time, time | None]


class LocalDay(NamedTuple):
    """One local day, by instants in seconds since 1970; `start == end` for a day that the zone skipped.

    `even`: the clock runs through it without a change, so that a wall time is `start` plus its seconds.
    """

    start: int
    end: int
    even: bool


@lru_cache(maxsize=65_536)
def local_day(ordinal: int, zone: ZoneInfo) -> LocalDay:
    """The local day with this `date.toordinal()`. Raises OverflowError next to the first and last day of a datetime."""
    start, end = (seconds(border) for border in day_borders(date.fromordinal(ordinal), zone))
    return LocalDay(start, end, end - start == DAY_SECONDS and _runs_through(start, zone))


def _runs_through(start: int, zone: ZoneInfo) -> bool:
    shown = wall(instant(start), zone)
    offsets = {wall(instant(start + into), zone).utcoffset() for into in PROBES}
    return shown.time() == time() and len(offsets) == 1


@lru_cache(maxsize=1024)
def ordinals(window: tuple[int, int], zone: ZoneInfo) -> range:
    """The local days that have a part in this stretch of seconds; none where it is empty."""
    if window[1] <= window[0]:
        return range(0)
    first, last = days_touched(Interval(instant(window[0]), instant(window[1])), zone)
    return range(first.toordinal(), last.toordinal() + 1)


class WallSpans:
    """Stretches of wall time that recur, merged: the shifts of a weekday, or the times of day that were asked for.

    Made by `wall_spans`, which gives the same object for the same times, so that `on` can be remembered for it.
    """

    __slots__ = ("_even", "_uneven")

    def __init__(self, times: Sequence[WallSpan]) -> None:
        self._uneven = times
        even = ((_into(start, 1), DAY_SECONDS if end is None else _into(end)) for start, end in times)
        self._even = merge((low, high) for low, high in even if low < high)

    @lru_cache(maxsize=16_384)  # noqa: B019 - these objects are few and live as long as their own cache
    def on(self, ordinal: int, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
        """As real time on this local day, in seconds since 1970. What the clock jumps over is missing."""
        start, end, even = local_day(ordinal, zone)
        if even:
            return tuple((start + low, start + high) for low, high in self._even)
        return tuple(merge(self._on_uneven(date.fromordinal(ordinal), end, zone)))

    def _on_uneven(self, day: date, day_end: int, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
        for start, end in self._uneven:
            low = seconds_up(clock_reaches(day, start, zone))
            high = day_end if end is None else seconds(clock_reaches(day, end, zone))
            if low < high:
                yield low, high


@lru_cache(maxsize=4096)
def wall_spans(entries: tuple[tuple[time, time], ...]) -> WallSpans | None:
    """From pairs of wall times: those that end after they begin; None where no pair does.

    An end of 23:59 or later stands for midnight (welkin-api 6.2). Parts of a second are cut off inwards.
    """
    kept = [(start, None if end >= LAST_MINUTE else end) for start, end in entries if start < end]
    return WallSpans(kept) if kept else None


def _into(wall_time: time, up: int = 0) -> int:
    """Seconds after midnight, parts of one rounded down or, with `up`, up."""
    rest = up if wall_time.microsecond else 0
    return wall_time.hour * 3600 + wall_time.minute * 60 + wall_time.second + rest


class Stretch(NamedTuple):
    """A part of a local day with one offset: its instants, and the instant at which its clock would show midnight."""

    start: int
    end: int
    midnight: int


def stretches(ordinal: int, zone: ZoneInfo) -> Iterator[Stretch]:
    """The parts of a local day with one offset each, in order; one on an even day, none on a skipped one."""
    start, end, even = local_day(ordinal, zone)
    if even:
        yield Stretch(start, end, start)
        return
    while start < end:
        offset = wall(instant(start), zone).utcoffset() or timedelta()
        last = instant(end - 1)
        changes = wall(last, zone).utcoffset() != offset
        stop = seconds(offset_change(instant(start), last, zone)) if changes else end
        midnight = datetime.combine(date.fromordinal(ordinal), time(), UTC) - offset
        yield Stretch(start, stop, seconds(midnight))
        start = stop
