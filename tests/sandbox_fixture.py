"""The sandbox as a real server for tests: one for the run, a tenant of its own for each test."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from .canaries import note_secret

ROOT = Path(__file__).resolve().parent.parent
SERVE = (sys.executable, "-m", "scheduling.sandbox", "serve")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One tenant of the running server."""

    url: str
    tenant: str
    instance: str
    client: str
    secret: str


@contextmanager
def running(folder: Path, *options: str, database: str = "") -> Iterator[str]:
    """The address of a sandbox over this data folder, on a port the system gives; ended afterwards."""
    command = [*SERVE, "--port", "0", "--data", str(folder), *options]
    environment = os.environ | {"SANDBOX_DATABASE_URL": database}
    log = folder / "stderr"
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert server.stdout is not None
        first = server.stdout.readline()
        if not first.startswith("address: "):
            raise RuntimeError(f"the sandbox did not start: {log.read_text()}")
        yield first.removeprefix("address: ").strip()
    finally:
        server.terminate()
        server.wait(timeout=20)


def tenant_of(address: str, **options: object) -> Sandbox:
    """A fresh tenant of a server with test control, with these switches."""
    answer = requests.post(f"{address}/_sandbox/tenants", json=options, timeout=30)
    answer.raise_for_status()
    made = Sandbox(**answer.json())
    note_secret(made.secret)
    return made


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox with test control, ended after the run."""
    with running(tmp_path_factory.mktemp("sandbox"), "--test-control") as address:
        yield address


MakeTenant = Callable[..., Sandbox]


@pytest.fixture
def make_tenant(sandbox_server: str) -> MakeTenant:
    """`make_tenant(externalIdUnique=False)`: a fresh tenant with these switches."""
    return lambda **options: tenant_of(sandbox_server, **options)


@pytest.fixture
def sandbox(make_tenant: MakeTenant) -> Sandbox:
    """A fresh tenant."""
    return make_tenant()
