"""`python manage.py doctor`: says in one line each what is right and what is wrong with a configuration."""

import logging

from django.core.management.base import BaseCommand
from django.utils import timezone

from scheduling.services.checkup import check_up


class Command(BaseCommand):
    help = "Check settings, API, clock, zone, database and background work; exit code 1 when something is wrong."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        # The findings are for people; what the calls say goes to logs elsewhere.
        logging.getLogger("daybook").setLevel(logging.CRITICAL)
        wrong = 0
        for finding in check_up(timezone.now()):
            wrong += not finding.good
            mark = self.style.SUCCESS("ok   ") if finding.good else self.style.ERROR("WRONG")
            self.stdout.write(f"{mark} {finding.part}: {finding.sentence}")
        if wrong:
            raise SystemExit(1)
