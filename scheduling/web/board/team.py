"""A team's seven days as a table: a row for each person, a cell for each day.

A cell shows figures, a strip and marks, and the visits themselves where there is room for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from scheduling.domain.person import User
from scheduling.domain.week import FIRST_YEAR
from scheduling.services.desk import Desk
from scheduling.services.team_week import TeamWeek
from scheduling.web.presence import names_by_visit
from scheduling.web.stale import seconds_of, stale_of

from . import axis as axes
from . import words
from .chips import Look
from .columns import Column
from .figures import NOTHING, Totals
from .filter import EVERYTHING, Filter, keep
from .filter import bar as filter_bar
from .heads import change_note
from .model import Notice
from .notices import team_notices
from .page import NOBODY, interval_of, read_words, rights_of
from .pickers import team_name, team_options, team_week_links, week_anchor
from .team_cells import Cells, Day, day_of
from .team_model import DayHead, Row, TeamBoard
from .zones import clocks_differ

# With more people than this a cell has no room for visits; up to so many, each may have a line of its own with a name.
MOST_PEOPLE = 30
FEW_PEOPLE = 8
ROOM = {True: 8, False: 6}


@dataclass(frozen=True, slots=True)
class _Week:
    """One person's seven days, drawn later: all of them say how much of a day is shown."""

    user: User
    days: tuple[Day, ...]


def team_board(desk: Desk, data: TeamWeek, *, chosen: Filter = EVERYTHING, visits: bool = False) -> TeamBoard:
    """The week of a team, a row for each person by name. `visits`: each visit is asked for, where there is room."""
    team, data = data.choice.people, replace(data, choice=chosen.narrowed(data.choice))
    axis = axes.build(data.week.days, desk.zone)
    weeks = [
        _Week(user, tuple(day_of(desk, column, chosen) for column in _columns(desk, data, user, axis)))
        for user in data.choice.people
    ]
    everything = [day for week in weeks for day in week.days]
    used = {span for day in everything for span in day.column.used()}
    visible = axes.trim(axis, used, whole=False)
    look = _look_name(len(weeks), visits=visits)
    cells = _cells(desk, data, visible, chosen, look)
    rows = tuple(_row(desk, data, week, cells) for week in weeks)
    links = team_week_links(data, desk)
    notices = [*team_notices(data.reading, axis.scales), *_no_room(visits=visits, look=look)]
    return TeamBoard(
        title=team_name(data.choice),
        period=words.span_words(data.week.days[0], data.week.days[-1]),
        week_words=_("Week %(number)d") % {"number": data.week.number},
        links=keep(links, chosen),
        filter=filter_bar(
            chosen,
            links.own,
            sum(day.matching or 0 for day in everything),
            sum(row.totals.visits for row in rows),
            people=team,
        ),
        options=team_options(data.choice),
        anchor=week_anchor(data.week, desk),
        is_now=desk.today in data.week.days,
        days=tuple(
            _day_head(desk, data, scale, _sum(week.days[number].totals for week in weeks))
            for number, scale in enumerate(axis.scales)
        ),
        rows=rows,
        totals=_sum(row.totals for row in rows),
        span=_span_words(axis, visible),
        notices=tuple(notices),
        read_at=read_words(desk, data.reading),
        poll=seconds_of(data.reading.age, waiting=bool(data.reading.holds), standing=True),
        stale=stale_of(desk, data.reading.age),
        asked_visits=visits,
        look=look,
    )


def _look_name(people: int, *, visits: bool) -> str:
    if not visits or people > MOST_PEOPLE:
        return "figures"
    return "visits roomy" if people <= FEW_PEOPLE else "visits"


def _no_room(*, visits: bool, look: str) -> Iterator[Notice]:
    if visits and look == "figures":
        text = _("Visits are shown for up to %d people. Choose a team or a set of people to see them.") % MOST_PEOPLE
        yield Notice("info", text)


def _cells(desk: Desk, data: TeamWeek, visible: axes.Visible, chosen: Filter, look: str) -> Cells:
    roomy = look != "visits"
    shown = None
    if look != "figures":
        base = reverse("appointment", args=[NOBODY]).removesuffix(f"{NOBODY}/")
        shows = partial(chosen.shows, now=desk.now)
        shown = Look(desk.zone, desk.now, data.names, base, True, shows, ROOM[roomy], chosen.initials)
        shown = replace(shown, opened=names_by_visit(desk))
    return Cells(desk, visible, chosen, shown, roomy=roomy)


def _sum(totals: Iterator[Totals]) -> Totals:
    return sum(totals, NOTHING)


def _columns(desk: Desk, data: TeamWeek, user: User, axis: axes.Axis) -> Iterator[Column]:
    reading = data.reading
    claims = tuple(hold for hold in reading.holds if hold.person_id == user.id)
    rights, time = rights_of(desk, user.id, reading), reading.times[user.id]
    for number, scale in enumerate(axis.scales):
        key = f"-{_key(user.id)}-{number}"
        yield Column(key, time, scale, scale.day, interval_of(scale), rights, reading.trustworthy, claims)


def _key(person_id: UUID) -> str:
    """What tells the people of a page apart in its ids."""
    return f"p{person_id.hex[:8]}"


def _row(desk: Desk, data: TeamWeek, week: _Week, cells: Cells) -> Row:
    user = week.user
    time, start = data.reading.times[user.id], data.reading.window.start
    differs = clocks_differ(time.zone, desk.zone, data.reading.window)
    url = reverse("week-of", args=[user.id, str(data.week)])
    return Row(
        id=_key(user.id),
        clinician_id=user.id,
        name=user.name,
        note=_("no zone") if time.zone_assumed else words.zone_short(start, time.zone) if differs else "",
        note_title=_("No time zone is set; the clinic's is assumed.")
        if time.zone_assumed
        else words.zone_words(start, time.zone),
        url=url,
        cells=format_html_join("", "{}", ((cells.draw(day, url),) for day in week.days)),
        totals=_sum(day.totals for day in week.days),
        idle=all(day.column.idle for day in week.days),
    )


def _day_head(desk: Desk, data: TeamWeek, scale: axes.Scale, totals: Totals) -> DayHead:
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
        totals=totals,
    )


def _span_words(axis: axes.Axis, visible: axes.Visible) -> str:
    """From when to when the strips go: 07:00–19:00."""
    labels = {tick.unit: tick.label for tick in axis.ticks}
    return f"{labels.get(visible.first, '00:00')}–{labels.get(visible.end, '24:00')}"
