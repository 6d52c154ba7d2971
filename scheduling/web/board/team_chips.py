"""The visits of one person's day in a cell: short chips one after another, what has no room behind a "+n"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.domain.claim import Hold
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval, intersect, subtract
from scheduling.domain.lanes import Lane
from scheduling.domain.occupancy import Use
from scheduling.web.clock import stamp
from scheduling.web.words import status_code

from . import words
from .chips import BUSY, CHIP, Look, Spot, busy_chip, chip, marks, open_note, say, state_words, status_mark, who
from .closures import closure_words, kind_words
from .columns import LEAVE, LEAVE_BUSY, Column, Shown
from .fold import more
from .free import ahead, booking_url
from .holds import hold_chip

# A cell has no rows and lanes: the classes that the chips of other boards have for them say nothing here.
NOWHERE = (0, 1)
ALONE = Lane(0, 1, 1)

CLOSED = '<li class="shut"><span data-closure="{}" title="{}"><b>{}</b></span></li>'
ROOM = (
    '<a class="room" data-start="{}" href="{}" hx-get="{}" hx-target="#dialog" aria-label="{}">'
    '<span aria-hidden="true">+</span></a>'
)


def chips_of(column: Column, look: Look, short: Look) -> SafeString:
    """What the day holds: closures and leave, then by time as many visits as have room and a "+n" for the others.

    `look.most` is how many visits have room. `short` is how names are written in a chip; the sentences are of `look`.
    """
    spot = Spot(*NOWHERE, ALONE, column.key, words.day_words(column.day))
    taken: list[Shown | Hold] = sorted([*column.visits, *column.holds], key=lambda row: row.when.start)
    kept = taken if len(taken) <= look.most else taken[: look.most - 1]
    chips = [_taken(column, row, spot, look, short) for row in kept]
    rest = [_more(column, taken[len(kept) :], replace(spot, folded=True), look)] if len(kept) < len(taken) else []
    ground = [*_closures(column, look), *_leave(column, look)]
    return format_html_join("", "{}", ((item,) for item in [*ground, *chips, *rest]))


def _taken(column: Column, row: Shown | Hold, spot: Spot, look: Look, short: Look) -> SafeString:
    """One visit, or one of our own claims, as a chip with room for its start and a name."""
    if isinstance(row, Hold):
        return hold_chip(row, spot, look)
    return _visit(row.event, row.when, spot, look, short) if column.rights.names else _busy(row, spot, look)


def room(column: Column, look: Look, base: str) -> SafeString | str:
    """The way to book on this day, from its first free time on; nothing where there is none."""
    if not (column.rights.free and column.interval):
        return ""
    when = next(ahead(column.time.free, _half_hour(max(look.now, column.interval.start))), None)
    if when is None or when.start >= column.interval.end:
        return ""
    told = {
        "name": column.time.user.name,
        "day": words.day_words(column.day),
        "time": words.clock(when.start, look.zone),
    }
    label = _("Book with %(name)s, %(day)s, free from %(time)s") % told
    url = booking_url(when, column.time.user.id, base)
    return format_html(ROOM, stamp(when.start), url, url, label)


def _half_hour(moment: datetime) -> datetime:
    """The next half hour of the clock, so that a page that is asked for again says the same for a while."""
    return moment + (-(moment - datetime.min.replace(tzinfo=moment.tzinfo)) % timedelta(minutes=30))


def _visit(event: Event, when: Interval, spot: Spot, look: Look, short: Look) -> SafeString:
    classes = " ".join(filter(None, ("c", *marks(event, look.now), "" if look.shows(event) else "dim")))
    text = f"{words.clock(when.start, look.zone)} {who(event, short)}"
    state = "" if short.initials else state_words(event, look.now)
    url, sentence = look.url(event), say(event, when, spot.day, look)
    shown = f"{text} · {state}" if state else text
    return format_html(CHIP, classes, *_hooks(event, when, spot.key), url, url, sentence, open_note(event, look), shown)


def _busy(row: Shown, spot: Spot, look: Look) -> SafeString:
    event, start, end = row.event, words.clock(row.when.start, look.zone), words.clock(row.when.end, look.zone)
    sentence = _("%(word)s, %(day)s, %(start)s to %(end)s") % {
        "word": _("Busy"),
        "day": spot.day,
        "start": start,
        "end": end,
    }
    classes = " ".join(filter(None, ("c", status_mark(event), "" if look.shows(event) else "dim")))
    return format_html(BUSY, classes, *_hooks(event, row.when, spot.key), sentence, f"{start}–{end}")


def _hooks(event: Event, when: Interval, key: str) -> tuple[object, ...]:
    kind = (event.type or "").lower()
    return kind, _id(event, key), event.id, status_code(event), stamp(when.start), stamp(when.end)


def _id(event: Event, key: str) -> str:
    return f"e{event.id.hex[:8]}{key}"


def _more(column: Column, rows: Sequence[Shown | Hold], spot: Spot, look: Look) -> SafeString:
    """What has no room, as a "+n" with a list of it."""
    make = chip if column.rights.names else busy_chip
    chips = [
        hold_chip(row, spot, look) if isinstance(row, Hold) else make(row.event, row.when, spot, look) for row in rows
    ]
    whole = Interval(rows[0].when.start, max(row.when.end for row in rows))
    return more(whole, NOWHERE, column.key, chips, look)


def _closures(column: Column, look: Look) -> Iterator[SafeString]:
    for closure in column.closures:
        inside = closure.when.clip(column.interval) if column.interval else None
        if inside:
            sentence = closure_words(closure, inside, whole=inside == column.interval, zone=look.zone)
            code = "holiday" if closure.holiday else "closure"
            yield format_html(CLOSED, code, sentence, closure.name or kind_words(closure))


def _leave(column: Column, look: Look) -> Iterator[SafeString]:
    for event, when, use in column.shown:
        if use not in (Use.LEAVE, Use.PENDING_LEAVE) or not column.interval:
            continue
        whole = not subtract(column.hours, [when])
        if not whole and not intersect(column.hours, [when]):
            continue  # it ends before the hours of this day, as days of leave in another zone do
        pending = use is Use.PENDING_LEAVE
        word = _("Leave asked for") if pending else _("Leave")
        hooks = (event.id, status_code(event), stamp(when.start), stamp(when.end))
        kind = "pend " if pending else ""
        text = word if whole else f"{word} {_part(when, column.interval, look)}"
        if not column.rights.names:
            yield format_html(LEAVE_BUSY, kind, *NOWHERE, *hooks, text)
            continue
        sentence = ", ".join(filter(None, (text, event.title, words.day_words(column.day))))
        url = look.url(event)
        own = _id(event, column.key)
        yield format_html(LEAVE, kind, *NOWHERE, own, *hooks, url, url, sentence, text)


def _part(when: Interval, day: Interval, look: Look) -> str:
    """The times of what takes a part of the day."""
    inside = when.clip(day)
    if inside is None:
        return ""
    return f"{words.clock(inside.start, look.zone)}–{words.clock(inside.end, look.zone)}"


def shortened(look: Look, *, roomy: bool) -> Look:
    """How names are written in a chip: whole where few people share the screen, else by their initials."""
    return look if roomy else replace(look, initials=True)
