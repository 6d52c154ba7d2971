"""Rows as the JSON of the API: every key, null, letter case and format as recorded (welkin-api 3 to 7)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from .instants import written, written_day, written_local, written_or_none, zone_named
from .models import Event, Instance, Participant, Patient, User, WorkHours

Json = dict[str, Any]

USER_DEFAULTS: Json = {
    "territories": [],
    "roles": [],
    "policies": [],
    "seats": [],
    "seatAssignAllowed": True,
    "mfaEnabled": False,
    "statusType": None,
    "ssoAccess": False,
    "passwordAccess": True,
    "terminologyName": "english",
    "customUserAttributes": {},
    "allowedToReceiveCalls": False,
    "userAttributes": {},
    "_root_user": False,
}
PATIENT_DEFAULTS: Json = {
    "nric": None,
    "middleName": None,
    "maritalStatus": "UKN",
    "primaryLanguage": "ENGLISH",
    "secondaryLanguage": None,
    "secondaryEmail": None,
    "primaryPhoneCapabilities": [],
    "secondaryPhone": None,
    "secondaryPhoneCapabilities": [],
    "country": None,
    "state": None,
    "city": None,
    "zip": None,
    "addressLine1": None,
    "addressLine2": None,
    "patientTerritories": [],
    "careTeamMembers": [],
    "patientPrograms": [],
    "careTeam": [],
    "cadence": [],
    "patientRegion": None,
    "patientRegionTitle": None,
    "patientTerritory": None,
    "pointOfContact": None,
}


def user(row: User) -> Json:
    """A user; unset texts are left out instead of null (welkin-api 1)."""
    texts = {
        "phone": row.phone,
        "timezone": row.timezone,
        "locale": row.locale,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "credentials": row.credentials,
        "createdByName": row.created_by_name,
        "updatedByName": row.updated_by_name,
    }
    created, updated = written(row.created_at), written(row.updated_at)
    return {
        "id": str(row.id),
        "username": row.username,
        "email": row.email,
        **{name: text for name, text in texts.items() if text},
        "enabled": row.state == User.State.ACTIVE,
        "userState": row.state,
        **USER_DEFAULTS,
        **row.details,
        "applicationAccess": {
            "id": str(uuid5(row.id, "applicationAccess")),
            "userId": str(row.id),
            "adminAccessEnabled": False,
            "auditSecurityAccessEnabled": False,
            "instanceAccesses": [],
            **row.details.get("applicationAccess", {}),
            "createdAt": created,
            "updatedAt": created,
        },
        "createdAt": created,
        "updatedAt": updated,
    }


def patient(row: Patient) -> Json:
    """A patient; unset fields are null."""
    return {
        "id": str(row.id),
        "externalGuid": row.external_guid,
        "externalId": row.external_id,
        "mrn": row.mrn,
        "createdAt": written(row.created_at),
        "updatedAt": written(row.updated_at),
        "createdBy": str(row.created_by),
        "updatedBy": str(row.updated_by),
        "createdByName": row.created_by_name,
        "updatedByName": row.updated_by_name,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "birthDate": written_day(row.birth_date),
        "gender": row.gender,
        "email": row.email,
        "phone": row.phone,
        "timezone": row.timezone,
        **PATIENT_DEFAULTS,
        **row.details,
    }


def work_hours(row: WorkHours, zone: tzinfo) -> Json:
    """One record of `details`; the local borders are on the clocks of `zone`."""
    body: Json = {
        "workHoursId": str(row.id),
        "name": row.name,
        "type": row.type,
        "ruleType": row.rule_type,
        "startDateTime": written(row.starts_at),
        "endDateTime": written_or_none(row.ends_at),
        "localStartDateTime": written_local(row.starts_at, zone),
        "localEndDateTime": written_local(row.ends_at, zone),
        "createdBy": str(row.created_by),
        "createdAt": written(row.created_at),
        "updatedBy": str(row.updated_by),
        "updatedAt": written(row.updated_at),
        "daysInfo": row.days,
    }
    return body if row.encounters is None else {**body, "encounters": row.encounters}


MOST_IDS = 5000
"""Ids asked for in one query: a statement takes a limited number of parameters (SQLite 32,766, PostgreSQL 65,535)."""


def batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """The ids in lists that fit into one query each."""
    rest = list(ids)
    return (rest[start : start + MOST_IDS] for start in range(0, len(rest), MOST_IDS))


class People:
    """Users and patients of some events, read in two queries for a page, to join into the participants.

    They are asked for by id alone: with the tenant beside it, SQLite would read all the people of the tenant.
    """

    def __init__(self, instance: Instance, ids: Iterable[UUID]) -> None:
        self._instance = instance
        self._ids = set(ids)

    @cached_property
    def users(self) -> Mapping[UUID, User]:
        rows = (row for ids in batches(self._ids) for row in User.objects.filter(id__in=ids))
        return {row.id: row for row in rows if row.tenant_id == self._instance.tenant_id}

    @cached_property
    def _joined(self) -> dict[UUID, Json]:
        joined = {row.id: _user_joined(row) for row in self.users.values()}
        for ids in batches(self._ids - joined.keys()):
            rows = Patient.objects.filter(id__in=ids).defer("details")
            joined.update({row.id: _patient_joined(row) for row in rows if row.instance_id == self._instance.id})
        return joined

    def joined(self, person_id: UUID) -> Json:
        """What an event tells about a person; nulls for one that is gone."""
        return self._joined.get(person_id, STRANGER)

    def zone_of(self, user_id: UUID) -> tzinfo | None:
        """The zone of a user, None where there is none or a broken one."""
        host = self.users.get(user_id)
        return None if host is None else zone_named(host.timezone)


STRANGER: Json = {
    "timezone": None,
    "firstName": None,
    "lastName": None,
    "deleted": True,
    "hasAccess": False,
    "email": None,
    "phone": None,
    "gender": None,
    "birthDate": None,
    "enabled": None,
}


def _user_joined(row: User) -> Json:
    return {
        "timezone": row.timezone or None,
        "firstName": row.first_name or None,
        "lastName": row.last_name or None,
        "deleted": row.deleted,
        "hasAccess": False,
        "email": row.email or None,
        "phone": row.phone or None,
        "gender": None,
        "birthDate": None,
        "enabled": row.state == User.State.ACTIVE,
    }


def _patient_joined(row: Patient) -> Json:
    return {
        "timezone": row.timezone,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "deleted": False,
        "hasAccess": False,
        "email": row.email,
        "phone": row.phone,
        "gender": row.gender,
        "birthDate": written_day(row.birth_date),
        "enabled": None,
    }


def participant(row: Participant, people: People) -> Json:
    """One row of `participants`, the person's own fields joined in."""
    return {
        "id": str(row.id),
        "participantId": str(row.person_id),
        "participantRole": row.role,
        "participationStatus": row.status,
        "attended": row.attended,
        **people.joined(row.person_id),
    }


