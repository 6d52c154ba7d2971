"""A small clinic in a test's own tenant: clinicians with hours, patients, visits at times that lie ahead of now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import requests
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType, Participant
from scheduling.domain.event import Role as PersonRole
from scheduling.domain.interval import Interval
from scheduling.services.desk import Desk
from scheduling.welkin import Client, Credentials, NewEvent, NewPatient

NEW_YORK = ZoneInfo("America/New_York")
HALF_HOUR = timedelta(minutes=30)


BEGUN = datetime.now(NEW_YORK).date()


def next_monday() -> date:
    """The Monday of next week in New York: far enough ahead for a visit, whatever today is.

    Told from the day on which the tests began: a Sunday's midnight in New York does not move it under a test.
    """
    return BEGUN + timedelta(days=7 - BEGUN.weekday())


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """A wall time in New York on next week's Monday plus so many days."""
    return datetime.combine(next_monday() + timedelta(days=day), time(hour, minute), NEW_YORK).astimezone(UTC)


def half_hour(start: datetime, minutes: int = 30) -> Interval:
    return Interval(start, start + timedelta(minutes=minutes))


@dataclass
class Clinic:
    """Makes people and visits through the API, as somebody else's program would."""

    api: Client
    credentials: Credentials
    names: dict[str, UUID] = field(default_factory=dict)
    _line: requests.Session = field(default_factory=requests.Session)
    _token: str = ""

    def user(
        self, first: str, last: str = "Quill", timezone: str | None = "America/New_York", *, hours: bool = True
    ) -> UUID:
        """An active user, with hours from nine to five on weekdays."""
        own = self.credentials
        body = {
            "username": f"{first}.{last}".lower(),
            "email": f"{first}@harbor.example",
            "firstName": first,
            "lastName": last,
            "userState": "ACTIVE",
        }
        if timezone:
            body["timezone"] = timezone
        answer = self._line.post(f"{own.url}/{own.tenant}/admin/users", json=body, headers=self._signed(), timeout=10)
        answer.raise_for_status()
        person = UUID(answer.json()["id"])
        self.names[first] = person
        if hours:
            self.work(person)
        return person

    def _signed(self) -> dict[str, str]:
        """What every request carries; one token does for all of a test."""
        own = self.credentials
        if not self._token:
            address = f"{own.url}/{own.tenant}/admin/api_clients/{own.client}"
            self._token = self._line.post(address, json={"secret": own.secret}, timeout=10).json()["token"]
        return {"Authorization": f"Bearer {self._token}"}

    def work(self, person: UUID, start: time = time(9), end: time = time(17)) -> None:
        own = self.credentials
        record = {
            "startDateTime": f"{next_monday() - timedelta(weeks=4)}T00:00:00.000Z",
            "endDateTime": f"{next_monday() + timedelta(weeks=50)}T23:59:59.999Z",
            "daysInfo": [{"day": day, "startTime": f"{start}", "endTime": f"{end}"} for day in range(1, 6)],
        }
        body = {"psmId": str(person), **record, "details": [record]}
        answer = self._line.post(
            f"{own.url}/{own.tenant}/{own.instance}/calendar/work-hours", json=body, headers=self._signed(), timeout=10
        )
        answer.raise_for_status()

    def patient(self, first: str = "Theo", last: str = "Marsh", **more: Any) -> UUID:
        return self.api.patients.create(NewPatient(first, last, **more)).id

    def visit(
        self, host: UUID, *patients: UUID, start: datetime, minutes: int = 30, staff: tuple[UUID, ...] = (), **more: Any
    ) -> Event:
        rows = [Participant(person, PersonRole.PSM) for person in (host, *staff)]
        rows += [Participant(person, PersonRole.PATIENT) for person in patients]
        told = {"title": "Wound check", "type": EventType.APPOINTMENT, **more}
        return self.api.events.create(NewEvent(half_hour(start, minutes), host, tuple(rows), **told))


@pytest.fixture
def clinic(api: Client, credentials: Credentials) -> Clinic:
    """An empty clinic in this test's tenant."""
    return Clinic(api, credentials)


@dataclass
class Office:
    """A clinic with a clinician (Ada), a patient (Theo), and a coordinator who looks after Ada's team."""

    clinic: Clinic
    ada: UUID
    theo: UUID
    coordinator: Account
    desk: Desk
    browser: Browser
    desk_of: Callable[..., Desk]

    @property
    def api(self) -> Client:
        return self.clinic.api


@pytest.fixture
def office(
    clinic: Clinic,
    make_account: Callable[..., Account],
    make_team: Callable[..., Any],
    desk_of: Callable[..., Desk],
    sign_in: Callable[[Account], Browser],
) -> Office:
    ada, theo = clinic.user("Ada"), clinic.patient()
    coordinator = make_account(Role.COORDINATOR, timezone="America/New_York")
    make_team("Nursing", members=[ada], keepers=[coordinator])
    return Office(clinic, ada, theo, coordinator, desk_of(coordinator), sign_in(coordinator), desk_of)
