"""Who is taken when, while the calendar of the clinic is being filled."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of real time in UTC, start included, end excluded."""

    start: datetime
    end: datetime

    @property
    def dates(self) -> tuple[date, ...]:
        """The UTC dates it touches."""
        first, last = self.start.date(), (self.end - timedelta(microseconds=1)).date()
        return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds() // 60)


class Diary:
    """The taken time of every person by id, kept by UTC date so that a look-up reads one day only."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[str, date], list[Span]] = defaultdict(list)

    def take(self, people: Iterable[str], span: Span) -> None:
        """Note that these people are taken."""
        for person in people:
            for day in span.dates:
                self._taken[person, day].append(span)

    def free(self, person: str, span: Span) -> bool:
        """Whether nothing of this person overlaps the span."""
        return all(
            taken.end <= span.start or span.end <= taken.start
            for day in span.dates
            for taken in self._taken.get((person, day), ())
        )

    def idle(self, person: str, day: date) -> bool:
        """Whether the person has nothing at all on this UTC date."""
        return (person, day) not in self._taken

    def of(self, person: str, day: date) -> list[Span]:
        """What the person has on this UTC date, in the order it was noted."""
        return self._taken.get((person, day), [])
