"""What `seed` and the first start put on our own side: demo logins and teams, from what the sandbox's seed printed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team

DEMO_LOGINS = {
    Role.COORDINATOR: "demo.coordinator",
    Role.CLINICIAN: "demo.clinician",
    Role.MANAGER: "demo.manager",
    Role.ADMINISTRATOR: "demo.administrator",
    Role.AUDITOR: "demo.auditor",
}


def make_demo_logins(people: Mapping[str, str | None], staff: Mapping[UUID, StaffMember]) -> dict[Role, Account]:
    """One login for each role, without a usable password: the demo's login page signs them in. Idempotent."""
    logins = {}
    for role, username in DEMO_LOGINS.items():
        welkin_id = UUID(people[role]) if people.get(role) else None
        person = staff.get(welkin_id) if welkin_id else None
        logins[role], _created = Account.objects.update_or_create(
            username=username,
            defaults={
                "role": role,
                "welkin_id": welkin_id,
                "first_name": person.first_name if person else "",
                "last_name": person.last_name if person else str(role.label),
                "password": make_password(None),
                "demo": True,
            },
        )
    return logins


def make_teams(
    scope: str, teams: list[Mapping[str, Any]], staff: Mapping[UUID, StaffMember], logins: Mapping[Role, Account]
) -> None:
    """The teams of the demo: the coordinator keeps all of them, the manager those that name them."""
    manager = logins[Role.MANAGER]
    for told in teams:
        team, _created = Team.objects.get_or_create(scope=scope, name=told["name"])
        team.members.set([staff[UUID(member)] for member in told["members"] if UUID(member) in staff])
        keepers = [logins[Role.COORDINATOR]]
        if str(manager.welkin_id) in told.get("managers", ()):
            keepers.append(manager)
        team.keepers.set(keepers)


@transaction.atomic
def make_demo_side(scope: str, told: Mapping[str, Any]) -> None:
    """Logins and teams for what the sandbox's seed told of itself. The staff mirror must have been read before."""
    staff = {row.welkin_id: row for row in StaffMember.objects.filter(scope=scope)}
    make_teams(scope, told["teams"], staff, make_demo_logins(told["people"], staff))
