"""G2: all kinds of changes at once on few people and few places. F40: each two kinds of change on one thing."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement, count
from typing import Any

from .places import at, crowded
from .table import Row, flat, say
from .world import House, World

PROCESSES, THREADS = 4, 8
CLINICIANS, PATIENTS, PLACES, DAYS = 5, 12, 500, 15
KINDS = ("book", "move", "resize", "reassign", "cancel", "restore", "join")
PAIRS = tuple(combinations_with_replacement(sorted(KINDS), 2))
PORTION = 2000


def mixed(house: House, vendor: str, number: int, seed: int) -> Row:
    """So many presses: the checker must find nothing, and every form must have an ending."""
    began = time.monotonic()
    with house.world(vendor, clinicians=CLINICIANS, patients=PATIENTS, crew=PROCESSES) as world:
        world.slow()
        shown = press_mixed(world, number, seed)
        world.reconcile()
        broken, pressed, deadlocks = world.judge(), len(world.history), world.ours()["deadlocks"]
    errors = sum(times for words, times in shown.items() if words.startswith("U8"))
    overlaps, lost = len(broken.get("I1", ())), len(broken.get("I12", ()))
    figure = (
        f"{overlaps} overlaps, {lost} lost of {pressed}, {sum(map(len, broken.values())) - overlaps - lost} else; "
        f"{shown['U1']} done, {errors} errors, {deadlocks} deadlocks"
    )
    right = not broken and not errors and not deadlocks and pressed == number
    bound = "0 overlaps, 0 lost, 0 else, 0 errors, 0 deadlocks"
    return Row(f"G2 mixed, {vendor}", figure, bound, right, seed, time.monotonic() - began, flat(broken))


def press_mixed(world: World, number: int, seed: int) -> Counter[str]:
    """As many presses by all workers: how often each answer was shown."""
    shown = Counter[str]()
    for begun in range(0, number, PORTION):
        shown += _portion(world, min(PORTION, number - begun), seed + begun)
        say(f"mixed: {min(begun + PORTION, number)} of {number}, {dict(shown)}")
    return shown


def _portion(world: World, number: int, seed: int) -> Counter[str]:
    crew = len(world.workers)
    job = {"do": "mixed", "threads": THREADS, **world.clinic, "places": crowded(PLACES, 1, DAYS)}
    shares = [number // crew + (one < number % crew) for one in range(crew)]
    jobs = [{**job, "name": one, "seed": f"{seed}/{one}", "count": share} for one, share in enumerate(shares)]
    told = [row for answer in world.all(jobs) for row in answer]
    return Counter(f"{row['shown']} {row['code']}".strip() for row in told)


# --- Each pair -------------------------------------------------------------------------------------------------------


class Scene:
    """One half hour (`when`) of the first clinician and the first patient, that two changes want at once."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self.staff, self.patients = world.clinic["staff"], world.clinic["patients"]
        self._extra = count(1)

    def time(self, minutes: int) -> str:
        return at(minutes, self.number)

    def order(self, minutes: int, host: int, patient: int, **more: Any) -> dict[str, Any]:
        own = {"op": "book", "start": self.time(minutes), "minutes": 30}
        return {**own, "staff": [self.staff[host]], "patients": [self.patients[patient]], **more}

    def make(self, order: Mapping[str, Any]) -> str:
        job = {"do": "attempts", "threads": 1, "seed": 0, "orders": [order], "name": "scene"}
        event = self.world.all([job], head_start=0)[0][0]["event"]
        if event is None:
            raise RuntimeError(f"the scene could not be set: {order}")
        return str(event)

    def standing(self, kind: str, one: int) -> dict[str, Any]:
        """A change of this kind that wants the half hour at 60 minutes, with what it needs made before."""
        if kind == "book":
            return self.order(60, 0, 0)
        if kind == "move":
            return self._to(self.make(self.order(180 + 60 * one, 0, 0)), "move", 60, 30)
        if kind == "resize":
            return self._to(self.make(self.order(30 if one == 0 else 90, 0, 0)), "resize", 30 if one == 0 else 60, 60)
        if kind == "reassign":
            return self._to(self.make(self.order(60, 1 + one, 1 + one)), "reassign", 60, 30)
        if kind == "join":
            group = self.make(self.order(60, 1 + one, 3 + one, capacity=2))
            return {"op": "join", "event": group, "patient": self.patients[0]}
        event = self.make(self.order(60, 0, 0))
        if kind == "restore":
            self.make_cancelled(event)
        return {"op": kind, "event": event}

    def make_cancelled(self, event: str) -> None:
        self.make({"op": "cancel", "event": event})

    def on_one(self, kind: str, event: str, one: int) -> dict[str, Any]:
        """A change of this kind of a visit that is there, a group session of the first clinician at 60 minutes."""
        if kind == "join":
            return {"op": kind, "event": event, "patient": self.patients[5 + one]}
        if kind == "move":
            return self._to(event, kind, 180 + 60 * one, 30)
        if kind == "resize":
            return self._to(event, kind, 60, 45 + 15 * one)
        if kind == "reassign":
            return self._to(event, kind, 60, 30, host=3 + one)
        return {"op": kind, "event": event}

    def _to(self, event: str, kind: str, minutes: int, length: int, host: int = 0) -> dict[str, Any]:
        own = {"op": kind, "event": event, "host": self.staff[host]}
        return {**own, "start": self.time(minutes), "minutes": length}

    def pair(self, one: str, other: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Both want the same half hour; where one of them cancels or joins, both want the same visit if they can."""
        changing = {"move", "resize", "reassign", "join", "cancel"}
        if {one, other} <= changing and {one, other} & {"cancel", "join"}:
            event = self.make(self.order(60, 0, 0, capacity=2))
            return self.on_one(one, event, 0), self.on_one(other, event, 1)
        if one == "cancel":  # beside one that books or restores: the hour is about to be free
            event = self.make(self.order(60, 0, 0))
            self.make_cancelled(event)
            second = self.make(self.order(60, 0, 0))
            return {"op": "cancel", "event": second}, self.order(60, 0, 0) if other == "book" else {
                "op": "restore",
                "event": event,
            }
        return self.standing(one, 0), self.standing(other, 1)


def pairs(house: House, vendor: str, repeats: int, seed: int) -> Row:
    """Each two kinds of change pressed at one moment by two processes, on one visit or on one half hour."""
    began = time.monotonic()
    with house.world(vendor, clinicians=CLINICIANS, patients=PATIENTS, crew=2) as world:
        world.slow()
        met, errors = press_pairs(world, repeats, seed)
        world.reconcile()
        broken = world.judge()
    figure = f"{len(met)} of {len(PAIRS)} pairs, {sum(map(len, broken.values()))} violations, {errors} errors"
    right = not broken and not errors and len(met) == len(PAIRS)
    name = f"F40 pairs of changes, {vendor}"
    return Row(name, figure, f"{len(PAIRS)}, 0, 0", right, seed, time.monotonic() - began, flat(broken))


def press_pairs(
    world: World, repeats: int, seed: int, day: int = 0, pairs: Sequence[tuple[str, str]] = PAIRS
) -> tuple[set[tuple[str, str]], int]:
    """Each of the pairs so often, on a day of its own from `day` on: those that met, and how many server errors."""
    days, met, errors = count(day), set(), 0
    for one, other in [*pairs] * repeats:
        orders = Scene(world, next(days)).pair(one, other)
        job = {"do": "attempts", "threads": 1, "seed": seed}
        jobs = [{**job, "name": name, "orders": [order]} for name, order in enumerate(orders)]
        told = [row for answer in world.all(jobs, head_start=0.05) for row in answer]
        errors += sum(row["shown"] == "U8" for row in told)
        met |= {(one, other)} if _met(*told) else set()
    return met, errors


def _met(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both were under way at one moment."""
    return bool(
        max(one["began"], other["began"]) < min(one["began"] + one["seconds"], other["began"] + other["seconds"])
    )
