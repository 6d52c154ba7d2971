"""The measured figures as text."""

from collections.abc import Sequence

from ..workload import WEEKS
from .contest import OFFICE_HOURS
from .field import ENTRIES, FLOOR, OURS
from .results import Goal, Results

WIDE = 28
# What a row adds to the contestant's name, and the search that another one follows.
ADDED = {"second": ", once more", "warm20": ", warm", "office_second": ", once more"}
FIRST_OF = {"second": "first20", "warm20": "first20", "office_second": "office20"}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines with the first column to the left and the rest to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        rest = (text.rjust(width + 2) for text, width in zip(row[1:], widths[1:], strict=True))
        return row[0].ljust(max(WIDE, widths[0])) + "".join(rest)

    return "\n".join(map(line, (head, *rows)))


def figure(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def ms(seconds: float | None) -> str:
    """Milliseconds with about three digits."""
    value = None if seconds is None else seconds * 1000
    return figure(value, 0 if value is None or value >= 100 else 1 if value >= 10 else 2)


def per_week(seconds: float | None, clinicians: int) -> str:
    """Microseconds for one week of one clinician."""
    return figure(None if seconds is None else seconds * 1e6 / clinicians / WEEKS, 0)


def most(module: str, sizes: Sequence[int]) -> int:
    """The largest number of clinicians that this contestant is asked for."""
    limit = next(entry.most for entry in ENTRIES if entry.module == module)
    return max((size for size in sizes if size <= limit), default=min(sizes))


def all_slots(results: Results, flavour: str, sizes: Sequence[int], modules: Sequence[str]) -> str:
    head = [f"all slots, {flavour}", *(f"N={size}" for size in sizes), "x floor", "us/c-w", "exponent", "growth", ""]
    return table(head, [_all_row(results, flavour, sizes, module) for module in modules])


def _all_row(results: Results, flavour: str, sizes: Sequence[int], module: str) -> list[str]:
    largest = most(module, sizes)
    growth = results.growth(module, flavour, largest, "all") if largest == max(sizes) else None
    return [
        _name(module),
        *(ms(results.seconds(module, flavour, size, "all")) for size in sizes),
        figure(results.ratio(module, "all", flavour, largest)),
        per_week(results.seconds(module, flavour, largest, "all"), largest),
        figure(results.exponent(module, flavour, "all")),
        "-" if growth is None else f"{growth:.1f} MiB",
        results.answers(module, flavour, "all"),
    ]


def first_slots(results: Results, flavour: str, sizes: Sequence[int], modules: Sequence[str]) -> str:
    rows = [_first_row(results, flavour, sizes, module, "first20") for module in modules]
    further = [_first_row(results, flavour, sizes, OURS, mode) for mode in ("second", "warm20")]
    return table(_first_head(f"first 20, {flavour}", sizes), [*rows[:2], *further, *rows[2:]])


def office_slots(results: Results, flavour: str, sizes: Sequence[int]) -> str:
    """The same search, begun when many are at work."""
    asked = [(FLOOR, "office20"), (OURS, "office20"), (OURS, "office_second")]
    rows = [_first_row(results, flavour, sizes, module, mode) for module, mode in asked]
    return table(_first_head("first 20, in office hours", sizes), rows)


def _first_head(what: str, sizes: Sequence[int]) -> list[str]:
    return [what, *(f"N={size}" for size in sizes), "x floor", "x own first", ""]


def _first_row(results: Results, flavour: str, sizes: Sequence[int], module: str, mode: str) -> list[str]:
    largest, first = most(module, sizes), FIRST_OF.get(mode)
    to_first = results.ratio(module, mode, flavour, largest, to=module, to_mode=first) if first else None
    floor_mode = "first20" if mode == "warm20" else mode
    return [
        f"{_name(module)}{ADDED.get(mode, '')}",
        *(ms(results.seconds(module, flavour, size, mode)) for size in sizes),
        figure(results.ratio(module, mode, flavour, largest, to_mode=floor_mode)),
        figure(to_first, 3),
        results.answers(module, flavour, mode),
    ]


def _name(module: str) -> str:
    return next(entry.name for entry in ENTRIES if entry.module == module)


def goals_table(goals: Sequence[Goal]) -> str:
    rows = [
        [goal.name, figure(goal.value, 0 if goal.unit == "slots" else 2), f"{goal.most:g}", goal.unit, goal.verdict]
        for goal in goals
    ]
    return table(["goal", "measured", "at most", "", ""], rows)


def notes(results: Results, flavour: str, clinicians: int) -> str:
    """What the times begin with."""
    ours = ms(results.decoding(OURS, flavour, clinicians, "all"))
    return (
        f"Daybook is timed from domain values; making them from JSON took {ours} ms at N={clinicians}, told apart.\n"
        "The floor and the others are timed from parsed JSON with times as text; reading those is in their times.\n"
        "django-appointment's database is filled beforehand. x floor: median of the ratios of each turn.\n"
        "Warm: as in a running server, which knows the local days of its zones; timetables are made anew.\n"
        f"In office hours: the search begins {OFFICE_HOURS:%A %Y-%m-%d %H:%M} UTC; else on a Monday at midnight."
    )
