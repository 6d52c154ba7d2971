"""`python manage.py worker`: runs queued and due work until ended."""

import threading

import structlog
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from scheduling.services import metrics
from scheduling.services.tasks import DUE, Due, enqueue

log = structlog.get_logger("daybook.worker")


def keep_enqueuing(due: Due, ended: threading.Event) -> None:
    """Enqueue one piece of due work now and then at its pace, until ended."""
    from django.db import close_old_connections

    while True:
        close_old_connections()
        try:
            enqueue(due)
        except DatabaseError as error:  # a busy or absent database is asked again at the next turn
            log.warning("not_enqueued", task=due.name, exception_type=type(error).__name__)
        close_old_connections()
        if ended.wait(due.every):
            return


class Command(BaseCommand):
    help = "Run queued and due background work until ended."

    def add_arguments(self, parser) -> None:  # type: ignore[no-untyped-def]
        parser.add_argument("--once", action="store_true", help="do what is due and queued now, then end")

    def handle(self, *args: object, once: bool = False, **options: object) -> None:
        if once:
            for due in DUE:
                enqueue(due)
            call_command("db_worker", batch=True, interval=0, startup_delay=False, queue_name="*")
            return
        metrics.begin()
        ended = threading.Event()
        for due in DUE:
            threading.Thread(target=keep_enqueuing, args=(due, ended), daemon=True).start()
        try:  # ends itself after the task at hand on SIGTERM and SIGINT
            call_command("db_worker", interval=2, startup_delay=False, queue_name="*")
        finally:
            ended.set()
