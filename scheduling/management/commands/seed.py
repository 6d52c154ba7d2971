"""`python manage.py seed`: a deterministic clinic in the sandbox, with teams and demo logins on our side."""

import json
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services import connection, mirror
from scheduling.services.setup import make_demo_side


def fill_sandbox(arguments: list[str]) -> dict[str, Any]:
    """Run the sandbox's own loader in a child with its own settings; returns what it told. Raises CommandError."""
    command = [sys.executable, "-m", "scheduling.sandbox", *arguments, "--data", str(settings.SANDBOX_DATA)]
    child = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
    if child.returncode:
        raise CommandError(
            child.stderr.strip().splitlines()[-1] if child.stderr.strip() else "The sandbox could not be filled."
        )
    return json.loads(child.stdout.strip().splitlines()[-1])


class Command(BaseCommand):
    help = "Fill the running sandbox with a deterministic, invented clinic; make its teams and demo logins."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--clinicians", type=int, default=24)
        parser.add_argument("--weeks", type=int, default=12)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--from", dest="first", metavar="YYYY-MM-DD", help="the day the clinic is made around (today)"
        )
        parser.add_argument(
            "--workload", metavar="FILE", help="load this file of users, patients, workHours and events instead"
        )
        parser.add_argument(
            "--again", action="store_true", help="add only what is missing to a sandbox that has people already"
        )

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("WELKIN_URL is set: a real tenant is never seeded.")
        told = fill_sandbox(self.child_arguments(options))
        chosen = connection.credentials()
        client, scope = connection.client_for(chosen), connection.scope_of(chosen)
        now = timezone.now()
        mirror.refresh_staff(client, scope, now)
        mirror.refresh_patients(client, scope, now)
        make_demo_side(scope, told)
        self.stdout.write(
            self.style.SUCCESS(
                ", ".join(f"{told[kind]} {kind}" for kind in ("users", "patients", "workHours", "events"))
            )
        )

    def child_arguments(self, options: dict[str, Any]) -> list[str]:
        again = ["--again"] if options["again"] else []
        if options["workload"]:
            return ["load", "--file", options["workload"], *again]
        first = options["first"] or timezone.localdate().isoformat()
        counts = [
            "--clinicians",
            str(options["clinicians"]),
            "--weeks",
            str(options["weeks"]),
            "--seed",
            str(options["seed"]),
        ]
        return ["seed", *counts, "--from", first, *again]
