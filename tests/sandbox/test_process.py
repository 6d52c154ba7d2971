"""The sandbox as a process: its lines, its files, its ports, its end. Real children each time."""

import json
import os
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


def test_it_prints_five_lines_keeps_them_and_its_data_and_ends_on_sigterm(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with child(*SERVE, "--port", "0", "--data", str(folder)) as first:
        told = told_by(first)
        user = api_of(told).user()
        first.send_signal(signal.SIGTERM)
        assert (first.wait(timeout=SECONDS), first.communicate()) == (0, ("", ""))
    assert list(told) == NAMES
    kept = json.loads((folder / "credentials.json").read_text())
    assert {name: kept[name] for name in NAMES[1:]} == {name: told[name] for name in NAMES[1:]}
    with child(*SERVE, "--port", "0", "--data", str(folder)) as second:
        again = told_by(second)
        assert {name: again[name] for name in NAMES[1:]} == {name: told[name] for name in NAMES[1:]}
        assert api_of(again).get("admin/users/ada") == user


def test_a_token_outlives_a_restart(tmp_path: Path) -> None:
    with child(*SERVE, "--port", "0", "--data", str(tmp_path)) as first:
        before = api_of(told_by(first))
    with child(*SERVE, "--port", "0", "--data", str(tmp_path)) as second:
        url = f"{told_by(second)['address']}/{before.place.tenant}/admin/users"
        assert before.session.get(url, timeout=SECONDS).status_code == 200


def test_all_files_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    with child(*SERVE, "--port", "0", "--data", str(folder)) as server:
        api_of(told_by(server)).user()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {"credentials.json", "sandbox.sqlite3", "signing-key.pem"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}


@pytest.mark.parametrize("command", [SERVE, MANAGE], ids=["module", "manage.py"])
def test_a_busy_port_is_one_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ended(*command, "--port", str(port), "--data", str(tmp_path))
    sentence = f"Port {port} is in use on 127.0.0.1. Choose another one with --port.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "70000"], "70000 is no port. Choose one from 0 to 65535 with --port."),
        (
            ["--host", "192.0.2.1", "--port", "0"],
            "Cannot listen on 192.0.2.1, port 0: Cannot assign requested address.",
        ),
        (["--host", "0.0.0.0", "--test-control"], "--test-control works on a loopback address only."),
        (["--host", "::", "--test-control"], "--test-control works on a loopback address only."),
    ],
    ids=["no-port", "no-address", "public", "public-six"],
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


def test_without_test_control_nobody_makes_tenants(tmp_path: Path) -> None:
    with child(*SERVE, "--port", "0", "--data", str(tmp_path)) as server:
        address = told_by(server)["address"]
        answer = requests.post(f"{address}/_sandbox/tenants", json={}, timeout=SECONDS)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
        assert "/_sandbox/tenants" not in requests.get(f"{address}/openapi.json", timeout=SECONDS).json()["paths"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_management_command_serves_in_the_same_way(tmp_path: Path, ending: signal.Signals) -> None:
    with child(*MANAGE, "--port", "0", "--data", str(tmp_path), "--test-control") as server:
        told = told_by(server)
        assert requests.get(f"{told['address']}/_sandbox/health", timeout=SECONDS).json() == {"status": "ok"}
        api_of(told).user()
        server.send_signal(ending)
        assert server.wait(timeout=SECONDS) == 0
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["credentials.json"]


@pytest.mark.parametrize("command", [SERVE, MANAGE], ids=["module", "manage.py"])
def test_an_option_it_does_not_have_is_plainly_unknown(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = ended(*command, "--faults", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].endswith("error: unrecognized arguments: --faults")


def test_the_secret_stands_in_no_list_of_processes(tmp_path: Path) -> None:
    with child(*SERVE, "--port", "0", "--data", str(tmp_path)) as server:
        secret = told_by(server)["secret"]
        for part in ("cmdline", "environ"):
            assert secret.encode() not in Path(f"/proc/{server.pid}/{part}").read_bytes()
        assert os.getpgid(server.pid) > 0
