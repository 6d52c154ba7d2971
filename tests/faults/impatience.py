"""Clients with little patience, so that a test of a slow API does not last: the rules are those of every client."""

import threading
from dataclasses import replace
from typing import Any

from scheduling.welkin import Call, Client, Credentials, Policy, Runtime
from tests.sandbox_fixture import Sandbox

# Long enough for an answer on a busy machine. The breaker has tests of its own; here every call is to be seen.
IMPATIENT = Policy(
    read_deadline=2.0, write_deadline=2.0, backoff_base=0.01, backoff_limit=0.02, breaker_failures=1_000_000
)
HURRIED = replace(IMPATIENT, read_deadline=0.7, write_deadline=0.7)
"""For calls that get no answer anyway."""


def credentials_of(place: Sandbox) -> Credentials:
    return Credentials(place.url, place.tenant, place.instance, place.client, place.secret)


def client_of(place: Sandbox, policy: Policy = IMPATIENT, **more: Any) -> Client:
    """A client of a tenant; `calls` is what it observed, in order."""
    return Client(credentials_of(place), policy=policy, **more)


class Clock:
    """A clock that runs with the real one and can be put forward; sleeping puts it forward instead of waiting."""

    def __init__(self) -> None:
        self._real = Runtime()
        self._ahead = 0.0
        self._lock = threading.Lock()
        self.naps: list[float] = []

    def forward(self, seconds: float) -> None:
        with self._lock:
            self._ahead += seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.forward(seconds)

    def runtime(self) -> Runtime:
        return Runtime(
            clock=lambda: self._real.clock() + self._ahead,
            wall=lambda: self._real.wall() + self._ahead,
            sleep=self.sleep,
            random=lambda: 0.5,
        )


class Calls(list[Call]):
    """What a client told of its exchanges."""

    def of(self, method: str = "", ending: str = "") -> list[Call]:
        return [call for call in self if method in ("", call.method) and call.route.endswith(ending)]
