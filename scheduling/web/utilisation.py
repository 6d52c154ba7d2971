"""The summary of a week, ready to print: figures as texts with their values, and bars."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.event import EventStatus
from scheduling.domain.usage.figures import Figures
from scheduling.domain.week import Week
from scheduling.services.desk import Desk
from scheduling.services.summary import Row, WeekSummary
from scheduling.web.beside import Beside, BesideTotal, beside_of, beside_total
from scheduling.web.failures import failure_of
from scheduling.web.figures import Cell, use_of
from scheduling.web.hours import week_label
from scheduling.web.hours_words import length_of
from scheduling.web.stale import Stale, moment, seconds_of, stale_of
from scheduling.web.usage.bars import Bar, bar_of
from scheduling.web.usage.words import person_words
from scheduling.welkin.errors import NotFound

MINUTE = timedelta(minutes=1)
STATUSES = (
    (EventStatus.SCHEDULED, gettext_lazy("Scheduled")),
    (EventStatus.COMPLETED, gettext_lazy("Completed")),
    (EventStatus.MISSED, gettext_lazy("Missed")),
    (EventStatus.CANCELLED, gettext_lazy("Cancelled")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One clinician, or the total."""

    clinician_id: UUID | None
    name: str
    week_url: str
    hours_url: str
    note: str
    cells: tuple[Cell, ...]
    statuses: tuple[Cell, ...]
    use: Cell
    bar: Bar
    bar_text: str


@dataclass(frozen=True, slots=True)
class TeamChoice:
    url: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class UtilisationPage:
    """Everything that the page prints."""

    week: Week
    label: str
    zone: str
    team_name: str
    teams: tuple[TeamChoice, ...]
    status_names: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line
    beside: tuple[Beside, ...]
    beside_total: BesideTotal
    differing: int
    theirs_missing: bool
    problem: str
    unreadable: int
    trustworthy: bool
    previous_url: str
    next_url: str
    now_url: str
    is_now: bool
    own_url: str
    read_at: str
    poll: int
    stale: Stale | None


def page_of(desk: Desk, summary: WeekSummary) -> UtilisationPage:
    """The page for a summary."""
    others = _other_statuses(summary.rows)
    longest = max((_reach(row.figures) for row in summary.rows), default=timedelta())
    beside = tuple(beside_of(row) for row in summary.rows)
    previous, following, team = summary.week.previous, summary.week.next, summary.team
    return UtilisationPage(
        week=summary.week,
        label=week_label(summary.week),
        zone=summary.zone.key,
        team_name=team.name if team else "",
        teams=_choices(summary),
        status_names=(*(str(name) for _status, name in STATUSES), *others),
        lines=tuple(_line(row, others, longest, summary) for row in summary.rows),
        total=_total(summary, others),
        beside=beside,
        beside_total=beside_total(summary.rows),
        differing=sum(row.differs for row in beside),
        theirs_missing=summary.theirs_missing,
        problem=_problem(summary),
        unreadable=summary.unreadable,
        trustworthy=summary.trustworthy,
        previous_url=_url(previous, team.pk if team else None) if previous else "",
        next_url=_url(following, team.pk if team else None) if following else "",
        now_url=_url(None, team.pk if team else None),
        is_now=summary.week == desk.this_week,
        own_url=_url(summary.week, team.pk if team else None),
        read_at=moment(summary.age.read_at, desk),
        poll=seconds_of(summary.age),
        stale=stale_of(desk, summary.age),
    )


def _url(week: Week | None, team: int | None) -> str:
    told = [f"week={week}"] if week else []
    told += [f"team={team}"] if team else []
    return f"{reverse('utilisation')}?{'&'.join(told)}" if told else reverse("utilisation")


def _choices(summary: WeekSummary) -> tuple[TeamChoice, ...]:
    """The team picker; none where there is nothing to choose."""
    if len(summary.teams) < 2:
        return ()
    everyone = TeamChoice(_url(summary.week, None), _("All my teams"), summary.team is None)
    return (everyone, *(TeamChoice(_url(summary.week, t.pk), t.name, t == summary.team) for t in summary.teams))


def _other_statuses(rows: Iterable[Row]) -> tuple[str, ...]:
    """Statuses that occur and are not among the known four, as the API wrote them."""
    known = {status.value for status, _name in STATUSES}
    return tuple(sorted({name for row in rows for name in row.figures.by_status} - known))


