"""Costly routes are answered only so often for each login: bursts, other logins, the next minute, the cache away."""

import time
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client as Browser
from django.urls import get_resolver

from scheduling import caching
from scheduling.accounts.roles import Role
from scheduling.web import limits
from scheduling.web.limits import ROUTES, Cost
from tests.clinic_fixture import Office
from tests.test_caching import Server
from tests.test_caching import server as server
from tests.web.test_headers import patterns

NOW = 1_800_000_000.0
MOST = 3


@pytest.fixture(autouse=True)
def low(settings: Any) -> None:
    """Three a minute, and nothing asked before."""
    settings.RATE_LIMITS = dict.fromkeys(Cost, MOST)
    for kept in (caches["default"], limits._here, LocMemCache("redis-is-away", {})):
        kept.clear()


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The burst does not run into the next minute."""
    monkeypatch.setattr(time, "time", lambda: NOW)


def burst(account: int = 1, cost: Cost = Cost.FIND, now: float = NOW, count: int = MOST + 2) -> list[int]:
    return [limits.wait(cost, account, now) for _ in range(count)]


def test_after_the_last_one_it_tells_how_long_to_wait() -> None:
    assert burst(now=NOW + 10) == [0, 0, 0, 50 - int(NOW) % 60, 50 - int(NOW) % 60]


OTHERS: dict[str, dict[str, Any]] = {
    "another login": {"account": 2},
    "another cost": {"cost": Cost.EXPORT},
    "the next minute": {"now": NOW + 60},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_each_counts_for_itself(other: dict[str, Any]) -> None:
    burst()
    assert burst(**other, count=MOST) == [0] * MOST


def test_a_cache_that_keeps_nothing_does_not_open_the_door(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert burst() == [0, 0, 0, 60, 60]


def redis(server: Server) -> dict[str, Any]:
    return {"default": {"BACKEND": "scheduling.caching.RedisOrLocal", "LOCATION": f"redis://127.0.0.1:{server.port}/1"}}


@pytest.mark.redis
def test_processes_count_together(server: Server, settings: Any) -> None:
    found = []
    for _ in range(MOST + 2):
        settings.CACHES = redis(server)  # each time a cache of its own, as another process has
        found += burst(count=1)

    assert found == [0, 0, 0, 60, 60]


@pytest.mark.redis
def test_without_redis_a_process_counts_for_itself(server: Server, settings: Any) -> None:
    settings.CACHES = redis(server)
    server.stop()

    assert burst() == [0, 0, 0, 60, 60]


@pytest.mark.redis
def test_redis_that_goes_away_in_a_burst_does_not_open_the_door(
    server: Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "AWAY_SECONDS", 0.0)
    settings.CACHES = redis(server)
    burst(count=MOST)
    server.stop()

    assert [bool(seconds) for seconds in burst(count=MOST + 2)] == [False] * MOST + [True] * 2


def test_every_limited_route_is_there() -> None:
    assert {pattern.name for pattern in patterns(get_resolver())} >= set(ROUTES)


# Role, address, what is sent by POST (None: a GET).
COSTLY: dict[str, tuple[Role, str, dict[str, str] | None]] = {
    "search": (Role.COORDINATOR, "/search/", {"q": "Quackenbush"}),
    "patients": (Role.COORDINATOR, "/patients/find/", {"q": "Quackenbush"}),
    "find": (Role.COORDINATOR, "/find/", None),
    "utilisation": (Role.MANAGER, "/utilisation/", None),
    "the report": (Role.MANAGER, "/utilisation/report/", None),
    "a file": (Role.MANAGER, "/utilisation/report/file.csv", None),
}


@pytest.mark.parametrize(("role", "address", "typed"), COSTLY.values(), ids=COSTLY)
def test_a_burst_is_told_to_wait(
    office: Office, one_minute: None, make_account: Any, sign_in: Any, role: Role, address: str, typed: Any
) -> None:
    browser: Browser = sign_in(make_account(role, timezone="America/New_York"))

    answers = [browser.post(address, typed) if typed else browser.get(address) for _ in range(MOST + 1)]

    assert [answer.status_code == 429 for answer in answers] == [False] * MOST + [True]
    page = answers[-1].content.decode()
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Ask again in 60 seconds. What you typed is kept." in page
    assert page.count('value="Quackenbush"') == (1 if typed else 0)
    assert sign_in(make_account(role)).get("/people/").status_code == 200


def test_a_part_says_so_and_leaves_the_page(office: Office, one_minute: None) -> None:
    for _ in range(MOST):
        office.browser.get("/find/")

    answer = office.browser.get("/find/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "data-notice>Ask again in 60 seconds." in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_what_costs_little_is_not_counted(office: Office, one_minute: None) -> None:
    assert [office.browser.get("/people/").status_code for _ in range(3 * MOST)] == [200] * 3 * MOST
