"""The bulkhead: how many threads of this process may sit in calls of the API at once (reliability 4.2 D).

A thread that waits for the API serves nobody else. So there are only so many places (half of the threads of the web
server), and a slow API never takes all of them. While the API is prompt a place is free again in a moment, and one
more caller waits for it; once the calls in most places have lasted long, whoever comes is sent away at once, and so
are those who wait.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import HeldBack
from .policy import Deadline


class Places:
    """`limit` places; a call older than `slow_after` seconds is slow. `clock` is monotonic seconds."""

    def __init__(self, limit: int, slow_after: float, clock: Callable[[], float]) -> None:
        self._limit, self._slow_after, self._clock = limit, slow_after, clock
        self._taken: dict[object, float] = {}
        self._change = threading.Condition()

    @property
    def taken(self) -> int:
        return len(self._taken)

    @property
    def limit(self) -> int:
        return self._limit

    @contextmanager
    def one(self, deadline: Deadline) -> Iterator[None]:
        """A place for the length of the block. Raises HeldBack: nothing has been sent then."""
        token = object()
        self._enter(token, deadline)
        try:
            yield
        finally:
            with self._change:
                del self._taken[token]
                self._change.notify()

    def _enter(self, token: object, deadline: Deadline) -> None:
        with self._change:
            while len(self._taken) >= self._limit:
                patience = min(self._until_stalled(), deadline.remaining())
                if patience <= 0:
                    raise HeldBack("too many calls wait for the API").after(self._slow_after)
                self._change.wait(patience)
            self._taken[token] = self._clock()

    def _until_stalled(self) -> float:
        """Seconds until half of the places are held by slow calls; the lock is held."""
        begun = sorted(self._taken.values())
        middle = begun[(len(begun) - 1) // 2]
        return middle + self._slow_after - self._clock()
