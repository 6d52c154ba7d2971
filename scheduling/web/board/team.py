"""A team's seven days as a table: a row for each person, a cell for each day with figures, a strip and marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.interval import Interval, clip, intersect, subtract, total
from scheduling.domain.occupancy import Use
from scheduling.domain.person import User
from scheduling.domain.week import FIRST_YEAR
from scheduling.services.desk import Desk
from scheduling.services.team_week import TeamWeek
from scheduling.web.stale import Stale, seconds_of, stale_of

from . import axis as axes
from . import words
from .chips import awaiting
from .columns import Column
from .figures import NOTHING, Totals
from .filter import EVERYTHING, Filter, keep, with_query
from .filter import bar as filter_bar
from .heads import change_note
from .model import FilterBar, Links, Notice, Option
from .notices import team_notices
from .page import interval_of, read_words, rights_of
from .pickers import team_name, team_options, team_week_links, week_anchor
from .strip import Strip, strip
from .zones import clocks_differ


@dataclass(frozen=True, slots=True)
class Sign:
    """Something to know of a day, as an icon with a number or a word, and in words. `kind` is its tone and hook."""

    kind: str
    icon: str
    shown: str
    told: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day. `said` is the whole of it as a sentence. `matching`: how many visits the filter brings out."""

    day: str
    url: str
    classes: str
    totals: Totals
    strip: Strip
    signs: tuple[Sign, ...]
    said: str
    matching: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One person's week."""

    clinician_id: UUID
    name: str
    small: str
    note: str
    note_title: str
    url: str
    cells: tuple[Cell, ...]
    totals: Totals
    idle: bool


@dataclass(frozen=True, slots=True)
class DayHead:
    """A day over its cells, with the sum of them."""

    day: str
    top: str
    label: str
    spoken: str
    url: str
    today: bool
    note: str
    note_title: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class TeamBoard:
    """What the page prints. The names that other boards have too mean the same."""

    title: str
    period: str
    week_words: str
    links: Links
    options: tuple[Option, ...]
    anchor: date
    is_now: bool
    days: tuple[DayHead, ...]
    rows: tuple[Row, ...]
    totals: Totals
    span: str
    notices: tuple[Notice, ...]
    read_at: str
    poll: int
    stale: Stale | None
    filter: FilterBar
    kind: str = "team"


def team_board(desk: Desk, data: TeamWeek, *, chosen: Filter = EVERYTHING) -> TeamBoard:
    """The week of a team, a row for each person by name."""
    axis = axes.build(data.week.days, desk.zone)
    people = [(user, _columns(desk, data, user, axis)) for user in data.choice.people]
    everything = [column for _user, columns in people for column in columns]
    visible = axes.trim(axis, (used for column in everything for used in column.used()), whole=False)
    rows = tuple(_row(desk, data, user, columns, visible, chosen) for user, columns in people)
    links = team_week_links(data, desk)
    found = [cell.matching or 0 for row in rows for cell in row.cells]
    return TeamBoard(
        title=team_name(data.choice),
        period=words.span_words(data.week.days[0], data.week.days[-1]),
        week_words=_("Week %(number)d") % {"number": data.week.number},
        links=keep(links, chosen),
        filter=filter_bar(chosen, links.own, sum(found), sum(row.totals.visits for row in rows)),
        options=team_options(data.choice),
        anchor=week_anchor(data.week, desk),
        is_now=desk.today in data.week.days,
        days=tuple(_day_head(desk, data, number, scale, rows) for number, scale in enumerate(axis.scales)),
        rows=rows,
        totals=sum((row.totals for row in rows), NOTHING),
        span=_span_words(axis, visible),
        notices=tuple(team_notices(data.reading, axis.scales)),
        read_at=read_words(desk, data.reading),
        poll=seconds_of(data.reading.age, waiting=bool(data.reading.holds), standing=True),
        stale=stale_of(desk, data.reading.age),
    )


