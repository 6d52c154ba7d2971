"""Who takes part, and how one of them is run: a process of its own that is asked once, or waits for its turns."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .contest import IN_TURN
from .peers import ROOT

PATIENCE = 300.0  # seconds for one process
OURS, FLOOR = "ours", "floor"


@dataclass(frozen=True)
class Entry:
    """A contestant's module, and how it is entered.

    `peer`: it needs the environment of the peers. `most`: the largest number of clinicians it is asked for.
    `excused`: the flavour it is known to answer wrongly, and why.
    """

    module: str
    name: str
    peer: bool = False
    most: int = 10**6
    excused: tuple[str, str] | None = None


ENTRIES = (
    Entry(FLOOR, "floor: plain Python"),
    Entry(OURS, "Daybook"),
    Entry("sweep", "careful sweep of datetimes"),
    Entry("loop", "loop over datetimes"),
    Entry("with_portion", "portion", peer=True),
    Entry("with_intervaltree", "intervaltree", peer=True),
    Entry(
        "with_appointment",
        "django-appointment",
        peer=True,
        most=100,
        excused=("edge", "keeps local times without a zone: an hour that comes twice is one to it"),
    ),
)


class Failed(Exception):
    """A contestant's process ended without its answer; says why."""


def answer(python: str, module: str, workload: Path, mode: str, *, timezone: str = "") -> list[tuple[int, int]]:
    """What one contestant finds, as (clinician, UTC minute). `timezone` is the TZ of its process. Raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = Path(folder) / "pairs.txt"
        try:
            done = subprocess.run(
                [*_command(python, module, workload), mode, "1", str(pairs)],
                cwd=ROOT,
                env={**os.environ, **({"TZ": timezone} if timezone else {})},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"took longer than {PATIENCE:.0f} s") from error
        if done.returncode:
            raise Failed(last_line(done.stderr))
        return [(int(number), int(minute)) for number, minute in map(str.split, pairs.read_text().splitlines())]


def _command(python: str, module: str, workload: Path) -> list[str]:
    return [python, "-m", f"bench.slots.{module}", str(workload)]


class Player:
    """A contestant's process that has loaded the workload and waits for its turns. Raises Failed where it cannot."""

    def __init__(self, module: str, python: str, workload: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  open as long as the process
        self._process = subprocess.Popen(
            [*_command(python, module, workload), "-", IN_TURN],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self.modes: list[str] = self._heard()["ready"]

    def once(self, mode: str) -> float:
        """Its seconds for one turn of this mode."""
        assert self._process.stdin
        self._process.stdin.write(f"{mode}\n")
        self._process.stdin.flush()
        return float(self._heard()["seconds"])

    def finish(self) -> list[dict[str, Any]]:
        """What it says in the end: a line for each mode that had a turn."""
        output, _ = self._process.communicate(timeout=PATIENCE)
        self._errors.close()
        return [json.loads(line) for line in output.splitlines()]

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate(timeout=PATIENCE)
            self._errors.seek(0)
            raise Failed(last_line(self._errors.read()))
        return dict(json.loads(line))


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["failed without a word"])[-1]


def pythons(peers: str | None) -> dict[str, str]:
    """The interpreter of each entry that can run; those of the peers only where there is one for them."""
    own = {entry.module: sys.executable for entry in ENTRIES if not entry.peer}
    return own | {entry.module: peers for entry in ENTRIES if entry.peer and peers}
