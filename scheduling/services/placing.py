"""Whether a visit can stand somewhere: a fresh read of everybody's hours, leave and visits, and all that is wrong.

Two API calls however many people take part: work hours of the clinicians, events of clinicians and patients together.
What was read is judged twice: with the claims that are known when it is read, and once more with all that there are
when the locks are held (`Place`), so that nothing that began in between is missed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from scheduling.directory.models import PatientEntry
from scheduling.domain import conflict
from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.claim import Hold, sorted_out, times_of
from scheduling.domain.conflict import Conflict, Placement
from scheduling.domain.event import Event
from scheduling.domain.person import Patient, User
from scheduling.domain.timetable import Closure
from scheduling.domain.work_hours import WorkHours
from scheduling.welkin.errors import NotFound

from . import claims, closures, noticing, people
from .calendar import widened
from .changing import PlacementRejected
from .claims import Judged, Wanted
from .desk import Desk, NotAllowed
from .writes import Overtaken

Keep = Callable[[Conflict], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a fresh read said of everybody's calendar around a placement; cancelled visits are in it."""

    placement: Placement
    users: tuple[User, ...]
    records: tuple[WorkHours, ...]
    events: tuple[Event, ...]
    closures: Mapping[UUID, tuple[Closure, ...]]
    sure: bool
    names: Mapping[UUID, str]
    mine: str = ""
    """The intent that has claims for this very placement already."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a fresh read says about a placement. Not `sure`: rows could not be read, so nothing may be called free.

    `over` are claims of ours that the reading showed to stand here no more.
    """

    reading: Reading
    conflicts: tuple[Conflict, ...]
    read_at: datetime
    times: Mapping[UUID, ClinicianTime]
    over: tuple[Hold, ...] = ()

    @property
    def placement(self) -> Placement:
        return self.reading.placement

    @property
    def sure(self) -> bool:
        return self.reading.sure

    @property
    def names(self) -> Mapping[UUID, str]:
        return self.reading.names

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

    @property
    def doubled(self) -> frozenset[UUID]:
        """Who would have two things at once: their claims are marked as overridden when it is done all the same."""
        return frozenset(found.person_id for found in self.conflicts if found.kind in conflict.BUSY_KINDS)

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


def check(desk: Desk, placement: Placement, mine: str = "") -> Checked:
    """Read everybody's calendar around the placement now, and find all that stands against it.

    `mine`: the intent whose own claims are no obstacle. Raises NotFound for an unknown clinician, WelkinError.
    """
    reading = _read(desk, placement, mine)
    people = _everybody(placement)
    holds = claims.held(desk, people, placement.when)
    if noticing.settle_seen(desk, holds, reading.events):
        holds = claims.held(desk, people, placement.when)
    return assess(desk, reading, holds)


def _everybody(placement: Placement) -> tuple[UUID, ...]:
    """Whose time the placement takes: leave is its host's alone (welkin-api 7.1)."""
    if placement.is_leave:
        return placement.clinician_ids[:1]
    return tuple(dict.fromkeys((*placement.clinician_ids, *placement.patient_ids)))


def _read(desk: Desk, placement: Placement, mine: str) -> Reading:
    users = users_of(desk, placement.clinician_ids)
    window = widened(placement.when)
    hours = desk.client.hours.find(list(placement.clinician_ids), window, fresh=True)
    everybody = [*placement.clinician_ids, *placement.patient_ids]
    found = desk.client.events.find(window, participant_ids=everybody, include_cancelled=True, fresh=True)
    names = _names(desk, users, placement, found.rows)
    shut = closures.for_people(desk, placement.clinician_ids, placement.when)
    sure = hours.sure and found.sure
    return Reading(placement, tuple(users), hours.rows, found.rows, shut, sure, names, mine)


def assess(desk: Desk, reading: Reading, holds: Iterable[Hold]) -> Checked:
    """All that stands against the placement by what was read and by these claims of ours."""
    placement = reading.placement
    counting, over = sorted_out(_of_others(reading, holds), reading.events, claims.long_ago(desk.now))
    claimed = times_of(counting)
    times = {
        user.id: clinician_time(
            user,
            reading.records,
            reading.events,
            placement.when,
            clinic_zone=desk.clinic_zone,
            closures=reading.closures[user.id],
            claims=claimed.get(user.id, ()),
        )
        for user in reading.users
    }
    own = _patient_events(placement, reading.events)
    conflicts = conflict.find(
        placement, times, own, reading.names, clinic_zone=desk.clinic_zone, patient_claims=claimed
    )
    return Checked(reading, conflicts, desk.now, times, over)


def _of_others(reading: Reading, holds: Iterable[Hold]) -> list[Hold]:
    """The claims of other visits than the one that is placed."""
    own = reading.placement.event_id

    def is_own(hold: Hold) -> bool:
        return hold.intent == reading.mine or (own is not None and hold.event_id == own)

    return [hold for hold in holds if not is_own(hold)]


class Place:
    """Where a change wants to put a visit: accepted by a fresh read, and once more under the locks.

    `keep` leaves out of the conflicts what does not matter to this change; `people` are those whose time it takes,
    where these are not all who take part.
    """

    def __init__(
        self,
        desk: Desk,
        placement: Placement,
        reason: str,
        *,
        keep: Keep | None = None,
        people: tuple[UUID, ...] | None = None,
        mine: str = "",
    ) -> None:
        self.desk, self.placement, self.reason, self.keep, self.mine = desk, placement, reason, keep, mine
        self.people = _everybody(placement) if people is None else people
        self.checked: Checked | None = None

    @property
    def over(self) -> list[str]:
        """What stood against it and was overridden, as codes."""
        return list(self.checked.codes) if self.checked else []

    def accept(self) -> None:
        """Read everybody's calendar now. Raises PlacementRejected, NotAllowed, NotFound, WelkinError."""
        self.checked = self._kept(check(self.desk, self.placement, self.mine))
        judge(self.desk, self.checked, self.reason)

    def wanted(self) -> Wanted:
        """The time it takes, for the choke point. Raises Overtaken where it was not accepted in this turn."""
        if self.checked is None:
            raise Overtaken
        return Wanted(self.people, self.placement.when, self.placement.event_id, self._judge_again)

    def _kept(self, checked: Checked) -> Checked:
        return replace(checked, conflicts=tuple(filter(self.keep, checked.conflicts))) if self.keep else checked

    def _judge_again(self, holds: tuple[Hold, ...]) -> Judged:
        """By the same reading and all claims that there are now. Raises PlacementRejected."""
        if self.checked is None:
            raise Overtaken
        again = self._kept(assess(self.desk, self.checked.reading, holds))
        if _kinds(again) - _kinds(self.checked):
            raise PlacementRejected(again)  # nobody has seen this yet, so nobody can have said "all the same"
        judge(self.desk, again, self.reason)
        return Judged(_leave_aside(again), again.over)


def _kinds(checked: Checked) -> set[tuple[str, UUID]]:
    return {(found.kind, found.person_id) for found in checked.conflicts}


def _leave_aside(checked: Checked) -> frozenset[UUID]:
    """Whose claims may overlap: who is doubled on purpose; leave stands beside the visits that are there already."""
    return frozenset(_everybody(checked.placement)) if checked.placement.is_leave else checked.doubled


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
