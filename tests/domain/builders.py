"""Short ways to write days, stretches of time, people and events in the domain's tests."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.work_hours import DayHours, WorkHours

NEW_YORK = ZoneInfo("America/New_York")
ADA, BEN, CARLA = (UUID(int=n) for n in (1, 2, 3))
THEO, UNA = UUID(int=101), UUID(int=102)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """The UTC instant of "2026-11-23 14:00"; a date alone is its UTC midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


def minutes(start: int, end: int) -> Interval:
    """The stretch between two minutes after a fixed instant."""
    zero = at("2026-11-23")
    return Interval(zero + timedelta(minutes=start), zero + timedelta(minutes=end))


def clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def entry(day: int, start: str | None, end: str | None) -> DayHours:
    return DayHours(day, clock(start), clock(end))


def entries(days: str, *spans: str) -> tuple[DayHours, ...]:
    """`entries("135", "09:00-12:00", "13:00-17:00")`: those hours on each of the ISO weekdays."""
    return tuple(entry(int(day), *text.split("-")) for day in days for text in spans)


def record(*days: DayHours, first="2026-01-01", last=None, created=0, **fields) -> WorkHours:
    """A work-hours record of Ada; `created` is in hours after a fixed instant."""
    return WorkHours(
        id=fields.pop("id", UUID(int=1000 + created)),
        clinician_id=fields.pop("clinician_id", ADA),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last) if last else None,
        days=days,
        created_at=CREATED + timedelta(hours=created),
        **fields,
    )


def user(person_id: UUID = ADA, timezone: str | None = "America/New_York") -> User:
    return User(person_id, f"user-{person_id.int}", timezone=timezone)


def psm(person_id: UUID, answer: str = "", **fields) -> Participant:
    return Participant(person_id, "psm", answer=answer, **fields)


def patient(person_id: UUID) -> Participant:
    return Participant(person_id, "patient")


def event(when: Interval, *others: Participant, number=1, host=ADA, **fields) -> Event:
    """An event hosted by Ada, who is among its participants."""
    return Event(UUID(int=5000 + number), when, host, (psm(host), *others), **fields)
