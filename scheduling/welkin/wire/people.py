"""Users and patients (welkin-api 3 and 4)."""

from uuid import UUID

from pydantic import AliasChoices, Field

from scheduling.domain.person import Patient, User

from .fields import Instant, read_zone
from .reading import Reading, Row, read, strict

ZONE = Field(default=None, validation_alias=AliasChoices("timezone", "timezone "))


class RoleRow(Row):
    permission_name: str | None = None


class UserRow(Row):
    """Unset keys are left out by the API, not null (welkin-api 1)."""

    id: UUID
    username: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    credentials: str | None = None
    phone: str | None = None
    timezone: str | None = ZONE
    user_state: str | None = None
    enabled: bool | None = None
    roles: list[RoleRow | None] | None = None


class MemberRow(Row):
    id: UUID
    point_of_contact: bool | None = None


class PatientRow(Row):
    id: UUID
    first_name: str | None = None
    last_name: str | None = None
    middle_name: str | None = None
    email: str | None = None
    phone: str | None = None
    secondary_phone: str | None = None
    birth_date: Instant | None = None
    gender: str | None = None
    timezone: str | None = ZONE
    primary_language: str | None = None
    mrn: str | None = None
    external_id: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    care_team: list[MemberRow | None] | None = None
    care_team_members: list[MemberRow | None] | None = None


def read_user(raw: object) -> User:
    """Raises Malformed."""
    return _user(strict(UserRow, raw, "a user"))


def read_patient(raw: object) -> Patient:
    """Raises Malformed."""
    return _patient(strict(PatientRow, raw, "a patient"))


def scan_user(raw: object) -> tuple[User | None, bool]:
    """The user of a list, None where it has no readable id; and whether it was read whole."""
    reading: Reading[UserRow] = read(UserRow, raw)
    return (_user(reading.row) if reading.row else None, reading.whole)


def scan_patient(raw: object) -> tuple[Patient | None, bool]:
    reading: Reading[PatientRow] = read(PatientRow, raw)
    return (_patient(reading.row) if reading.row else None, reading.whole)


def _user(row: UserRow) -> User:
    return User(
        id=row.id,
        username=row.username or "",
        email=row.email or "",
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        credentials=row.credentials or "",
        phone=row.phone or "",
        timezone=read_zone(row.timezone),
        state=row.user_state or ("INACTIVE" if row.enabled is False else "ACTIVE"),
        enabled=row.enabled is not False,
        roles=tuple(role.permission_name for role in row.roles or () if role and role.permission_name),
    )


def _patient(row: PatientRow) -> Patient:
    lines = (row.address_line1, row.address_line2, row.city, row.state, row.zip, row.country)
    return Patient(
        id=row.id,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        middle_name=row.middle_name or "",
        email=row.email or "",
        phone=row.phone or "",
        secondary_phone=row.secondary_phone or "",
        birth_date=row.birth_date.date() if row.birth_date else None,
        gender=row.gender or "",
        timezone=read_zone(row.timezone),
        language=row.primary_language or "",
        mrn=row.mrn or "",
        external_id=row.external_id or "",
        address=tuple(line.strip() for line in lines if line and line.strip()),
        care_team=_care_team(row),
    )


def _care_team(row: PatientRow) -> tuple[UUID, ...]:
    """User ids, point of contact first. Answers carry them in `careTeamMembers`, writes in `careTeam` [rec]."""
    members = [member for member in [*(row.care_team or ()), *(row.care_team_members or ())] if member]
    members.sort(key=lambda member: not member.point_of_contact)
    return tuple(dict.fromkeys(member.id for member in members))
