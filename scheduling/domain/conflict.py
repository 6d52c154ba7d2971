"""Everything that is wrong with a proposed placement, all at once, so that a person decides once (product.md 1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from .availability import ClinicianTime
from .event import Event, EventType
from .interval import Interval, clip, subtract
from .occupancy import Use, occupied, use_of

GREENWICH = ZoneInfo("UTC")


class ConflictKind(StrEnum):
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    CLOSURE = "CLOSURE"
    LEAVE = "LEAVE"
    CLINICIAN_BUSY = "CLINICIAN_BUSY"
    PATIENT_BUSY = "PATIENT_BUSY"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a visit should go. The host comes first in `clinician_ids`; `event_id` is the visit itself when it moves.

    Placing LEAVE asks for its host's time only, and hours, closures and other leave do not stand against it.
    """

    when: Interval
    clinician_ids: tuple[UUID, ...]
    patient_ids: tuple[UUID, ...] = ()
    event_id: UUID | None = None
    type: str | None = None

    @property
    def is_leave(self) -> bool:
        return (self.type or "").upper() == EventType.LEAVE


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is wrong: for whom, in which part of the placement, and the event that causes it, if one does."""

    kind: ConflictKind
    person_id: UUID
    person_name: str
    when: Interval
    event: Event | None = None


def find(
    placement: Placement,
    times: Mapping[UUID, ClinicianTime],
    patient_events: Mapping[UUID, Sequence[Event]],
    names: Mapping[UUID, str],
) -> tuple[Conflict, ...]:
    """All conflicts: clinicians in their order, then patients; for each, by kind, then by time. Never the visit itself.

    `times` must hold every clinician, over a window that covers the placement: KeyError and ValueError otherwise, for
    an answer without that knowledge would be a guess. A patient without events may be missing. A name that is not in
    `names` is empty.
    """
    return tuple(_find(placement, times, patient_events, names))


def _find(
    placement: Placement,
    times: Mapping[UUID, ClinicianTime],
    patient_events: Mapping[UUID, Sequence[Event]],
    names: Mapping[UUID, str],
) -> Iterator[Conflict]:
    clinicians = placement.clinician_ids[:1] if placement.is_leave else placement.clinician_ids
    for person in dict.fromkeys(clinicians):
        for kind, when, event in _clinician_conflicts(placement, times[person]):
            yield Conflict(kind, person, names.get(person, ""), when, event)
    for person in dict.fromkeys(() if placement.is_leave else placement.patient_ids):
        for when, event in _clashes(placement, person, patient_events.get(person, ()), GREENWICH, Use.VISIT):
            yield Conflict(ConflictKind.PATIENT_BUSY, person, names.get(person, ""), when, event)


def _clinician_conflicts(
    placement: Placement, time: ClinicianTime
) -> Iterator[tuple[ConflictKind, Interval, Event | None]]:
    if not time.window.covers(placement.when):
        raise ValueError("the clinician's time is not known for the whole placement")
    if not placement.is_leave:
        for part in subtract([placement.when], time.hours.intervals):
            yield ConflictKind.OUTSIDE_HOURS, part, None
        for part in clip(time.closures, placement.when):
            yield ConflictKind.CLOSURE, part, None
        for part, event in _clashes(placement, time.user.id, time.events, time.zone, Use.LEAVE):
            yield ConflictKind.LEAVE, part, event
    for part, event in _clashes(placement, time.user.id, time.events, time.zone, Use.VISIT):
        yield ConflictKind.CLINICIAN_BUSY, part, event


def _clashes(
    placement: Placement, person: UUID, events: Sequence[Event], zone: ZoneInfo, use: Use
) -> Iterator[tuple[Interval, Event]]:
    """The events that are of this use for the person and meet the placement, with the part they share, by start."""
    for event in sorted(events, key=lambda event: (event.when, event.id.int)):
        shared = occupied(event, zone).clip(placement.when)
        if shared and event.id != placement.event_id and use_of(event, person) is use:
            yield shared, event
