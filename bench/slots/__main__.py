"""Measure the search for free time: `python -m bench.slots`. docs/bench.md tells what and how.

Contestants take turns in rounds, each in a process of its own; medians are printed. The exit code is 1 when an answer
differs from the reference; a goal that is missed is told and no more.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ..workload import FLAVOURS, Flavour, contest_shape
from . import peers, reference, report
from .contest import SECOND_LENGTH, Pairs, digest
from .field import ENTRIES, FLOOR, OURS, Entry, pythons, run
from .results import Measured, Results, goals

MODES = ("all", "first20", "second")
SERVER_ZONES = ("UTC", "America/New_York", "Europe/London")
ZONES_WITH = 100  # clinicians; the figures of others are for as many
CHECKED_WITH = 30  # clinicians with whom the peers' answers to the harder flavours are looked at
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
class Run:
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


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.slots", description=__doc__)
    parser.add_argument("--clinicians", default="1,10,100,1000", help="how many, joined by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--flavours", default=",".join(FLAVOURS), help="the first is the one that all are timed on")
    parser.add_argument(
        "--peers",
        choices=("auto", "none"),
        default="auto",
        help="auto: other libraries too, in .venv-bench, installed if need be; none: without them",
    )
    parser.add_argument("--json", type=Path, help="write all that was measured into this file")
    return parser.parse_args()


def zones(trial: Run) -> tuple[str, int | None]:
    """Our answers with the server in several zones: a table, and the differing slots in all."""
    ours = next(entry for entry in ENTRIES if entry.module == OURS)
    clinicians = min(ZONES_WITH, max(trial.course.sizes))
    rows, counts = [], []
    for zone in SERVER_ZONES:
        found = [trial.differing(ours, flavour, clinicians, zone) for flavour in trial.course.flavours]
        counts += found
        rows.append([zone, *(report.figure(count, 0) for count in found)])
    slots = [len(trial.course.right(flavour, clinicians, "all")) for flavour in trial.course.flavours]
    rows.append([f"(of, N={clinicians})", *(report.figure(count, 0) for count in slots)])
    table = report.table(["Daybook: differing slots, TZ", *trial.course.flavours], rows)
    known = [count for count in counts if count is not None]
    return table, sum(known) if len(known) == len(counts) else None


def harder(trial: Run) -> tuple[str, bool]:
    """How the others answer the other flavours: a table, and whether one differs that has no excuse."""
    flavours = trial.course.flavours[1:]
    clinicians = min(CHECKED_WITH, max(trial.course.sizes))
    rows, wrong = [], False
    for entry in trial.entries:
        if entry.module == OURS:
            continue
        cells = []
        for flavour in flavours:
            count = trial.differing(entry, flavour, clinicians)
            excused = entry.excused and entry.excused[0] == flavour
            wrong = wrong or bool(count and not excused)
            cells.append(report.figure(count, 0) + (" (known)" if count and excused else ""))
        rows.append([entry.name, *cells])
    return report.table([f"differing slots, N={clinicians}", *flavours], rows), wrong


def main() -> int:
    wanted = options()
    flavours = [flavour for flavour in FLAVOURS if flavour in wanted.flavours.split(",")]
    sizes = sorted({int(number) for number in wanted.clinicians.split(",")})
    python, sentence = peers.interpreter() if wanted.peers == "auto" else (None, "--peers none")
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder), flavours, sizes)
        course.prepare()
        trial = Run(course, pythons(python))
        for number in range(wanted.rounds):
            print(f"round {number + 1} of {wanted.rounds} ...", file=sys.stderr)
            trial.round(number)
        return tell(trial, sentence, wanted.json)


def tell(trial: Run, sentence: str, into: Path | None) -> int:
    """Print everything; the exit code."""
    flavours, sizes = trial.course.flavours, trial.course.sizes
    plain, largest = flavours[0], max(sizes)
    shown = [entry.module for entry in ENTRIES if any(row.module == entry.module for row in trial.results.rows)]
    print("Free slots of half an hour on the quarter hour, four weeks, N clinicians with 25 events a week each.\n")
    print(report.all_slots(trial.results, plain, sizes, shown), "\n")
    print(report.first_slots(trial.results, plain, sizes, shown), "\n")
    print(report.notes(trial.results, plain, largest), "\n")
    zone_table, differing = zones(trial)
    print(zone_table, "\n")
    wrong = differing != 0 or any(not row.right for row in trial.results.rows)
    if len(flavours) > 1:
        harder_table, others_wrong = harder(trial)
        print(harder_table, "\n")
        wrong = wrong or others_wrong
    for entry in ENTRIES:
        if entry.module not in trial.pythons:
            print(f"SKIPPED {entry.name}: {sentence}")
        elif entry.module in trial.failed:
            print(f"FAILED {entry.name}: {trial.failed[entry.module]}")
    print(report.goals_table(goals(trial.results, flavours, largest, differing)))
    if wrong or OURS in trial.failed or FLOOR in trial.failed:
        print("\nAn answer DIFFERS from the reference.")
    if into:
        into.write_text(json.dumps([asdict(row) for row in trial.results.rows], indent=1))
    return 1 if wrong or OURS in trial.failed or FLOOR in trial.failed else 0


if __name__ == "__main__":
    sys.exit(main())
