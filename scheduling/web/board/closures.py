"""Closures and public holidays on the board: time that nobody can be seen in, with its name."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.domain.interval import Interval
from scheduling.domain.timetable import Closure
from scheduling.web.clock import stamp

from . import words
from .axis import Scale, Visible

CLOSED = (
    '<li class="shut r{} h{}"><span data-closure="{}" data-start="{}" data-end="{}" title="{}">'
    '<b><span class="sr-only">{}</span><span aria-hidden="true">{}</span></b></span></li>'
)


def kind_words(closure: Closure) -> str:
    return _("Public holiday") if closure.holiday else _("Closed")


def closure_blocks(
    closures: Iterable[Closure], day: Interval | None, visible: Visible, scale: Scale, zone: ZoneInfo
) -> Iterator[tuple[datetime, SafeString]]:
    """Each closure of one day of the viewer as a block under the visits, with when it begins there."""
    for closure in closures:
        inside = closure.when.clip(day) if day else None
        place = visible.clip(*scale.place(inside)) if inside else None
        if inside and place:
            yield inside.start, _block(closure, inside, place, whole=inside == day, zone=zone)


def _block(closure: Closure, when: Interval, place: tuple[int, int], *, whole: bool, zone: ZoneInfo) -> SafeString:
    sentence = closure_words(closure, when, whole=whole, zone=zone)
    kind = kind_words(closure)
    times = "" if whole else f"{words.clock(when.start, zone)}–{words.clock(when.end, zone)}"
    shown = "\n".join(filter(None, (closure.name or kind, f"{kind} {times}".strip())))
    code = "holiday" if closure.holiday else "closure"
    return format_html(CLOSED, *place, code, stamp(when.start), stamp(when.end), sentence, sentence, shown)


def closure_words(closure: Closure, when: Interval, *, whole: bool, zone: ZoneInfo) -> str:
    """A closure in one line: what it is, its name, and when it begins and ends on this day."""
    times = {"start": words.clock(when.start, zone), "end": words.clock(when.end, zone)}
    span = _("all day") if whole else _("%(start)s to %(end)s") % times
    return ", ".join(filter(None, (kind_words(closure), closure.name, span)))
