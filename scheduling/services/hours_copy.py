"""The hours of one week for other weeks: what would differ, and the fewest exceptions that make it so. No call."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from scheduling.domain.pattern import Span
from scheduling.domain.rotation import Piece, WeekOfHours, copies, days_of, monday_of, week_of
from scheduling.domain.timeline import judge
from scheduling.domain.week import Week
from scheduling.domain.work_hours import HoursType, RuleType, WorkHours
from scheduling.welkin.drafts import WorkHoursDraft

from .desk import Desk
from .hours_plan import NotReadWhole, Plan, Step, content_of, is_withdrawn
from .work_hours import SET, Sheet, read

AHEAD = timedelta(weeks=52)
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class DayDiff:
    """One day before and after, spans in minutes after midnight."""

    day: date
    before: tuple[Span, ...]
    after: tuple[Span, ...]

    @property
    def lost(self) -> int:
        """Minutes that would be worked no more."""
        return _length(self.before) - _common(self.before, self.after)

    @property
    def gained(self) -> int:
        """Minutes that would be worked anew."""
        return _length(self.after) - _common(self.before, self.after)


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def _common(some: Sequence[Span], others: Sequence[Span]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in some for b in others)


@dataclass(frozen=True, slots=True)
class WeekDiff:
    """One of the chosen weeks before and after. `same`: it has these hours already."""

    week: Week
    days: tuple[DayDiff, ...]

    @property
    def same(self) -> bool:
        return all(day.before == day.after for day in self.days)

    @property
    def lost(self) -> int:
        return sum(day.lost for day in self.days)

    @property
    def gained(self) -> int:
        return sum(day.gained for day in self.days)


@dataclass(frozen=True, slots=True)
class Copy:
    """A week for other weeks: the difference in each, the plan (None where nothing differs), and the exceptions that
    would count no more on some of their days."""

    weeks: tuple[WeekDiff, ...]
    plan: Plan | None
    overruled: tuple[WorkHours, ...]


def hours_on(sheet: Sheet, day: date) -> tuple[Span, ...]:
    """What the records say for a day. Raises NotReadWhole where the one that counts is not known whole."""
    winner = judge(sheet.records, day).winner
    if winner is None:
        return ()
    if not winner.whole:
        raise NotReadWhole(winner)
    return week_of(winner.days)[day.weekday()]


def week_on(sheet: Sheet, monday: date) -> WeekOfHours:
    """The hours of a whole week as its days say them, whichever records these come from. Raises NotReadWhole."""
    return tuple(hours_on(sheet, monday + timedelta(days=number)) for number in range(7))


def to_copy(desk: Desk, clinician_id: UUID, week: Week | None) -> Sheet:
    """The sheet of somebody whose hours are to change, with the week to copy. One call.

    Raises NotAllowed, NotFound, WelkinError.
    """
    desk.require(SET, clinician_id)
    return read(desk, clinician_id, week)


def targets(today: date) -> tuple[Week, ...]:
    """The next 12 weeks."""
    return tuple(Week.containing(monday_of(today) + number * ONE_WEEK) for number in range(1, 13))


def repeated(source: Week, every: int, until: date, today: date) -> tuple[date, ...]:
    """The Mondays of every so many weeks from the source on that lie ahead, up to a day."""
    found, monday = [], source.days[0] + every * ONE_WEEK
    while monday <= min(until, today + AHEAD):
        if monday > today:
            found.append(monday)
        monday += every * ONE_WEEK
    return tuple(found)


def copy_of(sheet: Sheet, source: Week, mondays: Iterable[date], name: str) -> Copy:
    """The source week for the weeks of these Mondays. Raises NotReadWhole."""
    pattern, chosen = week_on(sheet, source.days[0]), sorted(set(mondays))
    weeks = tuple(_diff(sheet, monday, pattern) for monday in chosen)
    alike = {diff.week.days[0] for diff in weeks if diff.same}
    found = copies(chosen, pattern, alike.__contains__)
    plan = Plan(tuple(Step(exception(sheet, piece, name)) for piece in found)) if found else None
    return Copy(weeks, plan, overruled(sheet, found))


def _diff(sheet: Sheet, monday: date, pattern: WeekOfHours) -> WeekDiff:
    days = (monday + timedelta(days=number) for number in range(7))
    return WeekDiff(
        Week.containing(monday), tuple(DayDiff(day, hours_on(sheet, day), pattern[day.weekday()]) for day in days)
    )


def exception(sheet: Sheet, piece: Piece, name: str) -> WorkHoursDraft:
    """An exception that says what the piece says."""
    return WorkHoursDraft(
        sheet.clinician.id, piece.first, piece.last, days_of(piece.week), rule=RuleType.OVERRIDE, name=name
    )


def overruled(sheet: Sheet, found: Sequence[Piece]) -> tuple[WorkHours, ...]:
    """The exceptions that share days with newer ones, which count before them."""
    return tuple(
        record
        for record in exceptions_of(sheet.records)
        if any(record.first <= piece.last and (record.last is None or piece.first <= record.last) for piece in found)
    )


def exceptions_of(records: Iterable[WorkHours]) -> list[WorkHours]:
    """Those that decide days: working hours, not taken back."""
    counting = (record for record in records if record.type.upper() == HoursType.WORKING_HOURS)
    return [record for record in counting if record.is_override and not is_withdrawn(record)]


def token_of(plan: Plan) -> str:
    """Changes whenever the plan would write something else: by it a form knows that its preview was looked at."""
    told = [(str(step.record and step.record.id), sorted(content_of(step.draft).items())) for step in plan.steps]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
