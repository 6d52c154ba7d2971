"""Schedules and the event summary (welkin-api 8 and 9)."""

import re
from collections.abc import Collection
from datetime import date
from types import MappingProxyType
from uuid import UUID

from scheduling.domain.event import Role

from ..errors import Malformed
from ..values import EventSummary, Figure, Schedule
from .calendar import scan_event
from .hours import scan_hours
from .reading import Reading, Row, read

_FIGURE = re.compile(r"[^\d.,-]*(-?[\d,]*\.?\d+)")


class ScheduleRow(Row):
    psm_id: UUID
    work_hours: list[object] | None = None
    events: list[object] | None = None


class SummaryRow(Row):
    psm_id: UUID
    total_created_events: int | None = None
    total_occurred_events: int | None = None
    total_future_events: int | None = None
    event_status_count: dict[str, int | None] | None = None
    total_working_hours: str | None = None
    total_event_hours: str | None = None
    occupancy: str | None = None


def scan_schedule(raw: object, days: Collection[date]) -> tuple[Schedule | None, int]:
    """One clinician's schedule, None where it is unknown whose it is; and how many rows in it were not read whole.

    Short events name neither host nor participants, so they are given the clinician whose row they stand in.
    """
    reading = read(ScheduleRow, raw)
    row = reading.row
    if row is None:
        return None, 1
    hours = [scan_hours(record, row.psm_id, days) for record in row.work_hours or ()]
    events = [scan_event(_owned(event, row.psm_id), (row.psm_id,)) for event in row.events or ()]
    bad = len(reading.flaws) + sum(not whole for _, whole in [*hours, *events])
    return (
        Schedule(
            row.psm_id,
            tuple(record for record, _ in hours if record),
            tuple(event for event, _ in events if event),
        ),
        bad,
    )


def _owned(raw: object, clinician_id: UUID) -> object:
    """A short event as one that names the clinician: that it has no list of participants is no flaw here."""
    if isinstance(raw, dict) and "participants" not in raw:
        return {**raw, "participants": [{"participantId": str(clinician_id), "participantRole": Role.PSM}]}
    return raw


def summary_rows(body: object) -> list[object]:
    """The rows of the answer. Raises Malformed."""
    rows = body.get("summary") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise Malformed("no list of rows in 'summary'")
    return rows


def scan_summary(raw: object) -> tuple[EventSummary | None, bool]:
    reading: Reading[SummaryRow] = read(SummaryRow, raw)
    return (_summary(reading.row) if reading.row else None, reading.whole)


def _summary(row: SummaryRow) -> EventSummary:
    return EventSummary(
        clinician_id=row.psm_id,
        created=row.total_created_events or 0,
        occurred=row.total_occurred_events or 0,
        future=row.total_future_events or 0,
        by_status=MappingProxyType({name: count or 0 for name, count in (row.event_status_count or {}).items()}),
        working_hours=read_figure(row.total_working_hours),
        event_hours=read_figure(row.total_event_hours),
        occupancy=read_figure(row.occupancy),
    )


def read_figure(text: str | None) -> Figure:
    """`16.0 hours` as 16.0, `37.5%` as 37.5; the text alone where no number can be found in it."""
    match = _FIGURE.match(text or "")
    if not match:
        return Figure(text or "", None)
    try:
        return Figure(text or "", float(match.group(1).replace(",", "")))
    except ValueError:
        return Figure(text or "", None)
