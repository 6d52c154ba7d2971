"""intervaltree: hours as a tree, from which each event is chopped."""

from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from intervaltree import IntervalTree

from .contest import Contestant, datetimes_as_minutes, main
from .loop import busy_of, local_days, shifts_of, stepped, window_of


def every(workload: dict[str, Any]) -> list[list[datetime]]:
    spec = workload["spec"]
    begin, end = window_of(spec)
    length, step = timedelta(minutes=spec["duration_min"]), timedelta(minutes=spec["step_min"])
    days = local_days(spec)
    rows = []
    for person in workload["clinicians"]:
        shifts = ((max(opening, begin), min(closing, end)) for opening, closing in shifts_of(person, days))
        free = IntervalTree.from_tuples(shift for shift in shifts if shift[0] < shift[1])
        for start, stop in busy_of(person):
            free.chop(start, stop)
        rows.append([start for part in sorted(free) for start in stepped(part.begin, part.end, length, step)])
    return rows


CONTESTANT = Contestant("intervaltree", version("intervaltree"), every, datetimes_as_minutes)

if __name__ == "__main__":
    main(CONTESTANT)
