"""`python manage.py up`: what `make run` starts. Sandbox, worker and dashboard of one machine, ended together."""

import json
import logging
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services import connection
from scheduling.services.setup import DEMO_LOGINS
from scheduling.supervision import ChildEnded, Household, PortBusy, end_on_signals, require_free_port
from scheduling.welkin.errors import WelkinError


class Command(BaseCommand):
    help = "Start Daybook on this machine: the sandbox (unless WELKIN_URL is set), the worker and the dashboard."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--clinicians", type=int, default=24)
        parser.add_argument("--weeks", type=int, default=12)

    def handle(self, *args: object, clinicians: int, weeks: int, **options: object) -> None:
        os.umask(0o077)
        end_on_signals()
        logging.getLogger("daybook").setLevel(logging.WARNING)
        settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        household = Household(logs=settings.DATA)
        try:
            self.check_ports()
            self.prepare()
            if settings.SANDBOX:
                self.start_sandbox(household)
                self.seed_once(clinicians, weeks)
            self.start_dashboard(household)
            self.greet()
            household.watch()
        except KeyboardInterrupt:
            self.stdout.write("\nEnding.")
        except (PortBusy, ChildEnded, connection.NotConfigured) as sentence:
            raise CommandError(str(sentence)) from sentence
        except WelkinError as error:
            raise CommandError(
                f"The API could not be read: {type(error).__name__}. `python manage.py doctor` says more."
            ) from error
        finally:
            household.end_all()

    def check_ports(self) -> None:
        require_free_port(settings.PORT, "PORT")
        if settings.SANDBOX:
            require_free_port(settings.SANDBOX_PORT, "SANDBOX_PORT")

    def prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)

    def start_sandbox(self, household: Household) -> None:
        port = str(settings.SANDBOX_PORT)
        arguments = ["-m", "scheduling.sandbox", "serve", "--port", port, "--data", str(settings.SANDBOX_DATA)]
        household.start("sandbox", arguments)
        household.wait_until_it_answers("sandbox", f"{settings.SANDBOX_URL}/_sandbox/health")

    def seed_once(self, clinicians: int, weeks: int) -> None:
        """Make the demo clinic at the first start; later starts keep the data. One that was cut off is finished."""
        note = settings.DATA / "seeded.json"
        told = (
            json.loads(note.read_text())
            if note.exists()
            else {"first": timezone.localdate().isoformat(), "done": False}
        )
        if told["done"]:
            return
        note.write_text(json.dumps(told))
        self.stdout.write("Making the demo clinic (once) ...")
        self.stdout.flush()
        call_command("seed", clinicians=clinicians, weeks=weeks, first=told["first"], again=True)
        note.write_text(json.dumps(told | {"done": True}))

    def start_dashboard(self, household: Household) -> None:
        household.start("worker", ["manage.py", "worker"])
        bind = f"127.0.0.1:{settings.PORT}"
        threads = ["--workers", "1", "--worker-class", "gthread", "--threads", str(settings.WEB_THREADS)]
        quiet = ["--log-level", "warning", "--no-control-socket"]
        household.start("dashboard", ["-m", "gunicorn", "--bind", bind, *threads, *quiet, "scheduling.wsgi"])
        household.wait_until_it_answers(
            "dashboard", f"http://127.0.0.1:{settings.PORT}/healthz", host=settings.ALLOWED_HOSTS[0]
        )

    def greet(self) -> None:
        self.stdout.write(f"\n  Daybook is at {settings.PUBLIC_URL}\n")
        if settings.DEMO:
            self.stdout.write("  The login page signs you in with one press as:")
            for role, username in DEMO_LOGINS.items():
                self.stdout.write(f"    {role.label:<14} {username}")
            self.stdout.write(
                "  The people are invented. The data is kept in " + os.path.relpath(settings.DATA) + ", the logs too."
            )
        self.stdout.write("  Ctrl-C ends it.\n")
        self.stdout.flush()
