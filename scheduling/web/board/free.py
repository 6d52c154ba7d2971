"""Free time as pieces one can press to book, cut at the half hours of the viewer's clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.domain.interval import Interval
from scheduling.domain.zone import wall
from scheduling.web.clock import stamp

from . import words

PIECE = timedelta(minutes=30)
SHORTEST = timedelta(minutes=15)
STEP = timedelta(minutes=5)

FREE = (
    '<li class="f r{} h{}"><a data-free data-start="{}" data-end="{}" href="{}" hx-get="{}" hx-target="#dialog">'
    "{}</a></li>"
)


def pieces(free: Iterable[Interval], zone: ZoneInfo, not_before: datetime) -> Iterator[Interval]:
    """The free time from `not_before` on in pieces of half an hour on the clock.

    A rest of less than a quarter of an hour goes with its neighbour; free time shorter than that is not offered.
    """
    for interval in ahead(free, not_before):
        yield from _cut(interval, zone)


def ahead(free: Iterable[Interval], not_before: datetime) -> Iterator[Interval]:
    """The free time from `not_before` on, from a whole five minutes on; what is shorter than a quarter is left out."""
    earliest = not_before + (-(not_before - datetime.min.replace(tzinfo=not_before.tzinfo)) % STEP)
    for interval in free:
        start = max(interval.start, earliest)
        if interval.end - start >= SHORTEST:
            yield Interval(start, interval.end)


def _cut(interval: Interval, zone: ZoneInfo) -> Iterator[Interval]:
    start = interval.start
    while start < interval.end:
        stop = start + _to_next_half(start, zone)
        if stop - start < SHORTEST:
            stop += PIECE
        if interval.end - stop < SHORTEST:
            stop = interval.end
        yield Interval(start, stop)
        start = stop


def _to_next_half(moment: datetime, zone: ZoneInfo) -> timedelta:
    shown = wall(moment, zone)
    into = timedelta(minutes=shown.minute % 30, seconds=shown.second, microseconds=shown.microsecond)
    return PIECE - into


def piece(when: Interval, row: int, span: int, person_id: UUID, zone: ZoneInfo, base: str) -> SafeString:
    """One piece as a link to the booking form with clinician and start filled in."""
    start, url = stamp(when.start), booking_url(when, person_id, base)
    label = _("Book %(time)s") % {"time": words.clock(when.start, zone)}
    return format_html(FREE, row, span, start, stamp(when.end), url, url, label)


def booking_url(when: Interval, person_id: UUID, base: str) -> str:
    """The booking form with the clinician and the start of this time."""
    return f"{base}?clinician={person_id}&start={stamp(when.start).replace(':', '%3A')}"
