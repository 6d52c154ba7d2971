"""The sandbox as a process: its lines, its files, its ports, its end. Real children each time."""

import json
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.sandbox.api import Api
from tests.sandbox_fixture import ROOT, SERVE, Sandbox

NAMES = ["address", "tenant", "instance", "client", "secret"]
MANAGE = (sys.executable, "manage.py", "sandbox")
SECONDS = 60


@contextmanager
def child(*command: str) -> Iterator["subprocess.Popen[str]"]:
    """A child of ours, killed if it is still there afterwards."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


def told_by(process: "subprocess.Popen[str]") -> dict[str, str]:
    """What a server prints before it serves."""
    assert process.stdout is not None
    return dict(process.stdout.readline().rstrip("\n").split(": ", 1) for _ in NAMES)


def ended(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)


def api_of(told: dict[str, str]) -> Api:
    return Api(Sandbox(told["address"], *(told[name] for name in NAMES[1:])))


def test_a_second_start_keeps_the_data_the_credentials_and_the_tokens(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with child(*SERVE, "--port", "0", "--data", str(folder)) as first:
        told = told_by(first)
        api = api_of(told)
        user = api.user()
        first.send_signal(signal.SIGTERM)
        assert (first.wait(timeout=SECONDS), first.communicate()) == (0, ("", ""))
    assert list(told) == NAMES
    kept = json.loads((folder / "credentials.json").read_text())
    assert {name: kept[name] for name in NAMES[1:]} == {name: told[name] for name in NAMES[1:]}
    with child(*SERVE, "--port", "0", "--data", str(folder)) as second:
        again = told_by(second)
        assert {name: again[name] for name in NAMES[1:]} == {name: told[name] for name in NAMES[1:]}
        url = f"{again['address']}/{api.place.tenant}/admin/users/ada"
        assert api.session.get(url, timeout=SECONDS).json() == user


def test_files_are_their_owners_alone_and_tenants_are_made_by_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    with child(*SERVE, "--port", "0", "--data", str(folder)) as server:
        told = told_by(server)
        api_of(told).user()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert told["secret"].encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
        answer = requests.post(f"{told['address']}/_sandbox/tenants", json={}, timeout=SECONDS)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
        document = requests.get(f"{told['address']}/openapi.json", timeout=SECONDS).json()
        assert "/_sandbox/tenants" not in document["paths"]
    assert {"credentials.json", "sandbox.sqlite3", "signing-key.pem"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}


@pytest.mark.parametrize("command", [SERVE, MANAGE], ids=["module", "manage.py"])
def test_a_busy_port_is_one_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ended(*command, "--port", str(port), "--data", str(tmp_path))
    sentence = f"Port {port} is in use on 127.0.0.1. Choose another one with --port.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "70000 is no port. Choose one from 0 to 65535 with --port."),
        (
            ["--host", "192.0.2.1", "--port", "0"],
            "Cannot listen on 192.0.2.1, port 0: Cannot assign requested address.",
        ),
        (["--host", "192.0.2.1", "--test-control"], "--test-control works on a loopback address only."),
        (["--host", "::", "--test-control"], "--test-control works on a loopback address only."),
        (["--host", "192.0.2.1", "--faults"], "--faults works on a loopback address only."),
        (["--host", "::", "--faults"], "--faults works on a loopback address only."),
    ],
    ids=["no-port", "no-address", "public", "public-six", "public-faults", "public-six-faults"],
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, options: list[str], sentence: str) -> None:
    done = ended(*SERVE, "--data", str(tmp_path), *options)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence + "\n")


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("kept")
    done = ended(*SERVE, "--port", "0", "--data", str(place))
    sentence = f"Cannot use {place} as the data folder: File exists.\n"
    assert (done.returncode, done.stderr, place.read_text()) == (1, sentence, "kept")


def test_the_management_command_serves_in_the_same_way_until_interrupted(tmp_path: Path) -> None:
    with child(*MANAGE, "--port", "0", "--data", str(tmp_path), "--test-control") as server:
        told = told_by(server)
        assert requests.get(f"{told['address']}/_sandbox/health", timeout=SECONDS).json() == {"status": "ok"}
        api_of(told).user()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=SECONDS) == 0
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["credentials.json"]


@pytest.mark.parametrize("command", [SERVE, MANAGE], ids=["module", "manage.py"])
def test_an_option_it_does_not_have_is_plainly_unknown(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = ended(*command, "--mischief", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith("error: unrecognized arguments: --mischief")
