"""What bounds a call from outside: the time that a whole piece of work has left, and who else calls the API.

A page makes several calls one after the other. Each has its own deadline by its class (policy.py), but together they
must not take longer than the page may: whoever begins the work says `within(seconds)`, and every call below it, in
whatever service, gets no more than what is left of that.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from .policy import Deadline

_whole: ContextVar[Deadline | None] = ContextVar("whole_deadline", default=None)


@contextmanager
def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Every call made inside the block, by any client, ends within so many seconds from now.

    Blocks may stand in one another: an inner one can only shorten what the outer one left. `clock`: monotonic seconds.
    """
    left = time_left()
    mark = _whole.set(Deadline.after(seconds if left is None else min(seconds, left), clock))
    try:
        yield
    finally:
        _whole.reset(mark)


def time_left() -> float | None:
    """Seconds until the innermost `within` ends, never below zero; None outside of any."""
    whole = _whole.get()
    return None if whole is None else whole.remaining()


class Limiter(Protocol):
    """Keeps all who use one API key below what the API allows it. Thread-safe; it does not sleep and does not raise."""

    def take(self, *, urgent: bool) -> float:
        """Take one exchange: 0 when it may be sent now, else the seconds after which to ask again.

        `urgent` ones (changes, and the token without which none is made) may use what is kept back from reads.
        """
        ...

    def told(self, seconds: float) -> None:
        """The API says that there were too many calls, and when to come back: to be told to all who share the key."""
        ...


class Unlimited:
    """For an API that counts nobody's calls."""

    def take(self, *, urgent: bool) -> float:
        """Always 0."""
        return 0.0

    def told(self, seconds: float) -> None:
        """Nobody else is told."""
