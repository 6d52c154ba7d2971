"""A client on a made-up address, answered by `responses`, with a clock that only moves when told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import responses

from scheduling.welkin import Client, Credentials, Policy, Runtime

RECORDED = Path(__file__).parent.parent / "recorded"
ROOT = "https://api.example"
TOKEN_URL = f"{ROOT}/harbor/admin/api_clients/DAYBOOK"
USERS_URL = f"{ROOT}/harbor/admin/users"
EVENTS_URL = f"{ROOT}/harbor/clinic/calendar/events"
HOURS_URL = f"{ROOT}/harbor/clinic/calendar/work-hours"
PATIENTS_URL = f"{ROOT}/harbor/clinic/patients"
SECRET = "a-very-secret-word"


def recorded(name: str) -> list[dict]:
    """The exchanges of one recorded file."""
    return json.loads((RECORDED / f"{name}.json").read_text())


class Time:
    """A clock that stands still; sleeping moves it, and so does every look at it where `tick` is set."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 1000.0
        self.tick = tick
        self.naps: list[float] = []

    def clock(self) -> float:
        self.now += self.tick
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def runtime(self, dice: float = 0.5) -> Runtime:
        return Runtime(clock=self.clock, wall=lambda: 1_800_000_000 + self.now, sleep=self.sleep, random=lambda: dice)


def credentials(url: str = ROOT) -> Credentials:
    return Credentials(url, "harbor", "clinic", "DAYBOOK", SECRET)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    """The wire. The token call is answered; everything else a test adds itself."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.add("POST", TOKEN_URL, json={"clientName": "DAYBOOK", "token": "opaque", "enabled": True})
        yield wire


@pytest.fixture
def client(api: responses.RequestsMock, time: Time) -> Iterator[Client]:
    with Client(credentials(), policy=Policy(), runtime=time.runtime()) as made:
        yield made


def sent(api: responses.RequestsMock, path: str = "") -> list[str]:
    """`METHOD url` of all requests but the token's whose address has the path in it."""
    calls = [(call.request.method, str(call.request.url)) for call in api.calls]
    return [f"{method} {url}" for method, url in calls if "api_clients" not in url and path in url]
