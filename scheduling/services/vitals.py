"""What our own machinery tells of itself: the beat of the worker, and how the API answered in the last hour.

Kept in the database, since several processes serve pages and none of them sees what the others do. Each process counts
its own calls and adds them up there every CALLS_KEPT_EVERY seconds; what is not added yet is added with the next call.
"""

import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError

from scheduling.vitals.models import Beat, CallMinute
from scheduling.welkin import Call

from .own_connection import OwnConnection

log = structlog.get_logger("daybook.api")

WORKER = "worker"
# The longest gap between two pieces of due work is a minute, and one of them may take another.
WORKER_RECENT = timedelta(minutes=3)
# Upper bounds of the time that a call took, in milliseconds; the last one takes whatever is longer.
BOUNDS = (25, 50, 100, 200, 350, 500, 750, 1000, 1500, 2000, 4000, 8000, 60_000)
KEEP_MINUTES = 24 * 60

TABLE = CallMinute._meta.db_table
ADD = (
    f"INSERT INTO {TABLE} (minute, within, failed, calls) VALUES (%s, %s, %s, %s) "  # noqa: S608  our own names
    f"ON CONFLICT (minute, within, failed) DO UPDATE SET calls = {TABLE}.calls + excluded.calls"
)

Rows = Mapping[tuple[int, int, bool], int]


def beat(now: datetime, part: str = WORKER) -> None:
    """Tell that this part of Daybook is at work. Raises DatabaseError."""
    Beat.objects.update_or_create(part=part, defaults={"at": now})


def beat_age(now: datetime, part: str = WORKER) -> timedelta | None:
    """How long ago this part last told that it is at work; None where it never did. Raises DatabaseError."""
    at = Beat.objects.filter(part=part).values_list("at", flat=True).first()
    return None if at is None else max(now - at, timedelta(0))


def is_failure(call: Call) -> bool:
    """Whether the API did not do its part: no answer, broken, or too busy. A refusal is an answer."""
    return call.status is None or call.status >= 500 or call.status == 429


class CallTally:
    """The calls of this process that are not in the database yet. Thread-safe."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock, self._adding = threading.Lock(), threading.Lock()
        self._calls: Counter[tuple[int, int, bool]] = Counter()
        self._own = OwnConnection()
        self._kept_at = time.monotonic()

    def forget(self) -> None:
        """A child process begins without what its parent counted."""
        self._begin()

    def note(self, call: Call) -> None:
        """Count one exchange, and now and then add up what was counted."""
        bound = BOUNDS[min(bisect_left(BOUNDS, call.seconds * 1000), len(BOUNDS) - 1)]
        with self._lock:
            self._calls[int(time.time() // 60), bound, is_failure(call)] += 1
        if settings.CALLS_KEPT_EVERY and time.monotonic() - self._kept_at >= settings.CALLS_KEPT_EVERY:
            self.keep()

    def keep(self) -> None:
        """Add what was counted to the rows of all processes; what the database does not take now it gets later."""
        if not settings.CALLS_KEPT_EVERY or not self._adding.acquire(blocking=False):
            return
        try:
            self._kept_at = time.monotonic()
            with self._lock:
                counted, self._calls = self._calls, Counter()
            self._add(counted)
        finally:
            self._adding.release()

    def _add(self, counted: Rows) -> None:
        if not counted:
            return
        try:
            with self._own.transaction() as cursor:
                cursor.executemany(ADD, [(*key, calls) for key, calls in sorted(counted.items())])
        except DatabaseError as failure:
            log.warning("calls_not_kept", exception_type=type(failure).__name__)
            with self._lock:
                self._calls.update(counted)


tally = CallTally()
os.register_at_fork(after_in_child=tally.forget)


def forget(now: datetime) -> int:
    """Delete the minutes that nobody asks for any more."""
    return CallMinute.objects.filter(minute__lt=_minute(now) - KEEP_MINUTES).delete()[0]


@dataclass(frozen=True, slots=True)
class Answers:
    """How the API answered in some time: times are upper bounds in milliseconds, None where nothing was asked."""

    calls: int
    failed: int
    half_within: int | None
    most_within: int | None

    @property
    def failed_share(self) -> float:
        """Per cent of the calls."""
        return 100 * self.failed / self.calls if self.calls else 0.0


def answers(now: datetime, minutes: int = 60) -> Answers:
    """The calls of all processes in the last minutes, this one's own included. Raises DatabaseError."""
    tally.keep()
    within: Counter[int] = Counter()
    failed = 0
    rows = CallMinute.objects.filter(minute__gt=_minute(now) - minutes, minute__lte=_minute(now))
    for bound, bad, calls in rows.values_list("within", "failed", "calls"):
        within[bound] += calls
        failed += calls * bad
    return Answers(within.total(), failed, percentile(within, 50), percentile(within, 95))


def percentile(within: Mapping[int, int], share: int) -> int | None:
    """The bound within which so many per cent of the calls ended; None for no call."""
    wanted, seen = sum(within.values()) * share / 100, 0
    for bound in sorted(within):
        seen += within[bound]
        if seen >= wanted:
            return bound
    return None


def _minute(now: datetime) -> int:
    return int(now.timestamp() // 60)
