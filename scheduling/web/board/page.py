"""The two boards as pages: the week of one person (a column a day), the day of a team (a column a person)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.accounts.models import Density
from scheduling.domain.interval import Interval
from scheduling.services.calendar import Reading
from scheduling.services.desk import Desk
from scheduling.services.week import PersonWeek, TeamDay
from scheduling.web.clock import stamp
from scheduling.web.presence import names_by_visit
from scheduling.web.stale import moment, seconds_of, stale_of

from . import axis as axes
from . import words
from .agenda import day_agenda, week_agenda
from .chips import Look
from .columns import Column, Drawer, Drawn, Head, Rights
from .figures import NOTHING
from .filter import EVERYTHING, Filter, keep, with_query
from .filter import bar as filter_bar
from .heads import day_head, day_tab, person_head, person_tab
from .model import Board, Mark
from .notices import day_notices, week_notices
from .openers import WORKED, openers, widened
from .pickers import day_links, people_options, team_name, team_options, week_anchor, week_links
from .zones import clocks_differ, zones_of

NOBODY = UUID(int=0)


def week_board(
    desk: Desk, data: PersonWeek, *, hours: str = WORKED, chosen: Filter = EVERYTHING, as_list: bool = False
) -> Board:
    """The week of one clinician, a column for each local day of the viewer."""
    time = data.reading.times[data.user.id]
    axis = axes.build(data.week.days, desk.zone)
    rights = rights_of(desk, data.user.id, data.reading)
    columns = [
        Column(
            scale.day.isoformat(),
            time,
            scale,
            scale.day,
            interval_of(scale),
            rights,
            data.reading.trustworthy,
            data.reading.holds,
        )
        for scale in axis.scales
    ]
    worked = axes.trim(axis, _used(columns), whole=False)
    visible = widened(axis, worked, hours)
    drawer = Drawer(visible, _look(desk, data.names, chosen, narrow=False), reverse("appointment-new"))
    heads = [day_head(column) for column in columns]
    drawn = () if as_list else _draw(drawer, columns, heads, desk.today)
    links = week_links(data.user.id, data.week, desk)
    first, last = data.week.days[0], data.week.days[-1]
    other = time.zone if clocks_differ(time.zone, desk.zone, data.reading.window) else None
    return Board(
        title=data.user.name,
        period=words.span_words(first, last),
        week_words=_("Week %(number)d") % {"number": data.week.number},
        kind="week",
        links=keep(links, chosen),
        filter=filter_bar(chosen, links.own, *matching(columns, drawer.look)),
        options=people_options(data),
        anchor=week_anchor(data.week, desk),
        is_now=desk.today in data.week.days,
        openers=openers(axis, worked, hours, columns, with_query(links.own, chosen.query)),
        rows=f"h{visible.length}",
        marks=_marks(axis, visible, desk.zone, other),
        columns=drawn,
        tabs=tuple(day_tab(column, shown, desk.today) for column, shown in zip(columns, drawn, strict=False)),
        totals=sum((column.totals() for column in columns), NOTHING),
        notices=tuple(week_notices(desk, time, data.reading, columns)),
        user=data.user,
        agenda=week_agenda(columns, drawer, desk) if as_list else (),
        zones=zones_of(data.reading.window, desk.zone, other),
        read_at=read_words(desk, data.reading),
        made_at=made_words(desk),
        stale=stale_of(desk, data.reading.age),
        poll=seconds_of(data.reading.age, waiting=bool(data.reading.holds), standing=True),
        now=stamp(desk.now),
    )


def day_board(
    desk: Desk, data: TeamDay, *, hours: str = WORKED, chosen: Filter = EVERYTHING, as_list: bool = False
) -> Board:
    """One day, a column for each person."""
    team = data.people
    data = replace(data, choice=chosen.narrowed(data.choice))
    axis = axes.build([data.day], desk.zone)
    (scale,) = axis.scales
    columns = sorted(_people_columns(desk, data, scale), key=lambda column: column.idle)
    worked = axes.trim(axis, _used(columns), whole=False)
    visible = widened(axis, worked, hours)
    drawer = Drawer(visible, _look(desk, data.names, chosen, narrow=True), reverse("appointment-new"))
    heads = [person_head(column, desk, data) for column in columns]
    drawn = () if as_list else _draw(drawer, columns, heads, desk.today)
    links = day_links(data, desk)
    return Board(
        title=words.date_words(data.day),
        period=team_name(data.choice),
        week_words="",
        kind="day",
        links=keep(links, chosen),
        filter=filter_bar(chosen, links.own, *matching(columns, drawer.look), people=team),
        options=team_options(data.choice),
        anchor=data.day,
        is_now=data.day == desk.today,
        openers=openers(axis, worked, hours, columns, with_query(links.own, chosen.query)),
        rows=f"h{visible.length}",
        marks=_marks(axis, visible, desk.zone, None),
        columns=drawn,
        tabs=tuple(person_tab(column, shown) for column, shown in zip(columns, drawn, strict=False)),
        totals=sum((column.totals() for column in columns), NOTHING),
        notices=tuple(day_notices(desk, data, columns)),
        nobody_works=all(column.idle for column in columns),
        agenda=(day_agenda(data.day, columns, drawer),) if as_list else (),
        zones=zones_of(data.reading.window, desk.zone, None),
        read_at=read_words(desk, data.reading),
        made_at=made_words(desk),
        stale=stale_of(desk, data.reading.age),
        poll=seconds_of(data.reading.age, waiting=bool(data.reading.holds), standing=True),
        now=stamp(desk.now),
    )


def made_words(desk: Desk) -> str:
    """When the page was made, for paper: Monday, 23 November 2026, 10:42, New York (UTC−5)."""
    clock, zone = words.clock(desk.now, desk.zone), words.zone_words(desk.now, desk.zone)
    return f"{words.date_words(desk.today)}, {clock}, {zone}"


def read_words(desk: Desk, reading: Reading) -> str:
    """When the calendar was read, with the zone's letters."""
    return f"{moment(reading.read_at, desk)} {words.zone_short(reading.read_at, desk.zone)}"


