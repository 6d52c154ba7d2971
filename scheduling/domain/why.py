"""Why a search found little or nothing: which rule took how much time from whom, and what could be given up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from .asked import Asked
from .clinic import Clinic
from .interval import Interval, of_seconds
from .loosening import Loosening, LooseningKind, loosenings
from .request import Request
from .spans import Spans, intersect, subtract, total, union, widen
from .timetable import Timetable

__all__ = ["Account", "Loosening", "LooseningKind", "Removed", "Rule", "Why", "explain"]


class Rule(StrEnum):
    """What takes time away, in the order in which it is counted: each takes only what is left by those before it."""

    NO_HOURS = "NO_HOURS"
    OUTSIDE_DAYS = "OUTSIDE_DAYS"
    OUTSIDE_TIME = "OUTSIDE_TIME"
    CLOSURE = "CLOSURE"
    HOLIDAY = "HOLIDAY"
    LEAVE = "LEAVE"
    BUSY = "BUSY"
    CLAIMED = "CLAIMED"
    BUFFER = "BUFFER"
    PATIENT_BUSY = "PATIENT_BUSY"
    OTHERS_BUSY = "OTHERS_BUSY"
    TOO_SHORT = "TOO_SHORT"


@dataclass(frozen=True, slots=True)
class Removed:
    """The time of one clinician that one rule took away."""

    clinician_id: UUID
    rule: Rule
    time: timedelta
    when: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the asked window for one clinician: `removed` by rule (those that took something) and `left`.

    They sum to the window, to the second. `left` is the time of the gaps in which a visit can begin and end.
    """

    clinician_id: UUID
    removed: tuple[Removed, ...]
    left: timedelta


@dataclass(frozen=True, slots=True)
class Why:
    """An account for each clinician in their order, and the loosenings, smallest first."""

    clinicians: tuple[Account, ...]
    loosenings: tuple[Loosening, ...]


def explain(
    clinic: Clinic, request: Request, *, others: Sequence[Timetable] = (), horizon: datetime | None = None
) -> Why:
    """Why this request finds what it finds. For a thin answer: the cost grows with the slots that are there.

    `others` are clinicians who were not asked but could be. `horizon` is how late a slot may lie that only a later end
    opens; clinicians and patients must be known until then. Raises ValueError where a clinician is not.
    """
    return Why(_accounts(clinic, request), loosenings(clinic, request, others, horizon))


def _accounts(clinic: Clinic, request: Request) -> tuple[Account, ...]:
    asked = Asked(request, clinic.patient_busy)
    return tuple(_account(clinic, asked, table) for table in clinic.tables)


def _account(clinic: Clinic, asked: Asked, table: Timetable) -> Account:
    left: Spans = [asked.window]
    removed: list[Removed] = []
    for rule, keeps in _rules(clinic, asked, table):
        kept = keeps(left)
        gone = subtract(left, kept)
        if gone:
            removed.append(Removed(table.clinician_id, rule, timedelta(seconds=total(gone)), of_seconds(gone)))
        left = kept
    return Account(table.clinician_id, tuple(removed), timedelta(seconds=total(left)))


Keeps = Callable[[Spans], Spans]


def _rules(clinic: Clinic, asked: Asked, table: Timetable) -> Iterator[tuple[Rule, Keeps]]:
    """Each rule with what it keeps of the time that is left when its turn comes."""
    taken = union(table.visits, table.claimed)
    yield Rule.NO_HOURS, _within(table.hours)
    yield Rule.OUTSIDE_DAYS, _within(asked.days(table.zone))
    yield Rule.OUTSIDE_TIME, _within(asked.times(table.zone))
    yield Rule.CLOSURE, _without(table.closed)
    yield Rule.HOLIDAY, _without(table.holidays)
    yield Rule.LEAVE, _without(table.leave)
    yield Rule.BUSY, _without(table.visits)
    yield Rule.CLAIMED, _without(table.claimed)
    yield Rule.BUFFER, _without(widen(taken, asked.after, asked.before))
    yield Rule.PATIENT_BUSY, _without(clinic.patient_busy)
    first = table
    if asked.request.together:
        first = clinic.tables[0]
        yield Rule.OTHERS_BUSY, _within(asked.shared(clinic.tables))
    yield Rule.TOO_SHORT, lambda left: [gap for gap in left if asked.raster(first.zone).runs([gap], asked.length)]


def _within(spans: Spans) -> Keeps:
    return lambda left: intersect(left, spans)


def _without(spans: Spans) -> Keeps:
    return lambda left: subtract(left, spans)
