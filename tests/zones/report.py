"""Try all zones and tell what was tried.

"Clocks apart" are the different clocks among the zones: links and neighbours that show the same time at every instant
of the years count once. "Run on" are moments without a change that are tried like one, such as a year after the last.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scheduling.domain.zone import find_zone

from .cells import DOMAIN, Cells, Subject, try_change, try_clock
from .databases import Database, Place, apart, places
from .tzif import FIRST_YEAR, LAST_YEAR

SHOWN = 50


COLUMNS = ("zones", "that change", "changes", "clocks apart", "their changes", "run on")


class Counted(NamedTuple):
    """The zones of one database (or of all together) and their changes, in the order of the columns."""

    zones: int
    changing: int
    changes: int
    clocks_apart: int
    changes_apart: int
    quiet: int

    @classmethod
    def of(cls, known: list[Place]) -> "Counted":
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


def try_names(cells: Cells, database: Database) -> None:
    """Every name of the database is found, and stands for a zone of this name."""
    for name in database.zones:
        zone = find_zone(name)
        cells.expect("names", name, zone and zone.key, name)


def try_places(known: Iterable[Place], cells: Cells, subject: Subject = DOMAIN) -> None:
    """All cells of all changes of these zones, and the same cells where their clocks run on."""
    for place in known:
        for change in (*place.clock.changes, *place.clock.quiet):
            try_change(cells, place, change, subject)


def try_databases(found: Iterable[Database], *, every: bool) -> tuple[Cells, dict[str, Counted]]:
    """Try these databases; `every` zone by itself instead of each different clock once."""
    cells = Cells()
    known: list[Place] = []
    counted: dict[str, Counted] = {}
    for database in found:
        here = places(database)
        known += here
        counted[f"{database.version}, {database.source}"] = Counted.of(here)
        try_names(cells, database)
        for place in here:
            try_clock(cells, place)
    try_places(known if every else apart(known), cells)
    counted["together"] = Counted.of(known)
    return cells, counted


def lines(cells: Cells, counted: Mapping[str, Counted], *, every: bool) -> Iterator[str]:
    """The report as text."""
    yield f"Clock changes of {FIRST_YEAR} to {LAST_YEAR}, {'of every zone' if every else 'each different clock once'}"
    yield ""
    yield f"{'zone database':<24}" + "".join(f"{column:>15}" for column in COLUMNS)
    for name, row in counted.items():
        yield f"{name:<24}" + "".join(f"{number:>15,}" for number in row)
    yield ""
    yield f"{'cells':<24}{'checked':>15}{'wrong':>15}"
    for kind, number in cells.checked.items():
        yield f"{kind:<24}{number:>15,}{cells.wrong[kind]:>15}"
    yield f"{'all':<24}{cells.checked.total():>15,}{cells.wrong.total():>15}"
    yield ""
    yield f"errors: {len(cells.errors)}"
    yield from cells.errors[:SHOWN]
    if len(cells.errors) > SHOWN:
        yield f"and {len(cells.errors) - SHOWN} more"
