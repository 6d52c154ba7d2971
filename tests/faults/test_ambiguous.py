"""Creates whose answer is lost or whose effect comes late (F05 to F08), however the API takes the marker."""

from collections.abc import Iterator

import pytest

from bench.load.ambiguous import MODES, resolved, run, spoil
from bench.load.world import SETTLE_SECONDS, SQLITE, House, World, house
from scheduling.welkin import Policy

CREATES, SEED = 14, 3
# Six times as many faults as in `make load`. No effect comes later than this, so the clock may be put on afterwards.
SHARE, LATEST = 6, 2
LATER = SETTLE_SECONDS + Policy().write_deadline + 1


@pytest.fixture(scope="module")
def servers() -> Iterator[House]:
    with house() as running:
        yield running


def spoilt(servers: House, mode: str) -> Iterator[World]:
    with servers.world(SQLITE, clinicians=8, patients=8, crew=2, **MODES[mode]) as made:
        spoil(made, SHARE, SEED, LATEST)
        yield made


@pytest.fixture(params=MODES)
def world(request: pytest.FixtureRequest, servers: House) -> Iterator[World]:
    yield from spoilt(servers, request.param)


@pytest.fixture
def blind(servers: House) -> Iterator[World]:
    """Where a create is sent again at once when its answer is lost."""
    for made in spoilt(servers, "not unique"):
        for worker in made.workers:
            worker.do("disarm", blind=True)
        yield made


def test_lost_answers_make_no_second_visit_and_no_untrue_answer(world: World) -> None:
    shown = run(world, CREATES, SEED)
    assert shown["U4"] > 0
    world.reconcile(until=60, ahead=LATER)
    assert world.judge() == {}
    assert len(resolved(world)) == shown["U4"]


def test_a_create_that_is_sent_again_blindly_is_found_out(blind: World) -> None:
    run(blind, CREATES, SEED)
    blind.reconcile(until=60, ahead=LATER, sweep=False)
    assert {"I2", "I7"} <= set(blind.judge())
