"""The thin strip of a day on which an invitation is drawn, and the same in words.

Geometry in thousandths of the stretch that is shown: the hours that somebody works and all that is booked, in whole
hours, at least from eight to six.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.interval import Interval, clip, merge
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.services.landing import Landing
from scheduling.web import clock

WIDTH = 1000
USUAL = (timedelta(hours=8), timedelta(hours=18))
HOUR = timedelta(hours=1)
# What lasts longer does not widen the strip.
LONG = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Strip:
    """`text` says in words what `bars` draw; `start` and `end` are the ends of the line."""

    day: str
    start: str
    end: str
    bars: tuple[Bar, ...]
    text: str


def strip_of(landing: Landing, zone: ZoneInfo) -> Strip:
    """The day of one invitation, in the viewer's zone."""
    day = landing.borders
    hours, leave = clip(landing.time.hours.intervals, day), clip(landing.time.leave, day)
    closed = clip(merge(closure.when for closure in landing.time.closures), day)
    visits, this = _visits(landing), clip([landing.when], day)
    shown = _shown(day, [*hours, *visits, *([] if landing.when.duration > LONG else this)])
    kinds = (("hours", hours), ("closed", closed), ("leave", leave), ("visit", visits), ("this", this))
    bars = tuple(bar for kind, parts in kinds for bar in _bars(kind, parts, shown))
    text = _text(landing, hours, leave, closed, visits, this, zone)
    return Strip(clock.day(day.start, zone), clock.time(shown.start, zone), _end(shown, zone), bars, text)


def _visits(landing: Landing) -> tuple[Interval, ...]:
    """The other visits of the day, one by one."""
    time = landing.time
    others = (event for event in time.events if event.id != landing.event_id)
    booked = (occupied(event, time.zone) for event in others if use_of(event, time.user.id) is Use.VISIT)
    return tuple(part for when in booked if (part := when.clip(landing.borders)))


def _shown(day: Interval, parts: Iterable[Interval]) -> Interval:
    told = [*parts, Interval(*(day.start + edge for edge in USUAL))]
    first = (min(part.start for part in told) - day.start) // HOUR
    last = -((day.start - max(part.end for part in told)) // HOUR)
    return Interval(day.start + first * HOUR, min(day.start + last * HOUR, day.end))


def _bars(kind: str, parts: Iterable[Interval], shown: Interval) -> Iterable[Bar]:
    for part in clip(parts, shown):
        x = _place(part.start, shown)
        yield Bar(kind, x, max(_place(part.end, shown) - x, 4))


def _place(moment: datetime, shown: Interval) -> int:
    return round((moment - shown.start) / shown.duration * WIDTH)


def _end(shown: Interval, zone: ZoneInfo) -> str:
    return clock.time(shown.end, zone).replace("00:00", "24:00")


def _text(
    landing: Landing,
    hours: tuple[Interval, ...],
    leave: tuple[Interval, ...],
    closed: tuple[Interval, ...],
    visits: tuple[Interval, ...],
    this: tuple[Interval, ...],
    zone: ZoneInfo,
) -> str:
    """One or two short sentences for everybody: hours, what else is booked, what it meets."""
    told = [_("Hours %(times)s") % {"times": _times(hours, zone)} if hours else _("No hours on this day")]
    if leave:
        told.append(_("on leave %(times)s") % {"times": _times(leave, zone)})
    if closed:
        told.append(_("closed %(times)s") % {"times": _times(closed, zone)})
    n = len(visits)
    told.append(ngettext("%d other visit", "%d other visits", n) % n if n else _("nothing else booked"))
    met = [visit for visit in visits if any(visit.overlaps(part) for part in this)]
    if met and not landing.visits:
        told.append(_("overlaps with %(times)s") % {"times": _times(met, zone)})
    return " · ".join(told)


def _times(parts: Iterable[Interval], zone: ZoneInfo) -> str:
    return ", ".join(f"{clock.time(part.start, zone)}–{clock.time(part.end, zone)}" for part in parts)
