"""A private PostgreSQL for tests: a cluster of its own in a temporary folder, run by an unprivileged user.

It is found by `pg_config --bindir` or in the folders Debian uses. No test ever touches `DATABASE_URL`. Where there is
no PostgreSQL, tests with the marker `postgres` are skipped; with `REQUIRE_SERVICES=1` they fail.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

NEEDED = ("initdb", "postgres")
SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster, reachable by its socket in `folder` alone."""

    folder: Path

    def database(self, name: str) -> str:
        """A fresh, empty database; its URL."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]  # a test's own word
        return f"postgres://postgres@/{name}?host={self.folder}"

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def binaries() -> Path | None:
    """The folder of PostgreSQL's own programs, the newest one where there are several."""
    told = shutil.which("pg_config")
    asked = (
        subprocess.run([told, "--bindir"], capture_output=True, text=True, check=False).stdout.strip() if told else ""
    )
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: (len(path.parent.name), path), reverse=True
    )
    folders = [Path(asked)] * bool(asked) + debian
    return next((folder for folder in folders if all((folder / name).exists() for name in NEEDED)), None)


def _unprivileged() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _start(programs: Path, folder: Path) -> "subprocess.Popen[bytes]":
    as_whom = _unprivileged()
    if as_whom:
        os.chown(folder, as_whom["user"], as_whom["group"])
    data = folder / "data"
    common: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}, **as_whom}
    make = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, **common)
    serve = [programs / "postgres", "-D", data, "-k", folder]
    serve += [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(serve, stdout=log, stderr=log, **common)


def _wait(server: "subprocess.Popen[bytes]", cluster: Cluster) -> None:
    until = time.monotonic() + START_SECONDS
    while not cluster.answers():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start: {(cluster.folder / 'log').read_text()}")
        time.sleep(0.05)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that is ended and removed afterwards. Raises RuntimeError where there is no PostgreSQL."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL was not found by pg_config nor in /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-"))  # not pytest's own: other users cannot enter that one
    try:
        server = _start(programs, folder)
        try:
            _wait(server, Cluster(folder))
            yield Cluster(folder)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A cluster for the run, ended and removed after it."""
    if binaries() is None:
        reason = "PostgreSQL was not found by pg_config nor in /usr/lib/postgresql"
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip)(reason)
    with cluster() as running:
        yield running
