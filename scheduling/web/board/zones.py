"""Whose clock is whose: zones over the axis, and whether two zones show different times."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from scheduling.domain.interval import Interval
from scheduling.domain.zone import wall

from . import words
from .model import Zones


def clocks_differ(one: ZoneInfo, other: ZoneInfo, window: Interval) -> bool:
    """Whether the clocks of the zones differ at either end of the window."""
    return any(
        wall(moment, one).utcoffset() != wall(moment, other).utcoffset() for moment in (window.start, window.end)
    )


def clocks_drift(one: ZoneInfo, other: ZoneInfo, window: Interval) -> bool:
    apart = {
        (wall(moment, one).utcoffset() or timedelta()) - (wall(moment, other).utcoffset() or timedelta())
        for moment in (window.start, window.end)
    }
    return len(apart) > 1


def zones_of(window: Interval, zone: ZoneInfo, other: ZoneInfo | None) -> Zones:
    """How the axis names its zones; both names where the clock changes inside the window."""
    own = _short(window, zone), words.zone_words(window.start, zone)
    return Zones(*own, _short(window, other), words.zone_words(window.start, other)) if other else Zones(*own)


def _short(window: Interval, zone: ZoneInfo) -> str:
    told = dict.fromkeys(words.zone_short(moment, zone) for moment in (window.start, window.end))
    # A zero-width space lets the narrow corner break after the stroke.
    return "/\u200b".join(told)
