"""How the hours of clinicians are used in a window of time.

Formula: utilisation = time booked inside the offered hours / offered hours.

* offered: working hours inside the window, less closures and public holidays. Leave does not lessen it.
* closed: working hours that were lost to closures and public holidays; given beside the rest.
* leave: granted leave inside the offered hours.
* booked: time of live visits (every status but CANCELLED, unknown ones too) inside the window. Two visits at once
  count once, a group session counts for each of its clinicians, a missed visit counts: the time was held for it.
* free: offered hours less leave, booked time and time that we have asked for without a clear answer yet.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from ..availability import ClinicianTime
from .atoms import atoms_of, cases_of
from .tally import Measure, tally

NOTHING = timedelta()
TIMES = {
    "offered": Measure.OFFERED,
    "leave": Measure.LEAVE,
    "booked": Measure.BOOKED,
    "booked_inside": Measure.INSIDE,
    "free": Measure.FREE,
    "closed": Measure.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one clinician, or of several together, in one window.

    `visits` counts live events but leave; `by_status` all events but leave, cancelled ones included where they were
    given, under the known status or, for an unknown one, the word as it came.
    """

    offered: timedelta = NOTHING
    leave: timedelta = NOTHING
    booked: timedelta = NOTHING
    booked_inside: timedelta = NOTHING
    free: timedelta = NOTHING
    visits: int = 0
    by_status: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    closed: timedelta = NOTHING

    @property
    def booked_outside(self) -> timedelta:
        """Booked time outside the offered hours."""
        return self.booked - self.booked_inside

    @property
    def utilisation(self) -> float | None:
        """Between 0 and 1, by the formula above; None where no hours are offered."""
        return self.booked_inside / self.offered if self.offered else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.offered + other.offered,
            self.leave + other.leave,
            self.booked + other.booked,
            self.booked_inside + other.booked_inside,
            self.free + other.free,
            self.visits + other.visits,
            MappingProxyType(dict(Counter(self.by_status) + Counter(other.by_status))),
            self.closed + other.closed,
        )


def figures(time: ClinicianTime) -> Figures:
    """The figures of one clinician for the window of `time`: the same stretches and visits that a report adds up."""
    found = tally(atoms_of(time, ()), cases_of(time))
    return Figures(
        **{name: timedelta(seconds=found.seconds(measure)) for name, measure in TIMES.items()},
        visits=found.visits,
        by_status=found.by_status,
    )


def together(rows: Iterable[Figures]) -> Figures:
    """The figures of several clinicians as one: times and counts added, utilisation from the sums."""
    return sum(rows, Figures())
