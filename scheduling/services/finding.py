"""Find a slot: who may be asked, what is read for a search, and the answer with why it is small.

A search costs two calls (work hours, events) for up to 80 people and 62 days, however many clinicians are asked. One
patient adds the patient (care team) and the last half year of their visits. An answer that is small is explained from
one more reading: a longer time, and colleagues.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.directory.models import StaffMember, Team
from scheduling.domain import rules
from scheduling.domain.claim import Hold, times_of, unseen
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.domain.slots import Clinic, Order, Page, Request, Slot, Standing
from scheduling.domain.slots import find as find_slots
from scheduling.domain.spans import Spans, union
from scheduling.domain.timetable import Timetable, patient_busy
from scheduling.domain.week import ONE_DAY, day_borders
from scheduling.domain.why import Why, explain
from scheduling.domain.zone import find_zone, wall
from scheduling.welkin.errors import NotFound, WelkinError

from . import calendar, changing, claims, closures, people, placing
from .appointments import MINUTE, SHORTEST_MINUTES, staff_moved
from .desk import Desk, NotAllowed

MOST_PEOPLE = 200
MOST_NAMED = 40
MOST_PATIENTS = 12
PAGE = 30
LONGEST_WINDOW = timedelta(days=92)
# Of more than `SOME` people the first days are read alone: in most clinics they hold more slots than a page shows.
SOME, NEAR_DAYS = 8, 8
# How far back a patient's visits are looked at for who saw them last.
LOOK_BACK = timedelta(days=180)
# A first page with fewer slots is explained: how much longer, and how many colleagues, are looked at for that.
FEW = 3
SHORTEST = SHORTEST_MINUTES * MINUTE
FURTHER, FURTHER_MARGIN = timedelta(days=28), timedelta(days=1)
MOST_OTHERS = 40


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team with those of its people who may be booked by this login."""

    id: int
    name: str
    people: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom this login may ask: by name, by team, and the people of the login's own teams (all where it has none)."""

    people: tuple[User, ...]
    teams: tuple[TeamChoice, ...]
    own: tuple[UUID, ...]

    @property
    def ids(self) -> frozenset[UUID]:
        return frozenset(user.id for user in self.people)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for. `visit` is one that is to move: it is looked at as if it were not there."""

    request: Request
    people: tuple[User, ...]
    patients: tuple[Patient, ...] = ()
    visit: Event | None = None
    cursor: str | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. Not `sure`: rows of the calendar are missing or unreadable, so that no slot may be called free.

    `why` is there for a first page with fewer than `FEW` slots, unless the reading for it failed. `zones` are those of
    the clinicians, `assumed` the clinicians who have none of their own. `names` knows everybody whom a slot or a
    loosening may name.
    """

    page: Page
    why: Why | None
    sure: bool
    read_at: datetime
    zones: Mapping[UUID, ZoneInfo]
    assumed: tuple[User, ...]
    names: Mapping[UUID, User]


# --- Who and what may be asked ---------------------------------------------------------------------------------------


def choices(desk: Desk, action: str = "appointment.book") -> Choices:
    """The people whom the login may do the action with. From our own tables: no call once they are filled.

    Raises NotAllowed where there is nobody, WelkinError.
    """
    users = placing.bookable(desk, action)
    allowed = {user.id for user in users}
    members = StaffMember.objects.filter(scope=desk.scope, welkin_id__in=allowed).prefetch_related("teams")
    of_team: dict[int, set[UUID]] = {}
    for row in members:
        for team in row.teams.all():
            of_team.setdefault(team.pk, set()).add(row.welkin_id)
    teams = tuple(_team(team, users, of_team[team.pk]) for team in people.teams(desk) if team.pk in of_team)
    own = tuple(user.id for user in users if user.id in desk.kept_staff) or tuple(user.id for user in users)
    return Choices(tuple(users), teams, own)


def _team(team: Team, users: Iterable[User], members: set[UUID]) -> TeamChoice:
    return TeamChoice(team.pk, team.name, tuple(user.id for user in users if user.id in members))


def with_staff(desk: Desk, known: Choices, event: Event) -> Choices:
    """The choices and the visit's own staff, who stay choosable also without hours. Raises NotFound, WelkinError."""
    missing = tuple(person for person in staff_moved(event) if person not in known.ids)
    return Choices((*known.people, *placing.users_of(desk, missing)), known.teams, known.own) if missing else known


def visit(desk: Desk, event_id: UUID) -> Event:
    """The visit for which another time is looked for: one call.

    Raises NotAllowed, NotPossible, NotFound, WelkinError.
    """
    event = changing.read(desk, event_id)
    changing.require_on(desk, "appointment.move", event)
    desk.require("appointment.move", *staff_moved(event))
    changing.allow(rules.movable, event, desk.now)
    return event


