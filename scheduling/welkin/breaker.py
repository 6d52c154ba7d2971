"""Refuses calls at once while the API is down, and lets one through now and then to see whether it is back."""

import threading
from collections.abc import Callable

import pybreaker

from .errors import HeldBack, OutOfTime, Unavailable, Unknown, Unreachable, WelkinError

_OUTAGE = (Unreachable, Unavailable, Unknown)
_UNSENT = (HeldBack, OutOfTime)


class Breaker:
    """pybreaker as the state machine, with our own door in front.

    pybreaker holds its lock for as long as the guarded function runs, which would send our parallel pages out one by
    one, and its clock cannot be set. So it is only told outcomes; when to let a probe through is decided here: one
    every `pause` seconds.
    """

    def __init__(self, failures: int, pause: float, clock: Callable[[], float]) -> None:
        self._machine = pybreaker.CircuitBreaker(fail_max=failures, reset_timeout=0)
        self._pause = pause
        self._clock = clock
        self._probe_at = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._machine.current_state == pybreaker.STATE_OPEN

    @property
    def probe_in(self) -> float | None:
        """Seconds until a call is let through to see whether the API is back; None while all are."""
        return max(0.0, self._probe_at - self._clock()) if self.is_open else None

    def admit(self) -> None:
        """Lets the call pass or raises Unavailable with the seconds until the next probe."""
        if not self.is_open:
            return
        with self._lock:
            wait = self._probe_at - self._clock()
            if wait > 0:
                raise Unavailable("circuit open").after(wait)
            self._probe_at = self._clock() + self._pause

    def trip(self) -> None:
        """Opens it whatever the count: the retry bucket has run dry."""
        self._machine.open()
        self._shut()

    def record(self, failure: WelkinError | None) -> None:
        """Tells how a call ended. Only outages count: a refusal is an answer. What was never sent tells nothing."""
        if isinstance(failure, _UNSENT):
            return
        try:
            self._machine.call(_outcome, _is_outage(failure))
        except (_OutageError, pybreaker.CircuitBreakerError):
            if self.is_open:
                self._shut()

    def _shut(self) -> None:
        with self._lock:
            self._probe_at = self._clock() + self._pause


class _OutageError(Exception):
    """Tells the state machine of a failure; never leaves this file."""


def _outcome(outage: bool) -> None:
    if outage:
        raise _OutageError


def _is_outage(failure: WelkinError | None) -> bool:
    if isinstance(failure, Unavailable):
        return failure.status != 429
    return isinstance(failure, _OUTAGE)
