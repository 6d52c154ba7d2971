"""Whether a visit can stand somewhere: a fresh read of everybody's hours, leave and visits, and all that is wrong.

Two API calls however many people take part: work hours of the clinicians, events of clinicians and patients together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from scheduling.directory.models import PatientEntry
from scheduling.domain import conflict
from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.conflict import Conflict, Placement
from scheduling.domain.event import Event
from scheduling.domain.person import Patient, User
from scheduling.welkin.errors import NotFound

from . import people
from .calendar import widened
from .changing import PlacementRejected
from .desk import Desk, NotAllowed


@dataclass(frozen=True, slots=True)
class Checked:
    """What a fresh read says about a placement. Not `sure`: rows could not be read, so nothing may be called free."""

    placement: Placement
    conflicts: tuple[Conflict, ...]
    sure: bool
    read_at: datetime
    times: Mapping[UUID, ClinicianTime]
    names: Mapping[UUID, str]

    @property
    def clear(self) -> bool:
        return self.sure and not self.conflicts

    @property
    def codes(self) -> tuple[str, ...]:
        """What stands against it, as codes for the audit trail."""
        kinds = dict.fromkeys(str(found.kind) for found in self.conflicts)
        return (*kinds, *(() if self.sure else ("UNREADABLE",)))

    @property
    def burdened(self) -> tuple[UUID, ...]:
        """The clinicians whose calendar an override would go against; the host where it is only the patient's."""
        clinicians = self.placement.clinician_ids
        own = {found.person_id for found in self.conflicts} & set(clinicians)
        return tuple(person for person in clinicians if person in own) or clinicians[:1]

    def may_override(self, desk: Desk) -> bool:
        return desk.may_all("appointment.override", self.burdened)


def users_of(desk: Desk, ids: tuple[UUID, ...]) -> list[User]:
    """The clinicians in the order asked, from the mirror or else the API. Raises NotFound, WelkinError."""
    known = people.by_ids(desk, set(ids))
    return [known.get(person) or people.find_user(desk, person) for person in ids]


def patients_of(desk: Desk, ids: tuple[UUID, ...]) -> list[Patient]:
    """The patients in the order asked, from the mirror or else the API. Raises NotAllowed, NotFound, WelkinError."""
    if not ids:
        return []
    desk.require("patient.find")
    rows = PatientEntry.objects.filter(scope=desk.scope, welkin_id__in=ids)
    known = {row.welkin_id: people.as_patient(row) for row in rows}
    return [known.get(person) or people.find_patient(desk, person) for person in ids]


def bookable(desk: Desk, action: str, *also: UUID) -> list[User]:
    """Whose calendars the login may do this with, by name: people with hours, all active ones where nobody has any.

    `also` are added where they are missing. Raises NotAllowed where nobody is left, NotFound, WelkinError.
    """
    every = people.clinicians(desk) or people.clinicians(desk, with_hours=False)
    allowed = [user for user in every if desk.may(action, user.id)]
    missing = tuple(dict.fromkeys(person for person in also if person not in {user.id for user in allowed}))
    allowed += users_of(desk, missing)
    if not allowed or not all(desk.may(action, person) for person in missing):
        raise NotAllowed(action)
    return allowed


def bookable_as_sent(desk: Desk, action: str, *also: UUID) -> list[User]:
    """As `bookable`, for a form that comes back with what it was opened with: who exists no longer is left out.

    Raises NotAllowed, WelkinError.
    """
    try:
        return bookable(desk, action, *also)
    except NotFound:
        return bookable(desk, action, *[person for person in also if _is_known(desk, person)])


def _is_known(desk: Desk, person: UUID) -> bool:
    try:
        return bool(users_of(desk, (person,)))
    except NotFound:
        return False


def _patient_events(placement: Placement, events: tuple[Event, ...]) -> dict[UUID, list[Event]]:
    return {patient: [event for event in events if event.involves(patient)] for patient in placement.patient_ids}


def _names(desk: Desk, users: list[User], placement: Placement, events: tuple[Event, ...]) -> dict[UUID, str]:
    joined = {row.person_id: row.name for event in events for row in event.participants if row.name}
    return joined | people.names(desk, set(placement.patient_ids)) | {user.id: user.name for user in users}


def check(desk: Desk, placement: Placement) -> Checked:
    """Read everybody's calendar around the placement now, and find all that stands against it.

    Raises NotFound for an unknown clinician, WelkinError.
    """
    users = users_of(desk, placement.clinician_ids)
    window = widened(placement.when)
    hours = desk.client.hours.find(list(placement.clinician_ids), window)
    found = desk.client.events.find(window, participant_ids=[*placement.clinician_ids, *placement.patient_ids])
    times = {
        user.id: clinician_time(user, hours.rows, found.rows, placement.when, clinic_zone=desk.clinic_zone)
        for user in users
    }
    names = _names(desk, users, placement, found.rows)
    own = _patient_events(placement, found.rows)
    conflicts = conflict.find(placement, times, own, names, clinic_zone=desk.clinic_zone)
    return Checked(placement, conflicts, hours.sure and found.sure, desk.now, times, names)


def accept(desk: Desk, placement: Placement, reason: str) -> Checked:
    """Check freshly, and `judge` what was found."""
    return judge(desk, check(desk, placement), reason)


def judge(desk: Desk, checked: Checked, reason: str) -> Checked:
    """Raise PlacementRejected where something stands against it and no reason is given to go ahead.

    Raises NotAllowed where a reason is given by somebody who may not override.
    """
    if checked.clear:
        return checked
    if not reason.strip():
        raise PlacementRejected(checked)
    desk.require("appointment.override", *checked.burdened)
    return checked