def patients(desk: Desk, ids: tuple[UUID, ...]) -> tuple[Patient, ...]:
    """The patients of these ids, without those who do not exist. From the mirror, unknown ones from the API.

    Raises NotAllowed, WelkinError.
    """
    found: list[Patient] = []
    for person in ids[:MOST_PATIENTS]:
        with suppress(NotFound):
            found += placing.patients_of(desk, (person,))
    return tuple(found)


# --- The search ------------------------------------------------------------------------------------------------------


def find(desk: Desk, ask: Ask) -> Found:
    """Free times for what is asked, best first, and why there are few where there are.

    Raises NotAllowed, BadRequest for a broken cursor, WelkinError.
    """
    _require(desk, ask)
    standings = _standings(desk, ask)
    page, sure = _search(desk, ask, standings)
    why = None
    others: tuple[User, ...] = ()
    if not ask.cursor and len(page.slots) < FEW:
        others = _others(desk, ask)
        # The answer stands, also where the second reading fails: then it is just not explained.
        with suppress(WelkinError):
            why = _why(desk, ask, others, standings)
    return Found(
        page=page,
        why=why,
        sure=sure,
        read_at=desk.now,
        zones={user.id: zone_of(desk, user) for user in (*ask.people, *others)},
        assumed=tuple(user for user in ask.people if find_zone(user.timezone) is None),
        names={user.id: user for user in (*ask.people, *others)},
    )


def _require(desk: Desk, ask: Ask) -> None:
    desk.require("appointment.move" if ask.visit else "appointment.book", *(user.id for user in ask.people))
    if ask.patients and not ask.visit:
        desk.require("patient.find")
    if not ask.people:
        raise NotAllowed("appointment.book")


def _search(desk: Desk, ask: Ask, standings: Mapping[UUID, Standing]) -> tuple[Page, bool]:
    """The page and whether its reading is sure. Of many people over a long time only the first days are read, as long
    as these hold the page: a day sooner is always better, so that what comes later changes nothing in it."""
    if _nearby(ask):
        last = wall(ask.request.window.start, desk.zone).date() + (NEAR_DAYS - 1) * ONE_DAY
        begins, ends = day_borders(last, desk.zone)
        page, sure = _page(desk, ask, Interval(ask.request.window.start, ends), standings)
        # A visit that begins on the last day may end past what was read.
        if page.next and page.slots[-1].when.start < begins:
            return page, sure
    return _page(desk, ask, ask.request.window, standings)


def _nearby(ask: Ask) -> bool:
    """Whether the first days can stand for the window: the share booked needs all of it."""
    request = ask.request
    long = request.window.duration > 2 * NEAR_DAYS * ONE_DAY and len(ask.people) > SOME
    return long and not request.join and request.order is not Order.EVEN_LOAD


def _page(desk: Desk, ask: Ask, window: Interval, standings: Mapping[UUID, Standing]) -> tuple[Page, bool]:
    clinic, sure = _clinic(desk, ask, ask.people, window, standings)
    page = find_slots(clinic, replace(ask.request, window=window), limit=ask.limit, after=ask.cursor)
    return replace(page, slots=tuple(slot for slot in page.slots if not _stays(ask, slot))), sure


def _stays(ask: Ask, slot: Slot) -> bool:
    """Whether this is where the visit that is to move stands already."""
    visit = ask.visit
    if visit is None:
        return False
    return slot.when.start == visit.when.start and set(slot.clinician_ids) == set(staff_moved(visit))


def zone_of(desk: Desk, user: User) -> ZoneInfo:
    """The clinician's own zone, or the clinic's where they have none that can be read."""
    return find_zone(user.timezone) or desk.clinic_zone


def _clinic(
    desk: Desk, ask: Ask, asked: Sequence[User], window: Interval, standings: Mapping[UUID, Standing]
) -> tuple[Clinic, bool]:
    """What the engine needs of these people, freshly read, and whether the reading is sure.

    It is read from the beginning of the first day on: the share of the hours that is booked, by which people rank,
    then stays the same while somebody turns pages.
    """
    start = day_borders(wall(window.start, desk.zone).date(), desk.zone)[0]
    tables, busy, sure = _read(desk, ask, asked, Interval(start, window.end))
    ids = tuple(patient.id for patient in ask.patients)
    return Clinic(tables, zone=desk.zone, patient_ids=ids, patient_busy=busy, standings=standings), sure


