"""The days that invitations land in: hours, visits and leave of whom they concern, read once for all of them.

Leave that may be granted here brings what its manager wants to know: how many visits it strands, and which other leave
the person's team has on those days. Nothing of it names a patient.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from scheduling.directory.models import Team
from scheduling.domain.availability import ClinicianTime
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.person import User
from scheduling.domain.week import day_borders
from scheduling.welkin.errors import WelkinError

from . import calendar, people
from .calendar import Reading
from .desk import Desk
from .invitations import Invitation, Waiting

# Further than this from now nothing is looked at: two portions of a read.
AHEAD = timedelta(days=120)


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


def read(desk: Desk, waiting: Waiting) -> Landings:
    """The landing of each invitation by event and person, for people whose calendar the login may see.

    Two calls for 80 people and 62 days; nothing where the API does not answer, because answering goes on without it.
    """
    shown = [each for each in waiting.invitations if desk.may("calendar.busy", each.concerns)]
    if not shown:
        return {}
    mates = _mates(desk, shown)
    users = people.by_ids(desk, {each.concerns for each in shown} | {mate for own in mates.values() for mate in own})
    try:
        reading = calendar.read(desk, list(users.values()), _window(desk, shown), cancelled=False)
    except WelkinError:
        return {}
    found = {}
    for each in shown:
        if each.concerns in reading.times:
            landing = _landing(desk, each, reading)
            told = _told(desk, each, reading, users, mates) if each.leave else {}
            found[each.event.id, each.row.person_id] = _with(landing, told)
    return found


def _with(landing: Landing, told: Mapping[str, object]) -> Landing:
    fields = {name: getattr(landing, name) for name in Landing.__dataclass_fields__}
    return Landing(**{**fields, **told})


def _window(desk: Desk, shown: Iterable[Invitation]) -> Interval:
    """From today to the end of the last one, within what is looked at."""
    times = [occupied(each.event, desk.clinic_zone) for each in shown]
    start = day_borders(min(times).start.astimezone(desk.zone).date(), desk.zone)[0]
    last = min(max(when.end for when in times), desk.now + AHEAD)
    return Interval(start, day_borders(last.astimezone(desk.zone).date(), desk.zone)[1])


def _landing(desk: Desk, each: Invitation, reading: Reading) -> Landing:
    when = occupied(each.event, desk.clinic_zone)
    day = max(when.start, desk.now).astimezone(desk.zone).date()
    whole = when.end <= reading.window.end and reading.trustworthy
    borders = Interval(*day_borders(day, desk.zone))
    return Landing(when, day, borders, reading.times[each.concerns], each.event.id, whole=whole)


def _told(
    desk: Desk, each: Invitation, reading: Reading, users: Mapping[UUID, User], mates: Mapping[UUID, frozenset[UUID]]
) -> dict[str, object]:
    """What a manager wants to know of leave before answering."""
    when = occupied(each.event, desk.clinic_zone)
    own = [event for event in reading.events if use_of(event, each.concerns) is Use.VISIT]
    stranded = [event for event in own if event.when.start >= desk.now and event.when.overlaps(when)]
    others = [
        OtherLeave(users[event.host_id].name, occupied(event, desk.clinic_zone), granted)
        for event in reading.events
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
