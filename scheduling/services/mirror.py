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

# Somebody is on the board who worked lately or will before long; new hours are often set months ahead.
BACK, AHEAD = timedelta(days=60), timedelta(days=400)
# Seconds for one whole listing. A large tenant has many pages; nobody waits for the worker.
BACKGROUND = 120.0
# Seconds for each of two listings while somebody waits for a page.
WHILE_WAITING = 5.0
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


def _fit(row: Mirrored) -> Mirrored:
    """The row with texts that every database takes: no longer than their column, no NUL, no half a surrogate pair."""
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(value, str):
            storable = value.replace("\0", "").encode("utf-8", "ignore").decode()
            setattr(row, column.attname, storable[: column.max_length])
    return row


def _keep(model: type[Mirrored], rows: Iterable[Mirrored]) -> None:
    """Insert or update; in the order of ids, so that two refreshes at once cannot deadlock."""
    fitted = sorted(map(_fit, rows), key=lambda row: row.welkin_id)
    model.objects.bulk_create(
        fitted,
        update_conflicts=True,
        unique_fields=["scope", "welkin_id"],
        update_fields=_fields(model),
        batch_size=400,
    )


def _replace(
    model: type[Mirrored], scope: str, rows: Iterable[Mirrored], kind: str, now: datetime, *, complete: bool, sure: bool
) -> int:
    """Keep the rows. Only a `complete` listing counts as a new reading; people who are missing go only when it is
    `sure`, for a row that could not be read may be theirs.
    """
    found = list(rows)
    with transaction.atomic():
        _keep(model, found)
        if sure:
            _drop_gone(model, scope, {row.welkin_id for row in found})
        if complete:
            read = {"completed_at": now, "rows": len(found)}
            MirrorState.objects.update_or_create(scope=scope, kind=kind, defaults=read)
    return len(found)


def clinicians_with_hours(client: Client, scope: str, people: list[UUID], now: datetime, deadline: float) -> set[UUID]:
    """Those of the people who have a work-hours record around now; also those who had one, where not all was read."""
    found = client.hours.find(people, Interval(now - BACK, now + AHEAD), deadline=deadline)
    working = {record.clinician_id for record in found}
    if not found.sure:
        known = StaffMember.objects.filter(scope=scope, has_hours=True)
        working.update(known.values_list("welkin_id", flat=True))
    return working


def refresh_staff(client: Client, scope: str, now: datetime, *, deadline: float = BACKGROUND) -> int:
    """Read all users and their hours and rebuild the staff mirror. Returns how many there are; raises WelkinError.

    `deadline` is in seconds, for each of the two listings.
    """
    users = client.users.find(deadline=deadline)
    working = clinicians_with_hours(client, scope, [user.id for user in users], now, deadline)
    rows = (staff_row(scope, user, has_hours=user.id in working) for user in users)
    return _replace(StaffMember, scope, rows, "staff", now, complete=users.complete, sure=users.sure)


def refresh_patients(client: Client, scope: str, now: datetime, *, deadline: float = BACKGROUND) -> int:
    """Read all patients and rebuild the patient mirror. Returns how many there are; raises WelkinError."""
    patients = client.patients.find(deadline=deadline)
    rows = (patient_row(scope, patient) for patient in patients)
    return _replace(PatientEntry, scope, rows, "patients", now, complete=patients.complete, sure=patients.sure)


def remember_patient(scope: str, patient: Patient) -> None:
    """Put one patient, just read or created, into the mirror."""
    _keep(PatientEntry, [patient_row(scope, patient)])


def remember_user(scope: str, user: User) -> None:
    """Put one user, just made or changed, into the mirror. Whether they have hours stays as it is known."""
    known = StaffMember.objects.filter(scope=scope, welkin_id=user.id, has_hours=True).exists()
    _keep(StaffMember, [staff_row(scope, user, has_hours=known)])


def is_due(scope: str, kind: str, now: datetime) -> bool:
    """Whether a mirror was never complete or is older than it should be."""
    state = MirrorState.objects.filter(scope=scope, kind=kind).first()
    return state is None or now - state.completed_at > MAX_AGE
