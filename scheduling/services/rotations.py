"""Weeks that take turns (A, B, C): kept by us, because Welkin knows none, and standing there as plain records.

A rotation keeps what its records say. Which of a clinician's records they are is found by that: one that somebody
has changed since is theirs, and is left alone.

What is noted of a rotation is a step of the run that carries its hours out (`services/runs.py`): it follows them, is
gone on with after a crash, and is put back with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

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

from . import own_changes
from .desk import Desk
from .hours_copy import AHEAD, exception, exceptions_of
from .hours_plan import ONE_DAY, Plan, Step, draft_of, is_withdrawn, plan_new, withdrawn
from .work_hours import SET, Sheet
from .writes import Change

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
class Said:
    """What our table says of a rotation, as it can be kept in a run. `weeks` and `records` are those of the row."""

    name: str
    anchor: date
    first: date
    last: date
    weeks: dict[str, list[list[Any]]]
    records: list[dict[str, str]]
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Noting:
    """A change of our table that belongs to a change of hours; without `before` it makes a new rotation."""

    clinician_id: UUID
    before: Said | None
    after: Said

    @property
    def back(self) -> "Noting":
        """What puts it back: a rotation that was made is ended, another is again as it was."""
        return Noting(self.clinician_id, self.after, self.before or replace(self.after, ended=True))


@dataclass(frozen=True, slots=True)
class Standing:
    """A rotation that was made and not ended. `missing`: how many of its records are not there as it made them."""

    name: str
    turns: Turns
    parts: tuple[Part, ...]
    records: Mapping[Part, WorkHours]
    said: Said

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


class NotAsBefore(Exception):
    """The rotation is not as it was when the change was asked for."""


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
    return Standing(row.name, turns, parts, found, _said(row))


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


def noting(sheet: Sheet, made: Planned, old: Standing | None = None) -> Noting:
    """What is to be noted when the records of a new rotation, or those that extend one, were written."""
    turns = made.turns
    records = [_written_part(part, turns) for part in made.parts]
    if old:
        return Noting(sheet.clinician.id, old.said, replace(old.said, last=turns.last, records=records))
    weeks = {LETTERS[number]: _written_week(week) for number, week in enumerate(turns.weeks)}
    told = Said(made.name, monday_of(turns.anchor), turns.first, turns.last, weeks, records)
    return Noting(sheet.clinician.id, None, told)


def ending(sheet: Sheet, told: Standing, last: date) -> Noting:
    """What is to be noted when a rotation ends after this day."""
    return Noting(sheet.clinician.id, told.said, replace(told.said, last=last, ended=True))


def keep(desk: Desk, intent: str, noted: Noting) -> bool:
    """Note a rotation that was made, extended or ended, or put one back; False where this was done before.

    Raises NotAllowed, NotAsBefore, IntentRefused, LedgerBusy.
    """
    desk.require(SET, noted.clinician_id)

    def act() -> str:
        row = _row(desk, noted)
        for name in ("name", "anchor", "first", "last", "weeks", "records"):
            setattr(row, name, getattr(noted.after, name))
        row.ended_at = desk.now if noted.after.ended else None
        row.save()
        return f"rotation-{row.pk}"

    return own_changes.once(desk, intent, _change(noted), act)


def _row(desk: Desk, noted: Noting) -> Rotation:
    """The row that is changed; a new one takes the place of all others."""
    rows = Rotation.objects.filter(scope=desk.scope, clinician_id=noted.clinician_id)
    if noted.before is None:
        rows.filter(ended_at=None).update(ended_at=desk.now)
        return Rotation(scope=desk.scope, clinician_id=noted.clinician_id, made_at=desk.now, made_by=desk.account)
    found = next((row for row in rows.select_for_update() if _said(row) == noted.before), None)
    if found is None:
        raise NotAsBefore
    return found


def _said(row: Rotation) -> Said:
    return Said(row.name, row.anchor, row.first, row.last, row.weeks, row.records, row.ended_at is not None)


def _change(noted: Noting) -> Change:
    rows = tuple(_between(noted.before, noted.after))
    content = {"before": noted.before and _told(noted.before), "after": _told(noted.after), "rows": rows}
    fields = tuple(name for name, _before, _after in rows)
    return Change(action=ROTATE, people=(noted.clinician_id,), fields=fields, content=content, before_after=rows)


def _told(said: Said) -> dict[str, Any]:
    """What the turns say, for the audit trail."""
    return {"anchor": f"{said.anchor}", "first": f"{said.first}", "last": f"{said.last}", "weeks": said.weeks}


def _between(before: Said | None, after: Said) -> Iterable[BeforeAfter]:
    old: dict[str, Any] = _told(before) if before else {}
    yield from ((name, old.get(name), value) for name, value in _told(after).items() if old.get(name) != value)
    ended = bool(before and before.ended)
    if ended != after.ended:
        yield "ended", ended, after.ended
