"""The report, ready to print: figures with the address of what they are made of, rows, comparison, what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from scheduling.domain.usage.rates import FEWEST, utilisation
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.services.usage import AT_ONCE
from scheduling.web.failures import failure_of
from scheduling.web.forms.usage import BY, CLINICIAN, DAY, MODE, MONTH, TYPE
from scheduling.web.stale import Stale, moment, stale_of

from . import charts, words
from .bars import Bar, bar_of
from .charts import Heat, Trend
from .source import COUNTS, UTILISATION, Cell, Source, groups_of, made_of, name_of, time_cell, use_cell
from .stats import Stat, Status, Term, stats_of, statuses_of, terms_of

# So many rows fit on a page across; more are printed upright.
ACROSS = 32


@dataclass(frozen=True, slots=True)
class Row:
    """A clinician, a day, a type ... or the total."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    use: Cell
    share: float | None
    bar: Bar


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
    is_long: bool
    total: Row
    formula: str
    above: tuple[Term, ...]
    below: tuple[Term, ...]
    switches: tuple[str, ...]
    stats: tuple[Stat, ...]
    statuses: tuple[Status, ...]
    few_visits: bool
    trend: Trend
    heat: Heat
    going: Going | None
    problem: str
    again_url: str
    kept_at: datetime | None
    unreadable: int
    sure: bool
    as_of: str
    stale: Stale | None
    compared: str
    query: str
    before_url: str
    after_url: str
    by_visits: bool


def report_of(source: Source) -> Report:
    """The page of what was read."""
    usage, asked = source.usage, source.asked
    found = groups_of(asked.by, usage)
    tallies = {key: group.tally for key, group in found.items()}
    longest = max((charts.reach(tally) for tally in tallies.values()), default=0)
    whole = usage.tally
    rows = (
        *_ranked(asked.order, [_row(source, key, tally, longest) for key, tally in tallies.items()]),
        *_unread(source),
    )
    return Report(
        title=words.period_words(asked.period),
        zone=usage.zone.key,
        whose=_whose(source),
        by=str(BY[asked.by]),
        heads=tuple(str(words.MEASURES[measure]) for measure in source.columns),
        rows=rows,
        is_long=len(rows) > ACROSS,
        total=_row(source, None, whole, charts.reach(whole)),
        formula=words.formula(whole, asked.switches),
        above=tuple(terms_of(whole, asked.switches.numerator, partial(made_of, source))),
        below=tuple(terms_of(whole, asked.switches.denominator, partial(made_of, source))),
        switches=tuple(words.switches_in_words(asked.switches)),
        stats=tuple(stats_of(source, whole)),
        statuses=tuple(statuses_of(source, whole)),
        few_visits=sum(whole.by_status.values()) < FEWEST,
        trend=charts.trend(usage, asked.switches, partial(_only, source)),
        heat=charts.heat(usage, partial(_made_of_hour, source)),
        going=_going(source),
        problem=str(failure_of(usage.problem).title) if usage.problem else "",
        again_url=source.address(months=usage.read + AT_ONCE) if usage.problem else "",
        kept_at=_oldest(source),
        unreadable=usage.unreadable,
        sure=usage.sure,
        as_of=as_of(source),
        stale=next(filter(None, (stale_of(source.desk, age) for age in source.ages)), None),
        compared=words.period_words(asked.other) if asked.other else "",
        query=source.query.urlencode(),
        before_url=_moved(source, "before"),
        after_url=_moved(source, "after"),
        by_visits=asked.by in (TYPE, MODE),
    )


def _oldest(source: Source) -> datetime | None:
    """When the oldest month that was not read for this page was read."""
    times = [usage.kept_at for usage in (source.usage, source.other) if usage and usage.kept_at]
    return min(times, default=None)


def as_of(source: Source) -> str:
    """When the oldest of what was read for this page was read; empty where all of it is kept months."""
    times = [age.read_at for age in source.ages]
    return moment(min(times), source.desk) if times else ""


def _ranked(order: str, rows: list[Row]) -> tuple[Row, ...]:
    """By utilisation; rows without hours at the end, those alike as they come."""
    if not order:
        return tuple(rows)
    sign = -1 if order == "most" else 1
    return tuple(sorted(rows, key=lambda row: (row.share is None, sign * (row.share or 0.0))))


def _unread(source: Source) -> Iterator[Row]:
    """By month, those that are not here: unknown is not nothing."""
    if source.asked.by != MONTH:
        return
    unknown = _("not known")
    cells = tuple(Cell(name, unknown) for name in (*(measure.value for measure in source.columns), *COUNTS))
    for part in list(source.usage.period.parts(source.usage.zone))[source.usage.read :]:
        day = part.start.astimezone(source.usage.zone).date().replace(day=1)
        yield Row(f"{day}", words.month_words(day), cells, Cell(UTILISATION, unknown), None, ())


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
    usage, other = source.usage, source.asked.other
    read = usage.read + source.other_read
    parts = usage.parts + (sum(1 for _part in other.parts(usage.zone)) if other else 0)
    if read >= parts or usage.problem or source.other_failed:
        return None
    return Going(read, parts, source.address(months=read + AT_ONCE))


def _row(source: Source, key: object, tally: Tally, longest: int) -> Row:
    by, switches = source.asked.by, source.asked.switches
    text = words.key_text(key) if key is not None else None
    share = None if by in (TYPE, MODE) and key is not None else utilisation(tally, switches).value
    return Row(
        key=text or "",
        name=name_of(by, key, source.usage) if key is not None else _("Total"),
        cells=tuple(_cells(source, tally, text if key is not None else None)),
        use=use_cell(
            share, made_of(source, UTILISATION, text if key is not None else None) if share is not None else ""
        ),
        share=share,
        bar=bar_of(charts.stretches(tally), longest),
    )


def _cells(source: Source, tally: Tally, key: str | None) -> Iterator[Cell]:
    for measure in source.columns:
        if measure is Measure.FREE and not source.usage.sure:
            yield Cell(measure.value, _("not known"))
        else:
            yield time_cell(source, measure, tally.seconds(measure), key)
    for name, count in zip(COUNTS, (tally.visits, tally.cancelled_late), strict=True):
        yield Cell(name, str(count), str(count), made_of(source, name, key) if count else "")


def _only(source: Source, first: date, last: date) -> charts.Links:
    """The same question about some days of the period alone, day by day; and their sum."""
    some: dict[str, Any] = {"kind": "custom", "first": first, "last": last, "compare": ""}
    by = DAY if first < last else CLINICIAN
    return charts.Links(source.address(**some, by=by), made_of(source, UTILISATION, **some))


def _made_of_hour(source: Source, day: int, hour: int, measure: Measure) -> str:
    return source.address("usage-parts", figure=measure.value, hour=f"{day}-{hour}")
