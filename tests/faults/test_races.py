"""Many people at once, in several processes, on SQLite and PostgreSQL (F38 to F40): the short form of `make load`.

Every test has its control: the same with the guard taken out gives the hour twice, and the checker sees it.
"""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from bench.load.mixing import CLINICIANS, PAIRS, PATIENTS, press_mixed, press_pairs
from bench.load.places import half_hours
from bench.load.race import live_at, rush, wanting
from bench.load.world import POSTGRES, SQLITE, House, World, house
from tests.postgres_fixture import binaries

DATABASES = [SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)]
SEED = 4
# The half hours and the pairs stand on days that the mixed changes leave alone.
FREE_DAY = 20
START = next(islice(half_hours(), 16 * 60, None))
ATTEMPTS = 32
MIXED = 40
# Each kind against itself; all pairs, and more often, in `make load`.
SOME = [(one, other) for one, other in PAIRS if one == other]


@pytest.fixture(scope="module")
def servers() -> Iterator[House]:
    with house() as running:
        yield running


def _there(vendor: str) -> None:
    if vendor == POSTGRES and binaries() is None:
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip)("PostgreSQL was not found")


@pytest.fixture(scope="module", params=DATABASES)
def world(request: pytest.FixtureRequest, servers: House) -> Iterator[World]:
    """A clinic of five with three processes of eight threads, and an API that answers after 20 ms."""
    _there(request.param)
    with servers.world(request.param, clinicians=CLINICIANS, patients=PATIENTS, crew=3) as made:
        made.slow()
        yield made


@pytest.fixture(params=DATABASES[1:])
def defenceless(request: pytest.FixtureRequest, servers: House) -> Iterator[World]:
    """The same with the guard taken out of the workers and of their database; on SQLite too in `make load`."""
    _there(request.param)
    with servers.world(request.param, patients=PATIENTS, crew=2) as made:
        made.slow()
        for number, worker in enumerate(made.workers):
            worker.do("disarm", guard=True, database=number == 0)
        yield made


def test_one_hour_is_given_once(world: World) -> None:
    told = rush(world, wanting(world, START, ATTEMPTS), SEED)
    assert Counter(one["shown"] for one in told) == {"U1": 1, "U2": ATTEMPTS - 1}
    assert live_at(world, START) == 1
    assert world.ours()["deadlocks"] == 0
    assert world.judge() == {}


def test_mixed_changes_leave_no_overlap_and_lose_no_form(world: World) -> None:
    before = len(world.history)
    shown = press_mixed(world, MIXED, SEED)
    world.reconcile()
    assert not [words for words in shown if words.startswith("U8")], shown
    assert len(world.history) - before == MIXED
    assert world.judge() == {}


def test_two_changes_of_a_kind_may_meet(world: World) -> None:
    met, errors = press_pairs(world, 1, SEED, FREE_DAY, SOME)
    world.reconcile()
    assert errors == 0
    assert len(met) >= len(SOME) // 2  # on a busy machine one may be over before the other begins
    assert world.judge() == {}


def test_without_the_guard_the_hour_is_given_twice(defenceless: World) -> None:
    starts = list(islice(half_hours(), 2))
    for start in starts:
        rush(defenceless, wanting(defenceless, start, 16), SEED)
    assert max(live_at(defenceless, start) for start in starts) >= 2
    assert "I1" in defenceless.judge()
