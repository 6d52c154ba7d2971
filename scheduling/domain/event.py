"""Calendar events as values: what they are, who takes part, and what may still be done with them.

The API's words are kept as they came (mixed case, null and unknown values included, welkin-api 7.1); the properties
give them a meaning. An unknown status is live and busy: it must never make an hour look free.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from .interval import Interval
from .person import full_name


class EventType(StrEnum):
    APPOINTMENT = "APPOINTMENT"
    GROUP_THERAPY = "GROUP_THERAPY"
    LEAVE = "LEAVE"
    ENCOUNTER = "ENCOUNTER"


class EventStatus(StrEnum):
    SCHEDULED = "SCHEDULED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    MISSED = "MISSED"


class EventMode(StrEnum):
    IN_PERSON = "IN-PERSON"
    CALL = "CALL"
    VIDEO = "VIDEO"


class Role(StrEnum):
    PSM = "psm"
    PATIENT = "patient"


class Answer(StrEnum):
    """What an invited person said; the API writes no answer as the empty string."""

    NONE = ""
    YES = "Yes"
    NO = "No"
    MAYBE = "Maybe"


# The words are few and a year has very many events; unknown ones are somebody else's and must not pile up.
@lru_cache(maxsize=256)
def _status(word: str | None) -> EventStatus | None:
    told = (word or EventStatus.SCHEDULED).upper()
    return EventStatus(told) if told in EventStatus.__members__ else None


@lru_cache(maxsize=256)
def _type(word: str | None) -> EventType | None:
    told = (word or "").upper()
    return EventType(told) if told in EventType.__members__ else None


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of an event. `id` is the row's own id, `person_id` the user's or patient's."""

    person_id: UUID
    role: str
    id: UUID | None = None
    answer: str = ""
    attended: bool = False
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    timezone: str | None = None

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def is_patient(self) -> bool:
        return self.role.lower() == Role.PATIENT


@dataclass(frozen=True, slots=True)
class Event:
    """One calendar event (welkin-api 7.2). Raw words in `type`, `status`, `mode`; None where the API said null.

    Not `whole`: somebody who takes part, whose it is or a part of `additional` could not be read. A change that sends
    the list of people or `additional` would delete what is missing here, because both replace what is there (7.3).
    """

    id: UUID
    when: Interval
    host_id: UUID | None
    participants: tuple[Participant, ...] = ()
    type: str | None = None
    status: str | None = None
    mode: str | None = None
    title: str = ""
    description: str = ""
    color: str = ""
    all_day: bool = False
    timezone: str | None = None
    external_id: str = ""
    additional: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    created_at: datetime | None = None
    updated_at: datetime | None = None
    whole: bool = True

    @property
    def known_status(self) -> EventStatus | None:
        """The status as a known one; null is SCHEDULED, an unknown word None."""
        return _status(self.status)

    @property
    def known_type(self) -> EventType | None:
        return _type(self.type)

    @property
    def live(self) -> bool:
        """Takes time: every status but CANCELLED, an unknown one too (design 4)."""
        return self.known_status is not EventStatus.CANCELLED

    @property
    def is_leave(self) -> bool:
        return self.known_type is EventType.LEAVE

    @property
    def patients(self) -> tuple[Participant, ...]:
        return tuple(person for person in self.participants if person.is_patient)

    @property
    def staff(self) -> tuple[Participant, ...]:
        return tuple(person for person in self.participants if not person.is_patient)

    def involves(self, person_id: UUID) -> bool:
        """Whether this person hosts it or takes part, whatever its status."""
        return person_id == self.host_id or any(person_id == row.person_id for row in self.participants)

    def occupies(self, person_id: UUID) -> bool:
        """Whether it is this person's time. Leave is its host's only; `occupancy.use_of` says if it was granted."""
        if not self.live:
            return False
        return person_id == self.host_id if self.is_leave else self.involves(person_id)

    def detail(self, name: str) -> str:
        """A text of `additionalInfo` (location, remarks, attachment), empty where there is none."""
        value = self.additional.get(name)
        return value if isinstance(value, str) else ""
