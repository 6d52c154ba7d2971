"""A stalled API behind the real server: at most half of its threads wait, and what needs no call is answered (F02)."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.browser.house import child, environment, free_ports
from tests.migrated import lay_out
from tests.sandbox_fixture import ROOT
from tests.welkin.rude import TOKEN

THREADS, PLACES, VISITORS = 8, 4, 16
SIGN_IN = """
import django; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from scheduling.accounts.models import Account
who = Account.objects.create_user(username="cora", password="a long enough word", role="coordinator")
kept = SessionStore()
kept.update({"_auth_user_id": str(who.pk), "_auth_user_hash": who.get_session_auth_hash(),
             "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend"})
kept.create()
print(kept.session_key)
"""


class Stalling(http.server.BaseHTTPRequestHandler):
    """Gives a token at once and no other answer until it is let go; counts whom it keeps waiting."""

    waiting = most = 0
    change: threading.Condition
    go: threading.Event

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(200, TOKEN)

    def do_GET(self) -> None:
        self._count(1)
        self.go.wait(60)
        self._count(-1)
        self._answer(503, b"")

    def _count(self, step: int) -> None:
        kind = type(self)
        with kind.change:
            kind.waiting += step
            kind.most = max(kind.most, kind.waiting)
            kind.change.notify_all()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):  # the dashboard has ended
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def stalling_api() -> Iterator[tuple[str, type[Stalling]]]:
    """Its address and its counts; let go at the end."""
    kind = type("Kind", (Stalling,), {"change": threading.Condition(), "go": threading.Event()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", kind
        finally:
            kind.go.set()
            server.shutdown()
            thread.join()


@dataclass
class Dashboard:
    """The running dashboard, somebody who is signed in, and what their pages came to."""

    url: str
    cookies: dict[str, str]
    answers: list[int] = field(default_factory=list)
    change: threading.Condition = field(default_factory=threading.Condition)
    threads: list[threading.Thread] = field(default_factory=list)

    def visit(self, count: int) -> None:
        """So many people open a page that needs the API, at once."""
        for _ in range(count):
            thread = threading.Thread(target=self._open)
            thread.start()
            self.threads.append(thread)

    def _open(self) -> None:
        # A visit each, for the same read of many would be made once.
        answer = requests.get(f"{self.url}/appointments/{uuid4()}/", cookies=self.cookies, timeout=120)
        with self.change:
            self.answers.append(answer.status_code)
            self.change.notify_all()

    def leave(self) -> None:
        for thread in self.threads:
            thread.join()


@contextmanager
def dashboard(folder: Path, api: str, **more: str) -> Iterator[Dashboard]:
    (port,) = free_ports(1)
    url, log = f"http://localhost:{port}", folder / "dashboard.log"
    given = {"WELKIN_URL": api, "WELKIN_TENANT": "t", "WELKIN_INSTANCE": "i", "WELKIN_CLIENT": "c"}
    env = environment(folder, port, **given, WELKIN_SECRET="s", **more)
    lay_out(folder / "daybook.sqlite3")
    command = ["manage.py", "collectstatic", "--noinput", "-v0", "--skip-checks"]
    subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=True)
    made = subprocess.run(
        [sys.executable, "-c", SIGN_IN], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    serve = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", str(THREADS)]
    with child([*serve, "--no-control-socket", "tests.web.stalling_app"], env, log, f"{url}/healthz"):
        yield Dashboard(url, {f"daybook-session-{port}": made.stdout.strip()})


def until(change: threading.Condition, so: object) -> None:
    with change:
        assert change.wait_for(so, timeout=60), "it did not come so far"  # type: ignore[arg-type]


def test_pages_that_need_no_call_are_answered_while_the_api_stalls(tmp_path: Path) -> None:
    with stalling_api() as (api, stalled), dashboard(tmp_path, api) as running:
        running.visit(VISITORS)
        until(stalled.change, lambda: stalled.waiting == PLACES)
        until(running.change, lambda: len(running.answers) == VISITORS - PLACES)

        static = next((tmp_path / "static").rglob("*.css")).relative_to(tmp_path / "static")
        for path in ("/healthz", "/account/login/", f"/static/{static}", "/healthz"):
            assert requests.get(running.url + path, timeout=60).status_code == 200
        assert (stalled.waiting, stalled.most) == (PLACES, PLACES)
        assert set(running.answers) == {503}

        stalled.go.set()
        running.leave()

    assert len(running.answers) == VISITORS


def test_without_the_bulkhead_all_threads_wait_and_nothing_is_answered(tmp_path: Path) -> None:
    """The negative control."""
    with stalling_api() as (api, stalled), dashboard(tmp_path, api, PLACES=str(VISITORS)) as running:
        running.visit(VISITORS)
        until(stalled.change, lambda: stalled.waiting == THREADS)

        with pytest.raises(requests.Timeout):
            requests.get(f"{running.url}/healthz", timeout=2)
        assert running.answers == []

        stalled.go.set()
        running.leave()
