"""`python manage.py change_login NAME ...`: what an administrator does for a login; it is signed out everywhere."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.services import factors, logins, sessions


class Command(BaseCommand):
    help = "Change a login: its role, its password, whether it may sign in; forget a lost second step; sign it out."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--role", choices=Role.values)
        what.add_argument("--off", action="store_true", help="it may not sign in any more")
        what.add_argument("--on", action="store_true", help="it may sign in again")
        what.add_argument("--password", action="store_true", help="asks for a new one")
        what.add_argument("--password-stdin", action="store_true", help="reads a new one from standard input")
        what.add_argument("--forget-second-step", action="store_true", help="its phone, key and codes are lost")
        what.add_argument("--sign-out", action="store_true", help="end its sessions and change nothing")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            account = logins.find_login(options["name"])
            password = asked_password(options)
            with transaction.atomic():
                said = change(account, options, password)
            self.stdout.write(self.style.SUCCESS(f"{account.username} {said}"))
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        except logins.NotMade as sentence:
            raise CommandError(str(sentence)) from sentence


def asked_password(options: dict[str, Any]) -> str:
    """The new password, where one is to be set; asked for before the transaction, which others wait for."""
    if options["password_stdin"]:
        return input()
    return getpass.getpass("New password (12 characters or more): ") if options["password"] else ""


def change(account: Account, options: dict[str, Any], password: str) -> str:
    """Do the one thing that was asked for, with its line in the audit trail.

    What came of it, as the rest of a sentence about the login.
    """
    if options["role"]:
        role, before = Role(options["role"]), account.role
        logins.change_role(account, role)
        note("login.change", account, [["role", before, role.value]] if before != role else [])
        return f"is {role.label.lower()} now."
    if options["off"] or options["on"]:
        logins.switch(account, on=options["on"])
        note("login.on" if options["on"] else "login.off", account)
        return "may sign in again." if options["on"] else "may not sign in any more, and was signed out."
    if options["forget_second_step"]:
        factors.forget_all(account)
        note("login.forget_factor", account)
        return "sets up a new second step at the next sign-in."
    if options["sign_out"]:
        note("login.sign_out", account)
        return f"was signed out (sessions: {sessions.end_all(account)})."
    logins.set_password(account, password)
    note("login.password", account)
    return "has a new password, and was signed out."


def note(action: str, account: Account, before_after: list[list[str | None]] | None = None) -> None:
    logins.note_command(action, account, timezone.now(), before_after or [])
