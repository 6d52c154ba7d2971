"""What is divided: utilisation by named switches, the no-show rate with its interval, lead time, what is ahead."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from math import sqrt
from statistics import median

from ..event import EventStatus
from .atoms import Atom, Case
from .tally import Measure, Tally, made_of

# 95 per cent of a normal distribution lie within so many standard deviations.
NEARLY_ALL = 1.959963984540054
# Of fewer than these no rate is told: it would say more of persons than of practice.
FEWEST = 5
BOOKABLE = 30 * 60

Term = tuple[int, Measure]


@dataclass(frozen=True, slots=True)
class Switches:
    """What counts. As they stand: leave stays in the hours offered, missed visits count, those outside the hours and
    the heads of a group do not.

    Where leave lessens the hours, a visit in it lies outside of what is left: it counts as those outside do, or the
    same time would be taken away below the line and stay above it.
    """

    leave_out: bool = False
    missed: bool = True
    outside: bool = False
    heads: bool = False

    @property
    def numerator(self) -> tuple[Term, ...]:
        """The terms that are added (+1) or taken away (-1) above the line."""
        terms: list[Term] = [(1, Measure.INSIDE)]
        terms += [(1, Measure.OUTSIDE)] if self.outside else []
        terms += [] if self.missed else [(-1, Measure.MISSED_INSIDE)]
        terms += [(-1, Measure.MISSED_OUTSIDE)] if self.outside and not self.missed else []
        terms += [(1, Measure.EXTRA_INSIDE)] if self.heads else []
        terms += [(1, Measure.EXTRA_OUTSIDE)] if self.heads and self.outside else []
        return (*terms, *self._in_leave)

    @property
    def _in_leave(self) -> tuple[Term, ...]:
        """What of the terms inside the hours is none of them any more."""
        if not self.leave_out or self.outside:
            return ()
        terms = [(-1, Measure.IN_LEAVE)]
        terms += [] if self.missed else [(1, Measure.MISSED_IN_LEAVE)]
        terms += [(-1, Measure.EXTRA_IN_LEAVE)] if self.heads else []
        return tuple(terms)

    @property
    def denominator(self) -> tuple[Term, ...]:
        """The same below the line."""
        return ((1, Measure.OFFERED), (-1, Measure.LEAVE)) if self.leave_out else ((1, Measure.OFFERED),)


@dataclass(frozen=True, slots=True)
class Share:
    """Seconds above and below the line."""

    above: int
    below: int

    @property
    def value(self) -> float | None:
        """None where no hours are offered: there is nothing to divide by."""
        return self.above / self.below if self.below > 0 else None


def utilisation(found: Tally, switches: Switches) -> Share:
    """Booked of offered, as the switches say. More than 1 is possible with visits outside the hours or heads."""
    return Share(_sum(found, switches.numerator), _sum(found, switches.denominator))


def _sum(found: Tally, terms: Iterable[Term]) -> int:
    return sum(sign * found.seconds(measure) for sign, measure in terms)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """None of fewer than FEWEST."""
        return self.hits / self.n if self.n >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval of 95 per cent (E. B. Wilson, JASA 22, 1927), None of fewer than FEWEST."""
        if self.n < FEWEST:
            return None
        z2, share = NEARLY_ALL**2, self.hits / self.n
        middle = (share + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = NEARLY_ALL / (1 + z2 / self.n) * sqrt(share * (1 - share) / self.n + z2 / (4 * self.n**2))
        return max(0.0, middle - half), min(1.0, middle + half)


def no_show(cases: Iterable[Case]) -> Rate:
    """The missed among those of which it is known whether somebody came: missed and completed."""
    words = [case.event.known_status for case in known_to_have_come(cases)]
    return Rate(words.count(EventStatus.MISSED), len(words))


def known_to_have_come(cases: Iterable[Case]) -> list[Case]:
    """The visits of which it is known whether somebody came, each once."""
    return [case for case in _apart(cases) if case.event.known_status in (EventStatus.MISSED, EventStatus.COMPLETED)]


def _apart(cases: Iterable[Case]) -> Iterable[Case]:
    """Each event once: one visit of two clinicians is one visit in a rate, so that few stay few."""
    return {case.event.id: case for case in cases}.values()


@dataclass(frozen=True, slots=True)
class Lead:
    """The median time between making a visit and its beginning, of `n` visits; None of fewer than FEWEST."""

    median: timedelta | None
    n: int


def lead_time(cases: Iterable[Case]) -> Lead:
    """Of the live visits of which the API says when they were made."""
    leads = [lead.total_seconds() for _case, lead in leads_of(cases)]
    return Lead(timedelta(seconds=median(leads)) if len(leads) >= FEWEST else None, len(leads))


def leads_of(cases: Iterable[Case]) -> list[tuple[Case, timedelta]]:
    """The visits of a lead time, each once, and what each gives to it."""
    live = [case for case in _apart(cases) if case.event.live]
    return [(case, case.lead) for case in live if case.lead is not None]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is still unsold from a moment on: seconds, and the second in which the next bookable stretch begins."""

    unsold: int
    next_free: int | None


def ahead(atoms: Iterable[Atom], now: int) -> Ahead:
    """Free time after `now`; the first half hour of it at one clinician, however many atoms it is cut into."""
    rest = unsold(atoms, now)
    spans = [(atom.person, atom.start, atom.end) for atom, _seconds in rest]
    return Ahead(sum(seconds for _atom, seconds in rest), min(_bookable(spans), default=None))


def unsold(atoms: Iterable[Atom], now: int) -> list[tuple[Atom, int]]:
    """The free time from `now` on, and the seconds of each part of it."""
    late = (atom for atom, _seconds in made_of(atoms, Measure.FREE) if atom.end > now)
    rest = [replace(atom, start=max(now, atom.start)) for atom in late]
    return [(atom, atom.length) for atom in rest]


def _bookable(spans: Iterable[tuple[object, int, int]]) -> list[int]:
    found: list[int] = []
    last: tuple[object, int, int] | None = None
    for person, start, end in sorted(spans, key=lambda row: (str(row[0]), row[1])):
        begin = last[1] if last and last[0] == person and last[2] == start else start
        last = (person, begin, end)
        if end - begin >= BOOKABLE:
            found.append(begin)
    return found
