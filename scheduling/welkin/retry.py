"""When to try again: the bucket that pays for retries, the jitter, and how Retry-After is read."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime


class RetryBucket:
    """Pays for retries, so that a lasting outage is not made worse by them (reliability 1.2, the AWS figures).

    Every retry takes from it; a call that succeeds gives back what its retries took, or one where it took none.
    Empty means: fail at once.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = self._level = capacity
        self._lock = threading.Lock()

    @property
    def level(self) -> int:
        return self._level

    def take(self, cost: int) -> bool:
        """Pays for one retry; False where there is not enough left."""
        with self._lock:
            if self._level < cost:
                return False
            self._level -= cost
            return True

    def give_back(self, taken: int) -> None:
        with self._lock:
            self._level = min(self._capacity, self._level + max(taken, 1))


class Hold:
    """Until when the API wants to be left alone by all threads. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def wait(self) -> float:
        """Seconds from now, 0 when anybody may ask."""
        return max(0.0, self._until - self._clock())

    def until(self, seconds: float | None) -> None:
        """The API asked for so many seconds; a shorter wish does not end a longer one. None: it said nothing."""
        with self._lock:
            self._until = max(self._until, self._clock() + (seconds or 0.0))


class Tally:
    """How many exchanges there were in the last 60 seconds of `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        self._lock = threading.Lock()

    def count(self) -> None:
        with self._lock:
            self._sent.append(self._clock())
            self._forget()

    @property
    def last_minute(self) -> int:
        with self._lock:
            self._forget()
            return len(self._sent)

    def _forget(self) -> None:
        while self._sent and self._sent[0] <= self._clock() - 60:
            self._sent.popleft()


def backoff(attempt: int, *, base: float, limit: float, dice: Callable[[], float]) -> float:
    """Seconds to wait before retry number `attempt` (from 0): full jitter below a doubling bound."""
    return dice() * min(limit, base * 2**attempt)


def retry_after(header: str | None, *, now: float, limit: float) -> float | None:
    """Seconds a Retry-After header asks for, cut to `limit`; `now` is epoch seconds.

    Both forms are read. None for no header, for garbage and for a time that is past.
    """
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        seconds = float(text[:12])
    else:
        try:
            moment = parsedate_to_datetime(text)
            seconds = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return min(seconds, limit) if seconds > 0 else None
