"""`python manage.py first_administrator NAME`: the first login of a new clinic, once and never again."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services.logins import NotMade, add_first_administrator


class Command(BaseCommand):
    help = "Make the first administrator; refused as soon as there is one. The password is asked for."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        password = input() if options["password_stdin"] else getpass.getpass("Password (12 characters or more): ")
        try:
            account = add_first_administrator(options["name"], password, timezone.now())
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        except NotMade as sentence:
            raise CommandError(str(sentence)) from sentence
        self.stdout.write(self.style.SUCCESS(f"{account.username} may sign in as administrator."))
