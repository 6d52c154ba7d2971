"""A worker's first jobs: the tables, the people of the clinic, and a login that may do everything with them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection as database

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.services import connection, mirror
from scheduling.services.desk import Desk, seat
from tests.clinic_fixture import Clinic
from tests.migrated import lay_out

LOGIN = "coordinator"


def here() -> Desk:
    """The desk of the one login, now."""
    return seat(Account.objects.get(username=LOGIN), now=datetime.now(UTC), session="load")


def prepare(job: dict[str, Any]) -> dict[str, Any]:
    """Tables, people with hours, patients, and a coordinator whose team all of them are. Their ids."""
    if database.vendor == "sqlite":
        lay_out(Path(database.settings_dict["NAME"]))
    else:
        call_command("migrate", verbosity=0)
    chosen = connection.credentials()
    client, scope = connection.client_for(chosen), connection.scope_of(chosen)
    clinic = Clinic(client, chosen)
    staff = [clinic.user(f"Ada{number}") for number in range(job["clinicians"])]
    patients = [clinic.patient(f"Theo{number}") for number in range(job["patients"])]
    now = datetime.now(UTC)
    mirror.refresh_staff(client, scope, now)
    mirror.refresh_patients(client, scope, now)
    account = Account.objects.create_user(username=LOGIN, role=Role.COORDINATOR)
    team = Team.objects.create(scope=scope, name="Everybody")
    team.members.set(StaffMember.objects.filter(scope=scope))
    team.keepers.set([account])
    return {"staff": list(map(str, staff)), "patients": list(map(str, patients))}


def warm(job: dict[str, Any]) -> bool:
    """A token and a connection, so that the first attempt is like any other."""
    here().client.check()
    database.ensure_connection()
    return True
