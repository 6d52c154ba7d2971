"""What saving hours would do, worked out before anything is done: the writes, what they end or hide, whom they strand.

The API has no delete and no "from this day on". So new regular hours are one create, and the record that would have
gone on is ended the day before by a replace, as the live service does it (welkin-api 6.2; in the recorded answers the
new record is 12 ms older than the end of the old one). In that order a cut-off half way leaves the new record in force
all the same, because among regular hours the newest created counts.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.hours import Hours, expand
from scheduling.domain.work_hours import DayHours, HoursType, RuleType, WorkHours
from scheduling.welkin.drafts import WorkHoursDraft

ONE_DAY = timedelta(days=1)
# The vendor's older "no end" is a date fifty years after the start (welkin-api 6.2).
AS_GOOD_AS_OPEN = timedelta(days=30 * 365)
# Where a record that is taken back goes, and how far around today a plan is looked at.
WITHDRAWN_DAY = date(2000, 1, 1)
FAR = timedelta(days=3 * 365)
NOT_SAVED_YET = UUID(int=(1 << 128) - 1)


class NotReadWhole(Exception):
    """The change rests on what was not read whole, and would write back less than there is.

    `record` is the one that it would replace; None where the listing itself has gaps.
    """

    def __init__(self, record: WorkHours | None = None) -> None:
        super().__init__(str(record.id) if record else "the listing")
        self.record = record


def end_of(record: WorkHours | WorkHoursDraft) -> date | None:
    """The last day, None for an open end; an end decades away is none."""
    if record.last is None or record.last - record.first > AS_GOOD_AS_OPEN:
        return None
    return record.last


def draft_of(record: WorkHours) -> WorkHoursDraft:
    """The record as a draft that changes nothing."""
    return WorkHoursDraft(
        clinician_id=record.clinician_id,
        first=record.first,
        last=record.last,
        days=record.days,
        type=record.type,
        rule=record.rule,
        name=record.name,
        encounters=record.encounters,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
    )


def content_of(draft: WorkHoursDraft) -> dict[str, object]:
    """What a record says, without ids: the same for two records that mean the same."""
    days = sorted((day.day, str(day.start), str(day.end)) for day in draft.days)
    return {
        "clinician": draft.clinician_id,
        "first": draft.first,
        "last": draft.last,
        "type": draft.type.upper(),
        "rule": draft.rule.upper(),
        "name": draft.name,
        "encounters": sorted(draft.encounters),
        "days": days,
    }


def told_of(draft: WorkHoursDraft) -> dict[str, Any]:
    """What a record says, ready for JSON and without free text: dates, rule, type, and days as (weekday, from, to)."""
    days = [[d.day, d.start and d.start.isoformat(), d.end and d.end.isoformat()] for d in draft.days]
    return {
        "first": draft.first.isoformat(),
        "last": draft.last and draft.last.isoformat(),
        "rule": draft.rule.upper(),
        "type": draft.type.upper(),
        "days": sorted(days, key=str),
    }


def seen_token(record: WorkHours) -> str:
    """By what a form knows that the record is still the one it showed."""
    told = f"{record.updated_at}{sorted(content_of(draft_of(record)).items())}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Step:
    """One write: a create, or with `record` a replace of that record."""

    draft: WorkHoursDraft
    record: WorkHours | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what it changes."""
        new = content_of(self.draft)
        old = content_of(draft_of(self.record)) if self.record else {}
        return tuple(name for name in new if name not in old or new[name] != old[name])

    @property
    def before_after(self) -> tuple[tuple[str, Any, Any], ...]:
        """What it changes as the audit trail tells it: field, before, after (None before for a new record)."""
        new, old = told_of(self.draft), told_of(draft_of(self.record)) if self.record else {}
        return tuple((name, old.get(name), new[name]) for name in new if not old or old[name] != new[name])


@dataclass(frozen=True, slots=True)
class Plan:
    """The writes, the one that was asked for first, and what becomes of the records around it.

    `hidden` regular hours would never count again, `later` ones count again after the new ones end, `newer` ones
    already count instead on some days of an edited record.
    """

    steps: tuple[Step, ...]
    hidden: tuple[WorkHours, ...] = ()
    later: tuple[WorkHours, ...] = ()
    newer: tuple[WorkHours, ...] = ()

    @property
    def main(self) -> Step:
        return self.steps[0]

    @property
    def ended(self) -> tuple[Step, ...]:
        """The older records that end the day before."""
        return self.steps[1:]

    @property
    def changes_nothing(self) -> bool:
        return all(not step.fields for step in self.steps)

    def require_whole(self) -> None:
        """Raise NotReadWhole where a step would replace a record of which something is missing here."""
        for step in self.steps:
            if step.record and not step.record.whole:
                raise NotReadWhole(step.record)


def _meet(first: date, last: date | None, other: WorkHours) -> bool:
    end = end_of(other)
    return (last is None or other.first <= last) and (end is None or first <= end)


def _ends_within(record: WorkHours, last: date | None) -> bool:
    end = end_of(record)
    return last is None or (end is not None and end <= last)


def _counts(record: WorkHours) -> bool:
    return record.type.upper() == HoursType.WORKING_HOURS


