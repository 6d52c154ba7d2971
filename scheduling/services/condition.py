"""Whether this process can do its work, and the figures that tell how it goes: for an orchestrator and a monitor."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections
from django.db.models import Max
from django_tasks_db.models import DBTaskResult

from scheduling.ledger.models import AuditRecord, AuditSeal

from . import checkup, connection
from .writes import open_longer_than

# The worker does something every half minute.
WORKER_LOST = timedelta(minutes=5)


class _NotYet(Exception):
    """Not memorable: asked again the next time."""


@lru_cache(maxsize=1)
def _migrated() -> bool:
    """True for good once it is so; raises _NotYet before, so that it is looked at again."""
    if not checkup.look_at_database().good:
        raise _NotYet
    return True


def _database() -> bool:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return _migrated()
    except (DatabaseError, _NotYet):
        return False


def _configured() -> bool:
    try:
        connection.credentials()
    except connection.NotConfigured:
        return False
    return True


# Without these the process can answer nothing.
NEEDED: Mapping[str, Callable[[], bool]] = {
    "database": _database,
    "files": lambda: checkup.look_at_files().good,
    "settings": _configured,
}


def readiness(now: datetime) -> dict[str, bool]:
    """Named answers, nothing else. `ready` stands on what is needed; the API and the worker are only told.

    The dashboard shows its last reading while the API is away, so that is no reason to take it from the load balancer.
    """
    told = {name: check() for name, check in NEEDED.items()}
    ready = all(told.values())
    if ready:
        told["api"] = not connection.state().here.open
        told["worker"] = (idle := worker_idle(now)) is not None and idle < WORKER_LOST
    return {"ready": ready} | told


def worker_idle(now: datetime) -> timedelta | None:
    """How long ago a worker last ended a task; None where none ever did."""
    last = DBTaskResult.objects.aggregate(last=Max("finished_at"))["last"]
    return None if last is None else max(timedelta(0), now - last)


def gauges(now: datetime) -> dict[str, tuple[str, float]]:
    """Name to meaning and value. Raises DatabaseError, NotConfigured."""
    here, idle = connection.state().here, worker_idle(now)
    return {
        "api_circuit_open": ("1 while this process does not ask the API because it is down.", float(here.open)),
        "api_calls_under_way": ("Calls of this process to the API.", float(here.places_taken)),
        "changes_unknown": ("Changes whose outcome is not known for a minute.", float(open_longer_than(now, 1))),
        "audit_lines_unsealed": ("Lines of the audit trail without a link of the chain.", float(_unsealed())),
        "sessions": ("Sessions that have not ended.", float(Session.objects.filter(expire_date__gt=now).count())),
        "worker_idle_seconds": (
            "Since a worker last ended a task; -1 where none ever did.",
            -1.0 if idle is None else idle.total_seconds(),
        ),
    }


def _unsealed() -> int:
    return max(0, AuditRecord.objects.count() - AuditSeal.objects.count())
