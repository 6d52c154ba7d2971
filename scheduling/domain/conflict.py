"""Everything that is wrong with a proposed placement, all at once, so that a person decides once (product.md 1)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from .availability import ClinicianTime
from .event import Event, EventType
from .interval import Interval, clip, merge, subtract
from .occupancy import Use, occupied, use_of
from .timetable import Closure
from .work_hours import WorkHours
from .zone import wall

GREENWICH = ZoneInfo("UTC")
NOTHING_CLAIMED: Mapping[UUID, Sequence[Interval]] = MappingProxyType({})
# What says that somebody's time is taken by a visit; the others say that they do not work then.
BUSY_KINDS = frozenset({"CLINICIAN_BUSY", "CLAIMED", "PATIENT_BUSY"})


class ConflictKind(StrEnum):
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    CLOSURE = "CLOSURE"
    HOLIDAY = "HOLIDAY"
    LEAVE = "LEAVE"
    CLINICIAN_BUSY = "CLINICIAN_BUSY"
    CLAIMED = "CLAIMED"
    BUFFER = "BUFFER"
    PATIENT_BUSY = "PATIENT_BUSY"
    GROUP_FULL = "GROUP_FULL"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a visit should go. The host comes first in `clinician_ids`; `event_id` is the visit itself when it moves.

    `before` and `after` should be clear of the clinicians' other visits. `capacity`: how many patients fit in, where a
    group session has a number of places. Placing LEAVE asks for its host's time only, and hours, closures, buffers and
    other leave do not stand against it.
    """

    when: Interval
    clinician_ids: tuple[UUID, ...]
    patient_ids: tuple[UUID, ...] = ()
    event_id: UUID | None = None
    type: str | None = None
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    capacity: int | None = None

    @property
    def margins(self) -> tuple[Interval, ...]:
        """The time around the placement that should be clear, not the placement itself."""
        return subtract([Interval(self.when.start - self.before, self.when.end + self.after)], [self.when])

    @property
    def is_leave(self) -> bool:
        return (self.type or "").upper() == EventType.LEAVE


Cause = Event | WorkHours | Closure | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is wrong: for whom, in which part of the placement (of the time around it for BUFFER), and why.

    `cause` is the visit or leave in the way, the closure or holiday, or the work-hours record that decided the day;
    None where no record speaks for it, for a claim, and for a full group.
    """

    kind: ConflictKind
    person_id: UUID
    person_name: str
    when: Interval
    cause: Cause = None

    @property
    def event(self) -> Event | None:
        """The event in the way, if it is one."""
        return self.cause if isinstance(self.cause, Event) else None


class _Found(NamedTuple):
    kind: ConflictKind
    when: Interval
    cause: Cause = None


def find(
    placement: Placement,
    times: Mapping[UUID, ClinicianTime],
    patient_events: Mapping[UUID, Sequence[Event]],
    names: Mapping[UUID, str],
    *,
    clinic_zone: ZoneInfo = GREENWICH,
    patient_claims: Mapping[UUID, Sequence[Interval]] = NOTHING_CLAIMED,
) -> tuple[Conflict, ...]:
    """All conflicts: clinicians in their order, then patients; for each, by kind, then by time. Never the visit itself.

    `times` must hold every clinician, over a window that covers the placement and its margins: KeyError and ValueError
    otherwise, for an answer without that knowledge would be a guess. A patient without events may be missing. A name
    that is not in `names` is empty. `clinic_zone` is for whole days of a patient's visit that names no zone itself.
    `patient_claims` are our own open claims on the patients; those on clinicians come with `times`.
    """
    return tuple(_find(placement, times, patient_events, names, clinic_zone, patient_claims))


def _find(
    placement: Placement,
    times: Mapping[UUID, ClinicianTime],
    patient_events: Mapping[UUID, Sequence[Event]],
    names: Mapping[UUID, str],
    clinic_zone: ZoneInfo,
    patient_claims: Mapping[UUID, Sequence[Interval]],
) -> Iterator[Conflict]:
    look = _against_leave if placement.is_leave else _against_visit
    clinicians = placement.clinician_ids[:1] if placement.is_leave else placement.clinician_ids
    for person in dict.fromkeys(clinicians):
        for found in look(placement, _known(times[person], placement)):
            yield Conflict(found.kind, person, names.get(person, ""), found.when, found.cause)
    patients = () if placement.is_leave else tuple(dict.fromkeys(placement.patient_ids))
    for number, person in enumerate(patients, start=1):
        for when, event in _clashes(placement, person, patient_events.get(person, ()), clinic_zone, Use.VISIT):
            yield Conflict(ConflictKind.PATIENT_BUSY, person, names.get(person, ""), when, event)
        for when in clip(merge(patient_claims.get(person, ())), placement.when):
            yield Conflict(ConflictKind.CLAIMED, person, names.get(person, ""), when)
        if placement.capacity is not None and number > placement.capacity:
            yield Conflict(ConflictKind.GROUP_FULL, person, names.get(person, ""), placement.when)


def _known(time: ClinicianTime, placement: Placement) -> ClinicianTime:
    """The clinician's time, if it is known for all that is looked at. Raises ValueError otherwise."""
    if not all(time.window.covers(part) for part in (placement.when, *placement.margins)):
        raise ValueError("the clinician's time is not known for the whole placement")
    return time


def _against_leave(placement: Placement, time: ClinicianTime) -> Iterator[_Found]:
    for when, event in _clashes(placement, time.user.id, time.events, time.zone, Use.VISIT):
        yield _Found(ConflictKind.CLINICIAN_BUSY, when, event)
    for part in clip(time.claims, placement.when):
        yield _Found(ConflictKind.CLAIMED, part)


def _against_visit(placement: Placement, time: ClinicianTime) -> Iterator[_Found]:
    for part in subtract([placement.when], time.hours.intervals):
        yield _Found(ConflictKind.OUTSIDE_HOURS, part, _deciding(part, time))
    yield from _closed(placement, time)
    for when, event in _clashes(placement, time.user.id, time.events, time.zone, Use.LEAVE):
        yield _Found(ConflictKind.LEAVE, when, event)
    yield from _against_leave(placement, time)
    for margin in placement.margins:
        for when, event in _clashes(replace(placement, when=margin), time.user.id, time.events, time.zone, Use.VISIT):
            yield _Found(ConflictKind.BUFFER, when, event)
        for part in clip(time.claims, margin):
            yield _Found(ConflictKind.BUFFER, part)


def _deciding(part: Interval, time: ClinicianTime) -> WorkHours | None:
    """The record that decided the clinician's local day on which this part begins."""
    day = time.hours.on(wall(part.start, time.zone).date())
    return day.decided_by if day else None


def _closed(placement: Placement, time: ClinicianTime) -> Iterator[_Found]:
    """Closures, then holidays, each by start."""
    for closure in sorted(time.closures, key=lambda closure: (closure.holiday, closure.when)):
        shared = closure.when.clip(placement.when)
        if shared:
            yield _Found(ConflictKind.HOLIDAY if closure.holiday else ConflictKind.CLOSURE, shared, closure)


def _clashes(
    placement: Placement, person: UUID, events: Sequence[Event], zone: ZoneInfo, use: Use
) -> Iterator[tuple[Interval, Event]]:
    """The events that are of this use for the person and meet the placement, with the part they share, by start."""
    for event in sorted(events, key=lambda event: (event.when, event.id.int)):
        shared = occupied(event, zone).clip(placement.when)
        if shared and event.id != placement.event_id and use_of(event, person) is use:
            yield shared, event
