"""The zones of the pinned database: as `zoneinfo` gives them to the domain, and as this proof reads their files."""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import tzdata

# It turns `zoneinfo` away from the database of the machine, which may be an older one.
import scheduling  # noqa: F401
from scheduling.domain.zone import NOT_ZONES

from .tzif import Clock, read

VERSION = tzdata.IANA_VERSION


@dataclass(frozen=True)
class Place:
    """A zone: what the domain is given, and what its file says."""

    name: str
    zone: ZoneInfo
    clock: Clock

    def __str__(self) -> str:
        return self.name


@cache
def places() -> tuple[Place, ...]:
    """Every zone of the database, links such as US/Eastern too, in the order of their names."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.lower() not in NOT_ZONES)
    return tuple(Place(name, ZoneInfo(name), read(data_of(name))) for name in names)


def data_of(name: str) -> bytes:
    return (files("tzdata") / "zoneinfo").joinpath(*name.split("/")).read_bytes()


def apart(some: Iterable[Place]) -> list[Place]:
    """One place for each different clock: the others show the same time at every instant of the years."""
    by_clock: dict[Clock, list[Place]] = defaultdict(list)
    for place in some:
        by_clock[place.clock].append(place)
    return [alike[0] for alike in by_clock.values()]


def place_of(name: str) -> Place:
    return next(place for place in places() if place.name == name)
