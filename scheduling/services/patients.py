"""A patient's page: who they are, their visits by period, and making a new patient.

A page costs at most three calls beside the token: the patient, and the events of two windows within the 62 days that
the client asks at once (welkin-api 7.3); none while what was read before may stand for it (kept.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.directory.models import PatientEntry
from scheduling.directory.search import fold
from scheduling.domain.claim import Hold, marker_of, unseen
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import occupied
from scheduling.domain.person import Patient, User
from scheduling.domain.week import FIRST_YEAR, LAST_YEAR, ONE_DAY, day_borders, find_zone
from scheduling.welkin import NewPatient

from . import audit_reads, claims, mirror, people, writes
from .calendar import widened
from .changing import may_see
from .desk import Desk
from .kept import Age, Reads
from .writes import Change, Outcome

PERIOD = timedelta(weeks=8)
CREATE = "patient.create"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of the patient. Not `open`: it stands in a calendar whose details the login may not see.

    `when` is the real time: of an all-day visit the whole days of its host.
    """

    event: Event
    when: Interval
    open: bool


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One patient with the visits from `first` (included) to `last` (excluded), days of the viewer.

    `next_visit` is the first live one that has not ended, within `PERIOD` from now, whatever period is shown.
    `unreadable` counts rows of the calendar that could not be read. `clashes` are ids of visits that overlap another.
    `holds` are changes of ours that take the patient's time and that the reading does not show yet. `age` is that of
    the oldest answer that stands here.
    """

    patient: Patient
    zone: ZoneInfo | None
    care_team: tuple[User, ...]
    care_team_unknown: int
    next_visit: Visit | None
    visits: tuple[Visit, ...]
    first: date
    last: date
    earlier: date | None
    later: date | None
    whole: bool
    unreadable: int
    names: Mapping[UUID, str]
    clashes: frozenset[UUID]
    holds: tuple[Hold, ...]
    age: Age


def show(desk: Desk, patient_id: UUID, start: date | None = None) -> PatientPage:
    """The patient with 8 weeks back and 8 weeks ahead, or with the 8 weeks from `start` on.

    It is written down that the login looked. Raises NotAllowed, NotFound, WelkinError, LedgerBusy.
    """
    reads = Reads(desk)
    patient = _patient(desk, reads, patient_id)
    audit_reads.patient(desk, patient_id)
    first, last = _period(desk.today, start)
    ahead = Interval(desk.now, desk.now + PERIOD)
    shown = _days(desk, first, last)
    # Asked for in whole days, so that the same question is the same one a minute later.
    asked = (shown,) if start is None else (shown, _days(desk, desk.today, desk.today + PERIOD + ONE_DAY))
    found, unreadable = _visits(desk, reads, patient_id, asked)
    team = people.by_ids(desk, set(patient.care_team))
    visits = tuple(visit for visit in found if visit.when.overlaps(shown))
    return PatientPage(
        patient=patient,
        zone=find_zone(patient.timezone),
        care_team=tuple(team[person] for person in patient.care_team if person in team),
        care_team_unknown=len(set(patient.care_team) - set(team)),
        next_visit=_next(desk, [visit for visit in found if visit.when.overlaps(ahead)]),
        visits=visits,
        first=first,
        last=last,
        earlier=_inside(first - PERIOD),
        later=_inside(last),
        whole=start is None,
        unreadable=unreadable,
        names=_names(desk, [visit.event for visit in visits]),
        clashes=overlapping(visits),
        holds=_holds(desk, reads, patient_id, shown, [visit.event for visit in found]),
        age=reads.age,
    )


def _patient(desk: Desk, reads: Reads, patient_id: UUID) -> Patient:
    """The patient as the API has them, or as it had. Raises NotAllowed, NotFound, WelkinError."""
    desk.require("patient.find")
    return reads.patient(patient_id, lambda: people.find_patient(desk, patient_id))


def _days(desk: Desk, first: date, last: date) -> Interval:
    """Whole days of the viewer, the last one excluded."""
    return Interval(day_borders(first, desk.zone)[0], day_borders(last, desk.zone)[0])


def _holds(desk: Desk, reads: Reads, patient_id: UUID, window: Interval, events: list[Event]) -> tuple[Hold, ...]:
    held = claims.held(desk, [patient_id], window)
    return unseen(held, events, claims.long_ago(reads.age.read_at))


def _period(today: date, start: date | None) -> tuple[date, date]:
    return (start, start + PERIOD) if start else (today - PERIOD, today + PERIOD)


def _inside(day: date) -> date | None:
    """The day, None outside the years that a calendar is kept for."""
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


def _visits(desk: Desk, reads: Reads, patient_id: UUID, windows: tuple[Interval, ...]) -> tuple[list[Visit], int]:
    """The patient's events in and around the windows, cancelled ones too, by start; how many could not be read."""
    found: dict[UUID, Event] = {}
    unreadable = 0
    for window in windows:
        rows = reads.events(widened(window), [patient_id], cancelled=True)
        found |= {event.id: event for event in rows.rows}
        unreadable += rows.unreadable + (not rows.complete)
    visits = [Visit(event, occupied(event, desk.clinic_zone), may_see(desk, event)) for event in found.values()]
    return sorted(visits, key=lambda visit: (visit.when, visit.event.id)), unreadable


