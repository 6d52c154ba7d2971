"""Figures of a stretch of somebody's time: booked, offered, visits, free."""

from dataclasses import dataclass
from datetime import timedelta

from . import words

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a stretch of one person's time. `free` is None where the read cannot be trusted."""

    booked: timedelta
    offered: timedelta
    visits: int
    free: timedelta | None

    def __add__(self, other: "Totals") -> "Totals":
        known = self.free is not None and other.free is not None
        return Totals(
            self.booked + other.booked,
            self.offered + other.offered,
            self.visits + other.visits,
            (self.free or timedelta()) + (other.free or timedelta()) if known else None,
        )

    @property
    def share(self) -> int:
        """Booked of offered in steps of five percent, for a bar; 0 where nothing is offered."""
        return min(100, round(self.booked / self.offered * 20) * 5) if self.offered else 0

    @property
    def booked_minutes(self) -> int:
        return round(self.booked / MINUTE)

    @property
    def offered_minutes(self) -> int:
        return round(self.offered / MINUTE)

    @property
    def free_minutes(self) -> int:
        return round((self.free or timedelta()) / MINUTE)

    @property
    def booked_hours(self) -> str:
        return words.hours_figure(self.booked)

    @property
    def offered_hours(self) -> str:
        return words.hours_figure(self.offered)

    @property
    def free_hours(self) -> str:
        return "" if self.free is None else words.hours_figure(self.free)


NOTHING = Totals(timedelta(), timedelta(), 0, timedelta())
