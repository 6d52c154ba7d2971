"""Whose calendars stand beside each other: the own teams, one team, a set of people, or everybody one may look at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from scheduling.directory.models import StaffSet, Team
from scheduling.domain.person import User

from . import people, staff_sets
from .desk import Desk, NotAllowed

OWN_TEAMS, EVERYBODY = "own", "all"


class NoSuchTeam(Exception):
    """The team asked for does not exist."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen people and what else could be chosen.

    `key` is OWN_TEAMS, EVERYBODY, the id of a team or the key of a set, and `chosen` that team or set. `part`: `people`
    are only some of them.
    """

    key: str
    people: tuple[User, ...]
    teams: tuple[Team, ...]
    sets: tuple[StaffSet, ...]
    chosen: Team | StaffSet | None
    part: bool = False

    def only(self, ids: Iterable[UUID]) -> "Choice":
        """These people alone, as far as they are of the choice; all of them where none of them is."""
        wanted = set(ids)
        found = tuple(user for user in self.people if user.id in wanted)
        return replace(self, people=found, part=True) if 0 < len(found) < len(self.people) else self


def choose(desk: Desk, key: str) -> Choice:
    """The people of a choice, by name; no call.

    Raises NoSuchTeam, and NotAllowed for a team of which the login may see nobody.
    """
    teams, sets = tuple(people.teams(desk)), staff_sets.own(desk)
    chosen = _chosen(teams, key) or staff_sets.find(desk, key)
    if chosen is None and key not in (OWN_TEAMS, EVERYBODY):
        raise NoSuchTeam(key)
    return Choice(key, _people_of(desk, key, chosen), _visible_teams(desk, teams), sets, chosen)


def visible(desk: Desk, users: Iterable[User]) -> tuple[User, ...]:
    """Those whose calendar the login may see, by the permission `calendar.busy`."""
    return tuple(user for user in users if desk.may("calendar.busy", user.id))


def _chosen(teams: tuple[Team, ...], key: str) -> Team | None:
    return next((row for row in teams if str(row.pk) == key), None)


def _people_of(desk: Desk, key: str, chosen: Team | StaffSet | None) -> tuple[User, ...]:
    everybody = people.clinicians(desk, chosen if isinstance(chosen, Team) else None)
    if isinstance(chosen, StaffSet):
        members = staff_sets.members(chosen)
        everybody = [user for user in everybody if user.id in members]
    shown = visible(desk, everybody)
    if everybody and not shown:
        raise NotAllowed("calendar.busy")
    if key == OWN_TEAMS:
        return tuple(user for user in shown if user.id in desk.kept_staff) or shown
    return shown


def _visible_teams(desk: Desk, teams: tuple[Team, ...]) -> tuple[Team, ...]:
    """The teams of which the login may see somebody."""
    if desk.may("calendar.busy"):
        return teams
    members = Team.members.through.objects.filter(team__in=teams, staffmember__welkin_id__in=desk.kept_staff)
    near = set(members.values_list("team_id", flat=True))
    return tuple(team for team in teams if team.pk in near)
