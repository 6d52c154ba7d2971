"""What is to be known of one person's day beside its figures: as signs, and the whole of it as a sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.interval import Interval, clip, intersect, subtract, total
from scheduling.domain.occupancy import Use
from scheduling.services.desk import Desk

from . import words
from .chips import awaiting
from .columns import Column
from .figures import Totals


@dataclass(frozen=True, slots=True)
class Sign:
    """Something to know of a day, as an icon with a number or a word, and in words. `kind` is its tone and hook."""

    kind: str
    icon: str
    shown: str
    told: str


def said(column: Column, totals: Totals, signs: Sequence[Sign], matching: int | None) -> str:
    """The day as a sentence. `matching`: how many visits the filter brings out, None where nothing is filtered."""
    told = [column.time.user.name, words.day_words(column.day)]
    if column.idle:
        told.append(_("no hours"))
    else:
        told.append(ngettext("%d visit", "%d visits", totals.visits) % totals.visits)
        if matching is not None:
            told.append(ngettext("%d matches", "%d match", matching) % matching)
        hours = {"booked": totals.booked_hours, "offered": totals.offered_hours}
        told.append(_("%(booked)s of %(offered)s hours booked") % hours)
    return ", ".join([*told, *(sign.told for sign in signs)])


def signs_of(desk: Desk, column: Column) -> Iterator[Sign]:
    """What to know of the day beside its figures; who may only see when somebody is busy hears of no answers."""
    if column.closures:
        names = ", ".join(dict.fromkeys(row.name for row in column.closures if row.name)) or _("Closed")
        yield Sign("closure", "calendar-off", _("Closed"), _("closed: %(names)s") % {"names": names})
    yield from _leave_signs(column)
    crossing = _crossing([row.when for row in column.visits])
    if crossing:
        told = ngettext("%d visit overlaps another", "%d visits overlap", crossing) % crossing
        yield Sign("overlap", "copy", str(crossing), told)
    waiting = sum(awaiting(row.event, desk.now) for row in column.visits) if column.rights.names else 0
    if waiting:
        told = ngettext("%d awaits an answer", "%d await an answer", waiting) % waiting
        yield Sign("awaiting", "circle-dashed", str(waiting), told)
    outside = _outside(column)
    if outside:
        told = _("%(time)s outside the hours") % {"time": words.length_words(outside)}
        yield Sign("outside", "clock", words.hours_figure(outside), told)


def _leave_signs(column: Column) -> Iterator[Sign]:
    leave = clip(column.time.leave, column.interval) if column.interval else ()
    whole, taken = not subtract(column.hours, leave), intersect(column.hours, leave)
    if leave and (whole or taken):
        shown = _("Leave") if whole else words.hours_figure(total(taken))
        yield Sign("leave", "tree-palm", shown, _("on leave") if whole else _("on leave for a part of the day"))
    if any(row.use is Use.PENDING_LEAVE for row in column.shown):
        yield Sign("pending-leave", "tree-palm", "?", _("leave is asked for"))


def _crossing(times: Sequence[Interval]) -> int:
    """How many of these visits, given by start, share time with another one."""
    found: set[int] = set()
    last, reach = -1, None
    for number, when in enumerate(times):
        if reach and when.start < reach:
            found |= {last, number}
        if reach is None or when.end > reach:
            last, reach = number, when.end
    return len(found)


def _outside(column: Column) -> timedelta:
    """Booked time of the day in which the person offers none."""
    if not column.interval:
        return timedelta()
    return total(subtract(clip(column.time.busy, column.interval), column.hours))
