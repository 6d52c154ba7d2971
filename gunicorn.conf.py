"""What gunicorn does for the figures of /metrics; it reads this file by itself. The rest is said at its start."""

from typing import Any


def on_starting(server: Any) -> None:
    """Forget what former processes counted."""
    from scheduling import settings

    if settings.METRICS_FOLDER:
        from scheduling.services import metrics_files

        metrics_files.sweep(settings.METRICS_FOLDER)


def child_exit(server: Any, worker: Any) -> None:
    """What a process said of its own state ends with it; what it counted stays in the sum."""
    from scheduling import settings

    if settings.METRICS_FOLDER:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid, str(settings.METRICS_FOLDER))
