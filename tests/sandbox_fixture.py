"""The sandbox as a real server for tests: one for the run, a tenant of its own for each test."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One tenant of the running server."""

    url: str
    tenant: str
    instance: str
    client: str
    secret: str


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox with test control, ended after the run."""
    folder = tmp_path_factory.mktemp("sandbox")
    command = [
        sys.executable,
        "-m",
        "scheduling.sandbox",
        "serve",
        "--port",
        "0",
        "--data",
        str(folder),
        "--test-control",
    ]
    with (folder / "stderr").open("w") as errors:
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert server.stdout is not None
    first = server.stdout.readline()
    if not first.startswith("address: "):
        server.wait(timeout=10)
        raise RuntimeError(f"the sandbox did not start: {(folder / 'stderr').read_text()}")
    yield first.removeprefix("address: ").strip()
    server.terminate()
    server.wait(timeout=10)


MakeTenant = Callable[..., Sandbox]


@pytest.fixture
def make_tenant(sandbox_server: str) -> MakeTenant:
    """`make_tenant(externalIdUnique=False)`: a fresh tenant with these switches."""

    def make(**options: object) -> Sandbox:
        answer = requests.post(f"{sandbox_server}/_sandbox/tenants", json=options, timeout=10)
        answer.raise_for_status()
        return Sandbox(**answer.json())

    return make


@pytest.fixture
def sandbox(make_tenant: MakeTenant) -> Sandbox:
    """A fresh tenant."""
    return make_tenant()
