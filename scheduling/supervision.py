"""A small supervisor: starts the processes of one machine, and ends all of them when one ends or Ctrl-C comes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

GRACE_SECONDS = 10
MOST_RESTARTS = 3


class PortBusy(Exception):
    """Something else listens on a port that is needed; the text says what to do."""


def require_free_port(port: int, setting: str) -> None:
    """Raise PortBusy when nothing can listen on the loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as busy:
            raise PortBusy(
                f"Port {port} is in use. Choose another one, for example: make run {setting}={port + 10}"
            ) from busy


class ChildEnded(Exception):
    """A process that should run for ever has ended."""


@dataclass
class Household:
    """The processes that live and end together."""

    logs: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, tuple[Sequence[str], Mapping[str, str] | None]] = field(default_factory=dict)
    restarts: Counter[str] = field(default_factory=Counter)

    def start(self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start one process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.commands[name] = (arguments, environment)
        self.children[name] = subprocess.Popen(  # noqa: S603 (our own commands)
            [sys.executable, *arguments],
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log(name),
        )

    def _log(self, name: str) -> IO[bytes]:
        """The file that a process writes its log to, readable by its owner alone."""
        path = self.logs / f"{name}.log"
        path.touch(mode=0o600)
        return path.open("ab")

    def wait_until_it_answers(self, name: str, url: str, host: str = "localhost", seconds: float = 30) -> None:
        """Wait for a 200 of the process, asked under the name `host`. Raises ChildEnded when it ends or does not."""
        # A proxy of the environment has no business between our own processes.
        browser = build_opener(ProxyHandler({}))
        asked = Request(url, headers={"Host": host})  # noqa: S310 (a loopback address of our own)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.children[name].poll() is not None:
                raise ChildEnded(f"The {name} ended while it was starting: {self.last_words(name)}")
            try:
                with browser.open(asked, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise ChildEnded(f"The {name} did not answer within {seconds:.0f} seconds.")

    def last_words(self, name: str) -> str:
        """The last line that a process wrote to its log."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing."

    def watch(self) -> NoReturn:
        """Start again what ends, a few times; open forms then only wait. Raises ChildEnded when it goes on ending."""
        while True:
            for name, child in list(self.children.items()):
                if child.poll() is not None:
                    self.start_again(name)
            time.sleep(0.3)

    def start_again(self, name: str) -> None:
        """Start a process that has ended once more. Raises ChildEnded when it ended too often."""
        ended = self.children[name]
        self.restarts[name] += 1
        if self.restarts[name] > MOST_RESTARTS:
            raise ChildEnded(f"The {name} keeps ending (code {ended.returncode}): {self.last_words(name)}")
        _wait_for_group(ended.pid)
        self.start(name, *self.commands[name])

    def end_all(self) -> None:
        """Ask all to end, last started first; after the grace time end them by force. Nothing interrupts this."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            _wait_for_group(child.pid)


def _wait_for_group(leader: int, seconds: float = 3) -> None:
    """Wait for what a process had started itself (each has a group of its own), and end by force what stays."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            os.killpg(leader, 0)
            time.sleep(0.02)
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def end_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into KeyboardInterrupt."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell starts a background job with it ignored.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
