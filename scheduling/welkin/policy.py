"""How patient the client is, in one place, and the outside world it leans on (clock, sleep, dice)."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Timeout


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of every call. Times are in seconds. Figures from reliability 1.2 and 2.1, design 6 and performance D."""

    read_deadline: float = 4.0
    write_deadline: float = 8.0
    write_share: float = 0.25
    """A change is sent only while this share of `write_deadline` is left for it: one that is cut short has an unknown
    outcome, one that was not sent can be sent again."""
    connect_timeout: float = 2.0
    attempts: int = 3
    backoff_base: float = 0.1
    backoff_limit: float = 2.0
    wait_limit: float = 5.0
    """The longest Retry-After that is waited for; a longer one is handed to the caller."""
    retry_after_limit: float = 60.0
    """What a Retry-After is cut to: a header of 10^9 must not switch the client off."""
    bucket_capacity: int = 500
    retry_cost: int = 5
    timeout_cost: int = 10
    connections: int = 16
    places: int = 16
    """How many threads may sit in calls at once (places.py). The dashboard gives half of its own."""
    slow_after: float = 1.0
    """A call that lasts longer holds its place against others."""
    page_size: int = 1000
    max_pages: int = 1000
    max_rows: int = 100_000
    ids_per_query: int = 80
    days_per_query: int = 62
    ca_bundle: str | None = None
    """A file of certificates to trust instead of the usual ones; the environment is not asked."""
    body_limit: int = 32 * 1024 * 1024
    breaker_failures: int = 5
    breaker_pause: float = 5.0
    renew_before: float = 60.0
    token_lifetime: float = 3600.0
    """Assumed for a token that does not say when it ends."""
    refusal_pause: float = 10.0
    """How long a refused secret or a token refused when fresh is believed, so that no loop of callers is blocked
    for asking too often (welkin-api 2: 100 token calls in 5 minutes)."""

    @property
    def write_needs(self) -> float:
        """Seconds that must be left for a change to be sent."""
        return self.write_deadline * self.write_share


@dataclass(frozen=True, slots=True)
class Runtime:
    """The clock (monotonic seconds), the wall clock (epoch seconds), sleep and dice; tests put their own here."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment a whole call must be over, whatever it consists of."""

    ends: float
    clock: Callable[[], float] = field(repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float]) -> "Deadline":
        return cls(clock() + seconds, clock)

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.ends - self.clock())

    def check(self) -> None:
        """Raises Timeout when there is no time left."""
        if self.remaining() <= 0:
            raise Timeout("deadline passed")
