"""Where one visit could stand in what a board shows: asked once when somebody lifts it, and only to tint the places.

It is the computation of the slot search: the free time of all its staff, less what its patients do, with the visit
itself taken away. A move is judged again by `placing` when it is put down, so this never decides anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from uuid import UUID

from scheduling.domain.claim import times_of, unseen
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.spans import Spans, clip, intersect, seconds_up, subtract, union
from scheduling.domain.timetable import Timetable, patient_busy

from . import calendar, claims, closures, finding, people, placing
from .appointments import placement_of, staff_moved
from .desk import Desk

MOST_PEOPLE = 300
LONGEST = timedelta(days=15)


class NoHour(Exception):
    """Leave and what takes whole days stands on no hour of a board: it is moved by its form."""


@dataclass(frozen=True, slots=True)
class Legal:
    """`free`: for each possible host, the spans of seconds since 1970 in which the whole visit may lie, from now on.

    Who is missing there may not be booked by this login. Not `sure`: part of the calendar could not be read, and
    nothing is called free.
    """

    event: Event
    window: Interval
    free: Mapping[UUID, Spans]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """Everybody's timetable without the visit, and when its patients are busy."""

    tables: Mapping[UUID, Timetable]
    busy: Spans
    sure: bool


def places(desk: Desk, event_id: UUID, shown: Sequence[UUID], window: Interval) -> Legal:
    """Where the visit could be put with each of the people shown as its host: three calls (visit, hours, events).

    `window` is clipped to LONGEST; of `shown` the first MOST_PEOPLE count, and the host always does. Nobody is named.
    Raises NotAllowed, NotPossible, NoHour, NotFound, WelkinError.
    """
    event = finding.visit(desk, event_id)
    if event.is_leave or event.all_day:
        raise NoHour
    window = Interval(window.start, min(window.end, window.start + LONGEST))
    hosts = _hosts(desk, event, shown)
    read = _read(desk, event, hosts, window)
    ahead = (seconds_up(desk.now), window.outer[1])
    free = {host: clip(_free(event, host, read), ahead) if read.sure else [] for host in hosts}
    return Legal(event, window, free, read.sure)


def _hosts(desk: Desk, event: Event, shown: Sequence[UUID]) -> tuple[UUID, ...]:
    """Those shown whom the login may move it to and who exist, the present host first."""
    asked = tuple(dict.fromkeys(person for person in shown[:MOST_PEOPLE] if desk.may("appointment.move", person)))
    known = people.by_ids(desk, set(asked))
    here = (event.host_id,) if event.host_id else ()
    return tuple(dict.fromkeys((*here, *(person for person in asked if person in known))))


def _read(desk: Desk, event: Event, hosts: Sequence[UUID], window: Interval) -> _Read:
    """Read from the API itself; our own open claims on anybody take time too, but for those of this visit."""
    staff = tuple(dict.fromkeys((*hosts, *staff_moved(event))))
    patients = tuple(row.person_id for row in event.patients)
    hours = desk.client.hours.find(list(staff), window, fresh=True)
    found = desk.client.events.find(calendar.widened(window), participant_ids=[*staff, *patients], fresh=True)
    claimed = _claimed(desk, event, (*staff, *patients), window, found.rows)
    shut, own = closures.for_people(desk, staff, window), calendar.by_person(found.rows)

    def table(user: User) -> Timetable:
        return Timetable(
            user.id,
            finding.zone_of(desk, user),
            window,
            hours.rows,
            own.get(user.id, ()),
            closures=shut[user.id],
            claims=claimed.get(user.id, ()),
            moving=event.id,
        )

    busy = patient_busy(patients, found.rows, desk.clinic_zone, moving=event.id)
    held = [when.outer for patient in patients for when in claimed.get(patient, ())]
    users = placing.users_of(desk, staff)
    return _Read({user.id: table(user) for user in users}, union(busy, held), hours.sure and found.sure)


def _claimed(
    desk: Desk, event: Event, everybody: Sequence[UUID], window: Interval, events: Sequence[Event]
) -> Mapping[UUID, Sequence[Interval]]:
    held = claims.held(desk, everybody, calendar.widened(window))
    others = [hold for hold in held if hold.event_id != event.id]
    return times_of(unseen(others, events, claims.long_ago(desk.now)))


def _free(event: Event, host: UUID, read: _Read) -> Spans:
    """The time that all of its staff have free with this host, and in which none of its patients is elsewhere."""
    party = placement_of(event, event.when, host).clinician_ids
    common = reduce(intersect, (read.tables[person].free() for person in party))
    return subtract(common, read.busy)