def local_zone(row: Event, people: People, viewer: str | None) -> tzinfo:
    """Whose clocks the local fields show: the viewer's, the event's, the host's, UTC (welkin-api 7.2)."""
    return zone_named(viewer) or zone_named(row.timezone) or people.zone_of(row.host_id) or UTC


def event(row: Event, participants: Iterable[Participant], people: People, viewer: str | None) -> Json:
    """A whole event."""
    zone = local_zone(row, people, viewer)
    return {
        "id": str(row.id),
        "externalId": row.external_id,
        "externalIdUpdatedAt": written(row.external_id_updated_at),
        "createdBy": str(row.created_by),
        "createdAt": written(row.created_at),
        "updatedBy": str(row.updated_by),
        "updatedAt": written(row.updated_at),
        "eventTitle": row.title,
        "eventDescription": row.description,
        "startDateTime": written(row.starts_at),
        "localStartDateTime": written_local(row.starts_at, zone),
        "endDateTime": written(row.ends_at),
        "localEndDateTime": written_local(row.ends_at, zone),
        "allDayEvent": row.all_day,
        "duration": int((row.ends_at - row.starts_at).total_seconds()),
        "eventType": row.type,
        "eventStatus": row.status,
        "eventMode": row.mode,
        "eventColor": row.color,
        "hostId": str(row.host_id),
        "timezone": row.timezone,
        "additionalInfo": row.additional_info,
        "participants": [participant(one, people) for one in participants],
    }


def event_in_short(row: Event, people: People, viewer: str | None) -> Json:
    """An event as `psm-schedules` shows it; `eventId` is the old twin of `id` (welkin-api 8)."""
    zone = local_zone(row, people, viewer)
    return {
        "id": str(row.id),
        "eventId": str(row.id),
        "eventTitle": row.title,
        "eventType": row.type,
        "eventColor": row.color,
        "allDayEvent": row.all_day,
        "startDateTime": written(row.starts_at),
        "localStartDateTime": written_local(row.starts_at, zone),
        "endDateTime": written(row.ends_at),
        "localEndDateTime": written_local(row.ends_at, zone),
    }
