"""What the client is asked to write: frozen drafts, in the field's words.

In a change, a field left at UNSET is not sent and keeps its value; None clears it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from scheduling.domain.event import EventMode, EventStatus, EventType, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours, HoursType, RuleType


class Unset(Enum):
    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to create, or the whole of one to replace; empty fields are not sent. Phones are E.164 (welkin-api 3)."""

    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    credentials: str = ""
    phone: str = ""
    timezone: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """Fields of a user to change. The API closes most of them once the user is active (welkin-api 3)."""

    email: str | Unset = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    credentials: str | Unset | None = UNSET
    phone: str | Unset | None = UNSET
    timezone: str | Unset | None = UNSET
    locale: str | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient to create; both names are required, empty fields are not sent. The first of `care_team` becomes
    the point of contact (welkin-api 4)."""

    first_name: str
    last_name: str
    middle_name: str = ""
    email: str = ""
    phone: str = ""
    secondary_phone: str = ""
    birth_date: date | None = None
    gender: str = ""
    timezone: str | None = None
    language: str = ""
    mrn: str = ""
    external_id: str = ""
    care_team: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientChange:
    """Fields of a patient to change; what is not set keeps its value (welkin-api 4)."""

    first_name: str | Unset = UNSET
    last_name: str | Unset = UNSET
    middle_name: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    phone: str | Unset | None = UNSET
    secondary_phone: str | Unset | None = UNSET
    birth_date: date | Unset | None = UNSET
    gender: str | Unset = UNSET
    timezone: str | Unset | None = UNSET
    language: str | Unset = UNSET
    mrn: str | Unset | None = UNSET
    external_id: str | Unset | None = UNSET
    care_team: tuple[UUID, ...] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to create, or the whole of one to replace (welkin-api 7.3).

    The host must be among the participants. `timezone` is the host's IANA zone. Without a colour the vendor's screen
    is unreadable, so an empty one becomes green, grey for leave. `external_id` must differ for each event.
    """

    when: Interval
    host_id: UUID
    participants: tuple[Participant, ...]
    title: str = ""
    type: str = EventType.APPOINTMENT
    status: str = EventStatus.SCHEDULED
    mode: str | None = EventMode.IN_PERSON
    description: str = ""
    color: str = ""
    all_day: bool = False
    timezone: str | None = None
    external_id: str = ""
    additional: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """One row of the list of people of an event that is changed.

    A row left out is a person taken out. A row that is there keeps its `id`, and `answer` and `attended` at UNSET keep
    what the API knows by then, not what was read some time before (welkin-api 7.3).
    """

    person_id: UUID
    role: str
    id: UUID | None = None
    answer: str | Unset = UNSET
    attended: bool | Unset = UNSET

    @classmethod
    def of(
        cls, person: Participant, *, answer: str | Unset = UNSET, attended: bool | Unset = UNSET
    ) -> "ParticipantChange":
        """The row of somebody who takes part and goes on doing so."""
        return cls(person.person_id, person.role, person.id, answer, attended)


@dataclass(frozen=True, slots=True)
class EventChange:
    """Fields of an event to change; only those set are sent.

    `participants` and `additional` replace the whole list and the whole object: pass what is to stay as well. Of a
    `Participant` the `answer` and `attended` are sent as they stand, of a `ParticipantChange` only where they are set.
    """

    when: Interval | Unset = UNSET
    host_id: UUID | Unset = UNSET
    participants: tuple[Participant | ParticipantChange, ...] | Unset = UNSET
    title: str | Unset | None = UNSET
    type: str | Unset = UNSET
    status: str | Unset = UNSET
    mode: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    color: str | Unset = UNSET
    all_day: bool | Unset = UNSET
    timezone: str | Unset | None = UNSET
    external_id: str | Unset | None = UNSET
    additional: Mapping[str, object] | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class WorkHoursDraft:
    """A work-hours record to create or to put in place of one (welkin-api 6).

    `first` and `last` are inclusive calendar days of the clinician, `last` None an open end; the times of `days` are
    wall clock in the clinician's zone, ISO weekdays, both None a day off. `starts_at` and `ends_at` are the exact
    borders of a record that is replaced; they are sent as they were where the day stays the same.
    """

    clinician_id: UUID
    first: date
    last: date | None
    days: tuple[DayHours, ...]
    type: str = HoursType.WORKING_HOURS
    rule: str = RuleType.DEFAULT
    name: str = ""
    encounters: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
