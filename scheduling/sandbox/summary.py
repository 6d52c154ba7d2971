"""The event summary of the API (welkin-api 9), worked out as its decision says."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from uuid import UUID

from . import events, hours
from .events import CANCELLED
from .fields import Json
from .models import Instance, WorkHours

NOTHING = timedelta()
DAY = timedelta(days=1)
MIDNIGHT_FROM = time(23, 59)
LONGEST = timedelta(days=3660)
"""The longest window summed up: every day of it is looked at, for every person."""


class Booked(NamedTuple):
    """What counts of an event; the status as it is shown, SCHEDULED where there is none."""

    status: str
    starts_at: datetime
    ends_at: datetime


def rows(instance: Instance, start: datetime, end: datetime, people: Sequence[UUID], now: datetime) -> list[Json]:
    """One row for each person, in the order asked, also for idle ones."""
    of_person = _events_by_person(instance, start, end, people)
    records = _records_by_person(instance, start, end, people)
    return [
        _row(person, of_person.get(person, []), _worked(records.get(person, []), start, end), start, end, now)
        for person in people
    ]


def _events_by_person(
    instance: Instance, start: datetime, end: datetime, people: Sequence[UUID]
) -> dict[UUID, list[Booked]]:
    by_person: dict[UUID, list[Booked]] = {}
    rows = events.staffed(instance, start, end, people)
    for person, status, *times in rows.values_list("person_id", "event__status", "starts_at", "ends_at"):
        by_person.setdefault(person, []).append(Booked((status or "SCHEDULED").upper(), *times))
    return by_person


def _records_by_person(
    instance: Instance, start: datetime, end: datetime, people: Sequence[UUID]
) -> dict[UUID, list[WorkHours]]:
    by_person: dict[UUID, list[WorkHours]] = {}
    for row in hours.meeting(instance, start, end, people):
        by_person.setdefault(row.user_id, []).append(row)
    return by_person


def _row(person: UUID, own: list[Booked], worked: timedelta, start: datetime, end: datetime, now: datetime) -> Json:
    live = [event for event in own if event.status != CANCELLED]
    taken = sum((min(event.ends_at, end) - max(event.starts_at, start) for event in live), NOTHING)
    return {
        "psmId": str(person),
        "totalCreatedEvents": len(own),
        "totalOccurredEvents": sum(event.starts_at <= now for event in live),
        "totalFutureEvents": sum(event.starts_at > now for event in live),
        "eventStatusCount": dict(Counter(event.status for event in own)),
        "totalWorkingHours": f"{worked / timedelta(hours=1):.1f} hours",
        "totalEventHours": f"{taken / timedelta(hours=1):.1f} hours",
        "occupancy": f"{100 * (taken / worked):.1f}%" if worked else "0.0%",
    }


def _worked(records: Sequence[WorkHours], start: datetime, end: datetime) -> timedelta:
    """One person's working time inside the window, by welkin-api 6.2: inclusive dates, OVERRIDE first, newest wins."""
    counted = [row for row in records if row.type == "WORKING_HOURS"]
    if not counted:
        return NOTHING
    zone = hours.zone_of(counted[0].user)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total, day = NOTHING, first
    while day <= last:
        total += sum((_clipped(span, start, end) for span in _spans(counted, day, zone)), NOTHING)
        day += DAY
    return total


def _spans(records: Sequence[WorkHours], day: date, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    speaking = [row for row in records if _covers(row, day)]
    if not speaking:
        return []
    decides = max(speaking, key=lambda row: (row.rule_type == "OVERRIDE", row.created_at, row.id))
    entries = sorted(
        (_instant(day, entry["startTime"], zone), _end(day, entry["endTime"], zone))
        for entry in decides.days
        if entry["day"] == day.isoweekday() and entry["startTime"] and entry["endTime"]
    )
    merged: list[tuple[datetime, datetime]] = []
    for start, end in entries:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _covers(row: WorkHours, day: date) -> bool:
    return row.starts_at.date() <= day and (row.ends_at is None or day <= row.ends_at.date())


def _instant(day: date, text: str, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC)


def _end(day: date, text: str, zone: tzinfo) -> datetime:
    """An end of 23:59 or later is midnight."""
    if time.fromisoformat(text) >= MIDNIGHT_FROM:
        return _instant(day + DAY, "00:00:00", zone)
    return _instant(day, text, zone)


def _clipped(span: tuple[datetime, datetime], start: datetime, end: datetime) -> timedelta:
    return max(NOTHING, min(span[1], end) - max(span[0], start))
