"""The rules of patients (welkin-api 4)."""

import operator
from functools import reduce
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from . import errors, instants
from .bodies import NewPatient, PatientChange
from .caller import Caller
from .fields import parse_id, texts_of
from .models import Instance, Patient
from .queries import PatientList
from .rendering import PATIENT_DEFAULTS
from .rendering import patient as rendered

COLUMNS = ("first_name", "last_name", "email", "phone", "timezone", "gender", "birth_date")
KEYS = ("external_id", "external_guid", "mrn")
SORTABLE = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "birthDate": "birth_date",
    "id": "id",
}
OTHER_KEYS = {"EID": "external_id", "EGUID": "external_guid", "MRN": "mrn"}
SEARCHED = ("first_name", "last_name", "email", "phone")


def select(instance: Instance, wanted: PatientList) -> QuerySet[Patient]:
    """The patients of the instance that match every parameter; each word of `query` must be found somewhere."""
    rows = Patient.objects.filter(instance=instance)
    for word in wanted.query.split():
        rows = rows.filter(reduce(operator.or_, (Q(**{f"{name}__icontains": word}) for name in SEARCHED)))
    if wanted.email:
        rows = rows.filter(email__iexact=wanted.email)
    if wanted.timezone:
        rows = rows.filter(timezone=wanted.timezone)
    if wanted.territories or wanted.cadence is not None:
        rows = rows.filter(id__in=[row.id for row in rows if _fits(row.details, wanted)])
    return rows


def _fits(details: dict[str, Any], wanted: PatientList) -> bool:
    names = {
        name
        for place in details.get("patientTerritories", [])
        if isinstance(place, dict)
        for name in texts_of(place.get("territories"))
    }
    cadence = details.get("cadence") or []
    return (not wanted.territories or bool(names & set(wanted.territories))) and (
        wanted.cadence is None or (wanted.cadence in cadence if wanted.cadence else not cadence)
    )


def equal_to(instance: Instance, wanted: dict[str, Any]) -> QuerySet[Patient]:
    """The patients whose rendered top-level fields equal those of a filter (welkin-api 4, decision)."""
    rows = Patient.objects.filter(instance=instance)
    if not wanted:
        return rows
    fitting = [row.id for row in rows if all(rendered(row).get(name) == value for name, value in wanted.items())]
    return rows.filter(id__in=fitting)


def find(instance: Instance, key: str, kind: str) -> Patient:
    """A patient by id, or by another key (EID, EGUID, MRN). Raises Refusal 404."""
    rows = Patient.objects.filter(instance=instance)
    column = OTHER_KEYS.get(kind.upper())
    try:
        row = rows.filter(**{column: key}).first() if column else rows.filter(id=parse_id(key)).first()
    except ValueError:
        row = None
    if row is None:
        raise errors.no_such_patient()
    return row


def create(caller: Caller, body: NewPatient) -> Patient:
    """A new patient with the API's defaults."""
    now = instants.now()
    row = Patient(
        instance=caller.instance,
        created_at=now,
        created_by=caller.id,
        created_by_name=caller.name,
        updated_at=now,
        updated_by=caller.id,
        updated_by_name=caller.name,
    )
    _fill(row, body.sent())
    row.save()
    return row


@transaction.atomic
def change(row: Patient, caller: Caller, body: PatientChange) -> Patient:
    """A patient with the sent fields changed; the row is locked, so that no other change is lost."""
    row = Patient.objects.select_for_update().get(pk=row.pk)
    _fill(row, body.sent())
    row.updated_at = instants.later(instants.now(), row.updated_at)
    row.updated_by, row.updated_by_name = caller.id, caller.name
    row.save()
    return row


def _fill(row: Patient, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name == "care_team":
            row.details = {**row.details, **_care_team(value or [])}
        elif name == "patient_territories":
            row.details = {**row.details, **_territories(value or [])}
        elif name == "gender":
            row.gender = value or "UNKNOWN"
        elif name in COLUMNS + KEYS:
            setattr(row, name, value)
        else:
            alias = PatientChange.model_fields[name].alias or name
            row.details = {**row.details, alias: PATIENT_DEFAULTS.get(alias) if value is None else value}


def _territories(places: list[Any]) -> dict[str, Any]:
    """The list and the two fields that repeat the first of it: its region and the region's first territory."""
    first = places[0] if places and isinstance(places[0], dict) else {}
    names = first.get("territories")
    return {
        "patientTerritories": places,
        "patientRegion": first.get("name"),
        "patientTerritory": names[0] if isinstance(names, list) and names else None,
    }


def _care_team(members: list[Any]) -> dict[str, Any]:
    """The three fields a care team shows in; without a flag the first member is the point of contact."""
    flagged = any(member.point_of_contact for member in members)
    team = [
        {"id": str(member.id), "pointOfContact": bool(member.point_of_contact) if flagged else place == 0}
        for place, member in enumerate(members)
    ]
    contact = next((member for member in team if member["pointOfContact"]), None)
    return {"careTeam": team, "careTeamMembers": team, "pointOfContact": contact}
