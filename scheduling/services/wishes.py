"""A visit that somebody wants to book, before there is one."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter

from scheduling.domain import group
from scheduling.domain.conflict import Placement
from scheduling.domain.event import Event, EventMode, EventStatus, EventType, Participant, Role
from scheduling.domain.interval import Interval

from .versions import DETAILS

# In the place of the id of a visit that is not there yet.
NOBODYS = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that somebody wants to book. The host comes first in `clinician_ids`; `capacity` is a group's."""

    when: Interval
    clinician_ids: tuple[UUID, ...]
    patient_ids: tuple[UUID, ...]
    type: str = EventType.APPOINTMENT
    mode: str = EventMode.IN_PERSON
    title: str = ""
    description: str = ""
    location: str = ""
    remarks: str = ""
    attachment: str = ""
    capacity: int | None = None

    @property
    def placement(self) -> Placement:
        return Placement(self.when, self.clinician_ids, self.patient_ids, None, self.type)

    @property
    def content(self) -> dict[str, object]:
        """What tells one request from another, for the intent."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def participants(self) -> tuple[Participant, ...]:
        staff = [Participant(person_id=person, role=Role.PSM) for person in dict.fromkeys(self.clinician_ids)]
        patients = [Participant(person_id=person, role=Role.PATIENT) for person in dict.fromkeys(self.patient_ids)]
        return (*staff, *patients)

    @property
    def event(self) -> Event:
        """It as a visit, before there is one: for the page that offers to undo it."""
        told = {"title": self.title, "description": self.description, "additional": self.additional}
        host = next(iter(self.clinician_ids), None)
        status = EventStatus.SCHEDULED
        return Event(NOBODYS, self.when, host, self.participants, self.type, status, self.mode, **told)  # type: ignore[arg-type]

    @property
    def additional(self) -> dict[str, object]:
        told: dict[str, object] = {name: getattr(self, name) for name in DETAILS}
        return told | ({group.CAPACITY: self.capacity} if self.capacity else {})


WISHES = TypeAdapter(Wish)


def like(event: Event, clinician_ids: tuple[UUID, ...]) -> Wish:
    """A visit like this one, with all that Daybook knows of it; the host comes first in `clinician_ids`."""
    return Wish(
        when=event.when,
        clinician_ids=clinician_ids,
        patient_ids=tuple(dict.fromkeys(row.person_id for row in event.patients)),
        type=event.type or EventType.APPOINTMENT,
        mode=event.mode or "",
        title=event.title,
        description=event.description,
        capacity=group.capacity_of(event),
        **{name: event.detail(name) for name in DETAILS},
    )
