"""Redis away, slow, back and empty (F57): nobody gets a server error, and the limits of signing in still count.

Regressions: suitenumerique/conversations #721, jazzband/django-redis #57 and #6, sebleier/django-redis-cache #143.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from redis import Redis
from redis.exceptions import RedisError

from scheduling import caching
from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.caching import RedisOrLocal

pytestmark = pytest.mark.redis


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """An own Redis on loopback that can be stopped, started again empty, and made to hang."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port, self._program, self._folder = free_port(), program, folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        asked = Redis(port=self.port)
        for _ in range(200):
            try:
                asked.ping()
                return
            except RedisError:
                time.sleep(0.02)
        raise RuntimeError("redis-server did not start")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    own = Server(program, tmp_path)
    own.start()
    yield own
    own.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is asked again at once."""
    monkeypatch.setattr(caching, "AWAY_SECONDS", 0.0)


def cache_on(server: Server) -> RedisOrLocal:
    cache = RedisOrLocal(f"redis://127.0.0.1:{server.port}/1", {})
    cache.clear()
    return cache


OPERATIONS: dict[str, Any] = {
    "add": lambda cache: (cache.add("n", 1), cache.add("n", 2), cache.get("n")),
    "get": lambda cache: (cache.get("n"), cache.get("n", 5)),
    "set and touch": lambda cache: (cache.set("n", 1), cache.touch("n", 60), cache.touch("m", 60)),
    "many": lambda cache: (cache.set_many({"n": 1, "m": 2}), cache.get_many(["n", "m", "o"]), cache.has_key("m")),
    "delete": lambda cache: (cache.set("n", 1), cache.delete("n"), cache.delete("n"), cache.delete_many(["n"])),
    "count": lambda cache: (cache.set("n", 1), cache.incr("n"), cache.decr("n"), cache.get_or_set("o", 3)),
}


@pytest.mark.parametrize("operate", OPERATIONS.values(), ids=OPERATIONS)
def test_f57_away_it_answers_as_there(server: Server, impatient: None, operate: Any) -> None:
    there = operate(cache_on(server))

    cache = cache_on(server)
    server.stop()
    away = operate(cache)

    assert away == there


def test_without_the_fallback_it_would_raise(server: Server) -> None:
    server.stop()

    with pytest.raises(RedisError):
        RedisCache(f"redis://127.0.0.1:{server.port}/1", {}).get("n")


def test_f57_started_again_it_is_used_again(server: Server, impatient: None) -> None:
    cache = cache_on(server)
    server.stop()
    cache.set("n", 1)
    server.start()

    assert cache.get("n") is None
    cache.set("n", 2)
    assert (Redis(port=server.port, db=1).dbsize(), cache.get("n")) == (1, 2)


def test_while_it_is_away_nobody_waits_for_it_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, asked = cache_on(server), []
    get = RedisCache.get
    monkeypatch.setattr(RedisCache, "get", lambda *args, **more: asked.append(1) or get(*args, **more))
    server.stop()

    for _ in range(5):
        cache.get("n")

    assert len(asked) == 1


@pytest.mark.django_db
def test_f57_signing_in_works_and_is_limited_while_it_is_away(server: Server, settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "scheduling.caching.RedisOrLocal", "LOCATION": f"redis://127.0.0.1:{server.port}/1"}
    }
    caches["default"].clear()
    server.stop()
    Account.objects.create_user(username="cora", password="a long enough word", role=Role.COORDINATOR)
    browser = Client()

    statuses = [browser.post("/account/login/", {"login": "nobody", "password": "x"}).status_code for _ in range(40)]
    good = Client(REMOTE_ADDR="127.0.0.9").post("/account/login/", {"login": "cora", "password": "a long enough word"})

    assert {status for status in statuses if status >= 500} == set()
    limited = browser.post("/account/login/", {"login": "nobody", "password": "x"})
    assert limited.status_code == 429 or "Too many" in limited.content.decode()
    assert good.status_code == 302
