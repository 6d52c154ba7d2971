"""The report's figures of the whole: the sum written out, rates, what is ahead, and how many have which status."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from scheduling.domain.spans import instant, seconds
from scheduling.domain.usage import rates
from scheduling.domain.usage.rates import FEWEST, ahead, lead_time, no_show, utilisation
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.web.board.words import clock, day_words

from . import words
from .source import AHEAD, LEAD, NO_SHOWS, STATUS, UTILISATION, Cell, Source, made_of, time_cell, use_cell

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the sum as it was done: what is before it (+, − or nothing), the figure, its name."""

    sign: str
    cell: Cell
    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """How many visits have a status, and what part of all of them, in per cent."""

    cell: Cell
    name: str
    share: int


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of the whole with a line below it, and the same of the time compared with.

    `change`: by how many points a share rose or fell since then.
    """

    label: str
    cell: Cell
    note: str
    before: Cell | None = None
    change: str = ""


def stats_of(source: Source, whole: Tally) -> Iterator[Stat]:
    yield _use(source, whole)
    other = source.other.tally if source.other else None
    for measure in (Measure.OFFERED, Measure.INSIDE, Measure.OUTSIDE, Measure.LEAVE, Measure.FREE):
        cell = time_cell(source, measure, whole.seconds(measure))
        if measure is Measure.FREE and not source.usage.sure:
            cell = Cell(measure.value, _("not known"))
        before = None
        if other:
            before = replace(time_cell(source, measure, other.seconds(measure)), url=_before(source, measure.value))
        yield Stat(str(words.MEASURES[measure]), cell, "", before)
    yield _no_shows(source)
    yield _lead(source)
    yield from _ahead(source)


def _before(source: Source, figure: str) -> str:
    """What the same figure of the time compared with is made of."""
    period = source.other.period if source.other else source.asked.period
    return made_of(source, figure, kind="custom", first=period.first, last=period.last, compare="")


def _use(source: Source, whole: Tally) -> Stat:
    """The share, the share before, and by how many points it changed."""
    switches, other = source.asked.switches, source.other.tally if source.other else None
    share = utilisation(whole, switches).value
    cell, note = use_cell(share, made_of(source, UTILISATION)), _("booked ÷ offered")
    if other is None:
        return Stat(_("Utilisation"), cell, note)
    was = utilisation(other, switches).value
    change = "" if share is None or was is None else _("%(points)+.1f points") % {"points": (share - was) * 100}
    return Stat(_("Utilisation"), cell, note, use_cell(was, _before(source, UTILISATION)), change)


def _no_shows(source: Source) -> Stat:
    rate = no_show(source.usage.cases)
    if rate.value is None or rate.interval is None:
        few = _("%(n)d visits are too few for a rate (at least %(least)d)") % {"n": rate.n, "least": FEWEST}
        return Stat(_("No-shows"), Cell(NO_SHOWS, _("not told"), url=made_of(source, NO_SHOWS)), few)
    low, high = rate.interval
    told = {"low": f"{low * 100:.1f}", "high": f"{high * 100:.1f}", "hits": rate.hits, "n": rate.n}
    note = _("%(hits)d of %(n)d, each counted once; 95 %% interval %(low)s to %(high)s %%") % told
    was = no_show(source.other.cases).value if source.other else None
    before = None if was is None else _rate_cell(was, _before(source, NO_SHOWS))
    return Stat(_("No-shows"), _rate_cell(rate.value, made_of(source, NO_SHOWS)), note, before)


def _rate_cell(value: float, url: str) -> Cell:
    return Cell(NO_SHOWS, f"{value * 100:.1f} %", f"{value * 100:.1f}", url)


def _lead(source: Source) -> Stat:
    lead, url = lead_time(source.usage.cases), made_of(source, LEAD)
    if lead.median is None:
        note = _("%(n)d visits are too few (at least %(least)d)") % {"n": lead.n, "least": FEWEST}
        return Stat(_("Lead time"), Cell(LEAD, _("not told"), url=url), note)
    note = _("median of %(n)d visits, from being made until they begin") % {"n": lead.n}
    was = lead_time(source.other.cases).median if source.other else None
    before = None if was is None else _days_cell(was, _before(source, LEAD))
    return Stat(_("Lead time"), _days_cell(lead.median, url), note, before)


def _days_cell(found: timedelta, url: str) -> Cell:
    days = f"{found / DAY:.1f}"
    return Cell(LEAD, _("%(days)s days") % {"days": days}, days, url)


def _ahead(source: Source) -> Iterator[Stat]:
    """Only of a period that is not over, and of one that was read whole."""
    now = seconds(source.desk.now)
    if not source.usage.whole or source.usage.period.interval(source.usage.zone).outer[1] <= now:
        return
    found = ahead(source.usage.atoms, now)
    if found.next_free is None:
        note = _("no free half hour is left in this time")
    elif source.usage.period.interval(source.usage.zone).outer[0] > now:
        note = _("of a time that has not begun")
    elif found.next_free <= now:
        note = _("a free half hour is there now")
    else:
        begins = instant(found.next_free).astimezone(source.usage.zone)
        told = {"day": day_words(begins.date()), "time": clock(begins, source.usage.zone)}
        note = _("the next free half hour is on %(day)s at %(time)s") % told + f" ({_until(found.next_free - now)})"
    url = made_of(source, AHEAD) if found.unsold else ""
    yield Stat(_("Unsold ahead"), Cell(AHEAD, words.minutes(found.unsold), str(round(found.unsold / 60)), url), note)


def _until(seconds: int) -> str:
    if seconds < DAY.total_seconds():
        return _("in %(time)s hours") % {"time": words.minutes(seconds)}
    return _("in %(days).1f days") % {"days": seconds / DAY.total_seconds()}


def statuses_of(source: Source, whole: Tally) -> Iterator[Status]:
    everything = sum(whole.by_status.values())
    for status, count in sorted(whole.by_status.items()):
        metric = f"{STATUS}{status.lower()}"
        cell = Cell(metric, str(count), str(count), made_of(source, metric, None))
        yield Status(cell, str(words.status_words(status)), round(100 * count / everything))


def terms_of(tally: Tally, terms: Iterable[rates.Term], address: Callable[[str], str]) -> Iterator[Term]:
    """One side of the sum; `address` of what a figure is made of."""
    for number, (sign, measure) in enumerate(terms):
        shown = "−" if sign < 0 else "+" if number else ""
        found = tally.seconds(measure)
        url = address(measure.value) if found else ""
        cell = Cell(measure.value, words.minutes(found), str(round(found / 60)), url)
        yield Term(shown, cell, str(words.MEASURES[measure]).lower())
