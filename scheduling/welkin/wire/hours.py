"""Work hours (welkin-api 6).

A record that cannot be read whole must never add working time, and a broken exception must never give way to the
ordinary week beneath it: a doubtful record stands there without any hours.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_OID, UUID, uuid5

from scheduling.domain.work_hours import DayHours, HoursType, RuleType, WorkHours

from ..errors import Malformed
from .fields import Clock, Instant
from .reading import Reading, Row, read

_DECIDING = frozenset({"endDateTime", "ruleType", "type", "daysInfo"})


class DayRow(Row):
    day: int
    days_info_id: UUID | None = None
    start_time: Clock | None = None
    end_time: Clock | None = None


class HoursRow(Row):
    work_hours_id: UUID
    start_date_time: Instant
    end_date_time: Instant | None = None
    name: str | None = None
    type: str | None = None
    rule_type: str | None = None
    days_info: list[DayRow | None] | None = None
    encounters: list[str | None] | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class OwnerRow(Row):
    psm_id: UUID
    details: list[object] | None = None


def read_hours(raw: object, clinician_id: UUID) -> WorkHours:
    """One record, for the answer to a write. Raises Malformed."""
    record, whole = scan_hours(raw, clinician_id, ())
    if record is None or not whole:
        raise Malformed("a work-hours record cannot be read")
    return record


def scan_owner(raw: object) -> tuple[UUID, list[object]] | None:
    """The clinician and the raw records of one row of the bare array; None where it is unknown whose they are."""
    row = read(OwnerRow, raw).row
    return (row.psm_id, row.details or []) if row else None


def scan_hours(raw: object, clinician_id: UUID, days: Collection[date]) -> tuple[WorkHours | None, bool]:
    """The record of a list, and whether it was read whole.

    A record without a readable id or begin is None when it says itself to be a DEFAULT; else it may be an
    exception, and then the clinician has no hours on any of the `days` asked for.
    """
    reading = read(HoursRow, raw)
    if reading.row is None:
        return (None if _says_default(raw) or not days else _closed(raw, clinician_id, days)), False
    row = reading.row
    sound = [day for day in row.days_info or () if day is not None and _sound(day)]
    whole = not reading.flaws and len(sound) == len(row.days_info or ())
    return _record(row, clinician_id, sound, reading, whole), whole


def _record(
    row: HoursRow, clinician_id: UUID, days: list[DayRow], reading: Reading[HoursRow], whole: bool
) -> WorkHours:
    doubtful = any(len(path) == 1 and path[0] in _DECIDING for path in reading.flaws)
    rule_unread = ("ruleType",) in reading.flaws
    return WorkHours(
        id=row.work_hours_id,
        clinician_id=clinician_id,
        first=row.start_date_time.date(),
        last=row.end_date_time.date() if row.end_date_time else None,
        days=()
        if doubtful
        else tuple(DayHours(day.day, day.start_time, day.end_time, day.days_info_id) for day in days),
        type=HoursType.WORKING_HOURS if doubtful else row.type or HoursType.WORKING_HOURS,
        rule=RuleType.OVERRIDE if rule_unread else row.rule_type or RuleType.DEFAULT,
        name=row.name or "",
        encounters=tuple(name for name in row.encounters or () if name),
        starts_at=row.start_date_time,
        ends_at=row.end_date_time,
        created_at=row.created_at,
        updated_at=row.updated_at,
        whole=whole,
    )


def _sound(day: DayRow) -> bool:
    """A weekday of the API with both times or none; one time alone says nothing."""
    return 1 <= day.day <= 7 and (day.start_time is None) == (day.end_time is None)


def _says_default(raw: object) -> bool:
    return isinstance(raw, dict) and str(raw.get("ruleType")).upper() == RuleType.DEFAULT


def _closed(raw: object, clinician_id: UUID, days: Collection[date]) -> WorkHours:
    first, last = min(days), max(days)
    return WorkHours(
        id=uuid5(NAMESPACE_OID, repr(raw)),
        clinician_id=clinician_id,
        first=first,
        last=last,
        days=(),
        rule=RuleType.OVERRIDE,
        starts_at=datetime.combine(first, time(), UTC),
        ends_at=datetime.combine(last, time.max, UTC),
        whole=False,
    )


def written(raw: object, clinician_id: UUID) -> tuple[WorkHours, ...]:
    """The records in the answer to a create or replace: `{"psmId", "details": [...]}` or one record on its own.

    Empty where the answer only echoes the request (welkin-api 6.1, 11 row 28). Raises Malformed for anything that
    is neither.
    """
    if not isinstance(raw, dict):
        raise Malformed("a work-hours record cannot be read")
    details = raw.get("details")
    rows = details if isinstance(details, list) else [raw]
    return tuple(
        read_hours(row, clinician_id) for row in rows if isinstance(row, dict) and row.get("workHoursId") is not None
    )