def _line(row: Row, others: Sequence[str], longest: timedelta, summary: WeekSummary) -> Line:
    figures, user, week, sure = row.figures, row.user, summary.week, summary.trustworthy
    return Line(
        clinician_id=user.id,
        name=person_words(user),
        week_url=reverse("week-of", args=[user.id, str(week)]),
        hours_url=reverse("hours-of", args=[user.id]) + f"?week={week}",
        note=_note(row),
        cells=_opened(_cells(figures, sure), summary, user.id),
        statuses=_opened(_statuses(figures.by_status, others), summary, user.id),
        use=_opened([use_of(figures)], summary, user.id)[0],
        bar=bar_of(_stretches(figures, sure), longest / MINUTE),
        bar_text=_bar_text(figures, sure),
    )


def _total(summary: WeekSummary, others: Sequence[str]) -> Line:
    figures = summary.total
    return Line(
        clinician_id=None,
        name=_("Total"),
        week_url="",
        hours_url="",
        note="",
        cells=_opened(_cells(figures, summary.trustworthy), summary),
        statuses=_opened(_statuses(figures.by_status, others), summary),
        use=_opened([use_of(figures)], summary)[0],
        bar=(),
        bar_text=_bar_text(figures, summary.trustworthy),
    )


def _note(row: Row) -> str:
    if not row.time.zone_assumed:
        return ""
    return _("no time zone set")


def _cells(figures: Figures, sure: bool) -> tuple[Cell, ...]:
    """The figures of a row. What is free is only said where all was read."""
    return (
        _time("offered", figures.offered),
        _time("booked-inside", figures.booked_inside),
        _time("booked-outside", figures.booked_outside),
        _time("leave", figures.leave),
        _time("free", figures.free) if sure else Cell("free", _("not known")),
        Cell("visits", str(figures.visits), str(figures.visits)),
    )


def _opened(cells: Iterable[Cell], summary: WeekSummary, person: UUID | None = None) -> tuple[Cell, ...]:
    """With the address of what each is made of, where it is made of anything."""
    whose = {"person": f"{person}"} if person else {"team": f"{summary.team.pk}"} if summary.team else {}
    asked = {"kind": "week", "day": f"{summary.week.days[0]}", **whose}

    def address(figure: str) -> str:
        return f"{reverse('usage-parts')}?{urlencode(asked | {'figure': figure})}"

    return tuple(replace(cell, url=address(cell.metric)) if cell.value not in ("", "0") else cell for cell in cells)


def _time(metric: str, duration: timedelta) -> Cell:
    """Hours and minutes; the value in minutes."""
    return Cell(metric, length_of(duration), f"{duration / MINUTE:g}")


def _statuses(counts: Mapping[str, int], others: Sequence[str]) -> tuple[Cell, ...]:
    names = [*(status.value for status, _name in STATUSES), *others]
    return tuple(Cell(f"status-{name.lower()}", str(counts.get(name, 0)), str(counts.get(name, 0))) for name in names)


def _reach(figures: Figures) -> timedelta:
    """How long a bar is in all."""
    return max(figures.offered, figures.booked_inside + figures.leave + figures.free) + figures.booked_outside


def _stretches(figures: Figures, sure: bool) -> Iterator[tuple[str, float]]:
    """What a bar shows, in minutes. Leave under a visit counts once; what is free is only shown where all was read."""
    leave = max(timedelta(), figures.offered - figures.booked_inside - figures.free)
    yield "booked", figures.booked_inside / MINUTE
    yield "leave", leave / MINUTE
    yield from [("free", figures.free / MINUTE)] if sure else []
    yield "outside", figures.booked_outside / MINUTE


def _bar_text(figures: Figures, sure: bool) -> str:
    told = {
        "booked": length_of(figures.booked_inside),
        "offered": length_of(figures.offered),
        "leave": length_of(figures.leave),
        "free": length_of(figures.free),
        "outside": length_of(figures.booked_outside),
    }
    if not sure:
        return _("%(booked)s of %(offered)s booked, %(leave)s leave, %(outside)s booked outside") % told
    return _("%(booked)s of %(offered)s booked, %(leave)s leave, %(free)s free, %(outside)s booked outside") % told


def _problem(summary: WeekSummary) -> str:
    """Why the API's own summary is missing, in a few words; empty where it is only not there."""
    problem = summary.problem
    return "" if problem is None or isinstance(problem, NotFound) else str(failure_of(problem).title)
