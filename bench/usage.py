"""How long the figures of a year take: `python -m bench.usage`, a part of `make bench`.

The clinic of `bench.workload` for 52 weeks. Beside it a plain loop that only parses the same times and adds them up,
right or wrong: what reading the input costs at least. Month by month, as the report reads it.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.domain.availability import clinician_time
from scheduling.domain.person import User
from scheduling.domain.usage import groups
from scheduling.domain.usage.atoms import Atom, Case, atoms_of, cases_of, midnights
from scheduling.domain.usage.period import Period
from scheduling.domain.usage.tally import Measure, Tally, tally

from .slots.ours import Asked, load
from .slots.report import table
from .workload import FIRST_DAY, contest_shape

CLINIC = ZoneInfo("America/New_York")
ROUNDS = 3


def parsed(workload: dict[str, Any]) -> float:
    """Hours of all events, however they overlap."""
    total = 0.0
    for row in workload["clinicians"]:
        for start, end in row["busy"]:
            total += (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return total / 3600


def cut(asked: Asked, period: Period) -> tuple[list[Atom], list[Case]]:
    """The stretches and visits of everybody, month by month."""
    atoms: list[Atom] = []
    cases: list[Case] = []
    for part in period.parts(CLINIC):
        days = midnights(part, CLINIC)
        for known in asked.people:
            user = User(known.id, str(known.id), timezone=known.zone.key)
            near = [event for event in known.events if event.when.overlaps(part)]
            month = clinician_time(user, known.records, near, part, clinic_zone=CLINIC)
            atoms += atoms_of(month, days)
            cases += cases_of(month)
    return atoms, cases


def measured(work: Callable[[], Any]) -> float:
    taken = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clinicians", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=52)
    asked = parser.parse_args()
    workload = contest_shape(asked.clinicians, weeks=asked.weeks)
    known = load(workload)
    period = Period.custom(FIRST_DAY, FIRST_DAY + timedelta(weeks=asked.weeks, days=-1))
    atoms, cases = cut(known, period)
    plain = measured(lambda: parsed(workload))
    ways: dict[str, Callable[[], object]] = {
        "stretches of everybody": lambda: cut(known, period),
        "all figures of the whole": lambda: tally(atoms, cases),
        "all figures of each week": lambda: [row.tally for row in groups.by_week(atoms, cases, CLINIC).values()],
        "all figures of each clinician": lambda: [row.tally for row in groups.by_clinician(atoms, cases).values()],
    }
    rows = [["a loop that parses the times", f"{plain:.2f}", "1.0"]]
    rows += [
        [name, f"{seconds:.2f}", f"{seconds / plain:.1f}"] for name, way in ways.items() for seconds in [measured(way)]
    ]
    print(table([f"{asked.clinicians} clinicians, {asked.weeks} weeks, {len(cases)} events", "s", "x the loop"], rows))
    whole: Tally = tally(atoms, cases)
    booked, offered = whole.seconds(Measure.BOOKED) / 3600, whole.seconds(Measure.OFFERED) / 3600
    print(f"booked {booked:,.1f} h of {offered:,.1f} h offered, in {len(atoms):,} stretches")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
