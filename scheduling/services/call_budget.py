"""Keeps the whole fleet below what the API allows for each minute: one counter that all processes share.

A minute is cut into ten parts with a tenth of the calls each, so that however the API cuts its minutes no sixty seconds
hold more than eleven tenths, and whoever comes too late waits for seconds. A process takes calls from the counter in
small portions, so that most of them ask nobody. The last fifth of each part is for changes (and for the token, without
which there are none): they go before reads. Where the counter cannot be asked, a process goes on with its share of the
fleet, and never with more (F57).
"""

import hashlib
import threading
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError
from django.db.models import Sum

from scheduling.ledger.models import CallBudget
from scheduling.welkin import Credentials

from .own_connection import OwnConnection

log = structlog.get_logger("daybook.api")

PARTS = 10
PART_SECONDS = 60 / PARTS
KEPT_FOR_CHANGES = 5
PORTIONS = 20
# How many processes are thought to share the calls while none can ask how many there are.
FLEET = 8
KEEP_PARTS = 2 * PARTS

TABLE = CallBudget._meta.db_table
ADD = f"INSERT INTO {TABLE} (key, period, taken) VALUES (%s, %s, 0) ON CONFLICT (key, period) DO NOTHING"  # noqa: S608
TAKE = f"UPDATE {TABLE} SET taken = taken + %s WHERE key = %s AND period = %s AND taken + %s <= %s"  # noqa: S608
FILL = (
    f"INSERT INTO {TABLE} (key, period, taken) VALUES (%s, %s, %s) "  # noqa: S608
    "ON CONFLICT (key, period) DO UPDATE SET taken = excluded.taken"
)
FORGET = f"DELETE FROM {TABLE} WHERE key = %s AND period < %s"  # noqa: S608


def key_of(chosen: Credentials) -> str:
    """The API counts the calls of each key: what stands for it in our tables, without the secret."""
    return hashlib.sha256("\n".join((chosen.url, chosen.tenant, chosen.client)).encode()).hexdigest()


class Counter(OwnConnection):
    """The row of each part, through a connection of its own.

    A call may be made inside somebody's open transaction: there a lease would be rolled back with it, or wait for it.
    One thread at a time (the budget's lock sees to it); `lease` raises DatabaseError.
    """

    def lease(self, key: str, part: int, calls: int, ceiling: int) -> bool:
        """Take so many calls of this part, if no more than `ceiling` are taken then: one short transaction."""
        with self.transaction() as cursor:
            cursor.execute(ADD, [key, part])
            if cursor.rowcount == 1:
                cursor.execute(FORGET, [key, part - KEEP_PARTS])
            cursor.execute(TAKE, [calls, key, part, calls, ceiling])
            return bool(cursor.rowcount == 1)

    def fill(self, key: str, parts: range, share: int) -> None:
        """Nothing is left of these parts, for anybody."""
        with self.transaction() as cursor:
            for part in parts:
                cursor.execute(FILL, [key, part, share])


class FleetBudget:
    """The `Limiter` of one process for one API key. `wall` is epoch seconds, the same for all who share the key."""

    def __init__(
        self,
        key: str,
        per_minute: int,
        *,
        counter: Counter | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._key, self._wall, self._counter = key, wall, counter or Counter()
        self._share = max(1, per_minute // PARTS)
        self._for_reads = max(1, self._share - self._share // KEPT_FOR_CHANGES)
        self._portion = max(1, self._share // PORTIONS)
        self._lock = threading.Lock()
        self._part = -1
        self._left = self._used = 0
        self._spent = self._alone = False

    def take(self, *, urgent: bool) -> float:
        """One call: 0 when it may be made now, else the seconds until the next part begins."""
        with self._lock:
            now = self._wall()
            self._turn(int(now // PART_SECONDS))
            if not self._left:
                self._left = self._more(urgent=urgent)
            if not self._left:
                return max(0.001, (self._part + 1) * PART_SECONDS - now)
            self._left -= 1
            self._used += 1
            return 0.0

    def told(self, seconds: float) -> None:
        """Nobody takes any call of the parts that begin within so many seconds, beyond the portions that are out."""
        with self._lock:
            now = self._wall()
            first, last = int(now // PART_SECONDS), int((now + seconds) // PART_SECONDS)
            try:
                self._counter.fill(self._key, range(first, last + 1), self._share)
            except DatabaseError as failure:  # then each process is told by the API itself
                log.warning("call_budget_alone", exception_type=type(failure).__name__)

    def close(self) -> None:
        self._counter.close()

    def _turn(self, part: int) -> None:
        """In a new part nothing is left of the last one."""
        if part != self._part:
            self._part, self._left, self._used, self._spent, self._alone = part, 0, 0, False, False

    def _more(self, *, urgent: bool) -> int:
        """A portion for anybody, else for a change one of those that are kept back; 0 when all is spent."""
        if self._alone:
            return self._own_share(urgent=urgent)
        try:
            if not self._spent and self._lease(self._portion, self._for_reads):
                return self._portion
            self._spent = True
            return int(urgent and self._lease(1, self._share))
        except DatabaseError as failure:
            log.warning("call_budget_alone", exception_type=type(failure).__name__)
            self._alone = True
            return self._own_share(urgent=urgent)

    def _lease(self, calls: int, ceiling: int) -> bool:
        return self._counter.lease(self._key, self._part, calls, ceiling)

    def _own_share(self, *, urgent: bool) -> int:
        """One call of this process's share of the fleet, until the next part asks the counter again."""
        most = (self._share if urgent else self._for_reads) // FLEET
        return int(self._used < max(1, most))


def taken_lately(key: str, now: float) -> int:
    """How many calls the fleet has taken in the last ten parts (about a minute): one query."""
    part = int(now // PART_SECONDS)
    return (
        CallBudget.objects.filter(key=key, period__range=(part - PARTS + 1, part)).aggregate(all=Sum("taken"))["all"]
        or 0
    )
