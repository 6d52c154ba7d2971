"""G10: two people edit one visit, in every pair of fields. The pairs are those of tests/faults/test_lost_updates.py."""

import os
import subprocess
import sys
import time

from tests.sandbox_fixture import ROOT

from .table import Row

TEST = "tests/faults/test_lost_updates.py"


def lost_updates(pairs: int, seed: int) -> Row:
    """So many pairs, played by the test itself; what it says in the end."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", TEST, "-q", "-p", "no:cacheprovider"]
    environment = os.environ | {"LOST_UPDATE_PAIRS": str(pairs)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    last = ended.stdout.strip().splitlines()[-1:] or ["it did not run"]
    figure, right = f"{pairs} pairs: {last[0].strip('= ')}", ended.returncode == 0
    return Row("G10 lost updates", figure, "none failed", right, seed, time.monotonic() - began)
