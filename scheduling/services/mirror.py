"""Keeps our mirrors of users and patients near the API, so that names are found by any part without asking it.

A mirror is rebuilt whole: rows of people who are gone disappear with the same pass. It decides nothing: whoever books
reads the API itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from scheduling.directory.models import MirrorState, PatientEntry, StaffMember
from scheduling.directory.search import searchable
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.welkin import Client

HOURS_AROUND = timedelta(days=60)
MAX_AGE = timedelta(minutes=5)

Mirrored = TypeVar("Mirrored", StaffMember, PatientEntry)


def staff_row(scope: str, user: User, *, has_hours: bool) -> StaffMember:
    return StaffMember(
        scope=scope,
        welkin_id=user.id,
        username=user.username,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
        phone=user.phone,
        credentials=user.credentials,
        timezone=user.timezone or "",
        state=user.state,
        has_hours=has_hours,
        search=searchable(user.first_name, user.last_name, user.username, user.email, user.phone, user.credentials),
    )


def patient_row(scope: str, patient: Patient) -> PatientEntry:
    return PatientEntry(
        scope=scope,
        welkin_id=patient.id,
        first_name=patient.first_name,
        middle_name=patient.middle_name,
        last_name=patient.last_name,
        email=patient.email,
        phone=patient.phone,
        birth_date=patient.birth_date,
        timezone=patient.timezone or "",
        search=searchable(
            patient.first_name,
            patient.middle_name,
            patient.last_name,
            patient.email,
            patient.phone,
            patient.secondary_phone,
        ),
    )


def _fields(model: type[Mirrored]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in ("id", "scope", "welkin_id")]


def _drop_gone(model: type[Mirrored], scope: str, present: set[UUID]) -> None:
    """Delete the rows of people who are no longer there, in pieces that every database takes."""
    gone = [
        pk for pk, person in model.objects.filter(scope=scope).values_list("pk", "welkin_id") if person not in present
    ]
    for first in range(0, len(gone), 500):
        model.objects.filter(pk__in=gone[first : first + 500]).delete()


def _keep(model: type[Mirrored], rows: Iterable[Mirrored]) -> None:
    model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["scope", "welkin_id"], update_fields=_fields(model), batch_size=400
    )


def _replace(
    model: type[Mirrored], scope: str, rows: Iterable[Mirrored], kind: str, now: datetime, *, complete: bool
) -> int:
    """Keep the rows; people who are missing go only when the listing was complete."""
    found = list(rows)
    with transaction.atomic():
        _keep(model, found)
        if complete:
            _drop_gone(model, scope, {row.welkin_id for row in found})
        MirrorState.objects.update_or_create(scope=scope, kind=kind, defaults={"completed_at": now, "rows": len(found)})
    return len(found)


def clinicians_with_hours(client: Client, people: list[UUID], now: datetime) -> set[UUID]:
    """Those of the people who have a work-hours record around now."""
    window = Interval(now - HOURS_AROUND, now + HOURS_AROUND)
    return {record.clinician_id for record in client.hours.find(people, window).rows}


def refresh_staff(client: Client, scope: str, now: datetime) -> int:
    """Read all users and rebuild the staff mirror. Returns how many there are; raises WelkinError."""
    users = client.users.find()
    working = clinicians_with_hours(client, [user.id for user in users], now)
    rows = (staff_row(scope, user, has_hours=user.id in working) for user in users)
    return _replace(StaffMember, scope, rows, "staff", now, complete=users.sure)


def refresh_patients(client: Client, scope: str, now: datetime) -> int:
    """Read all patients and rebuild the patient mirror. Returns how many there are; raises WelkinError."""
    patients = client.patients.find()
    rows = (patient_row(scope, patient) for patient in patients)
    return _replace(PatientEntry, scope, rows, "patients", now, complete=patients.sure)


def remember_patient(scope: str, patient: Patient) -> None:
    """Put one patient, just read or created, into the mirror."""
    _keep(PatientEntry, [patient_row(scope, patient)])


def is_due(scope: str, kind: str, now: datetime) -> bool:
    """Whether a mirror was never complete or is older than it should be."""
    state = MirrorState.objects.filter(scope=scope, kind=kind).first()
    return state is None or now - state.completed_at > MAX_AGE
