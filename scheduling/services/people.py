"""Who is on the board: the staff mirror as domain values, and the search that every page offers."""

from dataclasses import dataclass
from uuid import UUID

from scheduling.directory.models import PatientEntry, StaffMember, Team
from scheduling.directory.search import matches, nearness
from scheduling.domain.person import Patient, User
from scheduling.welkin.errors import NotFound

from . import mirror
from .desk import Desk

MOST_FOUND = 12


def as_user(row: StaffMember) -> User:
    return User(
        id=row.welkin_id,
        username=row.username,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        credentials=row.credentials,
        phone=row.phone,
        timezone=row.timezone or None,
        state=row.state,
        enabled=row.state.upper() == "ACTIVE",
    )


def as_patient(row: PatientEntry) -> Patient:
    return Patient(
        id=row.welkin_id,
        first_name=row.first_name,
        middle_name=row.middle_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        birth_date=row.birth_date,
        timezone=row.timezone or None,
    )


def _mirror_once(desk: Desk) -> None:
    """Fill the mirror when it has never been filled: the worker has not come round yet."""
    if not StaffMember.objects.filter(scope=desk.scope).exists():
        mirror.refresh_staff(desk.client, desk.scope, desk.now, deadline=mirror.WHILE_WAITING)


def teams(desk: Desk) -> list[Team]:
    """All teams, by name."""
    return list(Team.objects.filter(scope=desk.scope))


def clinicians(
    desk: Desk, team: Team | None = None, *, with_hours: bool = True, only_active: bool = True
) -> list[User]:
    """The people of the board: active users with work hours, by name.

    All active ones when `with_hours` is False; those who left too when `only_active` is False.
    """
    _mirror_once(desk)
    rows = StaffMember.objects.filter(scope=desk.scope)
    rows = rows.filter(state__iexact="ACTIVE") if only_active else rows
    rows = rows.filter(has_hours=True) if with_hours else rows
    rows = rows.filter(teams=team) if team else rows
    return [as_user(row) for row in rows]


def by_ids(desk: Desk, ids: set[UUID]) -> dict[UUID, User]:
    """The mirrored users among the ids; those who are not mirrored are missing."""
    return {row.welkin_id: as_user(row) for row in StaffMember.objects.filter(scope=desk.scope, welkin_id__in=ids)}


def find_user(desk: Desk, user_id: UUID) -> User:
    """One user: from the mirror, else from the API. Raises NotFound."""
    _mirror_once(desk)
    row = StaffMember.objects.filter(scope=desk.scope, welkin_id=user_id).first()
    return as_user(row) if row else desk.client.users.read(user_id)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `patients_hidden` tells that the login may not look for patients."""

    typed: str
    people: tuple[User, ...]
    patients: tuple[Patient, ...]
    patients_hidden: bool = False

    @property
    def empty(self) -> bool:
        return not self.people and not self.patients


def find_people(desk: Desk, typed: str) -> tuple[User, ...]:
    """Active users by any part of name, username, e-mail or phone."""
    condition = matches(typed)
    if condition is None:
        return ()
    rows = StaffMember.objects.filter(condition, scope=desk.scope, state__iexact="ACTIVE")
    rows = rows.order_by(nearness(typed), "last_name", "first_name", "username")
    return tuple(as_user(row) for row in rows[:MOST_FOUND])


def find_patients(desk: Desk, typed: str) -> tuple[Patient, ...]:
    """Patients by any part of name, e-mail or phone: from the mirror, and from the API when the mirror knows none.

    Raises NotAllowed, WelkinError.
    """
    desk.require("patient.find")
    condition = matches(typed)
    if condition is None:
        return ()
    rows = PatientEntry.objects.filter(condition, scope=desk.scope)
    rows = rows.order_by(nearness(typed), "last_name", "first_name", "welkin_id")
    found = tuple(as_patient(row) for row in rows[:MOST_FOUND])
    if found or len(typed.strip()) < 3:
        return found
    fresh = desk.client.patients.find(query=typed.strip()).rows[:MOST_FOUND]
    for patient in fresh:
        mirror.remember_patient(desk.scope, patient)
    return fresh


def search(desk: Desk, typed: str) -> Found:
    """People and, where the role may, patients by any part of their names."""
    may_patients = desk.may("patient.find")
    return Found(
        typed=typed.strip(),
        people=find_people(desk, typed),
        patients=find_patients(desk, typed) if may_patients else (),
        patients_hidden=not may_patients,
    )


def find_patient(desk: Desk, patient_id: UUID) -> Patient:
    """One patient, read from the API. Raises NotAllowed, NotFound, WelkinError."""
    desk.require("patient.find")
    patient = desk.client.patients.read(patient_id)
    mirror.remember_patient(desk.scope, patient)
    return patient


def names(desk: Desk, ids: set[UUID]) -> dict[UUID, str]:
    """Names of users and patients by id, from the mirrors."""
    users = {
        row.welkin_id: as_user(row).name for row in StaffMember.objects.filter(scope=desk.scope, welkin_id__in=ids)
    }
    patients = {
        row.welkin_id: as_patient(row).name
        for row in PatientEntry.objects.filter(scope=desk.scope, welkin_id__in=ids - set(users))
    }
    return users | patients


__all__ = [
    "Found",
    "NotFound",
    "by_ids",
    "clinicians",
    "find_patient",
    "find_patients",
    "find_people",
    "find_user",
    "names",
    "search",
    "teams",
]
