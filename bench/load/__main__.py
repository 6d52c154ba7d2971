"""`python -m bench.load` (make load): races, ambiguous answers, crashes, an outage and hours, as one table.

`--short` takes some minutes, the full form an hour or more. `--rows G1,G3` runs those whose name begins so.
"""

import argparse
import sys
from collections.abc import Iterator

from .sizes import FULL, SHORT, Size, plan
from .table import Row, say, text
from .world import SWITCHED_OFF, house


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--short", action="store_true", help="some tens to a few hundred cases a row")
    parser.add_argument("--rows", default="", help="only these: G1,G1n,G2,F40,G3,G5,G6,G10,H1,H2,U1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="this share of the full sizes")
    return parser.parse_args()


def _wanted(names: str, size: Size, seed: int) -> Iterator[Row]:
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    with house() as servers:
        for name, run in plan(servers, size, seed):
            if not chosen or name.split()[0] in chosen:
                say(f"{name} ...")
                row = run()
                say("  ".join((*row.cells, *row.broken)))
                yield row


def main() -> int:
    told = options()
    size = (SHORT if told.short else FULL).scaled(told.scale)
    rows = list(_wanted(told.rows, size, told.seed))
    print(text(rows, SWITCHED_OFF))
    return 0 if rows and all(row.passed for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
