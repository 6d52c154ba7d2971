"""Whom a change strands before it is made: visits that lose cover, and the free time that is gained or lost.

Cover is hours - leave - closures. A visit is stranded when it is live, still to come, and less of it is covered than
before: what lay outside already is nothing new. The same judgement serves a change of hours, leave and a closure.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.directory.models import Closure as ClosureRow
from scheduling.domain.cover import Cover, stranded
from scheduling.domain.event import Event
from scheduling.domain.hours import Hours, expand
from scheduling.domain.interval import Interval, clip, merge, subtract
from scheduling.domain.occupancy import Use, leave_state, occupied, use_of
from scheduling.domain.person import User
from scheduling.domain.timetable import Closure
from scheduling.domain.week import ONE_DAY, day_borders, day_interval, days_touched
from scheduling.domain.work_hours import WorkHours
from scheduling.domain.zone import find_zone
from scheduling.ledger.models import AuditRecord
from scheduling.welkin.errors import NotFound

from . import calendar, closures, people
from .desk import Desk
from .hours_plan import Plan, applied, changed_days, span_of

if TYPE_CHECKING:
    from .work_hours import Sheet

# How far visits are looked for: the client asks in portions of 62 days, all at once.
LOOK_AHEAD = timedelta(days=6 * 62 - 5)
SEE, KEEP, UNKEEP = "calendar.busy", "appointment.keep", "appointment.unkeep"


@dataclass(frozen=True, slots=True)
class Stranded:
    """One visit that loses cover, for the one of its staff whose time it is. `uncovered`: what has none afterwards.

    `cause` is the mark under which somebody may say that it stays; `zone` is the person's.
    """

    event: Event
    person_id: UUID
    zone: ZoneInfo
    uncovered: tuple[Interval, ...]
    cause: str

    @property
    def key(self) -> str:
        """What tells it from others in a form."""
        return f"{self.event.id.hex}{self.person_id.hex[:8]}"


@dataclass(frozen=True, slots=True)
class DayChange:
    """The free time of one local day that is gained and lost."""

    day: date
    gained: timedelta
    lost: timedelta


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change would do. `stranded` by start; `kept` are those of which somebody said that they stay.

    `gained` and `lost` are free time: cover without visits. `window` is how far was looked. `unreadable` counts events
    that could not be read; not `sure`: visits may be missing. `people` are those whom it concerns; `away` is the
    time of theirs that the cause takes, for leave and closures.
    """

    stranded: tuple[Stranded, ...]
    gained: timedelta
    lost: timedelta
    unreadable: int
    sure: bool
    window: Interval | None = None
    days: tuple[DayChange, ...] = ()
    kept: tuple[Stranded, ...] = ()
    people: tuple[UUID, ...] = ()
    away: Mapping[UUID, tuple[Interval, ...]] = field(default_factory=dict)

    @property
    def until(self) -> date | None:
        """The last day that was looked at, in UTC."""
        return (self.window.end - timedelta(microseconds=1)).date() if self.window else None


NOTHING = Impact((), timedelta(), timedelta(), 0, True)


# --- The three ways --------------------------------------------------------------------------------------------------


def of_hours(desk: Desk, sheet: "Sheet", plan: Plan) -> Impact:
    """What a plan would do from now on, on the days that it changes, up to `LOOK_AHEAD`.

    At most one call for each 62 days, none where no day changes. Raises WelkinError.
    """
    # From yesterday on: a shift may reach over midnight into today.
    first, last = sheet.today - ONE_DAY, sheet.today + LOOK_AHEAD
    before = expand(sheet.records, first, last, sheet.zone)
    after = expand(applied(plan, sheet.records, desk.now), first, last, sheet.zone)
    days = changed_days(before, after)
    if not days:
        return NOTHING
    window = Interval(day_borders(days[0], sheet.zone)[0], day_borders(days[-1], sheet.zone)[1])
    found = desk.client.events.find(calendar.widened(window), participant_ids=[sheet.clinician.id], fresh=True)
    away = _away(desk, sheet.clinician.id, sheet.zone, found.rows, window)
    person = Cover.of(
        sheet.clinician.id, sheet.zone, before.intervals, after.intervals, away, away, calendar.widened(window)
    )
    return _impact(desk, [person], found.rows, window, f"hours {sheet.clinician.id.hex}", found.unreadable, found.sure)


