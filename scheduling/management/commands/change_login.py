"""`python manage.py change_login NAME ...`: what an administrator does for a login; it is signed out everywhere."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

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
            self.stdout.write(self.style.SUCCESS(f"{account.username} {change(account, options)}"))
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        except logins.NotMade as sentence:
            raise CommandError(str(sentence)) from sentence


def change(account: Account, options: dict[str, Any]) -> str:
    """Do the one thing that was asked for. What came of it, as the rest of a sentence about the login."""
    if options["role"]:
        role = Role(options["role"])
        logins.change_role(account, role)
        return f"is {role.label.lower()} now."
    if options["off"] or options["on"]:
        logins.switch(account, on=options["on"])
        return "may sign in again." if options["on"] else "may not sign in any more, and was signed out."
    if options["forget_second_step"]:
        factors.forget_all(account)
        return "sets up a new second step at the next sign-in."
    if options["sign_out"]:
        return f"was signed out (sessions: {sessions.end_all(account)})."
    password = input() if options["password_stdin"] else getpass.getpass("New password (12 characters or more): ")
    logins.set_password(account, password)
    return "has a new password, and was signed out."
