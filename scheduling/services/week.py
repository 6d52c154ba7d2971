"""What the board shows: the week of one clinician, the day of a team, and who may be looked at by whom."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from scheduling.directory.models import Team
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.week import LAST_YEAR, Week, day_borders
from scheduling.welkin.errors import WelkinError

from . import people, since
from .calendar import Reading, read
from .choice import EVERYBODY, OWN_TEAMS, Choice, NoSuchTeam, choose, visible
from .cover import covers
from .desk import Desk

__all__ = ["EVERYBODY", "OWN_TEAMS", "NoSuchTeam"]


class NoSuchDay(Exception):
    """The viewer's zone skipped this day (Apia, 30 December 2011)."""


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """One clinician's week in the viewer's days. `colleagues` are the people that the viewer may look at.

    `news`: how many things changed in the viewer's own weeks since they last looked.
    """

    user: User
    week: Week
    reading: Reading
    colleagues: tuple[User, ...]
    names: dict[UUID, str]
    news: int = 0


@dataclass(frozen=True, slots=True)
class TeamDay:
    """The chosen people on one day of the viewer."""

    day: date
    choice: Choice
    reading: Reading
    names: dict[UUID, str]

    @property
    def people(self) -> tuple[User, ...]:
        return self.choice.people

    @property
    def teams(self) -> tuple[Team, ...]:
        return self.choice.teams


def week_holding(day: date) -> Week:
    """The week of a date of the calendar; the last week for the days after it (the end of 2199)."""
    last = Week(LAST_YEAR, 52)
    return last if day > last.days[-1] else Week.containing(day)


def week_of(desk: Desk, clinician_id: UUID, week: Week) -> PersonWeek:
    """The week of one clinician, Monday to Sunday of the viewer's zone: two calls (hours, events).

    Raises NotAllowed, NotFound for an unknown clinician, WelkinError.
    """
    desk.require("calendar.busy", clinician_id)
    user = people.find_user(desk, clinician_id)
    reading, news = _own_or_other(desk, user, week)
    near, names = visible(desk, people.clinicians(desk)), missing_names(desk, reading)
    return PersonWeek(user, week, reading, near, names, news)


def _own_or_other(desk: Desk, user: User, week: Week) -> tuple[Reading, int]:
    """The reading of a week, and what changed since the viewer last looked where it is one of their own next weeks.

    Those are read together, so that what changed costs no call; where they cannot be had, the week alone may be kept.
    """
    window = week.interval(desk.zone)
    if not (since.own(desk, user.id) and since.covers(desk, week)):
        return read(desk, [user], window), 0
    try:
        reading = read(desk, [user], window, span=since.span_of(desk))
    except WelkinError:
        return read(desk, [user], window), 0
    return reading, since.noticed(desk, user.id, reading)


def day_of(desk: Desk, day: date, team: str = OWN_TEAMS) -> TeamDay:
    """One day of the viewer for a team, for the own teams or for everybody: two calls, however many people.

    Raises NoSuchTeam, NoSuchDay, NotAllowed (a team of which the login may see nobody), WelkinError.
    """
    start, end = day_borders(day, desk.zone)
    if start >= end:
        raise NoSuchDay(day.isoformat())
    choice = choose(desk, team)
    reading = read(desk, choice.people, Interval(start, end))
    return TeamDay(day, choice, reading, missing_names(desk, reading))


def first_clinician(desk: Desk) -> UUID | None:
    """Whose week opens first: the login's own person when they have hours, else the first of their teams.

    Raises NotAllowed where the role sees nobody's.
    """
    desk.require_anyhow("calendar.busy")
    shown = visible(desk, people.clinicians(desk))
    if any(user.id == desk.account.welkin_id for user in shown):
        return desk.account.welkin_id
    near = (user.id for user in shown if user.id in desk.kept_staff)
    return next(near, shown[0].id if shown else None)


def missing_names(desk: Desk, reading: Reading) -> dict[UUID, str]:
    """Names from the mirrors for participants whose rows came without one, and for who stands in for somebody on
    leave; no query where none is missing."""
    rows = (row for event in reading.events for row in event.participants)
    missing = {row.person_id for row in rows if not row.name}
    missing |= {told.by for told in covers(reading.events, desk.clinic_zone)}
    return people.names(desk, missing) if missing else {}