def _columns(desk: Desk, data: TeamWeek, user: User, axis: axes.Axis) -> tuple[Column, ...]:
    reading = data.reading
    claims = tuple(hold for hold in reading.holds if hold.person_id == user.id)
    make = partial(Column, rights=rights_of(desk, user.id, reading), trusted=reading.trustworthy, claims=claims)
    time = reading.times[user.id]
    return tuple(make(f"{scale.day}", time, scale, scale.day, interval_of(scale)) for scale in axis.scales)


def _row(
    desk: Desk, data: TeamWeek, user: User, columns: Sequence[Column], visible: axes.Visible, chosen: Filter
) -> Row:
    time, start = data.reading.times[user.id], data.reading.window.start
    differs = clocks_differ(time.zone, desk.zone, data.reading.window)
    url = reverse("week-of", args=[user.id, str(data.week)])
    cells = tuple(_cell(desk, url, user, column, visible, chosen) for column in columns)
    return Row(
        clinician_id=user.id,
        name=user.name,
        small=user.credentials,
        note=_("no zone") if time.zone_assumed else words.zone_short(start, time.zone) if differs else "",
        note_title=_("No time zone is set; the clinic's is assumed.")
        if time.zone_assumed
        else words.zone_words(start, time.zone),
        url=url,
        cells=cells,
        totals=sum((cell.totals for cell in cells), NOTHING),
        idle=all(column.idle for column in columns),
    )


def _cell(desk: Desk, week_url: str, user: User, column: Column, visible: axes.Visible, chosen: Filter) -> Cell:
    totals, signs = column.totals(), tuple(_signs(desk, column))
    matching = sum(chosen.shows(row.event, desk.now) for row in column.visits) if chosen.active else None
    classes = {"today": column.day == desk.today, "off": column.idle, "dim": matching == 0}
    return Cell(
        day=column.day.isoformat(),
        # A column of the week page has this id.
        url=f"{with_query(week_url, chosen.query)}#c{column.day.isoformat()}",
        classes=" ".join(name for name, is_so in classes.items() if is_so),
        totals=totals,
        strip=strip(column, visible),
        signs=signs,
        said=_said(user, column, totals, signs, matching),
        matching=matching,
    )


def _said(user: User, column: Column, totals: Totals, signs: Sequence[Sign], matching: int | None) -> str:
    told = [user.name, words.day_words(column.day)]
    if column.idle:
        told.append(_("no hours"))
    else:
        told.append(ngettext("%d visit", "%d visits", totals.visits) % totals.visits)
        if matching is not None:
            told.append(ngettext("%d matches", "%d match", matching) % matching)
        hours = {"booked": totals.booked_hours, "offered": totals.offered_hours}
        told.append(_("%(booked)s of %(offered)s hours booked") % hours)
    return ", ".join([*told, *(sign.told for sign in signs)])


def _signs(desk: Desk, column: Column) -> Iterator[Sign]:
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
    if leave:
        whole = not subtract(column.hours, leave)
        shown = _("Leave") if whole else words.hours_figure(total(intersect(column.hours, leave)))
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


def _day_head(desk: Desk, data: TeamWeek, number: int, scale: axes.Scale, rows: Sequence[Row]) -> DayHead:
    note, note_title = change_note(scale)
    day = scale.day
    return DayHead(
        day=day.isoformat(),
        top=words.weekday_short(day),
        label=str(day.day),
        spoken=words.day_words(day),
        url=f"{reverse('day-of', args=[day.isoformat()])}?team={data.choice.key}"
        if day.year >= FIRST_YEAR and scale.parts
        else "",
        today=day == desk.today,
        note=note,
        note_title=note_title,
        totals=sum((row.cells[number].totals for row in rows), NOTHING),
    )


def _span_words(axis: axes.Axis, visible: axes.Visible) -> str:
    """From when to when the strips go: 07:00–19:00."""
    labels = {tick.unit: tick.label for tick in axis.ticks}
    return f"{labels.get(visible.first, '00:00')}–{labels.get(visible.end, '24:00')}"
