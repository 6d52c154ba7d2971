"""The zone databases of this machine: the folders that `zoneinfo` looks into, and the `tzdata` package."""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

from scheduling.domain.zone import NOT_ZONES

from .tzif import Clock, read


@dataclass(frozen=True)
class Database:
    """One version of the data: the bytes of each zone by its name."""

    source: str
    version: str
    zones: Mapping[str, bytes]


@dataclass(frozen=True)
class Place:
    """A zone of one database: as `zoneinfo` makes it for the domain, and as this proof reads it."""

    name: str
    source: str
    zone: ZoneInfo
    clock: Clock

    def __str__(self) -> str:
        return f"{self.name} ({self.source})"


@cache
def databases() -> tuple[Database, ...]:
    """Every database found here, in the order in which `zoneinfo` prefers them."""
    folders = [Path(folder) for folder in zoneinfo.TZPATH if Path(folder, "Europe", "London").is_file()]
    found = [Database(f"folder {n}", _version(folder), _of_folder(folder)) for n, folder in enumerate(folders, 1)]
    return (*found, Database("package", tzdata.IANA_VERSION, _of_package()))


def _names() -> list[str]:
    return sorted(name for name in zoneinfo.available_timezones() if name.lower() not in NOT_ZONES)


def _of_folder(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in _names() if (folder / name).is_file()}


def _of_package() -> dict[str, bytes]:
    root = files("tzdata") / "zoneinfo"
    paths = {name: root.joinpath(*name.split("/")) for name in _names()}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


def _version(folder: Path) -> str:
    """The version that a folder states, in either of the usual ways."""
    for name, words in (("tzdata.zi", 3), ("+VERSION", 1)):
        path = folder / name
        if path.is_file():
            with path.open(encoding="utf-8") as lines:
                return " ".join(lines.readline().split()[words - 1 :])
    return "of unknown version"


def places(database: Database) -> list[Place]:
    """The zones of a database, in the order of their names."""
    return [
        Place(name, database.source, ZoneInfo.from_file(BytesIO(data), key=name), read(data))
        for name, data in database.zones.items()
    ]


def apart(all_places: Iterable[Place]) -> list[Place]:
    """One place for each different clock: the others show the same time at every instant of the years."""
    by_clock: dict[Clock, list[Place]] = defaultdict(list)
    for place in all_places:
        by_clock[place.clock].append(place)
    return [alike[0] for alike in by_clock.values()]
