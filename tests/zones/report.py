"""Try all zones and tell what was tried.

"Clocks apart" are the different clocks among the zones: links and neighbours that show the same time at every instant
of the years count once. "Run on" are moments without a change that are tried like one, such as a year after the last.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduling.domain.zone import find_zone

from .cells import DOMAIN, Cells, Subject, try_change, try_clock
from .places import VERSION, Place, apart
from .tzif import FIRST_YEAR, LAST_YEAR

SHOWN = 50


COLUMNS = ("zones", "that change", "changes", "clocks apart", "their changes", "run on")


class Counted(NamedTuple):
    """Zones and their changes, in the order of the columns."""

    zones: int
    changing: int
    changes: int
    clocks_apart: int
    changes_apart: int
    quiet: int

    @classmethod
    def of(cls, known: Sequence[Place]) -> "Counted":
        different = apart(known)
        return cls(
            zones=len(known),
            changing=sum(bool(place.clock.changes) for place in known),
            changes=changes_of(known),
            clocks_apart=len(different),
            changes_apart=changes_of(different),
            quiet=sum(len(place.clock.quiet) for place in different),
        )


def changes_of(known: Iterable[Place]) -> int:
    return sum(len(place.clock.changes) for place in known)


def try_names(cells: Cells, names: Iterable[str]) -> None:
    """Every name of the database is found, and stands for the zone of this name."""
    for name in names:
        cells.expect("names", name, find_zone(name), ZoneInfo(name))


def try_places(known: Iterable[Place], cells: Cells, subject: Subject = DOMAIN) -> None:
    """All cells of all changes of these zones, and the same cells where their clocks run on."""
    for place in known:
        for change in (*place.clock.changes, *place.clock.quiet):
            try_change(cells, place, change, subject)


def try_all(known: Sequence[Place], *, every: bool) -> Cells:
    """Try these zones; `every` one by itself instead of each different clock once."""
    cells = Cells()
    try_names(cells, (place.name for place in known))
    for place in known:
        try_clock(cells, place)
    try_places(known if every else apart(known), cells)
    return cells


def lines(cells: Cells, counted: Counted, *, every: bool) -> Iterator[str]:
    """The report as text."""
    yield f"Clock changes of {FIRST_YEAR} to {LAST_YEAR}, {'of every zone' if every else 'each different clock once'}"
    yield ""
    yield f"{'tzdata':<16}" + "".join(f"{column:>15}" for column in COLUMNS)
    yield f"{VERSION:<16}" + "".join(f"{number:>15,}" for number in counted)
    yield ""
    yield f"{'cells':<16}{'checked':>15}{'wrong':>15}"
    for kind, number in cells.checked.items():
        yield f"{kind:<16}{number:>15,}{cells.wrong[kind]:>15}"
    yield f"{'all':<16}{cells.checked.total():>15,}{cells.wrong.total():>15}"
    yield ""
    yield f"errors: {len(cells.errors)}"
    yield from cells.errors[:SHOWN]
    if len(cells.errors) > SHOWN:
        yield f"and {len(cells.errors) - SHOWN} more"
