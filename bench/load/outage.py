"""G6: an API that answers nothing but 503 for a while gets hardly more calls than were meant, and is found again."""

import time
from datetime import UTC, datetime

from tests.faults.history import OUTAGE, UNKNOWN, Attempt

from .table import Row, flat
from .world import SQLITE, House

THREADS, PAUSE = 8, 0.02
BOUND = 1.1


def outage(house: House, seconds: float, seed: int) -> Row:
    """Readers who go on reading while all calls fail: what went out for what was meant."""
    clock = time.monotonic()
    with house.world(SQLITE, crew=2) as world:
        world.slow()
        down = world.rule({"status": 503}, times=None, path="*/calendar/*")
        began = datetime.now(UTC)
        job = {"do": "calls", "threads": THREADS, "seconds": seconds, "pause": PAUSE}
        meant = sum(world.all([job, job], head_start=0))
        over = Attempt("", OUTAGE, began, datetime.now(UTC), UNKNOWN, calls=meant)
        out = next(row["seen"] for row in world.accounts() if row["id"] == down)
        world.heal()
        broken = world.judge([over])
    ratio = out / meant
    figure = f"{out} calls for {meant} that were meant: {ratio:.3f}"
    right = ratio <= BOUND and not broken and meant > 0
    return Row("G6 outage", figure, f"<= {BOUND}", right, seed, time.monotonic() - clock, flat(broken))
