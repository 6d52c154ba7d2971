"""What a worker does when the others have gone: finds out what is unknown, and tells what the ledger holds."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection as database

from scheduling.ledger.models import Intent
from scheduling.services import reconciling
from tests.faults.checker_ledger import ledger_dump

# How often the worker of the product would look, scaled like SETTLE_SECONDS.
PAUSE = 0.2
OPEN = (Intent.State.WORKING, Intent.State.UNKNOWN)


def reconcile(job: dict[str, Any]) -> float:
    """Run what is due until no intent is open and everything watched was looked at once; seconds until none was open.

    `ahead`: seconds that the clock given to the reconciler is later than ours. Ends after `until` seconds in any case.
    """
    began = time.monotonic()
    took = None
    while time.monotonic() - began < job["until"]:
        now = datetime.now(UTC) + timedelta(seconds=job["ahead"])
        reconciling.run_due(now)
        if not Intent.objects.filter(state__in=OPEN).exists():
            took = time.monotonic() - began if took is None else took
            break
        time.sleep(PAUSE)
    if job["sweep"]:
        _sweep(datetime.now(UTC) + timedelta(seconds=job["ahead"]))
    return time.monotonic() - began if took is None else took


def tend(job: dict[str, Any]) -> bool:
    """Run what is due, over and over, until the file `stop` is there: the worker beside the web processes."""
    stop = Path(job["stop"])
    while not stop.exists():
        reconciling.run_due(datetime.now(UTC))
        time.sleep(PAUSE)
    return True


def _sweep(now: datetime) -> None:
    """Look once after everything that is watched, as the hours to come would."""
    later = now + reconciling.SWEEP_LAST
    watched = Intent.objects.filter(watch_until__gt=later).count()
    for _ in range(1 + watched // reconciling.MOST):
        reconciling.sweep(later)


def dump(job: dict[str, Any]) -> dict[str, Any]:
    """Our ledger for the checker, and how many deadlocks PostgreSQL has seen."""
    return {**ledger_dump(), "deadlocks": _deadlocks()}


def _deadlocks() -> int:
    if database.vendor != "postgresql":
        return 0
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
