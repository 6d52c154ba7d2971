"""The records of one clinician over a stretch of days: rows in which none covers another, and why a record counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .hours import NEVER
from .work_hours import HoursType, WorkHours


class Why(StrEnum):
    """Why a record speaks for a day (welkin-api 6.2), or why none does."""

    NONE = "no record covers the day"
    ONLY = "no other record covers the day"
    EXCEPTION = "an exception counts before regular hours"
    NEWEST = "of several of its kind, the one made last counts"
    NEWEST_EXCEPTION = "both: made last of several exceptions, which count before regular hours"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which record speaks for a day, why, and which others would have, strongest first."""

    winner: WorkHours | None
    why: Why
    beaten: tuple[WorkHours, ...] = ()


def _strength(record: WorkHours) -> tuple[bool, object, int]:
    return record.is_override, record.created_at or NEVER, record.id.int


def judge(records: Iterable[WorkHours], day: date) -> Verdict:
    """The record that `expand` lets speak for the day, and the rule by which it does."""
    covering = [r for r in records if r.type.upper() == HoursType.WORKING_HOURS and r.covers(day)]
    if not covering:
        return Verdict(None, Why.NONE)
    winner, *beaten = sorted(covering, key=_strength, reverse=True)
    return Verdict(winner, _why(winner, beaten), tuple(beaten))


def _why(winner: WorkHours, beaten: Sequence[WorkHours]) -> Why:
    if not beaten:
        return Why.ONLY
    rivals = any(other.is_override == winner.is_override for other in beaten)
    if not winner.is_override:
        return Why.NEWEST
    if not rivals:
        return Why.EXCEPTION
    return Why.NEWEST if all(other.is_override for other in beaten) else Why.NEWEST_EXCEPTION


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days, first and last inclusive. Raises ValueError where the last lies before the first."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the last day lies before the first")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def meets(self, first: date, last: date | None) -> bool:
        return first <= self.last and (last is None or self.first <= last)

    def clip(self, first: date, last: date | None) -> "Stretch":
        """The days of `first` to `last` that lie in here. Raises ValueError where none do."""
        return Stretch(max(first, self.first), self.last if last is None else min(last, self.last))


def stacked(strips: Sequence[Stretch]) -> tuple[int, ...]:
    """The row of each strip, in the order given, so that strips of one row share no day; as few rows as there can be.

    The earliest strips get the first rows.
    """
    rows = [0] * len(strips)
    ends: list[date] = []
    for index in sorted(range(len(strips)), key=lambda i: (strips[i].first, strips[i].last, i)):
        strip = strips[index]
        free = next((row for row, end in enumerate(ends) if end < strip.first), len(ends))
        ends[free : free + 1] = [strip.last]
        rows[index] = free
    return tuple(rows)


def runs(records: Sequence[WorkHours], stretch: Stretch) -> tuple[tuple[Stretch, WorkHours | None], ...]:
    """The stretch cut where another record begins to count: each piece with the record that speaks for its days."""
    found: list[tuple[Stretch, WorkHours | None]] = []
    for ordinal in range(stretch.first.toordinal(), stretch.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        winner = judge(records, day).winner
        if found and found[-1][1] is winner:
            found[-1] = (Stretch(found[-1][0].first, day), winner)
        else:
            found.append((Stretch(day, day), winner))
    return tuple(found)
