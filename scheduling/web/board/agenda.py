"""The board as a list: the same visits, leave, closures and free time by day and time, for a table.

It is the view without script, and the one for who listens to a page or reads it on a small screen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.interval import Interval, clip
from scheduling.domain.occupancy import Use
from scheduling.domain.week import FIRST_YEAR
from scheduling.services.desk import Desk
from scheduling.web.words import status_code

from . import words
from .agenda_model import AgendaDay, Line
from .chips import Look, state_words, who
from .closures import closure_words
from .columns import Column, Drawer, Shown
from .figures import NOTHING
from .free import ahead, booking_url
from .heads import change_note
from .holds import state_words as hold_words


def week_agenda(columns: Sequence[Column], drawer: Drawer, desk: Desk) -> tuple[AgendaDay, ...]:
    """The days of one person."""
    return tuple(_person_day(column, drawer, desk) for column in columns)


def _person_day(column: Column, drawer: Drawer, desk: Desk) -> AgendaDay:
    day = column.day
    return AgendaDay(
        id=f"c{day.isoformat()}",
        day=day.isoformat(),
        title=words.day_words(day),
        url=reverse("day-of", args=[day.isoformat()]) if day.year >= FIRST_YEAR and column.interval else "",
        note=change_note(column.scale)[1],
        today=day == desk.today,
        totals=column.totals(),
        lines=_sorted(_lines(column, drawer)),
        people=False,
        clinician_id=column.time.user.id,
    )


def day_agenda(day: date, columns: Sequence[Column], drawer: Drawer) -> AgendaDay:
    """One day of several people, by time and then by name."""
    lines = _sorted(line for column in columns for line in _lines(column, drawer))
    totals = sum((column.totals() for column in columns), NOTHING)
    return AgendaDay(f"c{day.isoformat()}", day.isoformat(), words.day_words(day), "", "", False, totals, lines, True)


def _sorted(lines: Iterator[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.at, line.person)))


def _lines(column: Column, drawer: Drawer) -> Iterator[Line]:
    if not column.interval:
        return
    look = drawer.look
    for row in column.shown:
        if row.use is not None or column.rights.names:
            yield _event_line(column, row, look)
    for hold in column.holds:
        yield _line(column, hold.when, "hold", hold_words(hold), look)
    for closure in column.closures:
        inside = closure.when.clip(column.interval)
        if inside:
            told = closure_words(closure, inside, whole=inside == column.interval, zone=look.zone)
            yield _line(column, inside, "closed", told, look)
    if column.rights.free:
        for when in ahead(clip(column.time.free, column.interval), look.now):
            url = booking_url(when, column.time.user.id, drawer.booking)
            yield replace(_line(column, when, "free", _("Free"), look), url=url, target="#dialog")


def _line(column: Column, when: Interval, kind: str, what: str, look: Look) -> Line:
    user = column.time.user
    return Line(when, kind, _span(when, column.interval or when, look), user.name, user.id, what)


def _span(when: Interval, day: Interval, look: Look) -> str:
    """10:00–10:45, with the date at an end that lies on another day."""
    return f"{_edge(when.start, day, look)}–{_edge(when.end, day, look)}"


def _edge(moment: datetime, day: Interval, look: Look) -> str:
    told = words.clock(moment, look.zone)
    if day.start <= moment <= day.end:
        return told
    shown = moment.astimezone(look.zone).date()
    return f"{words.weekday_short(shown)} {shown.day} {told}"


def _event_line(column: Column, row: Shown, look: Look) -> Line:
    event = row.event
    leave = row.use in (Use.LEAVE, Use.PENDING_LEAVE, Use.REFUSED_LEAVE)
    line = replace(
        _line(column, row.when, "leave" if leave else "visit", _leave_words(row) if leave else _("Busy"), look),
        event_id=str(event.id),
        type=(event.type or "").lower(),
        status=status_code(event),
        dim=not leave and not look.shows(event),
    )
    if not column.rights.names:
        return line
    kind, place = words.type_words(event), event.detail("location")
    title = event.title if event.title != line.what else ""
    details = filter(None, (title,) if leave else (kind, event.title, words.mode_words(event), place))
    return replace(
        line,
        what=line.what if leave else who(event, look),
        details=" · ".join(details),
        state="" if leave else state_words(event, look.now) or words.status_words(event),
        url=look.url(event),
    )


def _leave_words(row: Shown) -> str:
    said = {Use.PENDING_LEAVE: _("Leave asked for"), Use.REFUSED_LEAVE: _("Leave, not granted")}
    return said.get(row.use, _("Leave")) if row.use else _("Leave")
