"""One load of a workload into an instance: rows to models, in bulk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import models

from .bodies import HoursRecord, NewEvent, NewPatient, NewUser
from .fields import Json
from .instants import parse
from .models import ApiClient, Event, Instance, Participant, Patient, User, WorkHours
from .rendering import PATIENT_DEFAULTS, USER_DEFAULTS
from .workload import WorkloadError, as_id, checked, id_of, section

BATCH = 500
TEXT_OF_USER = ("phone", "timezone", "locale", "first_name", "last_name", "credentials")
TEXT_OF_PATIENT = ("first_name", "last_name", "email", "phone", "timezone", "external_id", "external_guid", "mrn")
OF_EVENT = (
    "title",
    "description",
    "starts_at",
    "ends_at",
    "type",
    "mode",
    "color",
    "host_id",
    "timezone",
    "external_id",
)


class Load:
    """Adds what is missing; `added` counts the new rows, `user_ids` are all users of the workload in its order."""

    def __init__(self, instance: Instance, moment: datetime) -> None:
        self.instance, self.tenant, self.moment = instance, instance.tenant, moment
        client = ApiClient.objects.filter(tenant=self.tenant).order_by("name").first()
        self.by: UUID = client.id if client else instance.id
        self.by_name = f"API_CLIENT:{client.name}" if client else ""
        self.added: dict[str, int] = {}
        self.user_ids: list[UUID] = []

    def run(self, workload: Json) -> None:
        """Load all sections. Raises WorkloadError for the first row that does not fit."""
        self.users(section(workload, "users"))
        self.patients(section(workload, "patients"), section(workload, "events"))
        self.hours(section(workload, "workHours"))
        self.events(section(workload, "events"))

    def users(self, rows: list[Json]) -> None:
        known = _ids(User.objects.filter(tenant=self.tenant))
        by_name = dict(User.objects.filter(tenant=self.tenant).values_list("username", "id"))
        fresh: list[User] = []
        for place, row in enumerate(rows):
            where = f"users[{place}]"
            body = checked(NewUser, row, where)
            key = by_name.get(body.username) or id_of(row, "id", self.tenant.id, where)
            self.user_ids.append(key)
            if key not in known:
                known.add(key)
                fresh.append(self._user(key, body, row, where))
        self._insert("users", User, fresh)

    def patients(self, rows: list[Json], events: list[Json]) -> None:
        """The patients listed, then a plain one for each id that only an event names."""
        known = _ids(Patient.objects.filter(instance=self.instance))
        fresh: list[Patient] = []
        for place, row in enumerate(rows):
            where = f"patients[{place}]"
            body = checked(NewPatient, row, where)
            key = id_of(row, "id", self.instance.id, where)
            if key not in known:
                known.add(key)
                fresh.append(self._patient(key, body, row, where))
        for number, key in enumerate(_named_patients(events, known), start=len(known) + 1):
            row = {"firstName": "Patient", "lastName": f"{number:04d}"}
            fresh.append(self._patient(key, checked(NewPatient, row, "patients"), row, "patients"))
        self._insert("patients", Patient, fresh)

    def hours(self, rows: list[Json]) -> None:
        known = _ids(WorkHours.objects.filter(instance=self.instance))
        users = _ids(User.objects.filter(tenant=self.tenant))
        fresh: list[WorkHours] = []
        for place, row in enumerate(rows):
            user = as_id(row.get("psmId"), f"workHours[{place}].psmId")
            if user not in users:
                raise WorkloadError(f"workHours[{place}].psmId: no such user.")
            for number, record in enumerate(section(row, "details")):
                where = f"workHours[{place}].details[{number}]"
                key = id_of(record, "workHoursId", user, where)
                if key not in known:
                    known.add(key)
                    fresh.append(self._hours(key, user, record, where))
        self._insert("workHours", WorkHours, fresh)

    def events(self, rows: list[Json]) -> None:
        known = _ids(Event.objects.filter(instance=self.instance))
        people = {
            Participant.Role.PSM: _ids(User.objects.filter(tenant=self.tenant)),
            Participant.Role.PATIENT: _ids(Patient.objects.filter(instance=self.instance)),
        }
        fresh: list[Event] = []
        participants: list[Participant] = []
        for place, row in enumerate(rows):
            where = f"events[{place}]"
            key = id_of(row, "id", self.instance.id, where)
            if key not in known:
                known.add(key)
                body = checked(NewEvent, row, where)
                fresh.append(self._event(key, body, row, where))
                participants += _participants(fresh[-1], body, people, where)
        self._insert("events", Event, fresh)
        self._insert("participants", Participant, participants)

    def _insert(self, name: str, model: type[models.Model], rows: list[Any]) -> None:
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        self.added[name] = len(rows)

    def _user(self, key: UUID, body: NewUser, row: Json, where: str) -> User:
        created, updated = self._stamps(row, where)
        active = body.state or (User.State.INACTIVE if body.enabled is False else User.State.ACTIVE)
        details = _set(row, USER_DEFAULTS)
        if "roles" in details:
            details["roles"] = [self._role(role, row) for role in details["roles"]]
        texts = {name: getattr(body, name) or "" for name in TEXT_OF_USER}
        stamps = {"created_at": created, "updated_at": updated}
        names = {"username": body.username, "email": body.email}
        return User(id=key, tenant=self.tenant, state=active, details=details, **names, **texts, **stamps)

    def _role(self, role: Json, row: Json) -> Json:
        stamps = {name: row[name] for name in ("createdAt", "updatedAt") if row.get(name)}
        return {"instanceName": self.instance.name, **stamps, **role}

    def _patient(self, key: UUID, body: NewPatient, row: Json, where: str) -> Patient:
        texts = {name: getattr(body, name) for name in TEXT_OF_PATIENT}
        details = _care_team(body) | _set(row, PATIENT_DEFAULTS.keys() - {"careTeam"})
        patient = Patient(id=key, instance=self.instance, birth_date=body.birth_date, details=details, **texts)
        patient.gender = body.gender or "UNKNOWN"
        patient.created_at, patient.updated_at = self._stamps(row, where)
        patient.created_by = patient.updated_by = self.by
        patient.created_by_name = patient.updated_by_name = self.by_name
        return patient

    def _hours(self, key: UUID, user: UUID, record: Json, where: str) -> WorkHours:
        body = checked(HoursRecord, record, where)
        row = WorkHours(id=key, instance=self.instance, user_id=user, name=body.name, encounters=body.encounters)
        row.type, row.rule_type = body.type or "WORKING_HOURS", body.rule_type or "DEFAULT"
        row.starts_at, row.ends_at = body.starts_at, body.ends_at
        row.days = [_day(key, place, entry) for place, entry in enumerate(record["daysInfo"])]
        self._sign(row, record, where)
        return row

    def _event(self, key: UUID, body: NewEvent, row: Json, where: str) -> Event:
        if body.ends_at <= body.starts_at:
            raise WorkloadError(f"{where}.endDateTime: must be after startDateTime.")
        event = Event(id=key, instance=self.instance, all_day=bool(body.all_day))
        for name in OF_EVENT:
            setattr(event, name, getattr(body, name))
        # Letter case as in the file: real rows hold `Scheduled` beside `SCHEDULED` (welkin-api 7.1).
        event.status = row.get("eventStatus")
        event.additional_info = body.additional_info
        event.external_key = event.external_id if self.tenant.external_id_unique else None
        self._sign(event, row, where)
        event.external_id_updated_at = event.created_at
        return event

    def _sign(self, row: WorkHours | Event, source: Json, where: str) -> None:
        row.created_at, row.updated_at = self._stamps(source, where)
        row.created_by, row.updated_by = (
            as_id(source[name], f"{where}.{name}") if source.get(name) else self.by
            for name in ("createdBy", "updatedBy")
        )

    def _stamps(self, row: Json, where: str) -> tuple[datetime, datetime]:
        """When the row was made and last changed: as it says, otherwise now."""
        try:
            created = parse(row["createdAt"]) if row.get("createdAt") else self.moment
            return created, parse(row["updatedAt"]) if row.get("updatedAt") else created
        except ValueError as error:
            raise WorkloadError(f"{where}.createdAt or updatedAt: {error}.") from error


def _participants(
    event: Event, body: NewEvent, people: dict[Participant.Role, set[UUID]], where: str
) -> Iterable[Participant]:
    seen = {person.person_id: person.role for person in body.participants}
    if seen.get(body.host_id) != Participant.Role.PSM or len(seen) < len(body.participants):
        raise WorkloadError(f"{where}.participants: must name the host as psm, and nobody twice.")
    for position, person in enumerate(body.participants):
        if person.person_id not in people[Participant.Role(person.role)]:
            raise WorkloadError(f"{where}.participants[{position}]: no such {person.role}.")
        yield Participant(
            id=person.id or uuid5(event.id, str(person.person_id)),
            event=event,
            position=position,
            person_id=person.person_id,
            role=person.role,
            status=person.status or "",
            attended=bool(person.attended),
        )


def _named_patients(events: list[Json], known: set[UUID]) -> list[UUID]:
    """Ids that only events name, in the order they are met."""
    found: dict[UUID, None] = {}
    for place, event in enumerate(events):
        for number, row in enumerate(section(event, "participants")):
            if row.get("participantRole") == Participant.Role.PATIENT:
                key = as_id(row.get("participantId"), f"events[{place}].participants[{number}].participantId")
                if key not in known:
                    found[key] = None
    return list(found)


def _day(record: UUID, place: int, entry: Json) -> Json:
    """An entry of `daysInfo` as it is served: with an id and seconds."""
    times = {name: f"{entry[name]}:00"[:8] if entry[name] else None for name in ("startTime", "endTime")}
    return {"daysInfoId": entry.get("daysInfoId") or str(uuid5(record, str(place))), "day": entry["day"], **times}


def _care_team(body: NewPatient) -> Json:
    """The three fields a care team shows in; without a flag the first member is the contact (welkin-api 4)."""
    flags = [bool(member.point_of_contact) for member in body.care_team or ()]
    contact = flags.index(True) if True in flags else 0
    team = [
        {"id": str(member.id), "pointOfContact": flags[place] if True in flags else place == contact}
        for place, member in enumerate(body.care_team or ())
    ]
    return {"careTeam": team, "careTeamMembers": team, "pointOfContact": team[contact]} if team else {}


def _set(row: Json, names: Iterable[str]) -> Json:
    """What the row sets of these fields."""
    return {name: row[name] for name in names if row.get(name) is not None}


def _ids(rows: models.QuerySet[Any]) -> set[UUID]:
    return set(rows.values_list("id", flat=True))
