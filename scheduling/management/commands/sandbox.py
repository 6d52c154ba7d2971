"""`python manage.py sandbox`: the sandbox alone, as a child with its own settings and database."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve the embedded API (the sandbox) until ended; prints its tenant and credentials."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=settings.SANDBOX_PORT, help="0 is one the system gives")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--data", default=str(settings.SANDBOX_DATA))
        parser.add_argument("--test-control", action="store_true", help="let tests make tenants (loopback only)")
        parser.add_argument("--faults", action="store_true", help="let tests make it fail (loopback only)")

    def handle(self, *args: object, **options: Any) -> None:
        arguments = ["serve", "--port", str(options["port"]), "--host", options["host"], "--data", options["data"]]
        arguments += ["--test-control"] if options["test_control"] else []
        arguments += ["--faults"] if options["faults"] else []
        os.execv(sys.executable, [sys.executable, "-m", "scheduling.sandbox", *arguments])  # noqa: S606 (our own command)
