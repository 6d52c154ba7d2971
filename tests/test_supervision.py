"""`manage.py up` as a real process: it starts everything, and Ctrl-C ends everything."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from scheduling.supervision import ChildEnded, Household, PortBusy, require_free_port

ROOT = Path(__file__).resolve().parent.parent


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def environment(data: Path, port: int, sandbox_port: int) -> dict[str, str]:
    own = {"DEMO": "1", "DEBUG": "0", "PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "DATA": str(data)}
    empty = dict.fromkeys(
        ("WELKIN_URL", "PUBLIC_URL", "ALLOWED_HOSTS", "DATABASE_URL", "CACHE_URL", "SANDBOX_DATABASE_URL"), ""
    )
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return kept | empty | own


def start(*arguments: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", *arguments],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def descendants(pid: int) -> set[int]:
    """All processes below this one."""
    below: dict[int, set[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (parent := parent_of(int(folder.name))) is not None:
            below.setdefault(parent, set()).add(int(folder.name))
    found, waiting = set(), [pid]
    while waiting:
        for child in below.get(waiting.pop(), set()) - found:
            found.add(child)
            waiting.append(child)
    return found


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, int, list[str]]]:
    """A small Daybook that has said where it is: the process, its ports and what it printed until then."""
    port, sandbox_port = free_ports(2)
    up = start("--clinicians", "3", "--weeks", "1", **environment(tmp_path / "var", port, sandbox_port))
    assert up.stdout is not None
    said = []
    for line in up.stdout:
        said.append(line.strip())
        if line.strip() == "Ctrl-C ends it.":
            break
    yield up, port, sandbox_port, said
    if up.poll() is None:
        up.send_signal(signal.SIGTERM)
    up.wait(timeout=30)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes in /proc")
def test_up_starts_everything_and_ctrl_c_ends_everything(running, tmp_path: Path) -> None:
    up, port, sandbox_port, said = running
    assert f"Daybook is at http://localhost:{port}" in said, up.stderr.read() if up.stderr else ""
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert answer.read() == b'{"status": "ok"}'
    children = descendants(up.pid)
    assert len(children) >= 3

    up.send_signal(signal.SIGINT)
    _, errors = up.communicate(timeout=60)

    assert (up.returncode, errors) == (0, "")
    assert [pid for pid in children if parent_of(pid) is not None] == []
    for freed in (port, sandbox_port):
        require_free_port(freed, "PORT")
    wider = [path.name for path in (tmp_path / "var").rglob("*sqlite3*") if path.stat().st_mode & 0o077]
    assert wider == []


@pytest.mark.parametrize("setting", ["PORT", "SANDBOX_PORT"])
def test_a_busy_port_is_one_sentence(tmp_path: Path, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy, free = taken.getsockname()[1], free_ports(1)[0]
        ports = (busy, free) if setting == "PORT" else (free, busy)
        up = start(**environment(tmp_path, *ports))
        said, errors = up.communicate(timeout=60)
    sentence = f"Port {busy} is in use. Choose another one, for example: make run {setting}={busy + 10}"
    assert (up.returncode, said, errors.strip()) == (1, "", f"CommandError: {sentence}")


def test_a_child_that_ends_while_starting_is_told(tmp_path: Path) -> None:
    household = Household(logs=tmp_path)
    household.start("sandbox", ["-c", "raise SystemExit(3)"])
    with pytest.raises(ChildEnded, match=r"^The sandbox ended while it was starting"):
        household.wait_until_it_answers("sandbox", f"http://127.0.0.1:{free_ports(1)[0]}/")
    with pytest.raises(ChildEnded, match=r"^The sandbox keeps ending \(code 3\)"):
        household.watch()
    household.end_all()


def test_a_child_that_ignores_the_request_is_ended_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduling.supervision.GRACE_SECONDS", 0)
    ready = tmp_path / "ready"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    program = f"{deaf}; open({str(ready)!r}, 'w'); signal.pause()"
    household = Household(logs=tmp_path)
    household.start("worker", ["-c", program])
    child = household.children["worker"]
    while not ready.exists():
        assert child.poll() is None
    household.end_all()
    assert child.returncode == -signal.SIGKILL


def test_a_free_port_is_fine() -> None:
    require_free_port(free_ports(1)[0], "PORT")
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortBusy):
        require_free_port(taken.getsockname()[1], "PORT")