def _rivals(draft: WorkHoursDraft, records: Iterable[WorkHours]) -> list[WorkHours]:
    """Other working hours of the same rule that share days with the draft."""
    override = draft.rule.upper() == RuleType.OVERRIDE
    last = end_of(draft)
    return [r for r in records if _counts(r) and r.is_override == override and _meet(draft.first, last, r)]


def _decides(record: WorkHours, day: date, records: Sequence[WorkHours]) -> bool:
    """Whether the record is the one that counts on this day among those of its rule."""
    same_rule = [r for r in records if r.is_override == record.is_override]
    return expand(same_rule, day, day, ZoneInfo("UTC")).days[0].decided_by == record


def plan_new(draft: WorkHoursDraft, records: Sequence[WorkHours]) -> Plan:
    """The writes for a new record among the clinician's others.

    New regular hours end the record that counts on their first day, where that one began earlier and would not go on
    after them. Exceptions and availability are one create.
    """
    if draft.type.upper() != HoursType.WORKING_HOURS:
        return Plan((Step(draft),))
    rivals = _rivals(draft, records)
    if draft.rule.upper() == RuleType.OVERRIDE:
        return Plan((Step(draft),), hidden=tuple(r for r in rivals if _ends_within(r, draft.last)))
    ended = [r for r in rivals if _to_be_ended(r, draft, records)]
    coming = [r for r in rivals if r.first >= draft.first and _ends_within(r, end_of(draft))]
    steps = [Step(replace(draft_of(r), last=draft.first - ONE_DAY), r) for r in ended]
    outlasting = [r for r in rivals if not _ends_within(r, end_of(draft))]
    later = [r for r in outlasting if _decides(r, max(r.first, draft.first), records)]
    hidden = [r for r in coming if _decides(r, r.first, records)]
    return Plan((Step(draft), *steps), hidden=tuple(hidden), later=tuple(later))


def _to_be_ended(record: WorkHours, draft: WorkHoursDraft, records: Sequence[WorkHours]) -> bool:
    goes_on = record.first < draft.first and _ends_within(record, end_of(draft))
    return goes_on and _decides(record, draft.first, records)


def plan_edit(record: WorkHours, draft: WorkHoursDraft, records: Sequence[WorkHours]) -> Plan:
    """The one write for a changed record. Records created after it still count before it."""
    others = [r for r in records if r.id != record.id]
    newer = [r for r in _rivals(draft, others) if _younger(r, record)] if _counts(record) else []
    return Plan((Step(draft, record),), newer=tuple(newer))


def _younger(some: WorkHours, other: WorkHours) -> bool:
    return bool(some.created_at and other.created_at and some.created_at > other.created_at)


def applied(plan: Plan, records: Sequence[WorkHours], now: datetime) -> tuple[WorkHours, ...]:
    """The clinician's records as they would be after the plan."""
    after = {record.id: record for record in records}
    for number, step in enumerate(plan.steps):
        draft, old = step.draft, step.record
        changed = (
            replace(old, first=draft.first, last=draft.last, days=draft.days, name=draft.name)
            if old
            else _as_record(draft, number, now)
        )
        after[changed.id] = changed
    return tuple(after.values())


def _as_record(draft: WorkHoursDraft, number: int, now: datetime) -> WorkHours:
    """A record that is still to be made: later steps are made later, and count before earlier ones."""
    return WorkHours(
        id=UUID(int=NOT_SAVED_YET.int - number),
        clinician_id=draft.clinician_id,
        first=draft.first,
        last=draft.last,
        days=draft.days,
        type=draft.type,
        rule=draft.rule,
        name=draft.name,
        encounters=draft.encounters,
        created_at=now + number * timedelta(milliseconds=1),
    )


def withdrawn(record: WorkHours) -> Step:
    """The write that takes a record back: the API knows no delete, so it is moved to a day long past and emptied, where
    it counts for nothing."""
    days = tuple(DayHours(day, None, None) for day in range(1, 8))
    return Step(
        replace(draft_of(record), first=WITHDRAWN_DAY, last=WITHDRAWN_DAY, days=days, starts_at=None, ends_at=None),
        record,
    )


def is_withdrawn(record: WorkHours | WorkHoursDraft) -> bool:
    """Whether it was taken back: pages leave it out."""
    return record.first == record.last == WITHDRAWN_DAY and all_off(record.days)


def changed_days(before: Hours, after: Hours) -> tuple[date, ...]:
    """The local days whose working time differs; both must be of the same days."""
    return tuple(old.day for old, new in zip(before.days, after.days, strict=True) if old.intervals != new.intervals)


def span_of(plan: Plan, today: date) -> tuple[date, date]:
    """The first and the last day that a plan could touch, at most `FAR` around today (of the clinician)."""
    touched: list[WorkHours | WorkHoursDraft] = [step.record for step in plan.steps if step.record]
    touched += [step.draft for step in plan.steps]
    firsts = [each.first for each in touched if each.first > WITHDRAWN_DAY]
    lasts = [each.last for each in touched]
    last = max((day for day in lasts if day), default=today)
    return max(min(firsts, default=today), today - FAR), min(today + FAR if None in lasts else last, today + FAR)


def all_off(days: Iterable[DayHours]) -> bool:
    """Whether no day has any hours."""
    return not any(day.start and day.end for day in days)
