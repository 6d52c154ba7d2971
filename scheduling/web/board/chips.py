"""One visit as a chip: its place as classes, a few lines that fit, and a full sentence for who cannot see it.

Chips and free pieces are most of a board, so they are made by one escaped format each instead of a template (the
arithmetic is in the project's performance notes): about ten microseconds a chip.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.domain.event import Event, EventStatus, EventType, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.lanes import Lane
from scheduling.web.clock import stamp
from scheduling.web.words import status_code

from . import words

MOST_LANES = 12
# The lines that fit into a visit of so many minutes at the usual density.
LINES = ((60, 4), (45, 3), (30, 2), (0, 1))
MODE_MARKS = {"IN-PERSON": "m-place", "IN_PERSON": "m-place", "CALL": "m-call", "VIDEO": "m-video"}
STATUS_MARKS = {
    EventStatus.SCHEDULED: "",
    EventStatus.COMPLETED: "done",
    EventStatus.MISSED: "missed",
    EventStatus.CANCELLED: "gone",
}

CHIP = (
    '<li class="{}" data-type="{}"><a id="{}" data-event-id="{}" data-status="{}" data-start="{}" data-end="{}"'
    ' href="{}" hx-get="{}" hx-target="#panel" aria-label="{}"{}>{}</a></li>'
)
OPEN = ' title="{}"'
# The lines stay beside the letters of the overview, for paper.
LETTERS = "<b>{}</b>{}"
BUSY = (
    '<li class="{} busy" data-type="{}"><span id="{}" data-event-id="{}" data-status="{}" data-start="{}"'
    ' data-end="{}"><span class="sr-only">{}</span><span aria-hidden="true">{}</span></span></li>'
)


@dataclass(frozen=True, slots=True)
class Look:
    """What all chips of a page share. `names` are for participants whose rows carry none.

    `narrow`: columns have room for about fifteen letters, so a state comes before the time. `shows`: whether a visit
    is one of those that the filter brings out. `most`: how many visits may stand side by side. `initials`: of
    patients, instead of their names. `overview`: there is room for a few letters only.
    `opened`: who else has which visits open for editing.
    """

    zone: ZoneInfo
    now: datetime
    names: Mapping[UUID, str]
    base: str
    narrow: bool = False
    shows: Callable[[Event], bool] = lambda _event: True
    most: int = MOST_LANES
    initials: bool = False
    overview: bool = False
    opened: Mapping[UUID, str] = field(default_factory=dict)

    def url(self, event: Event) -> str:
        return f"{self.base}{event.id}/"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a chip stands in its column. `key` tells the columns apart, `day` is how the column's day is said.

    `side`: something stands in the rail beside it. `crowded`: so does a "+n". `folded`: it is in the list of one.
    """

    row: int
    span: int
    lane: Lane
    key: str
    day: str
    side: bool = False
    crowded: bool = False
    folded: bool = False


def place_classes(spot: Spot) -> str:
    """Row, span and lane as classes of grid.css; more lanes than it knows fold into the last one."""
    if spot.folded:
        return "m"
    lanes = min(spot.lane.lanes, MOST_LANES)
    lane = min(spot.lane.lane, lanes - 1)
    classes = f"c r{spot.row} h{spot.span}" + (" plus" if spot.crowded else "")
    if lanes > 1:
        classes += f" n{lanes} l{lane}"
        span = min(spot.lane.span, lanes - lane)
        classes += f" w{span}" if span > 1 else ""
    return f"{classes} side" if spot.side else classes


def chip(event: Event, when: Interval, spot: Spot, look: Look) -> SafeString:
    """The visit with its names, as a link to its panel."""
    url = look.url(event)
    text = _folded_words(event, when, look) if spot.folded else "\n".join(lines(event, when, look))
    if look.overview and not spot.folded:
        text = format_html(LETTERS, _letters(who(event, look)), text)
    classes = " ".join(filter(None, (place_classes(spot), *marks(event, look.now), _dim(event, look))))
    sentence = say(event, when, spot.day, look)
    return format_html(CHIP, classes, *_hooks(event, when, spot), url, url, sentence, open_note(event, look), text)


def open_note(event: Event, look: Look) -> SafeString | str:
    """The attribute that says who else has the visit open: a description, so that the visit keeps its name."""
    names = look.opened.get(event.id)
    return format_html(OPEN, _("Open for editing: %(names)s") % {"names": names}) if names else ""


