"""The report's pictures as numbers: what bars show, the weeks as columns, the hours of the week as shades."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS_ABBR

from scheduling.domain.usage import groups
from scheduling.domain.usage.rates import Share, Switches, utilisation
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.services.usage import Usage
from scheduling.web.board.words import day_words

from . import words
from .source import Cell, use_cell

# A period up to so long shows its days, a longer one its weeks.
FEW_DAYS = 14
SHADES = 5
TALL = 100


def reach(tally: Tally) -> int:
    """How long a bar is in all, in seconds."""
    inside = max(tally.seconds(Measure.OFFERED), tally.seconds(Measure.INSIDE))
    return inside + tally.seconds(Measure.OUTSIDE)


def stretches(tally: Tally) -> tuple[tuple[str, float], ...]:
    """What a bar shows, in seconds. Leave under a visit counts once."""
    inside, free = tally.seconds(Measure.INSIDE), tally.seconds(Measure.FREE)
    leave = max(0, tally.seconds(Measure.OFFERED) - inside - free)
    return ("booked", inside), ("leave", leave), ("free", free), ("outside", tally.seconds(Measure.OUTSIDE))


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of some days: their report, and the sum that their utilisation is."""

    report: str
    sum: str


@dataclass(frozen=True, slots=True)
class Column:
    """One week or day: where it stands, how high it is (of 100 for all that is offered), and its figures."""

    x: int
    y: int
    height: int
    name: str
    url: str
    booked: Cell
    offered: Cell
    share: Cell


@dataclass(frozen=True, slots=True)
class Trend:
    """Columns beside each other in a picture of this width."""

    by_day: bool
    width: int
    columns: tuple[Column, ...]


def trend(usage: Usage, switches: Switches, links: Callable[[date, date], Links]) -> Trend:
    """Utilisation by week, by day where the period is short. Columns higher than all that is offered are cut there."""
    by_day = usage.period.days <= FEW_DAYS
    found = (groups.by_day if by_day else groups.by_week)(usage.atoms, usage.cases, usage.zone)
    long = timedelta(days=0 if by_day else 6)
    columns = []
    for number, (key, group) in enumerate(sorted(found.items())):
        # Only the days of a week that lie in the period are in its column.
        days = max(key, usage.period.first), min(key + long, usage.period.last)
        name = day_words(key) if by_day else words.days_words(*days)
        columns.append(_column(number, name, links(*days), utilisation(group.tally, switches)))
    return Trend(by_day, 10 * len(columns), tuple(columns))


def _column(number: int, name: str, links: Links, share: Share) -> Column:
    height = round(TALL * min(1.0, share.value or 0.0))
    booked, offered = (
        Cell(metric, words.minutes(found), str(round(found / 60)), links.sum if found else "")
        for metric, found in (("counted-booked", share.above), ("counted-offered", share.below))
    )
    use = use_cell(share.value, links.sum if share.value is not None else "")
    return Column(number * 10 + 1, TALL - height, height, name, links.report, booked, offered, use)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a weekday: demand and capacity in hours, a shade by how much of the capacity is booked.

    `shade` 0: nothing is offered or booked; "over": booked where nothing is offered.
    """

    shade: str
    booked: Cell
    offered: Cell


@dataclass(frozen=True, slots=True)
class Weekday:
    name: str
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays by hours of the clinic's wall, as far as there is anything."""

    hours: tuple[str, ...]
    days: tuple[Weekday, ...]


Address = Callable[[int, int, Measure], str]


def heat(usage: Usage, url: Address) -> Heat:
    """Demand (booked) beside capacity (offered) for each hour of the week, added up over the period.

    `url`: the address of what a measure of a weekday (1 Monday) and hour is made of.
    """
    tallies = groups.seconds_by_hour(usage.atoms, usage.zone)
    if not tallies:
        return Heat((), ())
    first, last = min(hour for _day, hour in tallies), max(hour for _day, hour in tallies)
    names = [str(WEEKDAYS_ABBR[number]) for number in range(7)]
    hours = range(first, last + 1)
    days = tuple(Weekday(name, tuple(_hours(tallies, number, hours, url))) for number, name in enumerate(names, 1))
    return Heat(tuple(f"{hour:02}" for hour in hours), days)


def _hours(tallies: Mapping[tuple[int, int], Tally], day: int, hours: range, url: Address) -> Iterator[Hour]:
    for hour in hours:
        tally = tallies.get((day, hour), Tally())
        cells = {}
        for measure in (Measure.BOOKED, Measure.OFFERED):
            found = tally.seconds(measure)
            address = url(day, hour, measure) if found else ""
            cells[measure] = Cell(measure.value, _hours_text(found), str(round(found / 60)), address)
        shade = _shade(tally.seconds(Measure.BOOKED), tally.seconds(Measure.OFFERED))
        yield Hour(shade, cells[Measure.BOOKED], cells[Measure.OFFERED])


def _shade(booked: int, offered: int) -> str:
    if not offered:
        return "over" if booked else "0"
    return str(min(SHADES, 1 + int(SHADES * booked / offered)))


def _hours_text(found: int) -> str:
    """Hours with one decimal, where that says anything."""
    return f"{found / 3600:.1f}".removesuffix(".0")
