"""G3: creates whose answer is lost before or after the effect, or whose effect comes late."""

import time
from collections import Counter
from itertools import islice
from typing import Any

from tests.faults.history import moment

from .places import half_hours
from .table import Row, flat, percentile, say
from .world import SQLITE, House, World

PROCESSES, THREADS = 4, 4
PORTION = 2000
CREATE = {"method": "POST", "path": "*/calendar/events"}
# Six of a hundred creates go wrong, each kind as often as reliability 1.6 has it; the seconds of late effects end with
# the time after which nothing is believed to come any more (SETTLE_SECONDS and the deadline of a write).
FAULTS: tuple[tuple[str, Any, float], ...] = (
    ("F06 reset before", "reset_before_apply", 0.015),
    ("F05 reset after", "apply_then_reset", 0.02),
    ("F08 500 after", {"apply_then_status": 500}, 0.01),
    *((f"F07 {late} s late", {"delay_apply": late}, 0.0025) for late in (0.5, 1.5, 3, 5, 7, 9)),
)
MODES: dict[str, dict[str, bool]] = {
    "unique": {"externalIdUnique": True, "externalIdKnown": True},
    "not unique": {"externalIdUnique": False, "externalIdKnown": True},
    "not known": {"externalIdUnique": False, "externalIdKnown": False},
}


def spoil(world: World, share: float, seed: int, latest: float = 9) -> None:
    """Let so many of the creates go wrong: 1.0 is the six of a hundred. No effect comes later than `latest` seconds."""
    for number, (_, action, part) in enumerate(FAULTS):
        if not (isinstance(action, dict) and action.get("delay_apply", 0) > latest):
            world.rule(action, times=None, probability=part * share, seed=seed * 100 + number, **CREATE)


def creates(world: World, number: int) -> list[dict[str, Any]]:
    """Visits of which none is in the way of another."""
    staff, patients = world.clinic["staff"], world.clinic["patients"]
    starts = list(islice(half_hours(), -(-number // len(staff))))
    own = [
        {"op": "book", "start": start, "staff": [one], "patients": [patients[place]]}
        for start in starts
        for place, one in enumerate(staff)
    ]
    return own[:number]


def run(world: World, number: int, seed: int) -> Counter[str]:
    """All creates, with a reconciler at work beside them, until everything has landed."""
    orders, shown = creates(world, number), Counter[str]()
    crew = len(world.workers) - 1  # the last one tends
    with world.tended():
        for begun in range(0, number, PORTION):
            part = orders[begun : begun + PORTION]
            jobs = [
                {"do": "attempts", "threads": THREADS, "seed": seed, "name": one, "orders": part[one::crew]}
                for one in range(crew)
            ]
            shown += Counter(told["shown"] for answer in world.all(jobs) for told in answer)
            say(f"ambiguous: {begun + len(part)} of {number}, {dict(shown)}")
    land(world)
    return shown


def land(world: World) -> None:
    """Wait for the effects that are still on their way."""
    while any(row["pending"] for row in world.accounts()):
        time.sleep(0.1)


def resolved(world: World) -> list[float]:
    """How many seconds it took to know, for each create that was answered "not known yet"."""
    known = {row["key"]: row for row in world.ours()["intents"]}
    open_ones = [one.intent for one in world.history if one.shown == "U4"]
    return [_seconds(known[intent]) for intent in open_ones if known[intent]["state"] in ("confirmed", "refused")]


def _seconds(intent: dict[str, Any]) -> float:
    return (moment(intent["settled_at"]) - moment(intent["started_at"])).total_seconds()


def ambiguous(house: House, mode: str, number: int, share: float, seed: int) -> Row:
    """So many creates with faults, in one of the three ways an API may take the marker."""
    began = time.monotonic()
    with house.world(SQLITE, clinicians=8, patients=8, crew=PROCESSES + 1, **MODES[mode]) as world:
        world.slow()
        spoil(world, share, seed)
        shown = run(world, number, seed)
        faults = sum(row["consumed"] for row in world.accounts()) - world.latencies()
        world.reconcile(until=90)
        took, broken = resolved(world), world.judge()
    untrue = len(broken.get("I3", ())) + len(broken.get("I4", ()))
    else_ = sum(map(len, broken.values())) - untrue - len(broken.get("I2", ()))
    figure = (
        f"{len(broken.get('I2', ()))} twice, {untrue} untrue, {else_} else; {faults} faults, "
        f"{len(took)} of {shown['U4']} open ones resolved, p99 {percentile(took or [0.0], 0.99):.0f} s"
    )
    right = not broken and len(took) == shown["U4"] and not shown["U8"] and faults > 0
    name, bound = f"G3 ambiguous, externalId {mode}", "0 twice, 0 untrue, 0 else, all resolved"
    return Row(name, figure, bound, right, seed, time.monotonic() - began, flat(broken))


def blind(house: House, number: int, seed: int) -> Row:
    """The control: creates that are sent again at once when their answer is lost. The checker must see it."""
    began = time.monotonic()
    with house.world(SQLITE, clinicians=8, patients=8, crew=PROCESSES + 1, **MODES["not unique"]) as world:
        world.slow()
        spoil(world, 8, seed)
        for worker in world.workers:
            worker.do("disarm", blind=True)
        run(world, number, seed)
        world.reconcile(until=90, sweep=False)
        broken = world.judge()
    figure = f"{len(broken.get('I2', ()))} twice, {len(broken.get('I7', ()))} times sent too often"
    right = bool(broken.get("I2")) and bool(broken.get("I7"))
    return Row("G3n sent again blindly", figure, ">= 1, >= 1", right, seed, time.monotonic() - began)
