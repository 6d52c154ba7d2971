"""Atoms and cases by what one asks for: clinician, day, week, month, hour of the week, type, mode."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from .atoms import Atom, Case, moment
from .tally import MEASURES, Tally, tally, weighed

Key = TypeVar("Key", bound=Hashable)
QUARTER = 900


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs to one key."""

    atoms: tuple[Atom, ...]
    cases: tuple[Case, ...]

    @property
    def tally(self) -> Tally:
        return tally(self.atoms, self.cases)


def grouped(
    atoms: Iterable[Atom],
    cases: Iterable[Case],
    of_atom: Callable[[Atom], Key | None],
    of_case: Callable[[Case], Key | None],
) -> Mapping[Key, Group]:
    """Each atom and case under one key; what has no key is left out. The groups add up to what has one."""
    found: defaultdict[Key, tuple[list[Atom], list[Case]]] = defaultdict(lambda: ([], []))
    for atom in atoms:
        if (key := of_atom(atom)) is not None:
            found[key][0].append(atom)
    for case in cases:
        if (key := of_case(case)) is not None:
            found[key][1].append(case)
    return {key: Group(tuple(some), tuple(more)) for key, (some, more) in found.items()}


def by_clinician(atoms: Iterable[Atom], cases: Iterable[Case]) -> Mapping[object, Group]:
    return grouped(atoms, cases, lambda atom: atom.person, lambda case: case.person)


def by_teams(
    atoms: Iterable[Atom], cases: Iterable[Case], teams: Mapping[UUID, tuple[int, ...]]
) -> Mapping[tuple[int, ...], Group]:
    """By the teams of the clinician. Who is in several is in a row of these together, so that nobody counts twice."""
    return grouped(atoms, cases, lambda atom: teams.get(atom.person, ()), lambda case: teams.get(case.person, ()))


def by_day(atoms: Iterable[Atom], cases: Iterable[Case], zone: ZoneInfo) -> Mapping[date, Group]:
    """By the date of the clinic's wall."""
    return grouped(atoms, cases, lambda atom: day_of(atom.start, zone), lambda case: day_of(case.at, zone))


def by_week(atoms: Iterable[Atom], cases: Iterable[Case], zone: ZoneInfo) -> Mapping[date, Group]:
    """By the Monday of the week."""
    return grouped(atoms, cases, lambda atom: _monday(atom.start, zone), lambda case: _monday(case.at, zone))


def by_month(atoms: Iterable[Atom], cases: Iterable[Case], zone: ZoneInfo) -> Mapping[date, Group]:
    """By the first day of the month."""
    return grouped(atoms, cases, lambda atom: _month(atom.start, zone), lambda case: _month(case.at, zone))


def by_type(atoms: Iterable[Atom], cases: Iterable[Case]) -> Mapping[str, Group]:
    """Booked time by the type of the visit that began first there, so that no time counts twice; "" for none."""
    return grouped(atoms, cases, lambda atom: _word(atom, "type"), lambda case: (case.event.type or "").upper())


def by_mode(atoms: Iterable[Atom], cases: Iterable[Case]) -> Mapping[str, Group]:
    """The same by the way of meeting."""
    return grouped(atoms, cases, lambda atom: _word(atom, "mode"), lambda case: (case.event.mode or "").upper())


def _word(atom: Atom, name: str) -> str | None:
    return (getattr(atom.visits[0], name) or "").upper() if atom.visits else None


def by_hour(atoms: Iterable[Atom], zone: ZoneInfo) -> Mapping[tuple[int, int], Group]:
    """By ISO weekday and hour of the clinic's wall: atoms are cut at each hour. An hour that comes twice is one key."""
    pieces = (piece for atom in atoms for piece in hours_of(atom))
    return grouped(pieces, (), lambda atom: _hour(atom.start, zone), lambda _case: None)


def hours_of(atom: Atom) -> Iterator[Atom]:
    """The atom cut at each quarter of an hour of UTC that begins an hour somewhere: no zone is off by less."""
    start = atom.start
    while start < atom.end:
        end = min(atom.end, start - start % QUARTER + QUARTER)
        yield replace(atom, start=start, end=end)
        start = end


def seconds_by_hour(atoms: Iterable[Atom], zone: ZoneInfo) -> Mapping[tuple[int, int], Tally]:
    """What the groups of `by_hour` add up to, without making them: a year of a clinic is half a million pieces."""
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    for atom in atoms:
        terms, start = weighed(atom), atom.start
        while start < atom.end:
            end = min(atom.end, start - start % QUARTER + QUARTER)
            times = found[_hour_of_quarter(start // QUARTER, zone)]
            for place, weight in terms:
                times[place] += weight * (end - start)
            start = end
    return {key: Tally(tuple(times)) for key, times in found.items()}


@lru_cache(maxsize=100_000)
def _hour_of_quarter(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    return _hour(quarter * QUARTER, zone)


@lru_cache(maxsize=100_000)
def day_of(at: int, zone: ZoneInfo) -> date:
    return _local(at, zone).date()


def _monday(at: int, zone: ZoneInfo) -> date:
    day = day_of(at, zone)
    return day - timedelta(days=day.weekday())


def _month(at: int, zone: ZoneInfo) -> date:
    return day_of(at, zone).replace(day=1)


def _hour(at: int, zone: ZoneInfo) -> tuple[int, int]:
    local = _local(at, zone)
    return local.isoweekday(), local.hour


def _local(at: int, zone: ZoneInfo) -> datetime:
    return moment(at).astimezone(zone)
