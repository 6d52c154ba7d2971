"""What was measured, and what follows from it: medians, ratios within a round, growth with the number, goals."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .field import FLOOR, OURS

GOALS_FOR = 1000  # clinicians; with fewer the goals are not judged
SMALLEST_FOR_GROWTH = 10  # clinicians; with one, the start of a search is most of it


@dataclass(frozen=True)
class Measured:
    """One turn in one mode: its seconds, and whether its process answered as the reference does."""

    module: str
    flavour: str
    clinicians: int
    mode: str
    round: int
    seconds: float
    right: bool
    turn: int = 0
    growth_kib: int | None = None
    decode_s: float | None = None


@dataclass(frozen=True)
class Goal:
    """A figure and the most it may be. None: it was not measured. `clinicians`: with how many, where that matters."""

    name: str
    value: float | None
    most: float
    unit: str = ""
    clinicians: int | None = None

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self.clinicians is not None and self.clinicians < GOALS_FOR:
            return f"not judged, N={self.clinicians}"
        return "met" if self.value <= self.most else "NOT MET"


@dataclass
class Results:
    """All that was measured in a run."""

    rows: list[Measured] = field(default_factory=list)

    def of(self, module: str, flavour: str, clinicians: int, mode: str) -> dict[tuple[int, int], Measured]:
        """The rows of one cell by their round and turn."""
        key = (module, flavour, clinicians, mode)
        rows = (row for row in self.rows if (row.module, row.flavour, row.clinicians, row.mode) == key)
        return {(row.round, row.turn): row for row in rows}

    def seconds(self, module: str, flavour: str, clinicians: int, mode: str) -> float | None:
        return _median(row.seconds for row in self.of(module, flavour, clinicians, mode).values())

    def decoding(self, module: str, flavour: str, clinicians: int, mode: str) -> float | None:
        rows = self.of(module, flavour, clinicians, mode).values()
        return _median(row.decode_s for row in rows if row.decode_s is not None)

    def growth(self, module: str, flavour: str, clinicians: int, mode: str) -> float | None:
        """By how many MiB the process grew above what it had loaded."""
        rows = self.of(module, flavour, clinicians, mode).values()
        kib = _median(row.growth_kib for row in rows if row.growth_kib is not None)
        return None if kib is None else kib / 1024

    def ratio(
        self, module: str, mode: str, flavour: str, clinicians: int, *, to: str = FLOOR, to_mode: str = ""
    ) -> float | None:
        """How many times the other's time in the same turn, as the median: what slows the machine down cancels out."""
        mine = self.of(module, flavour, clinicians, mode)
        others = self.of(to, flavour, clinicians, to_mode or mode)
        return _median(row.seconds / others[turn].seconds for turn, row in mine.items() if turn in others)

    def exponent(self, module: str, flavour: str, mode: str) -> float | None:
        """The power of the number of clinicians by which time grows, from ten of them on; median over rounds."""
        rows = [row for row in self.rows if (row.module, row.flavour, row.mode) == (module, flavour, mode)]
        slopes = (slope(_points(row for row in rows if row.round == number)) for number in {row.round for row in rows})
        return _median(value for value in slopes if value is not None)

    def answers(self, module: str, flavour: str, mode: str) -> str:
        rows = [row for row in self.rows if (row.module, row.flavour, row.mode) == (module, flavour, mode)]
        if not rows:
            return "-"
        return "ok" if all(row.right for row in rows) else "DIFFERS"


def _median(values: Iterable[float]) -> float | None:
    known = list(values)
    return statistics.median(known) if known else None


def _points(rows: Iterable[Measured]) -> list[tuple[int, float]]:
    """For each number of clinicians the median time."""
    times: dict[int, list[float]] = {}
    for row in rows:
        if row.clinicians >= SMALLEST_FOR_GROWTH:
            times.setdefault(row.clinicians, []).append(row.seconds)
    return [(clinicians, statistics.median(seconds)) for clinicians, seconds in times.items()]


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """The exponent p of the curve y = c * x ** p nearest to the points (least squares of the logarithms)."""
    if len({x for x, _ in points}) < 2:
        return None
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    return statistics.linear_regression(xs, ys).slope


def goals(results: Results, flavours: Sequence[str], clinicians: int, differing: int | None) -> list[Goal]:
    """What the engine has to reach. `differing`: starts that differ from the reference over zones and flavours."""
    found = []
    for flavour in flavours:
        everything = results.ratio(OURS, "all", flavour, clinicians)
        found.append(Goal(f"all slots, {flavour}", everything, 1.25, "x floor", clinicians))
        found += _first_goals(results, flavour, clinicians, ("first20", "second"), flavour)
    plain = flavours[0]
    mine, floor = (results.growth(module, plain, clinicians, "all") for module in (OURS, FLOOR))
    memory = mine / floor if mine is not None and floor else None
    growth = results.exponent(OURS, plain, "all")
    return [
        *found,
        *_first_goals(results, plain, clinicians, ("office20", "office_second"), "in office hours"),
        Goal("growth of time with clinicians", growth, 1.05, "exponent", clinicians),
        Goal("growth of memory", memory, 2.0, "x floor", clinicians),
        Goal("differing slots, any TZ and flavour", differing, 0, "slots"),
    ]


def _first_goals(results: Results, flavour: str, clinicians: int, modes: tuple[str, str], what: str) -> list[Goal]:
    """The goals of a first search and of the one after it."""
    first, second = modes
    to_floor = results.ratio(OURS, first, flavour, clinicians)
    to_first = results.ratio(OURS, second, flavour, clinicians, to=OURS, to_mode=first)
    return [
        Goal(f"first 20, {what}", to_floor, 1.5, "x floor", clinicians),
        Goal(f"second first 20, {what}", to_first, 0.2, "x first", clinicians),
    ]
