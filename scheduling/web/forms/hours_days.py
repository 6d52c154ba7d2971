"""The days of the form of weekly hours: rows of text as they were typed, and what they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from scheduling.domain.pattern import Pattern, Placed, fold
from scheduling.domain.work_hours import DayHours
from scheduling.web.spans import WEEK, Minutes, read_clock, read_span, shown_of, write_clock, write_span

# Rows that are shown at least, that may be added, and that are read: records of others may have more than we offer.
LEAST_ROWS, MOST_ROWS, READ_ROWS = 3, 10, 100


@dataclass
class Entry:
    """One row of a day: what was typed, and what is wrong with it. `wanted`: shown although it is empty."""

    weekday: int
    number: int
    start: str = ""
    end: str = ""
    error: str = ""
    wanted: bool = False
    added: bool = False

    @property
    def name(self) -> str:
        return f"d{self.weekday}-{self.number}"

    @property
    def empty(self) -> bool:
        return not self.start and not self.end

    @property
    def span(self) -> Minutes | None:
        """The interval, past midnight where it ends before it begins; None while it cannot be read."""
        return read_span(self.start, self.end)

    @property
    def fault(self) -> str:
        """What is wrong with the row on its own."""
        if self.empty:
            return ""
        if not self.start or not self.end:
            return _("Give both a start and an end, or leave both empty.")
        if read_clock(self.start) is None or read_clock(self.end) is None:
            return _("Type times like 09:00 or 17:30; the end of the day is 24:00.")
        if self.span is None:
            return _(
                "The end must be after the start. A night is typed like 22:00 to 06:00, a whole day 00:00 to 24:00."
            )
        return ""

    def tidy(self) -> None:
        """Write what was typed as 09:00, where it makes sense."""
        if self.span:
            self.write(self.span)

    def write(self, span: Minutes) -> None:
        self.start, self.end = write_clock(span[0]), write_clock(span[1])


@dataclass
class Day:
    """One day of the form. `chosen`: its buttons were pressed last, so that the focus comes back to them."""

    weekday: int
    entries: list[Entry] = field(default_factory=list)
    error: str = ""
    note: str = ""
    chosen: str = ""
    told: str = ""

    @property
    def label(self) -> str:
        return day_name(self.weekday)

    @property
    def spans(self) -> tuple[Minutes, ...]:
        """The intervals without an error, sorted."""
        return tuple(sorted(entry.span for entry in self.entries if entry.span))

    @property
    def full(self) -> bool:
        return len(self.entries) >= MOST_ROWS

    @property
    def others(self) -> list[tuple[int, str]]:
        """The other days, by number and name."""
        return [(weekday, day_name(weekday)) for weekday in WEEK if weekday != self.weekday]

    def fill(self, texts: Sequence[tuple[str, str]]) -> None:
        """Put these rows in place of the ones that are there."""
        self.entries = _rows(self.weekday, list(texts))


def day_name(weekday: int) -> str:
    return str(WEEKDAYS[weekday - 1])


def placed_in_words(placed: Placed, seen_from: int) -> str:
    """`09:00–12:00`; with its day where that is another than the one it is looked at from."""
    if placed.weekday == seen_from:
        return write_span(placed.span)
    return _("%(hours)s of %(day)s") % {"hours": write_span(placed.span), "day": day_name(placed.weekday)}


def pattern_of(days: Iterable[Day]) -> Pattern:
    """What can be read of the days, nights as nights."""
    return {day.weekday: day.spans for day in days}


def shown_days(known: Sequence[DayHours]) -> list[Day]:
    """The days of a record as the form shows them."""
    week = fold({weekday: shown_of(known, weekday) for weekday in WEEK})
    return [_day(weekday, [(write_clock(start), write_clock(end)) for start, end in week[weekday]]) for weekday in WEEK]


def typed_days(data: Mapping[str, Any]) -> list[Day]:
    """The days as they were typed."""
    return [_day(weekday, list(_typed(data, weekday))) for weekday in WEEK]


def _day(weekday: int, texts: list[tuple[str, str]]) -> Day:
    return Day(weekday, _rows(weekday, texts))


def _rows(weekday: int, texts: list[tuple[str, str]]) -> list[Entry]:
    padded = texts + [("", "")] * (LEAST_ROWS - len(texts))
    return [Entry(weekday, number, *pair) for number, pair in enumerate(padded)]


def _typed(data: Mapping[str, Any], weekday: int) -> Iterable[tuple[str, str]]:
    """The rows of a day as they were typed, up to the last one that was sent."""
    names = [f"d{weekday}-{number}" for number in range(READ_ROWS)]
    sent = [name for name in names if f"{name}-start" in data or f"{name}-end" in data]
    for name in sent:
        yield str(data.get(f"{name}-start", "")).strip()[:8], str(data.get(f"{name}-end", "")).strip()[:8]
