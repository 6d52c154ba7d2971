"""`python manage.py add_login NAME --role ROLE [--welkin-user USERNAME]`: a login for a real clinic."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from scheduling.accounts.roles import Role
from scheduling.services import connection, mirror
from scheduling.services.logins import NotMade, add_login, note_command
from scheduling.welkin.errors import WelkinError


class Command(BaseCommand):
    help = "Make a login; the password is asked for (or read from standard input with --password-stdin)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument(
            "--welkin-user", default="", metavar="USERNAME", help="the Welkin user that the login acts as"
        )
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        password = input() if options["password_stdin"] else getpass.getpass("Password (12 characters or more): ")
        try:
            chosen = connection.credentials()
            scope = connection.scope_of(chosen)
            if mirror.is_due(scope, "staff", timezone.now()):
                mirror.refresh_staff(connection.client_for(chosen), scope, timezone.now())
            with transaction.atomic():
                account = add_login(scope, options["name"], options["role"], password, options["welkin_user"])
                note_command("login.add", account, timezone.now(), [["role", None, account.role]])
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        except (NotMade, connection.NotConfigured) as sentence:
            raise CommandError(str(sentence)) from sentence
        except WelkinError as error:
            raise CommandError("The API could not be read; `python manage.py doctor` says why.") from error
        self.stdout.write(
            self.style.SUCCESS(f"{account.username} may sign in as {account.get_role_display().lower()}.")
        )
