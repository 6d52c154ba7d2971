"""Measure the search for free time: `python -m bench.slots`. docs/bench.md tells what and how.

Contestants take turns in rounds, each in a process of its own; medians are printed. The exit code is 1 when an answer
differs from the reference; a goal that is missed is told and no more.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from ..workload import FLAVOURS
from . import peers, report
from .field import ENTRIES, FLOOR, OURS, pythons
from .results import GOALS_FOR, goals
from .trial import Course, Trial

SERVER_ZONES = ("UTC", "America/New_York", "Europe/London")
ZONES_WITH = 100  # clinicians
CHECKED_WITH = 30  # clinicians with whom the others' answers to the harder flavours are looked at
INTRODUCTION = """Free half hours on the quarter hour, over four weeks, of N clinicians with 25 events a week each.
Milliseconds of processor time; us/c-w: microseconds for a week of a clinician; growth: of memory, at N={size}."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.slots", description=__doc__)
    parser.add_argument("--clinicians", type=numbers, default=[1, 10, 100, 1000], help="how many, joined by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--flavours", type=names, default=list(FLAVOURS), help=f"some of {','.join(FLAVOURS)}")
    parser.add_argument(
        "--peers",
        choices=("auto", "none"),
        default="auto",
        help="auto: other libraries too, in .venv-bench, installed if need be; none: without them",
    )
    parser.add_argument("--json", type=Path, help="write all that was measured into this file")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    """From "1,10". Raises ValueError for what is no number above 0."""
    found = sorted({int(part) for part in text.split(",")})
    if found[0] < 1:
        raise ValueError("at least one clinician")
    return found


def names(text: str) -> list[str]:
    """From "plain,edge". Raises ValueError for a flavour that does not exist."""
    found = text.split(",")
    if not set(found) <= set(FLAVOURS):
        raise ValueError("no such flavour")
    return found


def zones(trial: Trial) -> tuple[str, int | None]:
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


def harder(trial: Trial) -> tuple[str, bool]:
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
    flavours = [flavour for flavour in FLAVOURS if flavour in wanted.flavours]
    python, sentence = peers.interpreter() if wanted.peers == "auto" else (None, "--peers none")
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder), flavours, wanted.clinicians)
        course.prepare()
        trial = Trial(course, pythons(python))
        for number in range(wanted.rounds):
            print(f"round {number + 1} of {wanted.rounds} ...", file=sys.stderr)
            trial.round(number)
        wrong = tell(trial, sentence)
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(row) for row in trial.results.rows], indent=1))
    return 1 if wrong else 0


def tell(trial: Trial, sentence: str) -> bool:
    """Print everything; whether an answer was wrong, or one that is needed is missing."""
    tell_times(trial)
    zone_table, differing = zones(trial)
    print(zone_table, "\n")
    harder_table, others_wrong = harder(trial)
    if len(trial.course.flavours) > 1:
        print(harder_table, "\n")
    for entry in ENTRIES:
        if entry.module not in trial.pythons:
            print(f"SKIPPED {entry.name}: {sentence}")
        elif entry.module in trial.failed:
            print(f"FAILED {entry.name}: {trial.failed[entry.module]}")
    largest = max(trial.course.sizes)
    print(report.goals_table(goals(trial.results, trial.course.flavours, largest, differing)))
    if largest < GOALS_FOR:
        print(f"(The goals are meant for {GOALS_FOR:,} clinicians.)")
    wrong = differing != 0 or others_wrong or any(not row.right for row in trial.results.rows)
    wrong = wrong or not trial.failed.keys().isdisjoint({OURS, FLOOR})
    if wrong:
        print("\nAn answer DIFFERS from the reference, or is missing.")
    return wrong


def tell_times(trial: Trial) -> None:
    flavour, sizes = trial.course.flavours[0], trial.course.sizes
    shown = [entry.module for entry in ENTRIES if any(row.module == entry.module for row in trial.results.rows)]
    print(INTRODUCTION.format(size=max(sizes)), "\n")
    print(report.all_slots(trial.results, flavour, sizes, shown), "\n")
    print(report.first_slots(trial.results, flavour, sizes, shown), "\n")
    print(report.office_slots(trial.results, flavour, sizes), "\n")
    print(report.notes(trial.results, flavour, max(sizes)), "\n")


if __name__ == "__main__":
    sys.exit(main())