def _people_columns(desk: Desk, data: TeamDay, scale: axes.Scale) -> Iterator[Column]:
    trusted = data.reading.trustworthy
    for number, user in enumerate(data.people):
        time, rights = data.reading.times[user.id], rights_of(desk, user.id, data.reading)
        claims = tuple(hold for hold in data.reading.holds if hold.person_id == user.id)
        yield Column(f"{number}", time, scale, data.day, interval_of(scale), rights, trusted, claims)


def rights_of(desk: Desk, person_id: UUID, reading: Reading) -> Rights:
    """What the viewer may do here. An unsure reading offers no free time, nor one of another time (design 6)."""
    book = desk.may("appointment.book", person_id)
    offered = book and reading.trustworthy and not reading.age.stale
    return Rights(names=desk.may("calendar.names", person_id), book=book, free=offered)


def interval_of(scale: axes.Scale) -> Interval | None:
    """The column's day as real time; None on a day that the zone skipped."""
    return Interval(scale.parts[0][0].start, scale.parts[-1][0].end) if scale.parts else None


def _used(columns: Iterable[Column]) -> Iterator[tuple[int, int]]:
    for column in columns:
        yield from column.used()


def _look(desk: Desk, names: dict[UUID, str], chosen: Filter, *, narrow: bool) -> Look:
    base = reverse("appointment", args=[NOBODY]).removesuffix(f"{NOBODY}/")
    return Look(
        desk.zone,
        desk.now,
        names,
        base,
        narrow,
        partial(chosen.shows, now=desk.now),
        2 if narrow else 3,
        chosen.initials,
        desk.account.board_density == Density.OVERVIEW,
        names_by_visit(desk),
    )


def matching(columns: Iterable[Column], look: Look) -> tuple[int, int]:
    """How many visits of the columns the filter brings out, and of how many; cancelled ones are visits too."""
    found = [look.shows(row.event) for column in columns for row in (*column.visits, *column.cancelled)]
    return sum(found), len(found)


def _draw(drawer: Drawer, columns: Sequence[Column], heads: Sequence[Head], today: date) -> tuple[Drawn, ...]:
    return tuple(
        drawer.draw(column, head, today=column.day == today, empty=_empty_words(column))
        for column, head in zip(columns, heads, strict=True)
    )


def _empty_words(column: Column) -> str:
    if column.interval is None:
        return _("This day was left out of the calendar here")
    return _("No hours") if column.idle else ""


def _marks(axis: axes.Axis, visible: axes.Visible, zone: ZoneInfo, other: ZoneInfo | None) -> tuple[Mark, ...]:
    return tuple(_mark(tick, visible, axis, other) for tick in axis.ticks if visible.first <= tick.unit < visible.end)


def _mark(tick: axes.Tick, visible: axes.Visible, axis: axes.Axis, other: ZoneInfo | None) -> Mark:
    label = _other_label(tick, axis, other) if other else ""
    return Mark(f"r{tick.unit - visible.first}", tick.label, label, tick.repeated)


def _other_label(tick: axes.Tick, axis: axes.Axis, other: ZoneInfo) -> str:
    """The clinician's time at this tick, on the first day that has it."""
    for scale in axis.scales:
        for stretch, unit in scale.parts:
            if unit <= tick.unit < unit + stretch.length:
                return words.clock(stretch.start + (tick.unit - unit) * axes.UNIT, other)
    return ""
