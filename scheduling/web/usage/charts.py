"""The report's pictures as numbers: bars, the weeks as columns, the hours of the week as a table of shades."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS_ABBR

from scheduling.domain.usage import groups
from scheduling.domain.usage.period import Period
from scheduling.domain.usage.rates import Switches, utilisation
from scheduling.domain.usage.tally import Measure, Tally
from scheduling.services.usage import Usage
from scheduling.web.board.words import day_words

from . import words

# A period up to so long shows its days, a longer one its weeks.
FEW_DAYS = 14
SHADES = 5
TALL = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in per mille of the longest."""

    kind: str
    x: int
    width: int


Bar = tuple[Part, ...]


def reach(tally: Tally) -> int:
    """How long a bar is in all, in seconds."""
    inside = max(tally.seconds(Measure.OFFERED), tally.seconds(Measure.INSIDE))
    return inside + tally.seconds(Measure.OUTSIDE)


def bar_of(tally: Tally, longest: int) -> Bar:
    """Booked, leave and free inside the hours, then what was booked outside. Leave under a visit counts once."""
    if not longest:
        return ()
    inside, free = tally.seconds(Measure.INSIDE), tally.seconds(Measure.FREE)
    leave = max(0, tally.seconds(Measure.OFFERED) - inside - free)
    stretches = (("booked", inside), ("leave", leave), ("free", free), ("outside", tally.seconds(Measure.OUTSIDE)))
    parts, x = [], 0
    for kind, found in stretches:
        width = round(1000 * found / longest)
        if width:
            parts.append(Part(kind, x, width))
        x += width
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Column:
    """One week or day: where it stands, how high it is (of 100 for all that is offered), and its figures."""

    x: int
    y: int
    height: int
    name: str
    url: str
    booked: str
    offered: str
    share: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Columns beside each other in a picture of this width."""

    by_day: bool
    width: int
    columns: tuple[Column, ...]


def trend(usage: Usage, switches: Switches, url: Callable[[date, date], str]) -> Trend:
    """Utilisation by week, by day where the period is short. Columns higher than all that is offered are cut there.

    `url`: the address of the report about days from one to another.
    """
    by_day = usage.period.days <= FEW_DAYS
    found = (groups.by_day if by_day else groups.by_week)(usage.atoms, usage.cases, usage.zone)
    long = timedelta(days=0 if by_day else 6)
    columns = tuple(
        _column(number, _named(key, key + long, usage.period, url), group.tally, switches)
        for number, (key, group) in enumerate(sorted(found.items()))
    )
    return Trend(by_day, 10 * len(columns), columns)


def _named(first: date, last: date, period: Period, url: Callable[[date, date], str]) -> tuple[str, str]:
    """Name and address of a column: only its days that lie in the period are in it."""
    days = max(first, period.first), min(last, period.last)
    return day_words(first) if first == last else words.days_words(*days), url(*days)


def _column(number: int, name: tuple[str, str], tally: Tally, switches: Switches) -> Column:
    share = utilisation(tally, switches)
    height = round(TALL * min(1.0, share.value or 0.0))
    told = (words.minutes(share.above), words.minutes(share.below), words.share(share.value))
    return Column(number * 10 + 1, TALL - height, height, *name, *told)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a weekday: demand and capacity in hours, a shade by how much of the capacity is booked.

    `shade` 0: nothing is offered or booked; "over": booked where nothing is offered.
    """

    shade: str
    booked: str
    offered: str
    url: str


@dataclass(frozen=True, slots=True)
class Weekday:
    name: str
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays by hours of the clinic's wall, as far as there is anything."""

    hours: tuple[str, ...]
    days: tuple[Weekday, ...]


def heat(usage: Usage, url: Callable[[int, int], str]) -> Heat:
    """Demand (booked) beside capacity (offered) for each hour of the week, added up over the period.

    `url`: the address of what the booked time of a weekday (1 Monday) and hour is made of.
    """
    tallies = groups.seconds_by_hour(usage.atoms, usage.zone)
    if not tallies:
        return Heat((), ())
    first, last = min(hour for _day, hour in tallies), max(hour for _day, hour in tallies)
    names = [str(WEEKDAYS_ABBR[number]) for number in range(7)]
    hours = range(first, last + 1)
    days = tuple(Weekday(name, tuple(_hours(tallies, number, hours, url))) for number, name in enumerate(names, 1))
    return Heat(tuple(f"{hour:02}" for hour in hours), days)


def _hours(
    tallies: Mapping[tuple[int, int], Tally], day: int, hours: range, url: Callable[[int, int], str]
) -> Iterator[Hour]:
    for hour in hours:
        tally = tallies.get((day, hour), Tally())
        booked, offered = tally.seconds(Measure.BOOKED), tally.seconds(Measure.OFFERED)
        address = url(day, hour) if booked else ""
        yield Hour(_shade(booked, offered), _hours_text(booked), _hours_text(offered), address)


def _shade(booked: int, offered: int) -> str:
    if not offered:
        return "over" if booked else "0"
    return str(min(SHADES, 1 + int(SHADES * booked / offered)))


def _hours_text(found: int) -> str:
    """Hours with one decimal, where that says anything."""
    return f"{found / 3600:.1f}".removesuffix(".0")
