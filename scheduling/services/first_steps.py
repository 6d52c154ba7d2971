"""What a new clinic has to do before anybody can book, told from our own tables: no call."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import MirrorState, StaffMember, Team

from .desk import Desk

MANAGE = "clinic.manage"
INVITED = (Role.COORDINATOR, Role.CLINICIAN)


class Key(StrEnum):
    CONNECTION = "connection"
    PEOPLE = "people"
    TEAMS = "teams"
    LOGINS = "logins"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `left`: how many people it is missing for, where that can be counted."""

    key: Key
    done: bool
    left: int = 0


def steps(desk: Desk) -> tuple[Step, ...]:
    """The steps in their order; nothing once all are done. Five queries at most. Raises NotAllowed."""
    desk.require(MANAGE)
    active = StaffMember.objects.filter(scope=desk.scope, state__iexact="ACTIVE")
    # Many Welkin users never work in a calendar: only of those who do a missing zone is worth a step.
    working = active.filter(Q(has_hours=True) | Q(teams__isnull=False), timezone="").distinct().count()
    there = Account.objects.filter(is_active=True, role__in=INVITED).values_list("role", flat=True)
    teams = Team.objects.filter(scope=desk.scope, members__isnull=False, keepers__isnull=False)
    found = (
        Step(Key.CONNECTION, MirrorState.objects.filter(scope=desk.scope, kind="staff").exists()),
        Step(Key.PEOPLE, working == 0 and active.exists(), working),
        Step(Key.TEAMS, teams.exists()),
        Step(Key.LOGINS, set(INVITED) <= set(there)),
    )
    return () if all(step.done for step in found) else found
