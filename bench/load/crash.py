"""G5: killed at each of seven points of a write, then the reconciler: nothing stuck, nothing wrong."""

import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.checker import check
from tests.faults.history import moment

from .places import at
from .table import Row, flat
from .world import SQLITE, House, World

POINTS = (
    "before claim",
    "after claim",
    "before send",
    "after send",
    "after answer",
    "before audit",
    "before render",
)
KINDS = ("book", "move", "cancel", "join", "restore")
# Between the kill and the end of the lease (writes.LEASE), and then the time for an effect (reconciling.settle_time).
LEASE, SETTLE = 30, 12
# How much later than its lease ends a change may be given back.
LATE = 3
OPEN = ("working", "unknown")


def _booked(world: World, number: int, **more: Any) -> dict[str, Any]:
    """A visit in a half hour of its own."""
    start = at(30 * (number % 16), number // 16)
    own = {"op": "book", "start": start, "minutes": 30, "staff": [world.clinic["staff"][0]]}
    return {**own, "patients": [world.clinic["patients"][0]], **more}


def _attempts(world: World, orders: list[dict[str, Any]], threads: int = 4) -> list[str]:
    """Press them one after another; the ids of their visits in the same order."""
    job = {"do": "attempts", "threads": threads, "seed": 0, "name": "scene", "orders": orders}
    if threads == 1:
        return [str(told["event"]) for told in world.all([job])[0]]
    world.all([job])
    return []


def orders(world: World, number: int) -> Iterator[dict[str, Any]]:
    """A change of each kind in turn; those on a visit have theirs made before."""
    kinds = [KINDS[one % len(KINDS)] for one in range(number)]
    needed = [one for one, kind in enumerate(kinds) if kind != "book"]
    made = _attempts(world, [_booked(world, one, capacity=3) for one in needed], threads=1)
    events = dict(zip(needed, made, strict=True))
    gone = [{"op": "cancel", "event": events[one]} for one in needed if kinds[one] == "restore"]
    _attempts(world, gone)
    for one, kind in enumerate(kinds):
        yield _order(world, kind, one, events.get(one, ""), number)


def _order(world: World, kind: str, one: int, event: str, number: int) -> dict[str, Any]:
    if kind == "book":
        return _booked(world, one)
    own = {"op": kind, "event": event}
    if kind == "move":
        to = _booked(world, number + one)
        return {**own, "start": to["start"], "minutes": 30, "host": world.clinic["staff"][0]}
    return {**own, "patient": world.clinic["patients"][1]} if kind == "join" else own


def die(world: World, each: int) -> None:
    """Kill as many writes at each point, of all kinds in turn (5 and 7 have no common factor: each kind meets each
    point). Half of those that were sent never reach the API's tables."""
    planned = list(orders(world, len(POINTS) * each))
    world.rule(
        {"status": 503}, times=None, probability=0.5, seed=1, method=["POST", "PATCH"], path="*/calendar/events*"
    )
    told = [{**order, "point": POINTS[one % len(POINTS)]} for one, order in enumerate(planned)]
    for begun in range(0, len(told), 10):
        world.all([{"do": "die", "orders": told[begun : begun + 10]}], head_start=0)
    world.heal()


def longest_blocked(world: World) -> float:
    """Seconds from the kill until what had never left was free again."""
    rows = [row for row in world.ours()["claims"] if row["state"] == "expired"]
    begun = {row["intent"]: moment(row["at"]) for row in world.ours()["audit"] if row["phase"] == "requested"}
    return max(((moment(row["changed_at"]) - begun[row["intent"]]).total_seconds() for row in rows), default=0.0)


def stuck(world: World) -> int:
    return sum(row["state"] in OPEN for row in world.ours()["intents"])


def crashes(house: House, each: int, seed: int, *, wait: bool) -> Row:
    """So many kills at each point. `wait`: a reconciler works beside it in real time, else its clock is put on."""
    began = time.monotonic()
    with house.world(SQLITE, clinicians=1, patients=2, crew=2) as world:
        world.slow()
        with world.tended() if wait else nullcontext():
            die(world, each)
            before = blind_to(world)
            if wait:
                time.sleep(LEASE + SETTLE)
        world.reconcile(until=1, ahead=0 if wait else LEASE + 1, sweep=False)
        world.reconcile(until=90, ahead=0 if wait else LEASE + SETTLE + 1)
        left, broken, blocked = stuck(world), world.judge(), longest_blocked(world)
    longest = f"longest blocked {blocked:.0f} s, " if wait else ""
    figure = (
        f"{left} stuck, {sum(map(len, broken.values()))} wrong of {each * len(POINTS)} kills at {len(POINTS)} points, "
        f"{longest}{before} stuck before"
    )
    right = not left and not broken and before > 0 and (blocked <= LEASE + LATE or not wait)
    bound = f"0, 0, {f'<= {LEASE + LATE} s, ' if wait else ''}>= 1 before"
    return Row("G5 kill -9", figure, bound, right, seed, time.monotonic() - began, flat(broken))


def blind_to(world: World) -> int:
    """The control: how many stuck changes the checker tells an hour later where no reconciler ran."""
    later = datetime.now(UTC) + timedelta(hours=1)
    return len(check(world.history, world.sandbox, world.ours(), now=later).get("I12", ()))
