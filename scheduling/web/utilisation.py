"""The summary of a week, ready to print: figures as texts with their values, bars, and the API's own beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.event import EventStatus
from scheduling.domain.utilisation import Figures, together
from scheduling.domain.week import Week
from scheduling.services.summary import Comparison, Difference, Reason, Row, WeekSummary
from scheduling.web.failures import failure_of
from scheduling.web.hours import week_label
from scheduling.web.hours_words import length_of
from scheduling.welkin import Figure
from scheduling.welkin.errors import NotFound

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
STATUSES = (
    (EventStatus.SCHEDULED, gettext_lazy("Scheduled")),
    (EventStatus.COMPLETED, gettext_lazy("Completed")),
    (EventStatus.MISSED, gettext_lazy("Missed")),
    (EventStatus.CANCELLED, gettext_lazy("Cancelled")),
)
# With how much or how many of it, and without where that cannot be told.
REASONS = {
    Reason.LEAVE: gettext_lazy("theirs counts leave (%(much)s)"),
    Reason.OVERLAP: gettext_lazy("theirs adds up visits at the same time (%(much)s)"),
    Reason.OUTSIDE: gettext_lazy("their occupancy counts visits outside the hours (%(much)s)"),
    Reason.ALL_DAY: gettext_lazy("ours takes all-day events as whole days (%(much)s)"),
    Reason.CANCELLED: gettext_lazy("theirs counts cancelled ones (%(much)s)"),
    Reason.LEAVE_COUNTED: gettext_lazy("theirs counts leave as events (%(much)s)"),
    Reason.ZONE: gettext_lazy("no time zone is set, so theirs may read the hours on another clock"),
    Reason.OTHER: gettext_lazy("rounding, or a rule of theirs that is not documented"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its documented name, what is printed, and the plain value (minutes, per cent or a count)."""

    metric: str
    text: str
    value: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in per mille of the longest one of the page."""

    kind: str
    x: int
    width: int


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
    bar: tuple[Part, ...]
    bar_text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One clinician's figures of the API, each after ours, and why they differ."""

    clinician_id: UUID
    name: str
    pairs: tuple[tuple[Cell, Cell], ...]
    missing: bool
    differs: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideTotal:
    """The sums of those whom the API sent figures for; `partial` where that is not everybody."""

    name: str
    partial: bool
    pairs: tuple[tuple[Cell, Cell], ...]


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


def page_of(summary: WeekSummary, this_week: Week) -> UtilisationPage:
    """The page for a summary. `this_week` is the viewer's."""
    others = _other_statuses(summary.rows)
    longest = max((_reach(row.figures) for row in summary.rows), default=timedelta())
    beside = tuple(_beside(row) for row in summary.rows)
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
        beside_total=_beside_total(summary.rows),
        differing=sum(row.differs for row in beside),
        theirs_missing=summary.theirs_missing,
        problem=_problem(summary),
        unreadable=summary.unreadable,
        trustworthy=summary.trustworthy,
        previous_url=_url(previous, team.pk if team else None) if previous else "",
        next_url=_url(following, team.pk if team else None) if following else "",
        now_url=_url(None, team.pk if team else None),
        is_now=summary.week == this_week,
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


# --- Our figures


