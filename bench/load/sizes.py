"""How large each row is, in the short and in the full form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from tests.postgres_fixture import binaries

from . import ambiguous, crash, edits, hours, mixing, outage, race
from .table import Row
from .world import POSTGRES, SQLITE, House


@dataclass(frozen=True, slots=True)
class Size:
    attempts: int
    control_runs: int
    mixed: int
    repeats: int
    creates: int
    fault_share: float
    kills: int
    wait: bool
    outage_seconds: float
    edits: int
    patterns: int
    clinics: int
    months: int

    def scaled(self, share: float) -> "Size":
        """The same with fewer cases; the number of control runs and of kinds stays."""
        names = ("attempts", "mixed", "creates", "edits", "patterns", "clinics", "months")
        few = {name: max(8, round(getattr(self, name) * share)) for name in names}
        kills, repeats = max(1, round(self.kills * share)), max(1, round(self.repeats * share))
        return replace(self, **few, kills=kills, repeats=repeats, outage_seconds=max(5, self.outage_seconds * share))


FULL = Size(
    1000,
    40,
    10_000,
    4,
    10_000,
    1.0,
    100,
    wait=True,
    outage_seconds=300,
    edits=1000,
    patterns=1000,
    clinics=5000,
    months=1000,
)
SHORT = Size(128, 6, 400, 1, 200, 4.0, 5, wait=False, outage_seconds=5, edits=30, patterns=10, clinics=200, months=20)

Run = Callable[[], Row]


def plan(house: House, size: Size, seed: int) -> Iterator[tuple[str, Run]]:
    """All rows in their order, none of them begun. Without PostgreSQL its rows are missing from the table."""
    vendors = (SQLITE, POSTGRES) if binaries() else (SQLITE,)
    for vendor in vendors:
        yield f"G1 {vendor}", partial(race.one_slot, house, vendor, size.attempts, seed)
        control = partial(race.without_guard, house, vendor, size.control_runs, race.PROCESSES * race.THREADS, seed)
        yield f"G1n {vendor}", control
    for vendor in vendors:
        yield f"G2 {vendor}", partial(mixing.mixed, house, vendor, size.mixed, seed)
    for vendor in vendors:
        yield f"F40 {vendor}", partial(mixing.pairs, house, vendor, size.repeats, seed)
    for mode in ambiguous.MODES:
        yield f"G3 {mode}", partial(ambiguous.ambiguous, house, mode, size.creates, size.fault_share, seed)
    yield "G3n", partial(ambiguous.blind, house, min(size.creates, 200), seed)
    yield "G5", partial(crash.crashes, house, size.kills, seed, wait=size.wait)
    yield "G6", partial(outage.outage, house, size.outage_seconds, seed)
    yield "G10", partial(edits.lost_updates, size.edits, seed)
    yield "H1", partial(hours.round_trip, size.patterns, seed)
    yield "H2", partial(hours.stranded, size.clinics, seed)
    yield "U1", partial(hours.months, size.months, seed)
