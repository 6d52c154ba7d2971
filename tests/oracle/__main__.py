"""The full form of the proof: `python -m tests.oracle --clinics 10000` compares the engine with the walk along the
minutes for so many clinics, prints what was tried and compared, and exits with 1 where anything differs.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from multiprocessing import Pool

from .agreement import compare, explain
from .clinics import numbered
from .features import features
from .minutes import Minutes

SHOWN = 5


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--clinics", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one (0)")
    parser.add_argument("--processes", type=int, default=2, help="how many at a time (2)")
    return parser.parse_args()


def try_one(seed: int) -> tuple[int, list[str], Counter, set[str]]:
    """The differences of one clinic, what was compared and what was in it. An error of the engine is a difference."""
    case = numbered(seed)
    walk = Minutes(case)
    tried = features(case, walk)
    try:
        found = compare(case, walk)
    except Exception as error:  # noqa: BLE001  whatever the engine says must not end the run
        return seed, [f"{type(error).__name__}: {error}"], Counter(clinics=1), tried
    return seed, found.differences, found.compared, tried


def run(wanted: argparse.Namespace) -> int:
    began, compared, tried, wrong = time.monotonic(), Counter(), Counter(), {}
    seeds = range(wanted.first, wanted.first + wanted.clinics)
    with Pool(wanted.processes) as pool:
        for seed, differences, counted, inside in pool.imap_unordered(try_one, seeds, chunksize=20):
            compared += counted
            tried.update(inside)
            if differences:
                wrong[seed] = differences
            if sys.stderr.isatty() and compared["clinics"] % 100 == 0:
                print(f"\r{compared['clinics']} of {wanted.clinics}", end="", file=sys.stderr)  # noqa: T201
    report(compared, tried, wrong, time.monotonic() - began)
    return 1 if wrong else 0


def report(compared: Counter, tried: Counter, wrong: dict[int, list[str]], took: float) -> None:
    lines = ["compared", *rows(compared), "clinics with", *rows(tried)]
    spent = sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    lines += [
        f"{took:.0f} s, {spent:.0f} s of work",
        f"differences {sum(map(len, wrong.values()))} in {len(wrong)} clinics",
    ]
    for seed in sorted(wrong)[:SHOWN]:
        lines.append(explain(numbered(seed)))
    if wrong:
        lines.append(f"clinics that differ: {' '.join(map(str, sorted(wrong)[:200]))}")
    print("\n".join(lines))  # noqa: T201


def rows(counted: Counter) -> list[str]:
    return [f"  {name:<40}{number:>12,}" for name, number in sorted(counted.items(), key=lambda row: (-row[1], row[0]))]


if __name__ == "__main__":
    sys.exit(run(options()))
