"""H1, H2: hours from the form to real time, and the visits that a change strands, against brute force."""

import subprocess
import sys
import time

from tests.sandbox_fixture import ROOT

from .table import Row


def round_trip(patterns: int, seed: int) -> Row:
    """So many weeks in each of 12 zones over two years; the weeks are the same each time, whatever the seed."""
    figure = f"{patterns:,} weeks in 12 zones, two years"
    return _row("H1 hours there and back", figure, seed, "tests.hours_round_trip", "--patterns", str(patterns))


def stranded(clinics: int, seed: int) -> Row:
    """So many clinics whose hours, leave or closures change; the clinics are the same each time."""
    return _row("H2 stranded visits", f"{clinics:,} clinics", seed, "tests.domain.stranded_clinics", str(clinics))


def _row(name: str, figure: str, seed: int, *module: str) -> Row:
    began = time.monotonic()
    command = [sys.executable, "-m", *module]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    right = ended.returncode == 0
    broken = () if right else tuple((ended.stdout + ended.stderr).strip().splitlines()[-5:])
    told = f"{figure}: {'no difference' if right else 'differences'}"
    return Row(name, told, "no difference", right, seed, time.monotonic() - began, broken)
