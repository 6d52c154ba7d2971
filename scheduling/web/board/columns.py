"""A column: one clinician on one day of the viewer, with hours, leave, visits, free pieces and figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling.domain.availability import ClinicianTime
from scheduling.domain.claim import Hold
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval, clip, subtract, total
from scheduling.domain.lanes import lay_out
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.timetable import Closure
from scheduling.services.cover import cover_of
from scheduling.web.clock import stamp
from scheduling.web.words import status_code

from . import words
from .axis import Scale, SeamKind, Visible
from .chips import MOST_LANES, Look, Spot, busy_chip, chip, drawn
from .closures import closure_blocks
from .figures import NOTHING, Totals
from .fold import heaps, is_folded, more, narrowed
from .free import piece, pieces
from .holds import hold_chip
from .live import mark_of
from .ruler import ruler

HOURS = '<i class="o r{} h{}"></i>'
SEAM = '<i class="seam {} r{} h{}">{}</i>'
LEAVE = (
    '<li class="lv {}r{} h{}" data-type="leave"><a id="{}" data-event-id="{}" data-status="{}" data-start="{}"'
    ' data-end="{}" href="{}" hx-get="{}" hx-target="#panel" aria-label="{}">{}</a></li>'
)
LEAVE_BUSY = (
    '<li class="lv {}r{} h{}" data-type="leave"><span data-event-id="{}" data-status="{}" data-start="{}"'
    ' data-end="{}">{}</span></li>'
)


class Shown(NamedTuple):
    """An event in a column: its real time, and what it is for the person."""

    event: Event
    when: Interval
    use: Use | None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the viewer may do with one person's calendar. `free`: free time is shown as something to press."""

    names: bool
    book: bool
    free: bool


@dataclass(frozen=True)
class Column:
    """One person's day before it is drawn: what it holds, in real time. `key` is short and unique on the page.

    `claims` are our own open ones on this person that the reading does not show.
    """

    key: str
    time: ClinicianTime
    scale: Scale
    day: date
    interval: Interval | None
    rights: Rights
    trusted: bool
    claims: tuple[Hold, ...] = ()

    @cached_property
    def holds(self) -> tuple[Hold, ...]:
        """Our own open claims on this day."""
        return tuple(hold for hold in self.claims if self.interval and hold.when.overlaps(self.interval))

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """The events of this day that concern the person, by start; leave that others host is none of theirs."""
        return tuple(self._events()) if self.interval else ()

    def _events(self) -> Iterator[Shown]:
        person = self.time.user.id
        for event in self.time.events:
            when = occupied(event, self.time.zone)
            if not when.overlaps(self.interval) or (event.is_leave and event.host_id != person):  # type: ignore[arg-type]
                continue
            yield Shown(event, when, use_of(event, person))

    @cached_property
    def hours(self) -> tuple[Interval, ...]:
        return clip(self.time.hours.intervals, self.interval) if self.interval else ()

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """When the place is closed on this day, by name."""
        return tuple(row for row in self.time.closures if self.interval and row.when.overlaps(self.interval))

    @cached_property
    def offered(self) -> tuple[Interval, ...]:
        """The hours without the time in which the place is closed."""
        return subtract(self.hours, (closure.when for closure in self.closures))

    @cached_property
    def visits(self) -> tuple[Shown, ...]:
        return tuple(row for row in self.shown if row.use is Use.VISIT)

    @cached_property
    def rail(self) -> tuple[Shown, ...]:
        """What takes no time; it is nothing to somebody who may only know when a person is busy."""
        if not self.rights.names:
            return ()
        return tuple(row for row in self.shown if row.use in (None, Use.REFUSED_LEAVE))

    @property
    def cancelled(self) -> tuple[Shown, ...]:
        """The cancelled visits of the rail."""
        return tuple(row for row in self.rail if row.use is None)

    @property
    def idle(self) -> bool:
        """Neither hours nor anything that takes time."""
        return not (self.hours or self.holds) and not any(row.use in (Use.VISIT, Use.LEAVE) for row in self.shown)

    def totals(self) -> Totals:
        if not self.interval:
            return NOTHING
        free = total(clip(self.time.free, self.interval)) if self.trusted else None
        return Totals(total(clip(self.time.busy, self.interval)), total(self.offered), len(self.visits), free)

    def used(self) -> Iterator[tuple[int, int]]:
        """The units of the axis that should be seen: hours, visits and claims."""
        for when in (*self.hours, *(row.when for row in self.visits), *(hold.when for hold in self.holds)):
            inside = when.clip(self.interval)  # type: ignore[arg-type]
            if inside:
                yield self.scale.place(inside)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column."""

    title: str
    small: str
    url: str = ""
    spoken: str = ""
    note: str = ""
    note_title: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column as the template prints it."""

    id: str
    date: str
    clinician_id: UUID
    head: Head
    totals: Totals
    classes: str
    ground: SafeString
    items: SafeString
    rail: SafeString
    now: str
    empty: str
    scale: str = ""

    @property
    def mark(self) -> str:
        """Of all but the now line, which moves by itself."""
        return mark_of(replace(self, now=""))


