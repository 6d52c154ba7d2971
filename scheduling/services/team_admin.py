"""Teams as an administrator looks after them: who is in one, who looks after it, and who sets its hours.

A team is ours alone and goes to no API. Each change is a line of the audit trail in its own transaction: no audit, no
change. Sessions stay: how near a calendar is to somebody is read from these rows at every request (desk.py).
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import HoursLock, StaffMember, Team
from scheduling.welkin.errors import NotFound

from . import audit, marks
from .desk import Desk

MANAGE = "clinic.manage"
KEEPERS = (Role.COORDINATOR, Role.MANAGER)


class NameTaken(Exception):
    """Another team has this name."""


class TeamChanged(Exception):
    """Somebody else changed the team since the form was opened."""


class StillLocks(Exception):
    """The team has locked hours ahead: deleting it would open them without a word."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a team is to be. `members`: Welkin users; `keepers`: numbers of logins."""

    name: str
    members: frozenset[UUID] = frozenset()
    keepers: frozenset[int] = frozenset()
    delegates_hours: bool = True


@dataclass(frozen=True, slots=True)
class End:
    """What goes with a team that is deleted. `losing`: logins that lose sight; `ahead`: locks that forbid it."""

    team: Team
    members: tuple[StaffMember, ...]
    losing: tuple[Account, ...]
    ahead: int


def rows(desk: Desk) -> list[Team]:
    """All teams with their people, logins and place. Four queries. Raises NotAllowed."""
    desk.require(MANAGE)
    found = Team.objects.filter(scope=desk.scope).select_related("place")
    return list(found.prefetch_related("members", "keepers"))


def find(desk: Desk, number: int) -> Team:
    """One team by its number. Raises NotAllowed, NotFound."""
    desk.require(MANAGE)
    return _only(Team.objects.filter(scope=desk.scope, pk=number))


def _only(found: QuerySet[Team]) -> Team:
    team = found.first()
    if team is None:
        raise NotFound("There is no such team.")
    return team


def staff(desk: Desk, team: Team | None = None) -> QuerySet[StaffMember]:
    """Who may be in a team: active Welkin users, and who is in it already. Raises NotAllowed."""
    desk.require(MANAGE)
    fitting = Q(state__iexact="ACTIVE") | (Q(teams=team) if team else Q(pk__in=()))
    found = StaffMember.objects.filter(fitting, scope=desk.scope).distinct()
    return found.order_by("last_name", "first_name", "username")


def logins(desk: Desk, team: Team | None = None) -> QuerySet[Account]:
    """Who may look after a team: active coordinators and managers, and who does already. Raises NotAllowed."""
    desk.require(MANAGE)
    fitting = Q(role__in=KEEPERS, is_active=True) | (Q(teams=team) if team else Q(pk__in=()))
    return Account.objects.filter(fitting).distinct().order_by("last_name", "first_name", "username")


def as_it_is(team: Team) -> Wanted:
    """The team as its rows say."""
    members = frozenset(team.members.values_list("welkin_id", flat=True))
    return Wanted(team.name, members, frozenset(team.keepers.values_list("pk", flat=True)), team.delegates_hours)


def mark_of(team: Team) -> str:
    """Changes whenever the team does; a form carries it, so that nobody overwrites what they have not seen."""
    return marks.mark_of(_told(as_it_is(team)))


def _told(team: Wanted) -> dict[str, Any]:
    """The team as the audit trail keeps it: ids, no names of people."""
    members, keepers = sorted(audit.texts(team.members)), sorted(team.keepers)
    return {
        "name": team.name,
        "members": " ".join(members),
        "keepers": " ".join(audit.texts(keepers)),
        "delegates_hours": team.delegates_hours,
    }


def make(desk: Desk, wanted: Wanted) -> Team:
    """A new team; a second press finds the one that the first made. Raises NotAllowed, NameTaken."""
    desk.require(MANAGE)
    there = Team.objects.filter(scope=desk.scope, name=wanted.name).first()
    if there is not None:
        if as_it_is(there) != wanted:
            raise NameTaken(wanted.name)
        return there
    try:
        with transaction.atomic():
            team = Team.objects.create(scope=desk.scope, name=wanted.name, delegates_hours=wanted.delegates_hours)
            _fill(desk, team, wanted)
            _note(desk, "team.make", team, None, wanted)
    except IntegrityError as taken:
        raise NameTaken(wanted.name) from taken
    return team


def change(desk: Desk, number: int, wanted: Wanted, seen: str) -> Team:
    """Make the team so; where nothing differs, nothing is written.

    Raises NotAllowed, NotFound, NameTaken, TeamChanged.
    """
    desk.require(MANAGE)
    try:
        with transaction.atomic():
            team = _only(Team.objects.select_for_update().filter(scope=desk.scope, pk=number))
            before = as_it_is(team)
            if before == wanted:
                return team
            if mark_of(team) != seen:
                raise TeamChanged
            team.name, team.delegates_hours = wanted.name, wanted.delegates_hours
            team.save(update_fields=["name", "delegates_hours"])
            _fill(desk, team, wanted)
            _note(desk, "team.change", team, before, wanted)
    except IntegrityError as taken:
        raise NameTaken(wanted.name) from taken
    return team


def _fill(desk: Desk, team: Team, wanted: Wanted) -> None:
    team.members.set(StaffMember.objects.filter(scope=desk.scope, welkin_id__in=wanted.members))
    team.keepers.set(Account.objects.filter(pk__in=wanted.keepers))


def ending(desk: Desk, number: int) -> End:
    """What deleting the team means. Raises NotAllowed, NotFound."""
    team = find(desk, number)
    members = tuple(team.members.all())
    near = Q(teams=team) | Q(role=Role.CLINICIAN, welkin_id__in=[person.welkin_id for person in members])
    losing = Account.objects.filter(near, is_active=True).distinct().order_by("last_name", "username")
    today = desk.now.astimezone(desk.clinic_zone).date()
    ahead = HoursLock.objects.filter(team=team, lifted_at__isnull=True, last__gte=today).count()
    return End(team, members, tuple(losing), ahead)


@transaction.atomic
def delete(desk: Desk, number: int) -> str:
    """Delete the team, not its people. The name it had. Raises NotAllowed, NotFound, StillLocks."""
    desk.require(MANAGE)
    team = _only(Team.objects.select_for_update().filter(scope=desk.scope, pk=number))
    if ending(desk, number).ahead:
        raise StillLocks
    _note(desk, "team.delete", team, as_it_is(team), None)
    team.delete()
    return team.name


def _note(desk: Desk, action: str, team: Team, before: Wanted | None, after: Wanted | None) -> None:
    audit.note(desk, action, object_id=id_of(team), **difference(before, after))


def id_of(team: Team) -> str:
    """By which the audit trail knows the team."""
    return f"team-{team.pk}"


def difference(before: Wanted | None, after: Wanted | None) -> dict[str, Any]:
    """What an audit line says of a change: which fields, and their values before and after."""
    was, now = _told(before) if before else {}, _told(after) if after else {}
    other = [[name, was.get(name), now.get(name)] for name in was or now if was.get(name) != now.get(name)]
    return {"fields": [name for name, *_values in other], "before_after": other}
