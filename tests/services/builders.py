"""Short ways to make people, hours and visits in a test's tenant."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.welkin import Client, NewEvent, NewPatient, NewUser

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def user(api: Client, name: str = "ada", **more: Any) -> User:
    """A user of this first name; their state is what the API gives to a new one."""
    told = {"first_name": name.capitalize(), "last_name": "Quill", "timezone": "America/New_York"} | more
    return api.users.create(NewUser(username=f"{name}.quill", email=f"{name}.quill@harbor.example", **told))


def patient(api: Client, first: str = "Theo", last: str = "Marsh", **more: Any) -> Patient:
    return api.patients.create(NewPatient(first_name=first, last_name=last, **more))


def visit(
    api: Client,
    staff: User | list[User],
    patients: Patient | list[Patient],
    start: datetime,
    minutes: int = 30,
    **more: Any,
) -> Event:
    """A visit; the first of the staff is its host."""
    hosts = staff if isinstance(staff, list) else [staff]
    guests = patients if isinstance(patients, list) else [patients]
    rows = [Participant(row.id, "psm") for row in hosts] + [Participant(row.id, "patient") for row in guests]
    when = Interval(start, start + timedelta(minutes=minutes))
    told = {"title": "Follow-up", "timezone": "America/New_York"} | more
    return api.events.create(NewEvent(when=when, host_id=hosts[0].id, participants=tuple(rows), **told))


def ids(rows: Any) -> list[UUID]:
    return [row.id for row in rows]