def _line(row: Row, others: Sequence[str], longest: timedelta, summary: WeekSummary) -> Line:
    figures, user, week, sure = row.figures, row.user, summary.week, summary.trustworthy
    return Line(
        clinician_id=user.id,
        name=user.name,
        week_url=reverse("week-of", args=[user.id, str(week)]),
        hours_url=reverse("hours-of", args=[user.id]) + f"?week={week}",
        note=_note(row),
        cells=_cells(figures, sure),
        statuses=_statuses(figures.by_status, others),
        use=use_of(figures),
        bar=tuple(part for part in _bar(figures, longest) if sure or part.kind != "free"),
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
        cells=_cells(figures, summary.trustworthy),
        statuses=_statuses(figures.by_status, others),
        use=use_of(figures),
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


def _time(metric: str, duration: timedelta) -> Cell:
    """Hours and minutes; the value in minutes."""
    return Cell(metric, length_of(duration), f"{duration / MINUTE:g}")


def use_of(figures: Figures) -> Cell:
    """Utilisation in per cent with one decimal, or that there is nothing to divide by."""
    share = figures.utilisation
    if share is None:
        return Cell("utilisation", _("no hours offered"))
    return Cell("utilisation", f"{share:.1%}".replace("%", " %"), f"{share * 100:.1f}")


def _statuses(counts: Mapping[str, int], others: Sequence[str]) -> tuple[Cell, ...]:
    names = [*(status.value for status, _name in STATUSES), *others]
    return tuple(Cell(f"status-{name.lower()}", str(counts.get(name, 0)), str(counts.get(name, 0))) for name in names)


def _reach(figures: Figures) -> timedelta:
    """How long a bar is in all."""
    return max(figures.offered, figures.booked_inside + figures.leave + figures.free) + figures.booked_outside


def _bar(figures: Figures, longest: timedelta) -> tuple[Part, ...]:
    """Booked, leave and free inside the hours, then what was booked outside. Leave under a visit counts once."""
    if not longest:
        return ()
    leave = max(timedelta(), figures.offered - figures.booked_inside - figures.free)
    stretches = (
        ("booked", figures.booked_inside),
        ("leave", leave),
        ("free", figures.free),
        ("outside", figures.booked_outside),
    )
    parts, x = [], 0
    for kind, duration in stretches:
        width = round(1000 * (duration / longest))
        if width:
            parts.append(Part(kind, x, width))
        x += width
    return tuple(parts)


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


# --- Beside the API's own


def _beside(row: Row) -> Beside:
    compared = row.comparison
    return Beside(
        clinician_id=row.user.id,
        name=row.user.name,
        pairs=_pairs(row.figures, compared) if compared else (),
        missing=compared is None,
        differs=compared is None or compared.differs,
        reasons=tuple(reason_in_words(reason) for reason in compared.reasons) if compared else (),
    )


def _problem(summary: WeekSummary) -> str:
    """Why the API's own summary is missing, in a few words; empty where it is only not there."""
    problem = summary.problem
    return "" if problem is None or isinstance(problem, NotFound) else str(failure_of(problem).title)


def _beside_total(rows: Sequence[Row]) -> BesideTotal:
    """Ours and theirs added up over the people whom both know. A figure that is no number for somebody has no sum."""
    both = [(row.figures, row.comparison.theirs) for row in rows if row.comparison]
    ours = together(figures for figures, _theirs in both)
    events = sum(theirs.created for _figures, theirs in both)
    pairs = (
        (_hours(ours.offered), _sum("api-working-hours", [theirs.working_hours for _figures, theirs in both])),
        (_hours(ours.booked), _sum("api-event-hours", [theirs.event_hours for _figures, theirs in both])),
        (Cell("", use_of(ours).text), Cell("", "–")),
        (Cell("", str(ours.visits)), Cell("api-events", str(events), str(events))),
    )
    return BesideTotal(_("Total"), len(both) < len(rows), pairs)


def _sum(metric: str, theirs: Sequence[Figure]) -> Cell:
    values = [figure.value for figure in theirs if figure.value is not None]
    if len(values) < len(theirs):
        return Cell(metric, _("not given"))
    return Cell(metric, f"{sum(values):.1f}", f"{round(sum(values), 1):g}")


def _pairs(figures: Figures, compared: Comparison) -> tuple[tuple[Cell, Cell], ...]:
    theirs, use = compared.theirs, use_of(figures)
    counted = Cell("api-events", str(theirs.created), str(theirs.created), compared.events_differ)
    return (
        (_hours(figures.offered), _their("api-working-hours", theirs.working_hours, compared.hours_differ)),
        (_hours(figures.booked), _their("api-event-hours", theirs.event_hours, compared.booked_differ)),
        (Cell("", use.text), _their("api-occupancy", theirs.occupancy, compared.use_differs)),
        (Cell("", str(figures.visits)), counted),
    )


def _hours(duration: timedelta) -> Cell:
    """Decimal hours, to stand beside theirs. The figure itself is named in the first table."""
    return Cell("", f"{duration / HOUR:.1f}")


def _their(metric: str, figure: Figure, differs: bool) -> Cell:
    """Their text as it came, with its value where one could be read."""
    text = figure.text or _("not given")
    return Cell(metric, text, "" if figure.value is None else f"{figure.value:g}", differs)


def reason_in_words(difference: Difference) -> str:
    """One reason with its amount."""
    much = length_of(difference.time) if difference.time is not None else str(difference.count or "")
    return REASONS[difference.reason] % {"much": much}
