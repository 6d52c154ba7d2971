"""Weeks that take turns (A, B, C), and the fewest records that say what some weeks shall be.

Letters follow from the anchor by counting whole weeks of dates: no year, no 53rd week and no clock change moves them.
A `WeekOfHours` has for each weekday, Monday first, the merged spans in minutes after midnight.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from .pattern import DAY, Span, merge
from .week import LAST_MINUTE
from .work_hours import DayHours

WeekOfHours = tuple[tuple[Span, ...], ...]
LETTERS = "ABCD"
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def turn_of(day: date, anchor: date, count: int) -> int:
    """Which of `count` weeks that take turns a date falls in, 0 for the anchor's own; also before the anchor."""
    return (monday_of(day) - monday_of(anchor)).days // 7 % count


def week_of(days: Iterable[DayHours]) -> WeekOfHours:
    """The hours of a record by weekday; what ends no later than it begins counts for nothing (design 4)."""
    spans: list[list[Span]] = [[] for _ in range(7)]
    for entry in days:
        if entry.start is not None and entry.end is not None:
            spans[entry.day - 1].append(
                (_minutes(entry.start), DAY if entry.end >= LAST_MINUTE else _minutes(entry.end))
            )
    return tuple(merge(each) for each in spans)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def days_of(week: WeekOfHours) -> tuple[DayHours, ...]:
    """The week as entries of a record, a day without hours as a day off; midnight at its end is 23:59."""
    return tuple(entry for weekday, spans in enumerate(week, 1) for entry in _entries(weekday, spans))


def _entries(weekday: int, spans: Sequence[Span]) -> Iterator[DayHours]:
    if not spans:
        yield DayHours(weekday, None, None)
    for start, end in spans:
        yield DayHours(weekday, time(*divmod(start, 60)), LAST_MINUTE if end >= DAY else time(*divmod(end, 60)))


@dataclass(frozen=True, slots=True)
class Piece:
    """Days in a row, first and last inclusive, that shall have the hours of one week."""

    first: date
    last: date
    week: WeekOfHours


def pieces(first: date, last: date, wanted: Callable[[date], WeekOfHours | None]) -> tuple[Piece, ...]:
    """The days for which something is wanted, those in a row with the same week as one piece."""
    found: list[Piece] = []
    day = first
    while day <= last:
        week = wanted(day)
        if week is not None:
            joins = bool(found) and found[-1].last == day - ONE_DAY and found[-1].week == week
            found[-1:] = [Piece(found[-1].first, day, week)] if joins else [*found[-1:], Piece(day, day, week)]
        day += ONE_DAY
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Turns:
    """Weeks that take turns from `first` to `last`, counted from `anchor`."""

    anchor: date
    weeks: tuple[WeekOfHours, ...]
    first: date
    last: date

    def on(self, day: date) -> WeekOfHours:
        """The week whose turn it is on a day."""
        return self.weeks[turn_of(day, self.anchor, len(self.weeks))]

    def letter(self, day: date) -> str:
        return LETTERS[turn_of(day, self.anchor, len(self.weeks))]


@dataclass(frozen=True, slots=True)
class Spread:
    """The turns as records: regular hours of the week `base` throughout, and exceptions for the other weeks."""

    base: WeekOfHours
    exceptions: tuple[Piece, ...]


def under(turns: Turns, base: WeekOfHours, keep: Collection[date] = ()) -> Spread:
    """The turns as exceptions over regular hours that are given; none on the days of `keep`."""

    def wanted(day: date) -> WeekOfHours | None:
        week = turns.on(day)
        return None if week == base or day in keep else week

    return Spread(base, pieces(turns.first, turns.last, wanted))


def spread(turns: Turns, standing: WeekOfHours | None = None, keep: Collection[date] = ()) -> Spread:
    """The fewest records that make the turns true, of regular hours under exceptions that share no day.

    `standing` are regular hours that count on all these days already: as the base they cost no record. `keep` are days
    that other exceptions decide: they get none of these. Of equally good bases the commonest week, then the first.
    """

    common = [turns.on(turns.first + timedelta(days=n)) for n in range((turns.last - turns.first).days + 1)]
    options = [under(turns, base, keep) for base in dict.fromkeys(turns.weeks)]
    return min(options, key=lambda each: (len(each.exceptions) + (each.base != standing), -common.count(each.base)))


def copies(chosen: Iterable[date], week: WeekOfHours, same: Callable[[date], bool]) -> tuple[Piece, ...]:
    """The exceptions that give the weeks of these Mondays the hours of one week: none where all are the `same` already.

    Chosen weeks in a row become one; those at its ends that are the same already are left out.
    """
    found: list[list[date]] = []
    for monday in sorted(set(chosen)):
        if found and found[-1][-1] == monday - WEEK:
            found[-1].append(monday)
        else:
            found.append([monday])
    different = ([monday for monday in row if not same(monday)] for row in found)
    return tuple(Piece(row[0], row[-1] + WEEK - ONE_DAY, week) for row in different if row)
