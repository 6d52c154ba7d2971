"""The time that figures are about: a week, a month, a quarter or any days, and the time to compare with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..interval import Interval
from ..week import FIRST_YEAR, LAST_YEAR, ONE_DAY, day_borders

# A year, and as much as a week of it reaches into the next.
MOST_DAYS = 373


class Kind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    CUSTOM = "custom"


class Compare(StrEnum):
    NOTHING = ""
    BEFORE = "before"
    YEAR = "year"


class Backwards(ValueError):
    """It ends before it begins."""


class TooLong(ValueError):
    """More days than MOST_DAYS."""


class OutOfReach(ValueError):
    """Outside of the years that Daybook knows."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the clinic, the last one included."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def holding(cls, kind: Kind, day: date) -> "Period":
        """The week (from Monday on), month or quarter that holds the day. Raises OutOfReach."""
        if kind is Kind.WEEK:
            monday = day - timedelta(days=day.weekday())
            return cls.custom(monday, monday + timedelta(days=6), kind)
        months = 3 if kind is Kind.QUARTER else 1
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        return cls.custom(first, _months_later(first, months) - ONE_DAY, kind)

    @classmethod
    def custom(cls, first: date, last: date, kind: Kind = Kind.CUSTOM) -> "Period":
        """From one day to another. Raises Backwards, TooLong, OutOfReach."""
        if last < first:
            raise Backwards
        if (last - first).days >= MOST_DAYS:
            raise TooLong
        if first.year < FIRST_YEAR or last.year > LAST_YEAR:
            raise OutOfReach
        return cls(kind, first, last)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def interval(self, zone: ZoneInfo) -> Interval:
        return Interval(day_borders(self.first, zone)[0], day_borders(self.last, zone)[1])

    @property
    def before(self) -> "Period":
        """The one that ends where this one begins. Raises OutOfReach."""
        return self._moved(-1)

    @property
    def after(self) -> "Period":
        """The one that begins where this one ends. Raises OutOfReach."""
        return self._moved(1)

    def _moved(self, by: int) -> "Period":
        if self.kind is Kind.CUSTOM:
            days = timedelta(days=by * self.days)
            return self.custom(self.first + days, self.last + days)
        return self.holding(self.kind, self.first - ONE_DAY if by < 0 else self.last + ONE_DAY)

    @property
    def year_before(self) -> "Period":
        """The same week by its number, or the same days by their dates, a year earlier. Raises OutOfReach."""
        if self.kind is Kind.WEEK:
            return self.holding(Kind.WEEK, self.first - timedelta(weeks=52))
        if self.kind is not Kind.CUSTOM:
            return self.holding(self.kind, _months_later(self.first, -12))
        first = _months_later(self.first, -12)
        return self.custom(first, first + timedelta(days=self.days - 1))

    def parts(self, zone: ZoneInfo) -> Iterator[Interval]:
        """Month by month, as it is read; the first and last may be shorter."""
        start = self.first
        while start <= self.last:
            next_month = _months_later(start.replace(day=1), 1)
            end = min(self.last, next_month - ONE_DAY)
            yield Interval(day_borders(start, zone)[0], day_borders(end, zone)[1])
            start = next_month


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last one."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if not 1 <= year <= LAST_YEAR + 1:
        raise OutOfReach
    first = date(year, month + 1, 1)
    longest = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, longest))
