"""The report's figures of the whole: the sum written out, rates, what is ahead, and how many have which status."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scheduling.domain.spans import seconds
from scheduling.domain.usage import rates
from scheduling.domain.usage.rates import FEWEST, Switches, ahead, lead_time, no_show, utilisation
from scheduling.domain.usage.tally import Measure, Tally

from . import words
from .source import Cell, Source, made_of, time_cell, use_cell


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
    """A figure of the whole with a line below it, and the same of the time compared with."""

    label: str
    cell: Cell
    note: str
    before: str = ""


def stats_of(source: Source, whole: Tally) -> Iterator[Stat]:
    switches, other = source.asked.switches, source.other.tally if source.other else None
    share = utilisation(whole, switches).value
    yield Stat(_("Utilisation"), use_cell(share), _("booked ÷ offered"), _change(share, other, switches))
    for measure in (Measure.OFFERED, Measure.INSIDE, Measure.OUTSIDE, Measure.LEAVE, Measure.FREE):
        cell = time_cell(source, measure, whole.seconds(measure))
        if measure is Measure.FREE and not source.usage.sure:
            cell = Cell(measure.value, _("not known"))
        before = words.minutes(other.seconds(measure)) if other else ""
        yield Stat(str(words.MEASURES[measure]), cell, "", before)
    yield from _rates(source)
    yield from _ahead(source)


def _change(share: float | None, other: Tally | None, switches: Switches) -> str:
    """The share before, and by how many points it changed."""
    if other is None:
        return ""
    was = utilisation(other, switches).value
    if share is None or was is None:
        return words.share(was)
    return f"{words.share(was)} ({_('%(points)+.1f points') % {'points': (share - was) * 100}})"


def _rates(source: Source) -> Iterator[Stat]:
    rate = no_show(source.usage.cases)
    few = _("%(n)d visits are too few for a rate (at least %(least)d)") % {"n": rate.n, "least": FEWEST}
    if rate.value is None or rate.interval is None:
        yield Stat(_("No-shows"), Cell("no-show-rate", _("not told")), few)
    else:
        low, high = rate.interval
        told = {"low": f"{low * 100:.1f}", "high": f"{high * 100:.1f}", "hits": rate.hits, "n": rate.n}
        note = _("%(hits)d of %(n)d, each counted once; 95 %% interval %(low)s to %(high)s %%") % told
        was = no_show(source.other.cases).value if source.other else None
        url = made_of(source, "status-missed", None) if rate.hits else ""
        cell = Cell("no-show-rate", f"{rate.value * 100:.1f} %", f"{rate.value * 100:.1f}", url)
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
    elif source.usage.period.interval(source.usage.zone).outer[0] > now:
        note = _("of a time that has not begun")
    elif found.next_free <= now:
        note = _("a free half hour is there now")
    else:
        days = (found.next_free - now) / 86400
        note = _("the next free half hour is in %(days).1f days") % {"days": days}
    yield Stat(
        _("Unsold ahead"), Cell("unsold-ahead", words.minutes(found.unsold), str(round(found.unsold / 60))), note
    )


def statuses_of(source: Source, whole: Tally) -> Iterator[Status]:
    everything = sum(whole.by_status.values())
    for status, count in sorted(whole.by_status.items()):
        metric = f"status-{status.lower()}"
        cell = Cell(metric, str(count), str(count), made_of(source, metric, None))
        yield Status(cell, str(words.status_words(status)), round(100 * count / everything))


def terms_of(source: Source, whole: Tally, terms: Iterable[rates.Term]) -> Iterator[Term]:
    for number, (sign, measure) in enumerate(terms):
        shown = "−" if sign < 0 else "+" if number else ""
        yield Term(shown, time_cell(source, measure, whole.seconds(measure)), str(words.MEASURES[measure]).lower())
