"""Killed with SIGKILL at each of seven points of a write (F52, F53): nothing stays stuck and nothing is wrong."""

from collections.abc import Iterator

import pytest

from bench.load.crash import LEASE, POINTS, SETTLE, blind_to, die, stuck
from bench.load.world import SQLITE, World, house

EACH = 1


@pytest.fixture(scope="module")
def killed() -> Iterator[World]:
    """A clinic in which changes of all kinds died at each point; nobody has looked after them yet."""
    with house() as servers, servers.world(SQLITE, clinicians=1, patients=2, crew=1) as world:
        die(world, EACH)
        yield world


def test_what_died_is_stuck_until_somebody_looks_after_it(killed: World) -> None:
    died = [one for one in killed.history if one.code in POINTS]
    assert {one.code for one in died} == set(POINTS)
    assert stuck(killed) > 0
    assert blind_to(killed) > 0

    killed.reconcile(until=1, ahead=LEASE + 1, sweep=False)  # the lease is over: what never left is given back
    expired = [row for row in killed.ours()["claims"] if row["state"] == "expired"]
    assert expired
    assert not [row for row in killed.ours()["claims"] if row["state"] == "reserved"]

    killed.reconcile(until=60, ahead=LEASE + SETTLE + 1)  # nothing can have its effect any more: what left is known
    assert stuck(killed) == 0
    assert killed.judge() == {}
