"""`python manage.py restore FILE`: a backup in the place of the database, and a look at whether all of it came."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from scheduling.services import backup


class Command(BaseCommand):
    help = "Restore a backup, and verify rows and audit trail (exit code 1 where they differ)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="also over a database that holds rows")
        parser.add_argument("--yes", action="store_true", help="do not ask before rows are replaced")

    def handle(self, *args: object, file: Path, replace: bool, yes: bool, **options: object) -> None:
        try:
            told = backup.look(file.absolute())
            self._consent(backup.rows_in_the_way(), replace=replace, yes=yes)
            done = backup.restore(file.absolute())
        except backup.NotDone as sentence:
            raise CommandError(str(sentence)) from sentence
        self.stdout.write(f"Restored what was backed up at {told.made_at}: {sum(told.rows.values())} rows.")
        self._judge(done)
        self.stdout.write("Everybody has to sign in again. Start the dashboard and the worker.")

    def _consent(self, rows: int, *, replace: bool, yes: bool) -> None:
        """Ask before rows of people's work are replaced. Raises CommandError."""
        if not rows:
            return
        name = Path(str(connection.settings_dict["NAME"])).name
        if not replace:
            raise CommandError(f"{name} holds {rows} rows: nothing was restored. --replace puts the backup over them.")
        if not yes and input(f"{rows} rows of {name} will be lost. Type {name} to go on: ").strip() != name:
            raise CommandError("Nothing was restored.")

    def _judge(self, done: backup.Restored) -> None:
        """Say what differs and end with 1 where anything does."""
        for table in done.differing:
            self.stdout.write(f"BROKEN: {table} has other rows than were backed up")
        for found in done.trail.broken:
            self.stdout.write(f"BROKEN: {found}")
        self.stdout.write(f"The audit trail ends with link {done.trail.number}, {done.trail.digest}")
        if not done.whole:
            raise SystemExit(1)
        self.stdout.write("Rows and audit trail are as they were backed up.")