def busy_chip(event: Event, when: Interval, spot: Spot, look: Look) -> SafeString:
    """The same time for somebody who may know that it is taken, and no more."""
    start, end = words.clock(when.start, look.zone), words.clock(when.end, look.zone)
    word = _("Leave") if event.is_leave else _("Busy")
    sentence = _("%(word)s, %(day)s, %(start)s to %(end)s") % {
        "word": word,
        "day": spot.day,
        "start": start,
        "end": end,
    }
    shown = f"{word}\n{start}–{end}" if when.minutes >= 30 else f"{start} {word}"
    classes = " ".join(filter(None, (place_classes(spot), status_mark(event), _dim(event, look))))
    return format_html(BUSY, classes, *_hooks(event, when, spot), sentence, shown)


def _dim(event: Event, look: Look) -> str:
    return "" if look.shows(event) else "dim"


def _hooks(event: Event, when: Interval, spot: Spot) -> tuple[str, ...]:
    kind = (event.type or "").lower()
    own = f"e{event.id.hex[:8]}{spot.key}"
    status = status_code(event)
    return kind, own, str(event.id), status, stamp(when.start), stamp(when.end)


def awaiting(event: Event, now: datetime) -> bool:
    """Whether somebody of the staff other than the host has still to answer (design 9)."""
    waits = event.live and event.when.end > now
    return waits and any(row.person_id != event.host_id and not row.answer.strip() for row in event.staff)


def status_mark(event: Event) -> str:
    """The class of the status; scheduled needs none, an unknown word has its own."""
    known = event.known_status
    if known is not None:
        return STATUS_MARKS[known]
    return "moved" if (event.status or "").upper() == "RESCHEDULED" else "odd"


def marks(event: Event, now: datetime) -> tuple[str, ...]:
    """Classes for status and mode; an open answer shows where the status itself says nothing."""
    status = status_mark(event) or ("wait" if awaiting(event, now) else "")
    return status, MODE_MARKS.get((event.mode or "").upper(), "")


def state_words(event: Event, now: datetime) -> str:
    """The word beside the mark; empty for a plain scheduled visit."""
    if status_mark(event):
        return words.status_words(event)
    return _("Awaiting answer") if awaiting(event, now) else ""


def who(event: Event, look: Look) -> str:
    """The patients; for a group its title and how many; the title or the type where there is nobody."""
    patients = event.patients
    if event.known_type is EventType.GROUP_THERAPY and len(patients) != 1:
        return f"{event.title or words.type_words(event)} ({len(patients)})"
    names = [_name(row, look) for row in patients]
    if len(names) > 2:
        return _("%(name)s and %(more)d more") % {"name": names[0], "more": len(names) - 1}
    return ", ".join(names) or event.title or words.type_words(event)


def _name(row: Participant, look: Look) -> str:
    name = row.name or look.names.get(row.person_id) or _("Unnamed patient")
    return "".join(f"{part[0].upper()}." for part in name.split()) if look.initials else name


def _letters(text: str) -> str:
    """The first letters of the words, as far as they are words: Theo Marsh is TM, Sleep skills group (8) is SSG."""
    return "".join(part[0].upper() for part in text.replace(".", " ").split() if part[0].isalpha())[:4]


def lines(event: Event, when: Interval, look: Look) -> list[str]:
    """What fits into the chip by its length, the most important first."""
    start, end = words.clock(when.start, look.zone), words.clock(when.end, look.zone)
    name, state = who(event, look), state_words(event, look.now)
    fit = next(count for minutes, count in LINES if when.minutes >= minutes)
    title = event.title if event.title and event.title not in name else words.type_words(event)
    if fit == 1:
        return [f"{start} {name}"]
    if fit == 2:
        return [name, f"{start} · {state or title}"]
    clock = f"{start}–{end}"
    if state:
        clock = f"{state} · {start}" if look.narrow else f"{clock} · {state}"
    return [name, clock, *filter(None, (title, event.detail("location")))][:fit]


def _folded_words(event: Event, when: Interval, look: Look) -> str:
    return f"{words.clock(when.start, look.zone)}–{words.clock(when.end, look.zone)} {who(event, look)}"


def say(event: Event, when: Interval, day: str, look: Look) -> str:
    """The chip as a sentence: kind, people, weekday, time, length, status, mode."""
    people = ", ".join(_name(row, look) for row in event.patients)
    kind = words.type_words(event)
    told = [
        _("%(kind)s with %(people)s") % {"kind": kind, "people": people} if people else kind,
        event.title,
        day,
        _("%(start)s to %(end)s")
        % {"start": words.clock(when.start, look.zone), "end": words.clock(when.end, look.zone)},
        words.length_words(when.duration),
        words.status_words(event),
        _("awaiting answer") if awaiting(event, look.now) else "",
        words.mode_words(event),
    ]
    return ", ".join(part for part in told if part)


def drawn(when: Interval) -> Interval:
    """The time that a chip takes on the board: at least a quarter of an hour, so that it can be read and pressed."""
    return Interval(when.start, max(when.end, when.start + timedelta(minutes=15)))
