"""Who takes part, and how one of them is run: a process of its own, what it printed, or why it printed nothing."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Result:
    """What one process printed, a line for each mode, and how long it ran; or why it failed."""

    lines: tuple[dict[str, Any], ...]
    seconds: float
    problem: str = ""


def run(
    python: str,
    module: str,
    workload: Path,
    modes: Sequence[str],
    repeats: int,
    *,
    timezone: str = "",
    pairs: Path | None = None,
) -> Result:
    """Run one contestant; `timezone` is the TZ of its process, `pairs` a file for the starts themselves."""
    command = [python, "-m", f"bench.slots.{module}", str(workload), ",".join(modes), str(repeats)]
    environment = {**os.environ, **({"TZ": timezone} if timezone else {})}
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [*command, *([str(pairs)] if pairs else [])],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Result((), PATIENCE, f"took longer than {PATIENCE:.0f} s")
    seconds = time.perf_counter() - began
    if done.returncode:
        return Result((), seconds, (done.stderr.strip().splitlines() or ["failed"])[-1])
    return Result(tuple(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")), seconds)


def pythons(peers: str | None) -> dict[str, str]:
    """The interpreter of each entry that can run; those of the peers only where there is one for them."""
    own = {entry.module: sys.executable for entry in ENTRIES if not entry.peer}
    return own | {entry.module: peers for entry in ENTRIES if entry.peer and peers}
