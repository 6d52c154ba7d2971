"""What atoms and cases add up to: seconds and counts, by name, and which atoms a figure is made of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from uuid import UUID

from .atoms import Atom, Case


class Measure(StrEnum):
    """What is measured in seconds.

    OFFERED: work hours less closures and public holidays. LEAVE: granted, inside of it. CLOSED: work hours lost to
    closures. BOOKED: time with a live visit, two at once counted once; INSIDE and OUTSIDE of what is offered. Of the
    booked time COMPLETED where any visit was, MISSED where all were, OPEN the rest; MISSED_INSIDE and MISSED_OUTSIDE.
    GROUP: time with a group session, counted once; HEADS: the same for each of its patients; EXTRA_INSIDE and
    EXTRA_OUTSIDE: what that adds where it was not missed. FREE: offered, no leave, no visit, no open claim of ours.
    IN_LEAVE, MISSED_IN_LEAVE, EXTRA_IN_LEAVE: what of INSIDE, MISSED_INSIDE and EXTRA_INSIDE lies in granted leave.
    """

    OFFERED = "offered"
    LEAVE = "leave"
    CLOSED = "closed"
    BOOKED = "booked"
    INSIDE = "booked-inside"
    OUTSIDE = "booked-outside"
    COMPLETED = "completed"
    MISSED = "missed"
    OPEN = "open"
    MISSED_INSIDE = "missed-inside"
    MISSED_OUTSIDE = "missed-outside"
    GROUP = "group"
    HEADS = "group-by-head"
    EXTRA_INSIDE = "group-extra-inside"
    EXTRA_OUTSIDE = "group-extra-outside"
    FREE = "free"
    IN_LEAVE = "booked-in-leave"
    MISSED_IN_LEAVE = "missed-in-leave"
    EXTRA_IN_LEAVE = "group-extra-in-leave"


MEASURES = tuple(Measure)


def weights(atom: Atom) -> tuple[int, ...]:
    """How often the atom's time counts in each measure, in the order of MEASURES. The one place that says so."""
    offered, booked, missed = atom.offered, bool(atom.visits), atom.missed
    inside, outside, heads = offered and booked, booked and not offered, atom.heads
    completed = atom.completed
    extra = heads - 1 if heads > 1 and not missed else 0
    return (
        offered,
        offered and atom.leave,
        atom.closed,
        booked,
        inside,
        outside,
        completed,
        missed,
        booked and not completed and not missed,
        missed and offered,
        missed and not offered,
        heads > 0,
        heads,
        extra if inside else 0,
        extra if outside else 0,
        offered and not (booked or atom.leave or atom.claimed),
        inside and atom.leave,
        missed and inside and atom.leave,
        extra if inside and atom.leave else 0,
    )


Weighed = tuple[tuple[int, int], ...]


def weighed(atom: Atom) -> Weighed:
    """The measures in which the atom counts, by place, and how often. Most have no visit and are of few kinds."""
    if not atom.visits:
        return _bare(atom.worked, atom.closed, atom.leave, atom.claimed)
    return tuple((place, int(weight)) for place, weight in enumerate(weights(atom)) if weight)


@cache
def _bare(worked: bool, closed: bool, leave: bool, claimed: bool) -> Weighed:
    atom = Atom(UUID(int=0), 0, 0, worked, closed, leave, claimed, ())
    return tuple((place, int(weight)) for place, weight in enumerate(weights(atom)) if weight)


@dataclass(frozen=True, slots=True)
class Tally:
    """Seconds by measure, events by status, and how many were cancelled late. An empty one is zero everywhere."""

    times: tuple[int, ...] = (0,) * len(MEASURES)
    by_status: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    cancelled_late: int = 0
    visits: int = 0

    def seconds(self, measure: Measure) -> int:
        return self.times[MEASURES.index(measure)]

    def __add__(self, other: "Tally") -> "Tally":
        times = tuple(one + more for one, more in zip(self.times, other.times, strict=True))
        statuses = MappingProxyType(dict(Counter(self.by_status) + Counter(other.by_status)))
        late = self.cancelled_late + other.cancelled_late
        return Tally(times, statuses, late, self.visits + other.visits)


def tally(atoms: Iterable[Atom], cases: Iterable[Case] = ()) -> Tally:
    """The figures of these atoms and cases."""
    times = [0] * len(MEASURES)
    for atom in atoms:
        length = atom.end - atom.start
        for place, weight in weighed(atom):
            times[place] += weight * length
    statuses, late, visits = Counter[str](), 0, 0
    for case in cases:
        statuses[case.status] += 1
        late += case.cancelled_late
        visits += case.event.live
    return Tally(tuple(times), MappingProxyType(dict(statuses)), late, visits)


def made_of(atoms: Iterable[Atom], measure: Measure) -> Iterator[tuple[Atom, int]]:
    """The atoms of a measure and the seconds that each gives to it: their sum is the figure."""
    place = MEASURES.index(measure)
    for atom in atoms:
        weight = weights(atom)[place]
        if weight:
            yield atom, int(weight) * atom.length
