"""Bodies of writes, strict: exact names, milliseconds and Z, only what is meant to be sent (welkin-api 11)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from scheduling.domain.event import EventType, Participant
from scheduling.domain.interval import Interval

from ..drafts import (
    UNSET,
    EventChange,
    NewEvent,
    NewPatient,
    NewUser,
    ParticipantChange,
    PatientChange,
    UserChange,
    WorkHoursDraft,
)
from .fields import write_clock, write_first, write_instant, write_last

Body = dict[str, Any]

_USER = {
    "username": "username",
    "email": "email",
    "first_name": "firstName",
    "last_name": "lastName",
    "credentials": "credentials",
    "phone": "phone",
    "timezone": "timezone",
    "locale": "locale",
}
_PATIENT = {
    "first_name": "firstName",
    "last_name": "lastName",
    "middle_name": "middleName",
    "email": "email",
    "phone": "phone",
    "secondary_phone": "secondaryPhone",
    "gender": "gender",
    "timezone": "timezone",
    "language": "primaryLanguage",
    "mrn": "mrn",
    "external_id": "externalId",
}
_EVENT = {
    "title": "eventTitle",
    "description": "eventDescription",
    "type": "eventType",
    "status": "eventStatus",
    "mode": "eventMode",
    "color": "eventColor",
    "all_day": "allDayEvent",
    "timezone": "timezone",
    "external_id": "externalId",
}


def user_body(user: NewUser) -> Body:
    return _filled(user, _USER)


def user_changes(change: UserChange) -> Body:
    return _changed(change, _USER)


def patient_body(patient: NewPatient) -> Body:
    body = _filled(patient, _PATIENT)
    if patient.birth_date:
        body["birthDate"] = write_first(patient.birth_date)
    if patient.care_team:
        body["careTeam"] = _team(patient.care_team)
    return body


def patient_changes(change: PatientChange) -> Body:
    body = _changed(change, _PATIENT)
    if change.birth_date is not UNSET:
        body["birthDate"] = write_first(change.birth_date) if isinstance(change.birth_date, date) else None
    if change.care_team is not UNSET:
        body["careTeam"] = _team(change.care_team)
    return body


def event_body(event: NewEvent) -> Body:
    """Everything of an event. Title, type, status, mode, colour and zone always go along (welkin-api 7.3)."""
    body: Body = {name: _plain(getattr(event, field)) for field, name in _EVENT.items()}
    body.update(_times(event.when))
    body["hostId"] = str(event.host_id)
    body["participants"] = participant_rows(event.participants)
    body["eventColor"] = event.color or ("grey" if event.type == EventType.LEAVE else "green")
    body["additionalInfo"] = dict(event.additional)
    if not event.external_id:
        del body["externalId"]
    return body


def event_changes(change: EventChange) -> Body:
    body = _changed(change, _EVENT)
    if change.when is not UNSET:
        body.update(_times(change.when))
    if change.host_id is not UNSET:
        body["hostId"] = str(change.host_id)
    if change.participants is not UNSET:
        body["participants"] = participant_rows(change.participants)
    if change.additional is not UNSET:
        body["additionalInfo"] = None if change.additional is None else dict(change.additional)
    return body


def participant_rows(people: Iterable[Participant | ParticipantChange]) -> list[Body]:
    """Rows with an id keep it, and with it what the API knows of them (welkin-api 7.3)."""
    return [_participant(person) for person in people]


def hours_body(draft: WorkHoursDraft) -> Body:
    """Range borders as the API's own data has them: midnight UTC to the last millisecond (welkin-api 6.2)."""
    body: Body = {
        "psmId": str(draft.clinician_id),
        "type": _plain(draft.type),
        "ruleType": _plain(draft.rule),
        "name": draft.name or None,
        "startDateTime": _border(draft.starts_at, draft.first) or write_first(draft.first),
        "endDateTime": _border(draft.ends_at, draft.last) or (write_last(draft.last) if draft.last else None),
        "daysInfo": [
            {"day": day.day, "startTime": write_clock(day.start), "endTime": write_clock(day.end)} for day in draft.days
        ],
    }
    if draft.encounters:
        body["encounters"] = list(draft.encounters)
    return body


def _border(exact: datetime | None, day: date | None) -> str | None:
    """The instant as it was, where it still lies on the day: older records hold odd ones (welkin-api 6.2)."""
    return write_instant(exact) if exact and exact.astimezone(UTC).date() == day else None


def _times(when: Interval) -> Body:
    return {"startDateTime": write_instant(when.start), "endDateTime": write_instant(when.end)}


def _participant(person: Participant | ParticipantChange) -> Body:
    row: Body = {"participantId": str(person.person_id), "participantRole": person.role}
    if person.id:
        row["id"] = str(person.id)
    newcomer = isinstance(person, Participant) and not person.id  # nothing is known of them that had to be emptied
    if person.answer is not UNSET and (person.answer or not newcomer):
        row["participationStatus"] = _plain(person.answer)
    if person.attended is not UNSET and (person.attended or not newcomer):
        row["attended"] = person.attended
    return row


def _team(users: Iterable[UUID]) -> list[Body]:
    return [{"id": str(user), "pointOfContact": place == 0} for place, user in enumerate(users)]


def _filled(draft: object, names: Mapping[str, str]) -> Body:
    values = {name: _plain(getattr(draft, field)) for field, name in names.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _changed(change: object, names: Mapping[str, str]) -> Body:
    values = {name: getattr(change, field) for field, name in names.items() if hasattr(change, field)}
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def _plain(value: object) -> object:
    """An enum as its word; the API's words are texts of the domain's enums."""
    return str(value) if isinstance(value, str) else value
