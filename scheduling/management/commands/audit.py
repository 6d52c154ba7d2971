"""`python manage.py audit verify`: whether the audit trail is whole; `audit seal` seals what waits for the worker."""

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services import audit_chain, audit_verify
from scheduling.services.audit_verify import MOST_TOLD, Report

SHOWN = 10


def anchor_of(text: str) -> tuple[int, str] | None:
    """`1200:9f86d0…` as the log stream tells it. Raises CommandError."""
    if not text:
        return None
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise CommandError("--anchor must be NUMBER:DIGEST, as the log line audit_anchor tells them.")
    return int(number), digest


class Command(BaseCommand):
    help = "Verify the audit trail (exit code 1 where it is broken), or seal what waits for its link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "seal"])
        parser.add_argument("--anchor", default="", help="NUMBER:DIGEST of a log line audit_anchor, to compare with")

    def handle(self, *args: object, what: str, anchor: str = "", **options: object) -> None:
        if what == "seal":
            self.stdout.write(f"{audit_chain.seal(timezone.now())} lines sealed")
            return
        began = time.monotonic()
        report = audit_verify.verify(anchor_of(anchor))
        self._tell(report, time.monotonic() - began)
        if not report.whole:
            raise SystemExit(1)

    def _tell(self, report: Report, seconds: float) -> None:
        rate = f"{report.number / seconds:,.0f} a second" if seconds else ""
        self.stdout.write(f"{report.number} links in {seconds:.1f} s ({rate}), the last is {report.digest}")
        for found in report.broken:
            self.stdout.write(f"BROKEN: {found}")
        if report.broken_count > MOST_TOLD:
            self.stdout.write(f"and {report.broken_count - MOST_TOLD} more")
        if report.waiting:
            told = ", ".join(str(record) for record in report.waiting[:SHOWN])
            more = ", …" if len(report.waiting) > SHOWN else ""
            self.stdout.write(f"not sealed yet: {len(report.waiting)} lines ({told}{more})")
        if report.whole:
            self.stdout.write("whole")
