"""A clinic's data in our own database, and what it holds: a program of its own, `python -m ... make|tell`."""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import django

LINES = 2500
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCOPE = "sandbox|here|one"


def make() -> None:
    """Logins, a team, people, patients, forms that wait, and a sealed audit trail."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from scheduling.accounts.models import Account
    from scheduling.accounts.roles import Role
    from scheduling.directory.models import PatientEntry, StaffMember, Team
    from scheduling.ledger.models import AuditRecord, Intent
    from scheduling.services import audit_chain, sealing

    accounts = [Account.objects.create_user(username=f"login-{role}", role=role) for role in Role]
    StaffMember.objects.bulk_create(
        StaffMember(scope=SCOPE, welkin_id=UUID(int=number), username=f"staff-{number}") for number in range(24)
    )
    team = Team.objects.create(scope=SCOPE, name="Nursing")
    team.members.set(StaffMember.objects.all())
    PatientEntry.objects.bulk_create(
        PatientEntry(scope=SCOPE, welkin_id=UUID(int=number), last_name=f"Quackenbush-{number}", birth_date=date.min)
        for number in range(400)
    )
    Intent.objects.bulk_create(
        Intent(key=f"intent-{number}", account=accounts[0], minted_at=NOW, sealed=sealing.seal({"n": number}))
        for number in range(50)
    )
    AuditRecord.objects.bulk_create(
        AuditRecord(at=NOW + timedelta(seconds=number), account=accounts[0], role="coordinator", scope=SCOPE)
        for number in range(LINES)
    )
    audit_chain.seal(NOW + timedelta(hours=1))
    UserSession.objects.create(user=accounts[0], session_key="k" * 32, ip="127.0.0.1", last_seen_at=NOW, user_agent="")
    Session.objects.create(session_key="s" * 32, session_data="a-cookie-that-is-good", expire_date=NOW)


def tell() -> None:
    """Rows of each table and the last link, as JSON; and what a sealed form says."""
    from django.db import connection

    from scheduling.ledger.models import Intent
    from scheduling.services import audit_chain, backup, sealing

    intent = Intent.objects.filter(key="intent-7").first()
    told = {
        "rows": backup._counts(),
        "last": list(audit_chain.last()),
        "sealed": sealing.unseal(intent.sealed) if intent else None,
        "vendor": connection.vendor,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "scheduling.settings"
    django.setup()
    {"make": make, "tell": tell}[sys.argv[1]]()
