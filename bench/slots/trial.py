"""One run: the workloads and their right answers on disk, and the contestants taking turns in rounds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ..workload import Flavour, contest_shape
from . import reference
from .contest import MODES, SECOND_LENGTH, Pairs, digest
from .field import ENTRIES, FLOOR, OURS, Entry, run
from .results import Measured, Results

TOO_SLOW = 8.0  # seconds: what takes longer is run in the first two rounds only
FAR_TOO_SLOW = 15.0  # seconds: and this in the first only


@dataclass
class Course:
    """The workloads of a run on disk, and the right answer to each."""

    folder: Path
    flavours: Sequence[Flavour]
    sizes: Sequence[int]
    shapes: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[list[int]]] = field(default_factory=dict)

    def prepare(self) -> None:
        for flavour in self.flavours:
            shape = contest_shape(max(self.sizes), flavour)
            self.shapes[flavour] = shape
            self.rows[flavour, "first"] = reference.answers(shape)
            self.rows[flavour, "second"] = reference.answers(shape, SECOND_LENGTH)

    def workload(self, flavour: str, clinicians: int) -> Path:
        """The file with the first clinicians of this flavour."""
        path = self.folder / f"{flavour}-{clinicians}.json"
        if not path.exists():
            shape = self.shapes[flavour]
            cut = {name: shape[name][:clinicians] for name in ("clinicians", "kinds")}
            path.write_text(json.dumps({**shape, **cut}))
        return path

    def right(self, flavour: str, clinicians: int, mode: str) -> Pairs:
        rows = self.rows[flavour, "second" if mode == "second" else "first"][:clinicians]
        return reference.pairs(rows) if mode == "all" else reference.earliest(rows)


@dataclass
class Trial:
    """One run of the benchmark."""

    course: Course
    pythons: dict[str, str]
    results: Results = field(default_factory=Results)
    failed: dict[str, str] = field(default_factory=dict)
    spent: dict[tuple[str, str, int], float] = field(default_factory=dict)
    digests: dict[tuple[str, int, str], str] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        return [entry for entry in ENTRIES if entry.module in self.pythons and entry.module not in self.failed]

    def round(self, number: int) -> None:
        """Everybody once in every cell, every other round backwards, so that a drift of the machine helps nobody."""
        cells = list(self.cells())
        for flavour, clinicians, entry in cells if number % 2 == 0 else reversed(cells):
            spent = self.spent.get((entry.module, flavour, clinicians), 0.0)
            if not (number >= 2 and spent > TOO_SLOW) and not (number >= 1 and spent > FAR_TOO_SLOW):
                self.measure(number, entry, flavour, clinicians)

    def cells(self) -> Iterator[tuple[str, int, Entry]]:
        """Everybody on plain; on the other flavours the floor and ours, with the most clinicians."""
        plain, *others = self.course.flavours
        for clinicians in self.course.sizes:
            yield from ((plain, clinicians, entry) for entry in self.entries if clinicians <= entry.most)
        for flavour in others:
            pair = (entry for entry in self.entries if entry.module in (FLOOR, OURS))
            yield from ((flavour, max(self.course.sizes), entry) for entry in pair)

    def measure(self, number: int, entry: Entry, flavour: str, clinicians: int) -> None:
        repeats = max(3, min(30, 300 // clinicians))
        path = self.course.workload(flavour, clinicians)
        result = run(self.pythons[entry.module], entry.module, path, MODES, repeats)
        if result.problem:
            self.failed[entry.module] = result.problem
        self.spent[entry.module, flavour, clinicians] = result.seconds
        for line in result.lines:
            self.results.rows.append(
                Measured(
                    entry.module,
                    flavour,
                    clinicians,
                    line["mode"],
                    number,
                    median(line["times_s"]),
                    line["digest"] == self.digest(flavour, clinicians, line["mode"]),
                    line["growth_kib"],
                    line["decode_s"],
                )
            )

    def digest(self, flavour: str, clinicians: int, mode: str) -> str:
        key = flavour, clinicians, mode
        if key not in self.digests:
            self.digests[key] = digest(self.course.right(*key))
        return self.digests[key]

    def differing(self, entry: Entry, flavour: str, clinicians: int, timezone: str = "") -> int | None:
        """How many of all starts differ from the reference's; None where it could not be run."""
        path, pairs = self.course.workload(flavour, clinicians), self.course.folder / "pairs.txt"
        result = run(self.pythons[entry.module], entry.module, path, ["all"], 1, timezone=timezone, pairs=pairs)
        if result.problem:
            self.failed[entry.module] = result.problem
            return None
        found = [tuple(map(int, line.split())) for line in pairs.read_text().splitlines()]
        return reference.differing([(a, b) for a, b in found], self.course.right(flavour, clinicians, "all"))
