"""A whole Daybook of one's own: `manage.py up` as a child, on free ports, with a small clinic in a temporary folder."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from scheduling.welkin import Client, Credentials

ROOT = Path(__file__).resolve().parents[2]
# What a developer's shell or `.env` must not bring into a house.
CLEARED = (
    "WELKIN_URL",
    "WELKIN_TENANT",
    "WELKIN_INSTANCE",
    "WELKIN_CLIENT",
    "WELKIN_SECRET",
    "DATABASE_URL",
    "SANDBOX_DATABASE_URL",
    "CACHE_URL",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "OIDC_SERVER_URL",
)


@dataclass(frozen=True, slots=True)
class House:
    """A running Daybook. `api` speaks to its back end past the pages, to arrange and to check."""

    url: str
    data: Path
    api: Client


def free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on just now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a house: the demo on loopback, everything of the caller's own set-up cleared.

    A house that is no demo asks for the password alone, unless `MFA_REQUIRED` says otherwise.
    """
    given = dict.fromkeys(CLEARED, "")
    own = {"DJANGO_SETTINGS_MODULE": "scheduling.settings", "DATA": str(data), "PORT": str(port), "DEMO": "1"}
    return {
        **os.environ,
        **given,
        **own,
        "DEBUG": "0",
        "MFA_REQUIRED": "0",
        "CLINIC_TIMEZONE": "America/New_York",
        **more,
    }


def wait_until_it_answers(url: str, child: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    """Wait for a 200. Raises RuntimeError with the log when the child ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.poll() is None:
        try:
            with urlopen(url, timeout=2) as answer:  # noqa: S310 (a loopback address of our own)
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer: {log.read_text(errors='replace')}")


@contextmanager
def child(arguments: list[str], env: Mapping[str, str], log: Path, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at `url` while the block runs, ended by its own id afterwards."""
    with log.open("ab") as words:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=words, stderr=words)
    try:
        wait_until_it_answers(url, process, log)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def client_of(url: str, folder: Path) -> Client:
    """A client with the credentials that the sandbox keeps in its folder."""
    kept = json.loads((folder / "credentials.json").read_text())
    names = ("tenant", "instance", "client", "secret")
    return Client(Credentials(url=url, **{name: kept[name] for name in names}))


@contextmanager
def running(data: Path, *, clinicians: int, weeks: int) -> Iterator[House]:
    """A Daybook with its own sandbox, as `make run` starts it."""
    port, sandbox_port = free_ports(2)
    url = f"http://localhost:{port}"
    env = environment(data, port, SANDBOX_PORT=str(sandbox_port))
    size = ["--clinicians", str(clinicians), "--weeks", str(weeks)]
    data.mkdir(parents=True, exist_ok=True)
    with (
        child(["manage.py", "up", *size], env, data / "up.log", f"{url}/healthz"),
        client_of(f"http://127.0.0.1:{sandbox_port}", data / "sandbox") as api,
    ):
        yield House(url, data, api)
