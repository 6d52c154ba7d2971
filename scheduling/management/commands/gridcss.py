"""`python manage.py gridcss`: writes static/css/grid.css again."""

from django.core.management.base import BaseCommand

from scheduling.web.board import stylesheet


class Command(BaseCommand):
    help = "Write the stylesheet with the board's rows, spans and lanes again."

    def handle(self, *args: object, **options: object) -> None:
        stylesheet.PATH.write_text(stylesheet.text())
        self.stdout.write(f"{stylesheet.PATH.name} is current.")