def all_changed_days(sheet: "Sheet", plan: Plan, now: datetime) -> tuple[date, ...]:
    """Every day whose hours a plan changes, past ones too, within three years: what a lock may forbid."""
    first, last = span_of(plan, sheet.today)
    if last < first:
        return ()
    before: Hours = expand(sheet.records, first, last, sheet.zone)
    return changed_days(before, expand(applied(plan, sheet.records, now), first, last, sheet.zone))


def of_leave(desk: Desk, event_id: UUID) -> Impact:
    """What a leave strands, granted or asked for. Two calls and the event. Raises NotAllowed, NotFound, WelkinError."""
    event = desk.client.events.read(event_id)
    if not event.is_leave or event.host_id is None:
        raise NotFound("no leave")
    desk.require(SEE, event.host_id)
    if not event.live or leave_state(event) is Use.REFUSED_LEAVE:
        return NOTHING
    user = people.find_user(desk, event.host_id)
    zone = find_zone(user.timezone) or desk.clinic_zone
    window = _ahead(desk, occupied(event, zone))
    if window is None:
        return NOTHING
    hours = desk.client.hours.find([user.id], window, fresh=True)
    found = desk.client.events.find(calendar.widened(window), participant_ids=[user.id], fresh=True)
    worked = _worked(hours.rows, user.id, zone, window)
    others = [row for row in found.rows if row.id != event_id]
    away = _away(desk, user.id, zone, others, window)
    more = merge([*away, *clip([occupied(event, zone)], window)])
    person = Cover.of(user.id, zone, worked, worked, away, more, calendar.widened(window))
    sure = hours.sure and found.sure
    told = _impact(desk, [person], others, window, f"leave {event_id.hex}", found.unreadable, sure)
    return replace(told, away={user.id: (occupied(event, zone),)})


def of_closure(desk: Desk, closure_id: int) -> Impact:
    """What a closure strands, of all its people whom the login may see. Two calls for 80 people and 62 days.

    Raises NotFound for one that is not there, WelkinError.
    """
    row = ClosureRow.objects.filter(scope=desk.scope, pk=closure_id).first()
    if row is None:
        raise NotFound("no such closure")
    whole = Interval(day_borders(row.first, desk.clinic_zone)[0], day_borders(row.last, desk.clinic_zone)[1])
    window = _ahead(desk, whole)
    concerned = [user for user in _people_of(desk, row) if desk.may(SEE, user.id)]
    if window is None or not concerned:
        return NOTHING
    ids = [user.id for user in concerned]
    hours = desk.client.hours.find(ids, window, fresh=True)
    found = desk.client.events.find(calendar.widened(window), participant_ids=ids, fresh=True)
    own = set(closures.stretches(row, desk.clinic_zone, days_touched(window, desk.clinic_zone)))
    shut = closures.for_people(desk, ids, window)
    persons = [_closed(desk, user, hours.rows, found.rows, shut[user.id], own, window) for user in concerned]
    sure = hours.sure and found.sure
    told = _impact(desk, persons, found.rows, window, f"closure {row.pk}", found.unreadable, sure)
    return replace(told, away={person: tuple(sorted(own)) for person in ids})


def _closed(
    desk: Desk,
    user: User,
    records: Sequence[WorkHours],
    events: Sequence[Event],
    shut: Sequence[Closure],
    own: set[Interval],
    window: Interval,
) -> Cover:
    zone = find_zone(user.timezone) or desk.clinic_zone
    worked = _worked(records, user.id, zone, window)
    leave = [occupied(event, zone) for event in events if use_of(event, user.id) is Use.LEAVE]
    # A public holiday on the same day is another reason, and stays one.
    others = [closure.when for closure in shut if closure.when not in own or closure.holiday]
    return Cover.of(
        user.id,
        zone,
        worked,
        worked,
        merge([*leave, *others]),
        merge([*leave, *others, *own]),
        calendar.widened(window),
    )


def _people_of(desk: Desk, row: ClosureRow) -> Iterator[User]:
    """The clinicians at its place; everybody with hours for one of every place."""
    every = people.clinicians(desk)
    if row.place_id is None:
        yield from every
        return
    teams = [team for team in people.teams(desk) if team.place_id == row.place_id]
    here = {person for team in teams for person in team.members.values_list("welkin_id", flat=True)}
    yield from (user for user in every if user.id in here)