class Drawer:
    """Draws columns into the visible part of the axis."""

    def __init__(self, visible: Visible, look: Look, booking: str) -> None:
        self.visible = visible
        self.look = look
        self.booking = booking

    def draw(self, column: Column, head: Head, *, today: bool, empty: str) -> Drawn:
        return Drawn(
            id=f"c{column.key}",
            date=column.day.isoformat(),
            clinician_id=column.time.user.id,
            head=head,
            totals=column.totals(),
            classes=" ".join(_classes(column, today=today)),
            ground=self._ground(column),
            items=_joined(self._items(column)),
            rail=_joined(self._rail(column)),
            now=self._now(column) if today else "",
            empty=empty,
            scale=ruler(column.scale, self.visible),
        )

    def _clip(self, column: Column, when: Interval) -> tuple[int, int] | None:
        inside = when.clip(column.interval) if column.interval else None
        return self.visible.clip(*column.scale.place(inside)) if inside else None

    def _ground(self, column: Column) -> SafeString:
        """Working hours in white and the seams of a clock change."""
        hours = filter(None, (self._clip(column, when) for when in column.hours))
        return format_html("{}{}", format_html_join("", HOURS, hours), format_html_join("", SEAM, self._seams(column)))

    def _seams(self, column: Column) -> Iterator[tuple[str, int, int, str]]:
        said = {SeamKind.JUMP: _("The clock goes forward"), SeamKind.AGAIN: _("The clock went back")}
        for seam in column.scale.seams:
            place = self.visible.clip(seam.first, seam.end)
            if place:
                yield seam.kind.value, *place, said.get(seam.kind, "")

    def _items(self, column: Column) -> Iterator[tuple[datetime, SafeString]]:
        yield from closure_blocks(column.closures, column.interval, self.visible, column.scale, self.look.zone)
        yield from self._leave(column)
        beside = tuple(row.when for row in column.rail)
        yield from self._chips(column, column.visits, beside, column.holds, self.look.most)
        if column.rights.free:
            yield from self._free(column)

    def _chips(
        self,
        column: Column,
        rows: Sequence[Shown],
        beside: Sequence[Interval] = (),
        holds: Sequence[Hold] = (),
        most: int = MOST_LANES,
    ) -> Iterator[tuple[datetime, SafeString]]:
        make = chip if column.rights.names else busy_chip
        day = words.day_words(column.day)
        times = [row.when for row in rows] + [hold.when for hold in holds]
        folded = []
        for number, (when, lane) in enumerate(zip(times, lay_out([drawn(when) for when in times]), strict=True)):
            place = self._clip(column, drawn(when))
            if not place:
                continue
            side = any(when.overlaps(other) for other in beside)
            spot = narrowed(Spot(*place, lane, column.key, day, side), most)
            if number >= len(rows):
                yield when.start, hold_chip(holds[number - len(rows)], spot, self.look)
            elif is_folded(lane, most):
                folded.append((when, make(rows[number].event, when, replace(spot, folded=True), self.look)))
            else:
                yield when.start, make(rows[number].event, when, spot, self.look)
        yield from self._more(column, folded)

    def _more(
        self, column: Column, folded: Sequence[tuple[Interval, SafeString]]
    ) -> Iterator[tuple[datetime, SafeString]]:
        for whole, numbers in heaps([when for when, _chip in folded]):
            place = self._clip(column, whole)
            if place:
                yield whole.start, more(whole, place, column.key, [folded[number][1] for number in numbers], self.look)

    def _leave(self, column: Column) -> Iterator[tuple[datetime, SafeString]]:
        for event, when, use in column.shown:
            place = self._clip(column, when) if use in (Use.LEAVE, Use.PENDING_LEAVE) else None
            if place:
                yield when.start, self._leave_block(column, event, when, place, pending=use is Use.PENDING_LEAVE)

    def _leave_block(
        self, column: Column, event: Event, when: Interval, place: tuple[int, int], *, pending: bool
    ) -> SafeString:
        kind = "pend " if pending else ""
        word = _("Leave asked for") if pending else _("Leave")
        hooks = (event.id, status_code(event), stamp(when.start), stamp(when.end))
        cover = self._cover_words(event)
        if not column.rights.names:
            return format_html(LEAVE_BUSY, kind, *place, *hooks, "\n".join(filter(None, (word, cover))))
        url = self.look.url(event)
        title = event.title if event.title and event.title.lower() != word.lower() else ""
        text = "\n".join(filter(None, (word, title, cover)))
        sentence = ", ".join(filter(None, (word, title, cover, self._when_words(when))))
        own = f"e{event.id.hex[:8]}{column.key}"
        return format_html(LEAVE, kind, *place, own, *hooks, url, url, sentence, text)

    def _cover_words(self, event: Event) -> str:
        """Who stands in, where the leave names somebody that is known here."""
        by = cover_of(event)
        name = self.look.names.get(by, "") if by else ""
        return _("Cover: %(name)s") % {"name": name} if name else ""

    def _when_words(self, when: Interval) -> str:
        zone = self.look.zone
        start, end = (
            f"{words.day_words(moment.astimezone(zone).date())} {words.clock(moment, zone)}"
            for moment in (when.start, when.end)
        )
        return _("from %(start)s to %(end)s") % {"start": start, "end": end}

    def _free(self, column: Column) -> Iterator[tuple[datetime, SafeString]]:
        zone, person = self.look.zone, column.time.user.id
        for when in pieces(clip(column.time.free, column.interval), zone, self.look.now):  # type: ignore[arg-type]
            place = self._clip(column, when)
            if place:
                yield when.start, piece(when, *place, person, zone, self.booking)

    def _rail(self, column: Column) -> Iterator[tuple[datetime, SafeString]]:
        """What takes no time: cancelled visits, leave that was refused or withdrawn."""
        yield from self._chips(column, column.rail)

    def _now(self, column: Column) -> str:
        """The classes of the now line; empty when it is out of sight."""
        unit = column.scale.first(self.look.now)
        place = self.visible.clip(unit, unit + 1)
        return f"r{place[0]}" if place else ""


def _classes(column: Column, *, today: bool) -> Iterator[str]:
    yield "col"
    if today:
        yield "today"
    if column.idle:
        yield "off"


def _joined(items: Iterable[tuple[datetime, SafeString]]) -> SafeString:
    """The items by time: a reader hears the day in its order."""
    return format_html_join("", "{}", ((item,) for _start, item in sorted(items, key=lambda row: row[0])))
