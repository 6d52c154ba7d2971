"""`python manage.py add_team NAME --members USERNAME ... --keepers LOGIN ...`: a team of a real clinic."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services import connection
from scheduling.services.logins import NotMade, add_team


class Command(BaseCommand):
    help = "Make a team of Welkin users, looked after by logins; an existing team gets these people instead."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("--members", nargs="+", required=True, metavar="USERNAME")
        parser.add_argument("--keepers", nargs="*", default=[], metavar="LOGIN")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            scope = connection.scope_of(connection.credentials())
            team = add_team(scope, options["name"], options["members"], options["keepers"], timezone.now())
        except (NotMade, connection.NotConfigured) as sentence:
            raise CommandError(str(sentence)) from sentence
        self.stdout.write(
            self.style.SUCCESS(f"{team.name}: {team.members.count()} people, {team.keepers.count()} logins.")
        )
