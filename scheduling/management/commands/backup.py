"""`python manage.py backup FILE`: the whole database as one file, made while everything goes on."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.services import backup


class Command(BaseCommand):
    help = "Back up the database into a new file of mode 0600. It names patients; SECRET_KEY is not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            made = backup.make(file.absolute(), timezone.now())
        except backup.NotDone as sentence:
            raise CommandError(str(sentence)) from sentence
        rows = sum(made.rows.values())
        self.stdout.write(f"{file}: {rows} rows of {len(made.rows)} tables, SHA-256 of the database {made.sha256}")
        self.stdout.write(f"The audit trail ends with link {made.audit[0]}, {made.audit[1]}")
        self.stdout.write("It names patients: keep it closed, and encrypted where others come near it.")
        self.stdout.write("SECRET_KEY is not in it: keep that elsewhere, or what is sealed with it is lost.")
