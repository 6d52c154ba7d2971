"""The report, ready to print: figures with the address of what they are made of, rows, comparison, what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.spans import seconds
from scheduling.domain.usage import groups
from scheduling.domain.usage.groups import Group
from scheduling.domain.usage.rates import FEWEST, Switches, ahead, lead_time, no_show, utilisation
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.services.desk import Desk
from scheduling.services.usage import AT_ONCE, Usage
from scheduling.web.failures import failure_of
from scheduling.web.forms.usage import BY, CLINICIAN, DAY, MODE, MONTH, TYPE, Asked

from . import charts, words
from .charts import Heat, Trend

COLUMNS = (
    Measure.OFFERED,
    Measure.LEAVE,
    Measure.CLOSED,
    Measure.INSIDE,
    Measure.OUTSIDE,
    Measure.COMPLETED,
    Measure.MISSED,
    Measure.GROUP,
    Measure.HEADS,
    Measure.FREE,
)
# Hours are nobody's type: a row of these says how booked time divides, no more.
OF_VISITS = (Measure.BOOKED, Measure.INSIDE, Measure.OUTSIDE, Measure.COMPLETED, Measure.MISSED)
COUNTS = ("visits", "cancelled-late")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its documented name, its text, its plain value (minutes, per cent or a count), what it is made of."""

    metric: str
    text: str
    value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A clinician, a day, a type ... or the total."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    use: Cell
    share: float | None
    bar: charts.Bar


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of the whole with a line below it, and the same of the time compared with."""

    label: str
    cell: Cell
    note: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Going:
    """How far reading has come; `url` goes on with it."""

    read: int
    parts: int
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page prints. `going` None: all months are here."""

    title: str
    zone: str
    whose: str
    by: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    formula: str
    switches: tuple[str, ...]
    stats: tuple[Stat, ...]
    statuses: tuple[Cell, ...]
    trend: Trend
    heat: Heat
    going: Going | None
    problem: str
    unreadable: int
    sure: bool
    compared: str
    query: str
    before_url: str
    after_url: str
    by_visits: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What a page, a drill-down and a file are made from, so that all of them say the same."""

    desk: Desk
    asked: Asked
    usage: Usage
    other: Usage | None
    query: QueryDict

    @property
    def columns(self) -> tuple[Measure, ...]:
        return OF_VISITS if self.asked.by in (TYPE, MODE) else COLUMNS

    def address(self, name: str = "usage", **changes: object) -> str:
        """The same question at another page; a change to the empty string takes a field out."""
        told = {key: [value for value in values if value] for key, values in self.query.lists()}
        told |= {key: [str(value)] if value != "" else [] for key, value in changes.items()}
        return f"{reverse(name)}?{urlencode(told, doseq=True)}"


def groups_of(by: str, usage: Usage) -> Mapping[object, Group]:
    """The atoms and cases of each row, by its key, in the order of the rows."""
    atoms, cases, zone = usage.atoms, usage.cases, usage.zone
    if by == CLINICIAN:
        found: Mapping[object, Group] = groups.by_clinician(atoms, cases)
        return {user.id: found.get(user.id, Group((), ())) for user in usage.people}
    if by in (TYPE, MODE):
        typed = groups.by_type(atoms, cases) if by == TYPE else groups.by_mode(atoms, cases)
        return dict(sorted(typed.items()))
    dated = {DAY: groups.by_day, MONTH: groups.by_month}.get(by, groups.by_week)(atoms, cases, zone)
    return dict(sorted(dated.items()))


def name_of(by: str, key: object, usage: Usage) -> str:
    if by == CLINICIAN:
        return next((user.name for user in usage.people if user.id == key), str(key))
    return words.group_words(by, key)


def report_of(source: Source) -> Report:
    """The page of what was read."""
    usage, asked = source.usage, source.asked
    found = groups_of(asked.by, usage)
    tallies = {key: group.tally for key, group in found.items()}
    longest = max((charts.reach(tally) for tally in tallies.values()), default=0)
    whole = usage.tally
    return Report(
        title=words.period_words(asked.period),
        zone=usage.zone.key,
        whose=_whose(source),
        by=str(BY[asked.by]),
        heads=tuple(str(words.MEASURES[measure]) for measure in source.columns),
        rows=_ranked(asked.order, [_row(source, key, tally, longest) for key, tally in tallies.items()]),
        total=_row(source, None, whole, charts.reach(whole)),
        formula=words.formula(whole, asked.switches),
        switches=tuple(words.switches_in_words(asked.switches)),
        stats=tuple(_stats(source, whole)),
        statuses=tuple(_statuses(source, whole)),
        trend=charts.trend(usage, asked.switches),
        heat=charts.heat(usage),
        going=_going(source),
        problem=str(failure_of(usage.problem).title) if usage.problem else "",
        unreadable=usage.unreadable,
        sure=usage.sure,
        compared=words.period_words(asked.other) if asked.other else "",
        query=source.query.urlencode(),
        before_url=_moved(source, "before"),
        after_url=_moved(source, "after"),
        by_visits=asked.by in (TYPE, MODE),
    )


def _ranked(order: str, rows: list[Row]) -> tuple[Row, ...]:
    """By utilisation; rows without hours at the end, those alike as they come."""
    if not order:
        return tuple(rows)
    sign = -1 if order == "most" else 1
    return tuple(sorted(rows, key=lambda row: (row.share is None, sign * (row.share or 0.0))))


def _whose(source: Source) -> str:
    people = source.usage.people
    return people[0].name if len(people) == 1 else _("%(count)d people") % {"count": len(people)}


def _moved(source: Source, way: str) -> str:
    """The same question about the period before or after this one; empty at the ends of time."""
    try:
        period = getattr(source.asked.period, way)
    except ValueError:
        return ""
    return source.address(day=period.first, first=period.first, last=period.last)


def _going(source: Source) -> Going | None:
    usage, other = source.usage, source.other
    read = usage.read + (other.read if other else 0)
    parts = usage.parts + (sum(1 for _part in source.asked.other.parts(usage.zone)) if source.asked.other else 0)
    if read >= parts or usage.problem or (other and other.problem):
        return None
    return Going(read, parts, source.address(months=read + AT_ONCE))


def _row(source: Source, key: object, tally: Tally, longest: int) -> Row:
    by, switches = source.asked.by, source.asked.switches
    text = words.key_text(key) if key is not None else ""
    share = None if by in (TYPE, MODE) and key is not None else utilisation(tally, switches).value
    return Row(
        key=text,
        name=name_of(by, key, source.usage) if key is not None else _("Total"),
        cells=tuple(_cells(source, tally, text if key is not None else None)),
        use=_use(share),
        share=share,
        bar=charts.bar_of(tally, longest),
    )


def _cells(source: Source, tally: Tally, key: str | None) -> Iterator[Cell]:
    for measure in source.columns:
        if measure is Measure.FREE and not source.usage.sure:
            yield Cell(measure.value, _("not known"))
        else:
            yield time_cell(source, measure, tally.seconds(measure), key)
    for name, count in zip(COUNTS, (tally.visits, tally.cancelled_late), strict=True):
        yield Cell(name, str(count), str(count), _made_of(source, name, key) if count else "")


def time_cell(source: Source, measure: Measure, found: int, key: str | None = None) -> Cell:
    url = _made_of(source, measure.value, key) if found else ""
    return Cell(measure.value, words.minutes(found), str(round(found / 60)), url)


def _made_of(source: Source, figure: str, key: str | None) -> str:
    told = {"figure": figure, **({"key": key or "-"} if key is not None else {})}
    return source.address("usage-parts", **told)


def _use(share: float | None) -> Cell:
    return Cell("utilisation", words.share(share), "" if share is None else f"{share * 100:.1f}")


def _stats(source: Source, whole: Tally) -> Iterator[Stat]:
    switches, other = source.asked.switches, source.other.tally if source.other else None
    share = utilisation(whole, switches).value
    yield Stat(_("Utilisation"), _use(share), _("booked ÷ offered"), _change(share, other, switches))
    for measure in (Measure.OFFERED, Measure.INSIDE, Measure.OUTSIDE, Measure.LEAVE, Measure.FREE):
        cell = time_cell(source, measure, whole.seconds(measure))
        if measure is Measure.FREE and not source.usage.sure:
            cell = Cell(measure.value, _("not known"))
        before = words.minutes(other.seconds(measure)) if other else ""
        yield Stat(str(words.MEASURES[measure]), cell, "", before)
    yield from _rates(source, whole, other)
    yield from _ahead(source)


def _change(share: float | None, other: Tally | None, switches: Switches) -> str:
    """The share before, and by how many points it changed."""
    if other is None:
        return ""
    was = utilisation(other, switches).value
    if share is None or was is None:
        return words.share(was)
    return f"{words.share(was)} ({(share - was) * 100:+.1f})"


def _rates(source: Source, whole: Tally, other: Tally | None) -> Iterator[Stat]:
    rate = no_show(whole)
    few = _("%(n)d visits are too few for a rate (at least %(least)d)") % {"n": rate.n, "least": FEWEST}
    if rate.value is None or rate.interval is None:
        yield Stat(_("No-shows"), Cell("no-show-rate", _("not told")), few)
    else:
        low, high = rate.interval
        told = {"low": f"{low * 100:.1f}", "high": f"{high * 100:.1f}", "hits": rate.hits, "n": rate.n}
        note = _("%(hits)d of %(n)d; 95 %% interval %(low)s to %(high)s %%") % told
        was = no_show(other).value if other else None
        cell = Cell("no-show-rate", f"{rate.value * 100:.1f} %", f"{rate.value * 100:.1f}")
        yield Stat(_("No-shows"), cell, note, "" if was is None else f"{was * 100:.1f} %")
    lead = lead_time(source.usage.cases)
    if lead.median is None:
        note = _("%(n)d visits are too few (at least %(least)d)") % {"n": lead.n, "least": FEWEST}
        yield Stat(_("Lead time"), Cell("lead-time", _("not told")), note)
    else:
        days = lead.median.total_seconds() / 86400
        note = _("median of %(n)d visits, from being made until they begin") % {"n": lead.n}
        yield Stat(_("Lead time"), Cell("lead-time", _("%(days).1f days") % {"days": days}, f"{days:.1f}"), note)


def _ahead(source: Source) -> Iterator[Stat]:
    """Only of a period that is not over, and of one that was read whole."""
    now = seconds(source.desk.now)
    if not source.usage.whole or source.usage.period.interval(source.usage.zone).outer[1] <= now:
        return
    found = ahead(source.usage.atoms, now)
    if found.next_free is None:
        note = _("no free half hour is left in this time")
    elif found.next_free <= now:
        note = _("a free half hour is there now")
    else:
        days = (found.next_free - now) / 86400
        note = _("the next free half hour is in %(days).1f days") % {"days": days}
    yield Stat(
        _("Unsold ahead"), Cell("unsold-ahead", words.minutes(found.unsold), str(round(found.unsold / 60))), note
    )


def _statuses(source: Source, whole: Tally) -> Iterator[Cell]:
    for status, count in sorted(whole.by_status.items()):
        name = f"status-{status.lower()}"
        yield Cell(str(words.status_words(status)), str(count), str(count), _made_of(source, name, None))
