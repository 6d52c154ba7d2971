"""What can be done with each stranded visit by this login: keep it, move it, give it to a colleague, cancel it.

Slots come from the same engine as every search, with the hours as they will be. They are looked for a few visits at a
time, from the one that is asked for on: two readings for the slots however many visits there are, and for the
colleagues one of hours and one of events for each of the first days.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from scheduling.domain import rules
from scheduling.domain.claim import times_of, unseen
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.slots import BadRequest, Clinic, Request
from scheduling.domain.slots import find as find_slots
from scheduling.domain.timetable import Closure, Timetable, patient_busy
from scheduling.domain.work_hours import WorkHours
from scheduling.domain.zone import find_zone, wall
from scheduling.welkin.errors import WelkinError

from . import calendar, changing, claims, closures, placing, staying
from .appointments import staff_moved
from .desk import Desk, NotAllowed
from .impact import Impact, Stranded

SLOTS = 5
# Slots are looked for so far around the visit's own time, and for so many visits.
BEFORE, AFTER = timedelta(days=3), timedelta(days=14)
MOST_VISITS, LOOKED_AT = 12, 120
# Colleagues are looked for on so many different days, and among so many.
MOST_DAYS, MOST_COLLEAGUES = 3, 24

Records = Mapping[UUID, Sequence[WorkHours]]
Away = Mapping[UUID, Sequence[Interval]]
NOBODYS: Mapping[UUID, Sequence[Interval]] = {}


@dataclass(frozen=True, slots=True)
class Options:
    """What this login may do with one stranded visit. `looked`: free times and colleagues were looked for."""

    stranded: Stranded
    named: bool = False
    may_keep: bool = False
    may_cancel: bool = False
    may_move: bool = False
    slots: tuple[Interval, ...] = ()
    colleagues: tuple[User, ...] = ()
    looked: bool = False

    @property
    def event(self) -> Event:
        return self.stranded.event

    @property
    def any(self) -> bool:
        """Whether anything is left to this login to decide."""
        return self.may_keep or self.may_cancel or self.may_move


@dataclass(frozen=True, slots=True)
class _World:
    """What was read for the slots."""

    records: tuple[WorkHours, ...]
    events: tuple[Event, ...]
    closed: Mapping[UUID, Sequence[Closure]]
    claimed: Mapping[UUID, Sequence[Interval]]
    users: Mapping[UUID, User]
    away: Away = field(default_factory=dict)


def of(desk: Desk, impact: Impact) -> tuple[Options, ...]:
    """What the login may do with each stranded visit, in order, without slots and colleagues. No call."""
    return tuple(_rights(desk, each) for each in impact.stranded)


def offered(
    desk: Desk,
    rights: Sequence[Options],
    *,
    records: Records | None = None,
    away: Away = NOBODYS,
    asked: str = "",
    chosen: Mapping[str, UUID] | None = None,
) -> tuple[Options, ...]:
    """The same with free times and free colleagues for `MOST_VISITS`: the first, or those from the key `asked` on.

    `chosen` are colleagues by key who were chosen before: they stay in the choice of their visit.
    `records` are those of people whose hours are about to change, as they will be; `away` is time that is about to go.
    Where the API does not answer for slots or colleagues there are none, and the rest stands.
    """
    movable = _looked_at([each for each in rights if each.may_move], asked)
    slots: dict[str, tuple[Interval, ...]] = {}
    colleagues: dict[str, tuple[User, ...]] = {}
    with suppress(WelkinError):
        slots = _slots(desk, movable, records or {}, away)
    with suppress(WelkinError, NotAllowed):
        colleagues = _colleagues(desk, [each for each in movable if _is_host(each.stranded)], away)
    keys = {each.stranded.key for each in movable}
    known = _users(desk, chosen or {})
    return tuple(
        replace(
            each,
            slots=slots.get(each.stranded.key, ()),
            colleagues=_with_chosen(colleagues.get(each.stranded.key, ()), known.get(each.stranded.key)),
            looked=each.stranded.key in keys,
        )
        for each in rights
    )


def _looked_at(movable: Sequence[Options], asked: str) -> Sequence[Options]:
    first = next((number for number, each in enumerate(movable) if each.stranded.key == asked), 0)
    return movable[first : first + MOST_VISITS]


def _users(desk: Desk, chosen: Mapping[str, UUID]) -> dict[str, User]:
    """Those of the chosen whom this login may book."""
    if not chosen:
        return {}
    with suppress(WelkinError, NotAllowed):
        users = {user.id: user for user in placing.bookable(desk, "appointment.move")}
        return {key: users[person] for key, person in chosen.items() if person in users}
    return {}


def _with_chosen(free: tuple[User, ...], chosen: User | None) -> tuple[User, ...]:
    return free if chosen is None or chosen in free else (*free, chosen)


def _is_host(stranded: Stranded) -> bool:
    return stranded.event.host_id == stranded.person_id


def _rights(desk: Desk, stranded: Stranded) -> Options:
    event, owner = stranded.event, changing.owner_of(stranded.event)
    named = changing.may_see(desk, event)
    move = named and desk.may("appointment.move", owner) and desk.may_all("appointment.move", staff_moved(event))
    return Options(
        stranded,
        named=named,
        may_keep=named and desk.may(staying.RIGHT, stranded.person_id),
        may_cancel=named and desk.may("appointment.cancel", owner) and rules.cancellable(event, desk.now) is None,
        may_move=bool(move and event.host_id and not event.all_day and rules.movable(event, desk.now) is None),
    )


# --- Other times -----------------------------------------------------------------------------------------------------


def _slots(desk: Desk, movable: Sequence[Options], records: Records, away: Away) -> dict[str, tuple[Interval, ...]]:
    if not movable:
        return {}
    windows = {each.stranded.key: _around(desk, each.event) for each in movable}
    whole = Interval(min(each.start for each in windows.values()), max(each.end for each in windows.values()))
    world = _read(desk, [each.event for each in movable], whole, records, away)
    return {each.stranded.key: _nearest(desk, each.event, windows[each.stranded.key], world) for each in movable}


def _around(desk: Desk, event: Event) -> Interval:
    return Interval(max(desk.now, event.when.start - BEFORE), event.when.start + AFTER)


def _read(desk: Desk, events: Sequence[Event], whole: Interval, records: Records, away: Away) -> _World:
    staff = sorted({person for event in events for person in staff_moved(event)})
    patients = sorted({row.person_id for event in events for row in event.patients})
    found = desk.client.events.find(calendar.widened(whole), participant_ids=[*staff, *patients], fresh=True)
    hours = desk.client.hours.find(staff, calendar.widened(whole), fresh=True)
    kept = [record for record in hours.rows if record.clinician_id not in records]
    held = claims.held(desk, [*staff, *patients], calendar.widened(whole))
    users = placing.users_of(desk, tuple(staff))
    return _World(
        records=(*kept, *(record for rows in records.values() for record in rows)),
        events=found.rows if found.sure and hours.sure else (),
        closed=closures.for_people(desk, staff, whole) if found.sure and hours.sure else {},
        claimed=times_of(unseen(held, found.rows, claims.long_ago(desk.now))),
        users={user.id: user for user in users} if found.sure and hours.sure else {},
        away=away,
    )


def _nearest(desk: Desk, event: Event, window: Interval, world: _World) -> tuple[Interval, ...]:
    """The free times of all its staff and patients that lie nearest to its own, by start."""
    staff = staff_moved(event)
    if not all(person in world.users for person in staff):
        return ()
    tables = [_table(desk, world, world.users[person], window, event.id) for person in staff]
    ids = tuple(row.person_id for row in event.patients)
    busy = patient_busy(ids, world.events, desk.clinic_zone, moving=event.id)
    clinic = Clinic(tables, zone=desk.zone, patient_ids=ids, patient_busy=busy)
    try:
        asked = Request(window, event.when.duration, together=len(staff) > 1)
    except BadRequest:
        return ()
    page = find_slots(clinic, asked, limit=LOOKED_AT)
    near = sorted((slot.when for slot in page.slots), key=lambda when: abs(when.start - event.when.start))
    chosen: list[Interval] = []
    for when in near:
        # Five starts within one hour are no choice.
        if len(chosen) < SLOTS and not any(when.overlaps(other) for other in chosen):
            chosen.append(when)
    return tuple(sorted(chosen))


def _table(desk: Desk, world: _World, user: User, window: Interval, moving: UUID) -> Timetable:
    gone = [Closure(when) for when in world.away.get(user.id, ())]
    return Timetable(
        user.id,
        find_zone(user.timezone) or desk.clinic_zone,
        window,
        world.records,
        world.events,
        closures=[*world.closed.get(user.id, ()), *gone],
        claims=world.claimed.get(user.id, ()),
        moving=moving,
    )


# --- Other people ----------------------------------------------------------------------------------------------------


def _colleagues(desk: Desk, hosted: Sequence[Options], away: Away) -> dict[str, tuple[User, ...]]:
    """Who may be booked, has hours and is free at the visit's own time."""
    by_day: defaultdict[object, list[Options]] = defaultdict(list)
    for each in hosted:
        by_day[wall(each.event.when.start, desk.clinic_zone).date()].append(each)
    if not by_day:
        return {}
    users = _candidates(desk, {each.stranded.person_id for each in hosted})
    found: dict[str, tuple[User, ...]] = {}
    for _day, visits in sorted(by_day.items(), key=str)[:MOST_DAYS]:
        found |= _free_on(desk, visits, users, away)
    return found


