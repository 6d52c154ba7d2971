"""The days that invitations land in: hours, visits and leave of whom they concern, read once for all of them.

Leave that may be granted here brings what its manager wants to know: how many visits it strands, and which other leave
the person's team has on those days. Nothing of it names a patient.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from scheduling.directory.models import Team
from scheduling.domain.availability import ClinicianTime
from scheduling.domain.event import Event, EventType
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.person import User
from scheduling.domain.week import day_borders
from scheduling.welkin import Listing
from scheduling.welkin.errors import WelkinError

from . import calendar, lately, people
from .calendar import Reading
from .desk import Desk
from .invitations import REACH, Invitation, Waiting
from .kept import Reads

# Further than this from now nothing is looked at.
AHEAD = timedelta(days=REACH)


@dataclass(frozen=True, slots=True)
class OtherLeave:
    """Leave of a colleague that meets the leave that is asked for."""

    name: str
    when: Interval
    granted: bool


@dataclass(frozen=True, slots=True)
class Landing:
    """Where an invitation lands: `when` is its own time, `day` the first day of it in the viewer's zone.

    `borders` are those of the day. `visits` and `others` are told of leave only. Not `whole`: it reaches further than
    was looked, or something could not be read.
    """

    when: Interval
    day: date
    borders: Interval
    time: ClinicianTime
    event_id: UUID
    visits: int = 0
    others: tuple[OtherLeave, ...] = ()
    whole: bool = True


Landings = Mapping[tuple[UUID, UUID], Landing]


class _Known(Reads):
    """The events are those by which the inbox found what waits: they are not read again."""

    def __init__(self, desk: Desk, waiting: Waiting) -> None:
        super().__init__(desk)
        self._waiting = waiting

    def events(self, window: Interval, people: Collection[UUID], *, cancelled: bool) -> Listing[Event]:
        told = self._waiting
        rows = lately.laid_over(self._desk, told.found.rows, people, told.window, told.read_at, cancelled=cancelled)
        return replace(told.found, rows=rows)


def read(desk: Desk, waiting: Waiting) -> Landings:
    """The landing of each invitation by event and person, for people whose calendar the login may see.

    One call (their hours) where the inbox has read their calendars already. For others, whose leave is to be granted,
    a call more for each 62 days up to the last one, and as many for the leave of their teams. Nothing where the API
    does not answer, because answering goes on without it.
    """
    shown = [each for each in waiting.invitations if desk.may("calendar.busy", each.concerns)]
    known = [each for each in shown if each.concerns in waiting.people and each.event.when.start < waiting.window.end]
    others = [each for each in shown if each not in known]
    return {**_group(desk, known, _Known(desk, waiting)), **_group(desk, others, Reads(desk))}


def _group(desk: Desk, shown: list[Invitation], reads: Reads) -> Landings:
    if not shown:
        return {}
    mates = _mates(desk, shown)
    users = people.by_ids(desk, {each.concerns for each in shown} | {mate for own in mates.values() for mate in own})
    concerned = [users[person] for person in dict.fromkeys(each.concerns for each in shown) if person in users]
    window = _window(desk, shown)
    try:
        reading = calendar.read(desk, concerned, window, cancelled=False, reads=reads)
        away = _leave_of(desk, mates, window)
    except WelkinError:
        return {}
    found = {}
    for each in shown:
        if each.concerns in reading.times:
            landing = _landing(desk, each, reading)
            told = _told(desk, each, reading, away, users, mates) if each.leave else {}
            found[each.event.id, each.row.person_id] = replace(landing, **told)
    return found


def _leave_of(desk: Desk, mates: Mapping[UUID, frozenset[UUID]], window: Interval) -> tuple[Event, ...]:
    """The leave of everybody in these teams."""
    ids = frozenset().union(*mates.values())
    return desk.client.events.find(calendar.widened(window), participant_ids=ids, type=EventType.LEAVE).rows


def _window(desk: Desk, shown: Iterable[Invitation]) -> Interval:
    """From today to the end of the last one, within what is looked at."""
    times = [occupied(each.event, desk.clinic_zone) for each in shown]
    first = max(min(times).start, desk.now)
    start = day_borders(first.astimezone(desk.zone).date(), desk.zone)[0]
    last = min(max(when.end for when in times), desk.now + AHEAD)
    return Interval(start, day_borders(last.astimezone(desk.zone).date(), desk.zone)[1])


def _landing(desk: Desk, each: Invitation, reading: Reading) -> Landing:
    when = occupied(each.event, desk.clinic_zone)
    day = max(when.start, desk.now).astimezone(desk.zone).date()
    whole = when.end <= reading.window.end and reading.trustworthy
    borders = Interval(*day_borders(day, desk.zone))
    return Landing(when, day, borders, reading.times[each.concerns], each.event.id, whole=whole)


def _told(
    desk: Desk,
    each: Invitation,
    reading: Reading,
    away: Iterable[Event],
    users: Mapping[UUID, User],
    mates: Mapping[UUID, frozenset[UUID]],
) -> dict[str, Any]:
    """What a manager wants to know of leave before answering."""
    when = occupied(each.event, desk.clinic_zone)
    own = [event for event in reading.events if use_of(event, each.concerns) is Use.VISIT]
    stranded = [event for event in own if event.when.start >= desk.now and event.when.overlaps(when)]
    others = [
        OtherLeave(users[event.host_id].name, occupied(event, desk.clinic_zone), granted)
        for event in away
        if event.host_id in mates[each.concerns] and event.host_id in users and event.host_id != each.concerns
        for granted in _leave_in(event, when, desk)
    ]
    return {"visits": len(stranded), "others": tuple(sorted(others, key=lambda other: other.when))}


def _leave_in(event: Event, when: Interval, desk: Desk) -> Iterable[bool]:
    """Whether it is granted, for leave that stands in this time; nothing for anything else."""
    use = use_of(event, event.host_id) if event.host_id else None
    if use in (Use.LEAVE, Use.PENDING_LEAVE) and occupied(event, desk.clinic_zone).overlaps(when):
        yield use is Use.LEAVE


def _mates(desk: Desk, shown: Iterable[Invitation]) -> dict[UUID, frozenset[UUID]]:
    """For each person whose leave may be granted, everybody of the same teams that the login may see. One query."""
    asking = {each.concerns for each in shown if each.leave}
    if not asking:
        return {}
    rows = Team.objects.filter(scope=desk.scope, members__welkin_id__in=asking).prefetch_related("members")
    teams = [{member.welkin_id for member in team.members.all()} for team in rows.distinct()]
    return {
        person: frozenset(mate for team in teams if person in team for mate in team if desk.may("calendar.busy", mate))
        for person in asking
    }
