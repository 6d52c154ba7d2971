"""What a new clinic has to do before anybody can book, told from our own tables: no call."""

from dataclasses import dataclass
from enum import StrEnum

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
    # A quarter of real users have no zone, and the clinic's is used for them: one who has one is enough to begin.
    without = active.filter(timezone="").count()
    there = Account.objects.filter(is_active=True, role__in=INVITED).values_list("role", flat=True)
    teams = Team.objects.filter(scope=desk.scope, members__isnull=False, keepers__isnull=False)
    found = (
        Step(Key.CONNECTION, MirrorState.objects.filter(scope=desk.scope, kind="staff").exists()),
        Step(Key.PEOPLE, active.exclude(timezone="").exists(), without),
        Step(Key.TEAMS, teams.exists()),
        Step(Key.LOGINS, set(INVITED) <= set(there)),
    )
    return () if all(step.done for step in found) else found
