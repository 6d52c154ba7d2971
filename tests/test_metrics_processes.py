"""Figures of several processes: whichever of them is asked tells the sum of all; what ended is cleared at a start."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from scheduling.services.metrics_files import sweep
from tests.migrated import lay_out
from tests.test_supervision import ROOT, environment, free_ports

TOKEN = "t" * 40
WORKERS = 3
ASKED = 60


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A dashboard of several processes, as gunicorn runs it by itself."""
    port, other = free_ports(2)
    own = environment(tmp_path, port, other) | {"METRICS_TOKEN": TOKEN, "DJANGO_SETTINGS_MODULE": "scheduling.settings"}
    lay_out(tmp_path / "daybook.sqlite3")
    program = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"]
    options = ["--log-level", "error", "--no-control-socket", "scheduling.wsgi"]
    server = subprocess.Popen([*program, *options], cwd=ROOT, env=own)
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            ask(port, "/healthz")
            break
        except URLError:
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(timeout=30)


def ask(port: int, path: str) -> str:
    asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asked, timeout=20) as answer:  # noqa: S310  a loopback address
        return str(answer.read().decode())


def counted(text: str) -> int:
    found = re.search(
        r'^daybook_request_seconds_count\{method="GET",route="health",status="2xx"} (\S+)$', text, re.MULTILINE
    )
    return int(float(found.group(1))) if found else 0


def test_any_process_tells_the_sum_of_all(port: int, tmp_path: Path) -> None:
    before = counted(ask(port, "/metrics"))
    for _ in range(ASKED):
        ask(port, "/healthz")

    told = {counted(ask(port, "/metrics")) for _ in range(10)}

    assert told == {before + ASKED}
    files = list((tmp_path / "metrics").iterdir())
    assert len(files) >= 2
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_files_of_processes_that_ended_are_cleared(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=20)
    own, others, odd = (
        tmp_path / name for name in (f"counter_{os.getpid()}.db", f"counter_{ended.pid}.db", "counter_x.db")
    )
    for path in (own, others, odd):
        path.touch()

    assert sweep(tmp_path) == 2
    assert list(tmp_path.iterdir()) == [own]