# --- What they share -------------------------------------------------------------------------------------------------


def _ahead(desk: Desk, when: Interval) -> Interval | None:
    return when.clip(Interval(desk.now, desk.now + LOOK_AHEAD))


def _worked(records: Iterable[WorkHours], person_id: UUID, zone: ZoneInfo, window: Interval) -> tuple[Interval, ...]:
    own = [record for record in records if record.clinician_id == person_id]
    # A shift of the day before may reach over midnight.
    first, last = days_touched(calendar.widened(window), zone)
    return expand(own, first, last, zone).intervals


def _away(
    desk: Desk, person_id: UUID, zone: ZoneInfo, events: Iterable[Event], window: Interval
) -> tuple[Interval, ...]:
    """Granted leave and closures of one person."""
    leave = [occupied(event, zone) for event in events if use_of(event, person_id) is Use.LEAVE]
    shut = closures.for_people(desk, [person_id], window)[person_id]
    return merge([*leave, *(closure.when for closure in shut)])


def _impact(
    desk: Desk,
    persons: Sequence[Cover],
    events: Sequence[Event],
    window: Interval,
    cause: str,
    unreadable: int,
    sure: bool,
) -> Impact:
    own = calendar.by_person(events)
    told = [each for person in persons for each in _stranded(person, own.get(person.person_id, ()), cause, desk)]
    told.sort(key=lambda each: (each.event.when, each.event.id.int, each.person_id.int))
    kept = kept_of(desk, told)
    days = tuple(_days(persons, own, window.clip(Interval(desk.now, window.end)), persons[0].zone))
    return Impact(
        stranded=tuple(each for each in told if each.cause not in kept),
        gained=sum((day.gained for day in days), timedelta()),
        lost=sum((day.lost for day in days), timedelta()),
        unreadable=unreadable,
        sure=sure,
        window=window,
        days=days,
        kept=tuple(each for each in told if each.cause in kept),
        people=tuple(person.person_id for person in persons),
    )


def _stranded(person: Cover, events: Iterable[Event], cause: str, desk: Desk) -> Iterator[Stranded]:
    for event, left in stranded(person, events, desk.now):
        yield Stranded(event, person.person_id, person.zone, left, _mark(cause, event, person.person_id, left))


def _mark(cause: str, event: Event, person_id: UUID, left: Iterable[Interval]) -> str:
    """The same for the same visit at the same time that lacks the same cover for the same cause."""
    told = (cause, event.id.hex, person_id.hex, event.when, tuple(left))
    return f"{cause.partition(' ')[0]} {hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"


def kept_of(desk: Desk, told: Iterable[Stranded]) -> frozenset[str]:
    """The causes of which somebody said that the visit stays all the same, and nobody took that back. One query."""
    codes = [each.cause for each in told]
    if not codes:
        return frozenset()
    rows = AuditRecord.objects.filter(
        scope=desk.scope, action__in=(KEEP, UNKEEP), phase="confirmed", code__in=codes
    ).order_by("id")
    last = dict(rows.values_list("code", "action"))
    return frozenset(code for code, action in last.items() if action == KEEP)


def _days(
    persons: Sequence[Cover], own: Mapping[UUID, Sequence[Event]], window: Interval | None, zone: ZoneInfo
) -> Iterator[DayChange]:
    """Free time by local day of `zone`, the days without a change left out."""
    if window is None:
        return
    gained: defaultdict[date, timedelta] = defaultdict(timedelta)
    lost: defaultdict[date, timedelta] = defaultdict(timedelta)
    for person in persons:
        mine = own.get(person.person_id, ())
        visits = [occupied(event, person.zone) for event in mine if use_of(event, person.person_id) is Use.VISIT]
        before, after = (clip(subtract(cover, visits), window) for cover in (person.before, person.after))
        _add(gained, subtract(after, before), zone)
        _add(lost, subtract(before, after), zone)
    for day in sorted({*gained, *lost}):
        yield DayChange(day, gained[day], lost[day])


def _add(days: dict[date, timedelta], parts: Iterable[Interval], zone: ZoneInfo) -> None:
    for part in parts:
        day, last = days_touched(part, zone)
        while day <= last:
            shared = part.clip(day_interval(day, zone))
            days[day] += shared.duration if shared else timedelta()
            day += ONE_DAY