def _candidates(desk: Desk, but: Collection[UUID]) -> list[User]:
    users = [user for user in placing.bookable(desk, "appointment.move") if user.id not in but]
    users.sort(key=lambda user: (user.id not in desk.kept_staff, user.name))
    return users[:MOST_COLLEAGUES]


def _free_on(desk: Desk, visits: Sequence[Options], users: Sequence[User], away: Away) -> dict[str, tuple[User, ...]]:
    starts, ends = (each.event.when.start for each in visits), (each.event.when.end for each in visits)
    window = Interval(min(starts), max(ends))
    ids = [user.id for user in users]
    hours = desk.client.hours.find(ids, calendar.widened(window), fresh=True)
    events = desk.client.events.find(calendar.widened(window), participant_ids=ids, fresh=True)
    if not (hours.sure and events.sure):
        return {}
    held = claims.held(desk, ids, window)
    world = _World(
        hours.rows,
        events.rows,
        closures.for_people(desk, ids, window),
        times_of(unseen(held, events.rows, claims.long_ago(desk.now))),
        {},
        away,
    )
    return {
        each.stranded.key: tuple(user for user in users if _is_free(desk, world, user, each.event)) for each in visits
    }


def _is_free(desk: Desk, world: _World, user: User, event: Event) -> bool:
    if event.involves(user.id):
        return False
    start, end = event.when.outer
    free = _table(desk, world, user, event.when, event.id).free()
    return any(begin <= start and end <= stop for begin, stop in free)