def _next(desk: Desk, visits: Iterable[Visit]) -> Visit | None:
    live = (visit for visit in visits if visit.event.live and visit.event.known_status in (None, "SCHEDULED"))
    return next((visit for visit in live if visit.when.end > desk.now), None)


def _names(desk: Desk, events: Iterable[Event]) -> dict[UUID, str]:
    """Names of participants, as the API joined them or else from the mirrors."""
    rows = [row for event in events for row in event.participants]
    told = {row.person_id: row.name for row in rows if row.name}
    missing = {row.person_id for row in rows} | {event.host_id for event in events if event.host_id}
    missing -= set(told)
    return told | (people.names(desk, missing) if missing else {})


def overlapping(visits: Iterable[Visit]) -> frozenset[UUID]:
    """Ids of live visits that share time with another one: a patient can be double booked too (design 4)."""
    live = sorted((visit for visit in visits if visit.event.live), key=lambda visit: visit.when)
    return frozenset(
        visit.event.id
        for number, left in enumerate(live)
        for right in live[number + 1 :]
        if left.when.overlaps(right.when)
        for visit in (left, right)
    )


@dataclass(frozen=True, slots=True)
class Made:
    """How making a patient ended; `patient` is what the API answered, or the earlier answer's id for a replay."""

    outcome: Outcome
    patient: Patient | None = None

    @property
    def patient_id(self) -> UUID | None:
        told = self.outcome.facts.get("patient")
        return UUID(told) if told else None


def namesakes(desk: Desk, first_name: str, last_name: str, birth_date: date | None = None) -> tuple[Patient, ...]:
    """Patients of the same name whose birth date does not tell them apart: probably the same one. From the mirror."""
    rows = PatientEntry.objects.filter(scope=desk.scope, search__contains=fold(last_name.strip()))
    wanted = (fold(first_name).split(), fold(last_name).split())
    same = (as_known for as_known in map(people.as_patient, rows[:500]) if _folded(as_known) == wanted)
    return tuple(known for known in same if not (birth_date and known.birth_date and known.birth_date != birth_date))


def _folded(patient: Patient) -> tuple[list[str], list[str]]:
    return fold(patient.first_name).split(), fold(patient.last_name).split()


def create(desk: Desk, intent: str, draft: NewPatient) -> Made:
    """Make a patient, once. The intent's marker travels in `externalId`, by which a lost answer is found again.

    Raises NotAllowed, IntentRefused, WelkinError where nothing was sent.
    """
    desk.require(CREATE)
    made: list[Patient] = []

    def act() -> Mapping[str, Any]:
        marked = NewPatient(**{**_content(draft), "external_id": marker_of(intent)})
        made.append(desk.client.patients.create(marked))
        return {"patient": str(made[0].id)}

    outcome = writes.perform(desk, intent, Change(action=CREATE, fields=_filled(draft), content=_content(draft)), act)
    for patient in made:
        mirror.remember_patient(desk.scope, patient)
    return Made(outcome, made[0] if made else None)


def _content(draft: NewPatient) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in NewPatient.__dataclass_fields__}


def _filled(draft: NewPatient) -> tuple[str, ...]:
    return tuple(name for name, value in _content(draft).items() if value)
