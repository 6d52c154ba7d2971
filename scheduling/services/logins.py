"""Making logins and teams for a real clinic, from the command line."""

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.services import audit, connection, sessions, team_admin

COMMAND = "command line"


class NotMade(Exception):
    """A login or team cannot be made; the text says why and what to do."""


def staff_named(scope: str, usernames: list[str]) -> list[StaffMember]:
    """The mirrored users of these usernames. Raises NotMade naming those that are not there."""
    rows = {row.username: row for row in StaffMember.objects.filter(scope=scope, username__in=usernames)}
    missing = [name for name in usernames if name not in rows]
    if missing:
        raise NotMade(
            f"Not in the staff directory: {', '.join(missing)}. `python manage.py worker --once` reads it again."
        )
    return [rows[name] for name in usernames]


def add_login(scope: str, username: str, role: str, password: str, welkin_user: str = "") -> Account:
    """A login of this role, tied to a Welkin user where one is named.

    Raises NotMade, and ValidationError for a password that is refused.
    """
    if Account.objects.filter(username=username).exists():
        raise NotMade(f"There is a login {username} already.")
    person = staff_named(scope, [welkin_user])[0] if welkin_user else None
    account = Account(
        username=username,
        role=role,
        welkin_id=person.welkin_id if person else None,
        first_name=person.first_name if person else "",
        last_name=person.last_name if person else "",
        email=person.email if person else "",
    )
    validate_password(password, account)
    account.set_password(password)
    account.save()
    return account


@transaction.atomic
def add_team(scope: str, name: str, members: list[str], keepers: list[str], now: datetime) -> Team:
    """A team of these Welkin users and logins; an existing one of that name gets them instead. Raises NotMade.

    It is a line of the audit trail in the same transaction.
    """
    accounts = list(Account.objects.filter(username__in=keepers))
    missing = set(keepers) - {account.username for account in accounts}
    if missing:
        raise NotMade(f"No such login: {', '.join(sorted(missing))}.")
    people = staff_named(scope, members)
    team, made = Team.objects.get_or_create(scope=scope, name=name)
    before = None if made else team_admin.as_it_is(team)
    team.members.set(people)
    team.keepers.set(accounts)
    told = team_admin.difference(before, team_admin.as_it_is(team))
    if told["fields"]:
        _note("team.make" if made else "team.change", team_admin.id_of(team), now, **told)
    return team


def note_command(action: str, account: Account, now: datetime, before_after: list[list[str | None]]) -> None:
    """A line of the audit trail about what somebody typed at the server: nobody is known, `code` says it was a command.

    Written in the transaction of the deed. Raises DatabaseError.
    """
    _note(action, str(account.pk), now, before_after=before_after)


def _note(action: str, object_id: str, now: datetime, **told: Any) -> None:
    try:
        scope = connection.scope_of(connection.credentials())
    except connection.NotConfigured:
        scope = ""
    whole = {"object_id": object_id, "code": COMMAND, **told}
    audit.write(audit.line(None, at=now, scope=scope, action=action, phase=audit.CONFIRMED, **whole))


@transaction.atomic
def add_first_administrator(username: str, password: str, now: datetime) -> Account:
    """The login that makes all others. Raises NotMade where there is an administrator, and ValidationError.

    Those of the demo do not count: nobody signs in as them outside of it.
    """
    if Account.objects.filter(role=Role.ADMINISTRATOR, demo=False).exists():
        raise NotMade(
            "There is an administrator already. `python manage.py change_login NAME` changes a login, "
            "`python manage.py add_login NAME --role administrator` makes another one."
        )
    account = add_login("", username, Role.ADMINISTRATOR, password)
    note_command("login.first", account, now, [["role", None, Role.ADMINISTRATOR.value]])
    return account


def find_login(username: str) -> Account:
    """The login of this name. Raises NotMade."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise NotMade(f"There is no login {username}.")
    return account


def login_of_email(address: str) -> Account | None:
    """The one login that may sign in and has this e-mail address; None where there is none, or several have it."""
    found = list(Account.objects.filter(email__iexact=address, is_active=True, demo=False)[:2])
    return found[0] if len(found) == 1 and address else None


def change_role(account: Account, role: Role) -> None:
    """Give the login another role. What it opened in the old one is closed: its sessions end."""
    if account.role == role:
        return
    account.role = role
    account.save(update_fields=["role"])
    sessions.end_all(account)


def switch(account: Account, *, on: bool) -> None:
    """Let the login sign in, or not any more; switched off, it is signed out everywhere."""
    account.is_active = on
    account.save(update_fields=["is_active"])
    if not on:
        sessions.end_all(account)


def set_password(account: Account, password: str) -> None:
    """Another password, by an administrator; the login is signed out everywhere. Raises ValidationError."""
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    sessions.end_all(account)
