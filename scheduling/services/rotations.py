"""Weeks that take turns (A, B, C): kept by us, because Welkin knows none, and standing there as plain records.

A rotation keeps what its records say. Which of a clinician's records they are is found by that: one that somebody
has changed since is theirs, and is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from scheduling.directory.models import Rotation
from scheduling.domain.rotation import (
    LETTERS,
    Piece,
    Spread,
    Turns,
    WeekOfHours,
    days_of,
    monday_of,
    spread,
    under,
    week_of,
)
from scheduling.domain.timeline import judge
from scheduling.domain.work_hours import DayHours, HoursType, RuleType, WorkHours
from scheduling.welkin.drafts import WorkHoursDraft

from . import own_changes, writes
from .desk import Desk
from .hours_copy import AHEAD, exception, exceptions_of
from .hours_plan import ONE_DAY, Plan, Step, draft_of, is_withdrawn, plan_new, withdrawn
from .work_hours import SET, Sheet

ROTATE = "hours.rotate"
BeforeAfter = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One record that the rotation made: regular hours or an exception, with the hours of which week."""

    rule: str
    first: date
    last: date
    week: WeekOfHours

    def is_said_by(self, record: WorkHours) -> bool:
        return (
            (record.rule.upper(), record.first, record.last) == (self.rule, self.first, self.last)
            and record.type.upper() == HoursType.WORKING_HOURS
            and record.whole
            and week_of(record.days) == self.week
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A rotation that was made and not ended. `missing`: how many of its records are not there as it made them."""

    id: int
    name: str
    turns: Turns
    parts: tuple[Part, ...]
    records: Mapping[Part, WorkHours]

    @property
    def missing(self) -> int:
        return len(self.parts) - len(self.records)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a rotation would write. `stays` are exceptions of others: they count on their days as before."""

    turns: Turns
    name: str
    parts: tuple[Part, ...]
    plan: Plan
    stays: tuple[WorkHours, ...] = ()


class NotThere(Exception):
    """The rotation's regular hours were changed since, so that nothing can be added to them."""


def latest_end(today: date) -> date:
    """How far ahead weeks may be made."""
    return monday_of(today) + AHEAD - ONE_DAY + timedelta(weeks=1)


# --- Reading ---------------------------------------------------------------------------------------------------------


def standing(desk: Desk, sheet: Sheet) -> Standing | None:
    """The clinician's rotation that has days to come; None for none. No call.

    One of which no record is there does not stand: its records never came, or all were changed since.
    """
    rows = Rotation.objects.filter(scope=desk.scope, clinician_id=sheet.clinician.id, ended_at=None)
    known = (_standing(row, sheet) for row in rows.filter(last__gte=sheet.today))
    return next((told for told in known if told.records), None)


def _standing(row: Rotation, sheet: Sheet) -> Standing:
    turns = Turns(row.anchor, tuple(_read_week(row.weeks[letter]) for letter in sorted(row.weeks)), row.first, row.last)
    parts = tuple(_read_part(told, turns) for told in row.records)
    found = {part: record for part in parts for record in sheet.records if part.is_said_by(record)}
    return Standing(row.pk, row.name, turns, parts, found)


def _read_week(told: Iterable[Sequence[Any]]) -> WeekOfHours:
    entries = (DayHours(day, time.fromisoformat(start), time.fromisoformat(end)) for day, start, end in told)
    return week_of(entries)


def _written_week(week: WeekOfHours) -> list[list[Any]]:
    return [[d.day, d.start.isoformat(), d.end.isoformat()] for d in days_of(week) if d.start and d.end]


def _read_part(told: Mapping[str, str], turns: Turns) -> Part:
    week = turns.weeks[LETTERS.index(told["letter"])]
    return Part(told["rule"], date.fromisoformat(told["first"]), date.fromisoformat(told["last"]), week)


def _written_part(part: Part, turns: Turns) -> dict[str, str]:
    letter = LETTERS[turns.weeks.index(part.week)]
    return {"rule": part.rule, "first": f"{part.first}", "last": f"{part.last}", "letter": letter}


# --- Planning --------------------------------------------------------------------------------------------------------


def planned(sheet: Sheet, turns: Turns, name: str) -> Planned | None:
    """The fewest records for the turns; None where the hours are like that already.

    Exceptions that are there keep their days: leave that somebody wrote down stays leave.
    """
    keep, stays = _kept_days(sheet, turns)
    told = spread(turns, _regular_throughout(sheet, turns.first, turns.last), keep)
    steps, parts, plan = _regular(sheet, turns, told, name)
    steps += [Step(exception(sheet, piece, name)) for piece in told.exceptions]
    parts += [_exception_part(piece) for piece in told.exceptions]
    if not steps:
        return None
    return Planned(turns, name, tuple(parts), Plan(tuple(steps), plan.hidden, plan.later), stays)


def _regular(sheet: Sheet, turns: Turns, told: Spread, name: str) -> tuple[list[Step], list[Part], Plan]:
    """The regular hours under the exceptions: none where they stand already."""
    if _regular_throughout(sheet, turns.first, turns.last) == told.base:
        return [], [], Plan(())
    draft = WorkHoursDraft(sheet.clinician.id, turns.first, turns.last, days_of(told.base), name=name)
    plan = plan_new(draft, sheet.records)
    return list(plan.steps), [Part(RuleType.DEFAULT, turns.first, turns.last, told.base)], plan


def _exception_part(piece: Piece) -> Part:
    return Part(RuleType.OVERRIDE, piece.first, piece.last, piece.week)


def _kept_days(sheet: Sheet, turns: Turns) -> tuple[frozenset[date], tuple[WorkHours, ...]]:
    """The days of the turns that exceptions decide, and these."""
    days: set[date] = set()
    stays = []
    for record in exceptions_of(sheet.records):
        first, last = max(record.first, turns.first), min(record.last or turns.last, turns.last)
        if first <= last:
            stays.append(record)
            days.update(first + timedelta(days=number) for number in range((last - first).days + 1))
    return frozenset(days), tuple(stays)


def _regular_throughout(sheet: Sheet, first: date, last: date) -> WeekOfHours | None:
    """The regular hours where they are the same week on all these days; None where they change or are not whole."""
    regular = [record for record in sheet.records if not record.is_override and not is_withdrawn(record)]
    found: WeekOfHours | None = None
    for number in range((last - first).days + 1):
        winner = judge(regular, first + timedelta(days=number)).winner
        if winner is None or not winner.whole:
            return None
        week = week_of(winner.days)
        if found not in (None, week):
            return None
        found = week
    return found


def extended(sheet: Sheet, told: Standing, last: date) -> Planned | None:
    """The turns up to a later last day; None where the hours are like that already. Raises NotThere."""
    added = replace(told.turns, first=told.turns.last + ONE_DAY, last=last)
    bases = [part for part in told.parts if part.rule == RuleType.DEFAULT]
    if not bases:
        return _joined(told, added, planned(sheet, added, told.name), ())
    base = told.records.get(bases[-1])
    if base is None:
        raise NotThere
    keep, stays = _kept_days(sheet, added)
    pieces = under(added, bases[-1].week, keep).exceptions
    steps = [Step(replace(draft_of(base), last=last), base)]
    steps += [Step(exception(sheet, piece, told.name)) for piece in pieces]
    parts = [replace(bases[-1], last=last), *map(_exception_part, pieces)]
    return _joined(told, added, Planned(added, told.name, tuple(parts), Plan(tuple(steps)), stays), (bases[-1],))


def _joined(told: Standing, added: Turns, more: Planned | None, gone: tuple[Part, ...]) -> Planned | None:
    if more is None:
        return None
    parts = (*(part for part in told.parts if part not in gone), *more.parts)
    return replace(more, turns=replace(told.turns, last=added.last), parts=parts)


def ended(told: Standing, last: date) -> Plan | None:
    """What ends the turns after a day: records that go on are cut, those to come taken back; None where none are."""
    steps = []
    for part in sorted(told.records, key=lambda part: (part.rule, part.first)):
        record = told.records[part]
        if part.first > last:
            steps.append(withdrawn(record))
        elif part.last > last:
            steps.append(Step(replace(draft_of(record), last=last), record))
    return Plan(tuple(steps)) if steps else None


# --- Keeping ---------------------------------------------------------------------------------------------------------


def _change(told: Turns, clinician_id: Any, before_after: Iterable[BeforeAfter]) -> writes.Change:
    content = {"anchor": told.anchor, "first": told.first, "last": told.last, "weeks": told.weeks}
    rows = tuple(before_after)
    fields = tuple(name for name, _before, _after in rows)
    return writes.Change(action=ROTATE, people=(clinician_id,), fields=fields, content=content, before_after=rows)


def _told(turns: Turns) -> dict[str, Any]:
    """What the turns say, for the audit trail and for the table."""
    weeks = {LETTERS[number]: _written_week(week) for number, week in enumerate(turns.weeks)}
    return {"anchor": f"{turns.anchor}", "first": f"{turns.first}", "last": f"{turns.last}", "weeks": weeks}


def _between(before: Turns | None, after: Turns) -> list[BeforeAfter]:
    old: dict[str, Any] = _told(before) if before else {}
    return [(name, old.get(name), value) for name, value in _told(after).items() if old.get(name) != value]


def keep(desk: Desk, sheet: Sheet, made: Planned, old: Standing | None = None) -> None:
    """Remember a rotation whose records were sent, or that one was extended. Raises NotAllowed, LedgerBusy."""
    desk.require(SET, sheet.clinician.id)
    turns = made.turns
    values = {
        "last": turns.last,
        "records": [_written_part(part, turns) for part in made.parts],
    }

    def act() -> str:
        if old:
            Rotation.objects.filter(pk=old.id).update(**values)
            return f"rotation-{old.id}"
        older = Rotation.objects.filter(scope=desk.scope, clinician_id=sheet.clinician.id, ended_at=None)
        older.update(ended_at=desk.now)
        row = Rotation.objects.create(
            scope=desk.scope,
            clinician_id=sheet.clinician.id,
            name=made.name,
            anchor=monday_of(turns.anchor),
            weeks=_told(turns)["weeks"],
            first=turns.first,
            made_at=desk.now,
            made_by=desk.account,
            **values,
        )
        return f"rotation-{row.pk}"

    rows = _between(old.turns if old else None, turns)
    own_changes.once(desk, writes.mint(desk), _change(turns, sheet.clinician.id, rows), act)


def forget(desk: Desk, sheet: Sheet, told: Standing, last: date) -> None:
    """Remember that a rotation ends after this day. Raises NotAllowed, LedgerBusy."""
    desk.require(SET, sheet.clinician.id)

    def act() -> str:
        Rotation.objects.filter(pk=told.id).update(last=last, ended_at=desk.now)
        return f"rotation-{told.id}"

    rows = [("last", f"{told.turns.last}", f"{last}"), ("ended", False, True)]
    own_changes.once(desk, writes.mint(desk), _change(told.turns, sheet.clinician.id, rows), act)
