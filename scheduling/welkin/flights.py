"""Identical reads that are under way at the same time are made once (design 6).

A read that joins another one gets what that one brought. It may have begun a moment earlier; whoever must know how
things are now asks for a `fresh` one, which joins nobody, and no read that begins after a change of ours joins one
from before it.
"""

import copy
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .errors import Timeout, WelkinError
from .policy import Deadline

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Flight(Generic[T]):
    """One read under way. When it is over it has `landed` or has a `failure`; neither after a mistake of ours."""

    over: threading.Event = field(default_factory=threading.Event)
    landed: tuple[T] | None = None
    failure: WelkinError | None = None


class Flights:
    """The reads of one client that are under way, by what they ask for. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, _Flight[Any]] = {}

    def share(self, key: Hashable, read: Callable[[], T], deadline: Deadline, *, fresh: bool) -> T:
        """What `read` brings, or what the same read of somebody else brings who began before.

        Each waits until its own deadline. An error is told to all who waited, each with a copy of its own; but where
        the other one only ran out of its time, whoever has some left asks on.
        """
        flight: _Flight[T]
        while True:
            flight, own = self._board(key, fresh=fresh)
            if own:
                return self._fly(key, flight, read)
            if not flight.over.wait(deadline.remaining()):
                raise Timeout("the same read of another caller did not end within the deadline")
            if flight.landed is not None:
                return flight.landed[0]
            if flight.failure is not None and not isinstance(flight.failure, Timeout):
                raise copy.copy(flight.failure)

    def forget(self) -> None:
        """A change was sent: what is under way may have been read before it, and nobody joins it any more."""
        with self._lock:
            self._under_way.clear()

    def _board(self, key: Hashable, *, fresh: bool) -> tuple[_Flight[T], bool]:
        """The read to wait for, or a new one that the caller must make itself."""
        with self._lock:
            flight: _Flight[T] | None = None if fresh else self._under_way.get(key)
            own = flight is None
            if flight is None:
                flight = self._under_way[key] = _Flight()
            return flight, own

    def _fly(self, key: Hashable, flight: _Flight[T], read: Callable[[], T]) -> T:
        try:
            landed = read()
            flight.landed = (landed,)
            return landed
        except WelkinError as failure:
            flight.failure = copy.copy(failure)
            raise
        finally:
            with self._lock:
                if self._under_way.get(key) is flight:
                    del self._under_way[key]
            flight.over.set()
