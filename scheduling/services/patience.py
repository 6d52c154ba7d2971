"""How often a write of our own tables is tried: what the database says, as typed answers (faults F54 to F56, F58).

PostgreSQL ends one of two that wait for each other, and a wait for a lock that lasts too long. Nothing was written
then, and trying again is right: a few times, at random moments. SQLite has waited out its busy timeout before it gives
up, so there it is not tried again.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError

from .notsent import LedgerBusy

log = structlog.get_logger("daybook.ledger")

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
PAUSE = 0.05
LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION = "55P03", "40P01", "40001"
PASSING = frozenset({LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION})
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
# The constraint under the locks (migration 0003): whoever meets it looks again and then sees the other claim.
GUARD = "claim_overlap"


def is_passing(error: Exception) -> bool:
    """Whether the database only asks to try again."""
    if isinstance(error, IntegrityError):
        return GUARD in str(error)
    return getattr(error.__cause__, "sqlstate", None) in PASSING


def is_busy(error: Exception) -> bool:
    """Whether the database only did not take it in time: no mistake of ours, nothing missing or broken."""
    told = getattr(error.__cause__, "sqlite_errorname", "")
    return isinstance(error, OperationalError) and (
        is_passing(error) or told.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    )


def patiently(write: Callable[P, T]) -> Callable[P, T]:
    """A function that is one transaction of our own tables: tried again where that helps.

    Raises LedgerBusy where the database still did not take it, and what `write` itself raises.
    """

    @wraps(write)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        for number in range(1, TRIES + 1):
            try:
                return write(*args, **kwargs)
            except (OperationalError, InterfaceError, IntegrityError) as error:
                again = is_passing(error)
                if isinstance(error, IntegrityError) and not again:
                    raise
                log.warning("ledger_busy", exception_type=type(error).__name__, attempt=number)
                if not again or number == TRIES:
                    raise LedgerBusy("the database did not take it") from None
            time.sleep(PAUSE * number * random.random())  # noqa: S311  spreads those who met, keeps no secret
        raise AssertionError("unreachable")

    return tried
