"""A case as the time engine takes it."""

from datetime import datetime, timedelta
from uuid import UUID

from scheduling.domain import conflict, slots
from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.conflict import Placement
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.request import Order, Request
from scheduling.domain.timetable import Closure, Timetable, patient_busy

from .clinics import Ask, Case, Person


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def closures(case: Case) -> list[Closure]:
    return [Closure(shut.when, "shut", shut.holiday) for shut in case.shuts]


def table(case: Case, person: Person) -> Timetable:
    return Timetable(
        person.id,
        person.zone,
        case.window,
        case.records,
        case.events,
        closures=closures(case),
        claims=person.claims,
        encounter=case.encounter,
        moving=case.moving,
    )


def clinic(case: Case) -> slots.Clinic:
    return slots.Clinic(
        [table(case, person) for person in case.people],
        zone=case.zone,
        patient_ids=case.patients,
        patient_busy=patient_busy(case.patients, case.events, case.zone, moving=case.moving),
        standings={person.id: slots.Standing(person.care_team, person.last_seen) for person in case.people},
    )


def request(case: Case, order: Order = Order.SOONEST) -> Request:
    ask = case.ask
    return Request(
        window=ask.window,
        length=minutes(ask.length),
        step=minutes(ask.step),
        offset=minutes(ask.offset),
        together=ask.together,
        weekdays=frozenset(ask.weekdays),
        between=ask.between,
        clock=ask.clock,
        before=minutes(ask.before),
        after=minutes(ask.after),
        join=ask.join,
        order=order,
    )


def asked(wanted: Request) -> Ask:
    """What a request of the engine asks for, in the walk's words."""
    whole = {name: getattr(wanted, name) // minutes(1) for name in ("length", "step", "offset", "before", "after")}
    same = {name: getattr(wanted, name) for name in ("window", "together", "between", "clock", "join")}
    return Ask(weekdays=tuple(sorted(wanted.weekdays)), **whole, **same)


def everything(of: slots.Clinic, wanted: Request, size: int = 100_000) -> list[slots.Slot]:
    """All slots, by pages of this size."""
    found: list[slots.Slot] = []
    after = None
    while True:
        page = slots.find(of, wanted, limit=size, after=after)
        found += page.slots
        if page.next is None:
            return found
        assert len(page.slots) == size, "a page before the last is full"
        after = page.next


def times(case: Case) -> dict[UUID, ClinicianTime]:
    """What the search for conflicts knows of each clinician."""
    return {
        person.id: clinician_time(
            User(person.id, "somebody", timezone=person.zone.key),
            case.records,
            case.events,
            case.window,
            clinic_zone=case.zone,
            closures=closures(case),
            claims=person.claims,
            encounter=case.encounter,
        )
        for person in case.people
    }


def conflicts(case: Case, known: dict[UUID, ClinicianTime], start: datetime, end: datetime, leave: bool):
    """What stands against a visit of everybody, or against leave of the first clinician."""
    people = tuple(person.id for person in case.people)
    before, after = minutes(case.ask.before), minutes(case.ask.after)
    kind = "LEAVE" if leave else None
    placement = Placement(Interval(start, end), people, case.patients, case.moving, kind, before=before, after=after)
    events = dict.fromkeys(case.patients, case.events)
    return conflict.find(placement, known, events, {}, clinic_zone=case.zone)
