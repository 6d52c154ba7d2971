"""H1, H2, U1: hours from the form to real time, stranded visits, figures of months, each against brute force."""

import os
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


def months(count: int, seed: int) -> Row:
    """So many random months of figures minute by minute; the months are the same each time."""
    name, figure = "U1 figures of months", f"{count:,} random months"
    test = "tests/domain/test_usage.py::test_a_month_is_what_its_minutes_say_and_its_parts_add_up_to_it"
    return _row(name, figure, seed, "pytest", "-q", test, months=count)


def _row(name: str, figure: str, seed: int, *module: str, months: int = 0) -> Row:
    began = time.monotonic()
    command = [sys.executable, "-m", *module]
    told = os.environ | ({"MONTHS": str(months)} if months else {})
    ended = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    right = ended.returncode == 0
    broken = () if right else tuple((ended.stdout + ended.stderr).strip().splitlines()[-5:])
    said = f"{figure}: {'no difference' if right else 'differences'}"
    return Row(name, said, "no difference", right, seed, time.monotonic() - began, broken)