def _read(desk: Desk, ask: Ask, asked: Sequence[User], window: Interval) -> tuple[tuple[Timetable, ...], Spans, bool]:
    """The clinicians' timetables, the patients' busy time, and whether all of it was read whole.

    Always asked of the API, never taken from what is kept; our own open claims take time too.
    """
    clinicians = [user.id for user in asked]
    everybody = [*clinicians, *(patient.id for patient in ask.patients)]
    hours = desk.client.hours.find(clinicians, window, fresh=True)
    found = desk.client.events.find(calendar.widened(window), participant_ids=everybody, fresh=True)
    own, held = calendar.by_person(found.rows), times_of(_holds(desk, ask, everybody, window, found.rows))
    shut = closures.for_people(desk, clinicians, window)
    moving = ask.visit.id if ask.visit else None
    tables = tuple(
        Timetable(
            user.id,
            zone_of(desk, user),
            window,
            hours.rows,
            own.get(user.id, ()),
            closures=shut[user.id],
            claims=held.get(user.id, ()),
            moving=moving,
        )
        for user in asked
    )
    patients = tuple(patient.id for patient in ask.patients)
    busy = patient_busy(patients, found.rows, desk.clinic_zone, moving=moving)
    claimed = [when.outer for patient in patients for when in held.get(patient, ())]
    return tables, union(busy, claimed), hours.sure and found.sure


def _holds(
    desk: Desk, ask: Ask, everybody: Sequence[UUID], window: Interval, events: Sequence[Event]
) -> tuple[Hold, ...]:
    """Our own open claims on these people that the reading does not show, but for those of the visit that moves."""
    held = claims.held(desk, everybody, calendar.widened(window))
    others = [hold for hold in held if ask.visit is None or hold.event_id != ask.visit.id]
    return unseen(others, events, claims.long_ago(desk.now))


def _standings(desk: Desk, ask: Ask) -> dict[UUID, Standing]:
    """What the asked clinicians are to the patient; nothing where there is no patient, or several."""
    if len(ask.patients) != 1 or not desk.may("patient.find"):
        return {}
    [patient] = ask.patients
    team = frozenset(people.find_patient(desk, patient.id).care_team)
    seen = _last_seen(desk, patient.id)
    return {person: Standing(person in team, seen.get(person)) for person in team | set(seen)}


def _last_seen(desk: Desk, patient_id: UUID) -> dict[UUID, datetime]:
    """When each clinician last completed a visit with the patient, as far as `LOOK_BACK` reaches."""
    back = Interval(desk.now - LOOK_BACK, desk.now)
    found = desk.client.events.find(back, participant_ids=[patient_id])
    seen: dict[UUID, datetime] = {}
    for event in found.rows:
        if event.known_status is EventStatus.COMPLETED and event.when.end <= desk.now and not event.is_leave:
            for person in staff_moved(event):
                seen[person] = max(seen.get(person, event.when.start), event.when.start)
    return seen


# --- Why there is little ---------------------------------------------------------------------------------------------


def _others(desk: Desk, ask: Ask) -> tuple[User, ...]:
    """Colleagues who could be asked too: of the own teams first. Nobody for a visit that several clinicians share."""
    if (ask.visit and len(staff_moved(ask.visit)) > 1) or len(ask.people) >= MOST_NAMED:
        return ()  # nor where one more could not be asked by name
    known = choices(desk, "appointment.move" if ask.visit else "appointment.book")
    asked = {user.id for user in ask.people}
    near = [user for user in known.people if user.id not in asked]
    near.sort(key=lambda user: user.id not in desk.kept_staff)
    return tuple(near[:MOST_OTHERS])


def _why(desk: Desk, ask: Ask, others: tuple[User, ...], standings: Mapping[UUID, Standing]) -> Why:
    """Which rule took how much, and the smallest loosenings: from a reading that goes further than what was asked."""
    window = ask.request.window
    horizon = max(window.end, min(window.end + FURTHER, window.start + LONGEST_WINDOW - FURTHER_MARGIN))
    wide = Interval(window.start, horizon)
    clinic, sure = _clinic(desk, ask, (*ask.people, *others), wide, standings)
    number = len(ask.people)
    asked = Clinic(
        clinic.tables[:number],
        zone=clinic.zone,
        patient_ids=clinic.patient_ids,
        patient_busy=clinic.patient_busy,
        standings=standings,
    )
    why = explain(asked, ask.request, others=clinic.tables[number:], horizon=horizon)
    # What was not read whole promises nothing.
    told = tuple(each for each in why.loosenings if sure and each.request.length >= SHORTEST)
    return replace(why, loosenings=told)
