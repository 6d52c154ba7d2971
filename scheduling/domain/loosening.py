"""What to give up so that a search finds a slot: the smallest change of each kind.

Every loosening is found by asking the engine again with it, and carries the slot which that very request yields: a
promise of this module cannot differ from what a press on it brings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from .interval import Interval
from .request import EVERY_DAY, LONGEST_WINDOW, QUARTER, SHORTEST, Order, Request
from .slots import Clinic, Slot, find
from .timetable import Timetable
from .week import MIDNIGHT, ONE_DAY, day_borders
from .zone import wall

FIVE_MINUTES = SHORTEST
QUARTERS_OF_A_DAY = 96


class LooseningKind(StrEnum):
    """What can be given up."""

    SHORTER = "SHORTER"
    TIME_OF_DAY = "TIME_OF_DAY"
    WEEKDAY = "WEEKDAY"
    CLINICIAN = "CLINICIAN"
    LATER = "LATER"


# How much is given up, in quarter hours of length or of time of day: what each other thing counts as.
A_WEEKDAY, A_CLINICIAN, A_DAY_LATER = 4.0, 6.0, 2.0


@dataclass(frozen=True, slots=True)
class Loosening:
    """One change of the request that opens a slot, the smallest of its kind.

    `value` is the shorter length, the other two times of day, the further weekday, the further clinician or the later
    end. `request` and `clinician_ids` are what to ask instead; `slot` is the first new one that this yields. `size` is
    how much is given up: in quarter hours, with a weekday as 4, a clinician as 6, each day later as 2.
    """

    kind: LooseningKind
    value: timedelta | tuple[time, time] | int | UUID | datetime
    request: Request
    clinician_ids: tuple[UUID, ...]
    slot: Slot
    size: float


def loosenings(
    clinic: Clinic, request: Request, others: Sequence[Timetable], horizon: datetime | None
) -> tuple[Loosening, ...]:
    """The smallest of each kind that opens a new slot, the smallest of all first; arguments as for `why.explain`."""
    trial = _Trial(clinic, request)
    found = [trial.shorter(), trial.other_times(), trial.other_weekday(), trial.other_clinician(others)]
    found.append(trial.later(horizon) if horizon else None)
    return tuple(sorted((each for each in found if each), key=lambda each: (each.size, each.slot.when)))


class _Trial:
    """One request that is asked again with one thing changed. New is a slot that it does not find as it is."""

    def __init__(self, clinic: Clinic, request: Request) -> None:
        self.clinic, self.request = clinic, request
        self.ids = tuple(table.clinician_id for table in clinic.tables)
        self._present = frozenset(map(_place, _all(clinic, request)))

    def shorter(self) -> Loosening | None:
        """The longest multiple of five minutes that opens a slot: a shorter visit fits wherever a longer one does."""
        lengths = [n * FIVE_MINUTES for n in range(1, -(-self.request.length // FIVE_MINUTES))]
        wanted = [replace(self.request, length=length) for length in reversed(lengths)]
        request, slot = self._first_that_yields(wanted)
        if not request or not slot:
            return None
        size = (self.request.length - request.length) / QUARTER
        return Loosening(LooseningKind.SHORTER, request.length, request, self.ids, slot, size)

    def other_times(self) -> Loosening | None:
        """Earlier or later by as few quarter hours as need be, at one end only."""
        if not self.request.between:
            return None
        sides = [self._first_that_yields(list(side)) for side in (self._earlier(), self._later_in_the_day())]
        found = [
            Loosening(LooseningKind.TIME_OF_DAY, request.between, request, self.ids, slot, self._widened(request))
            for request, slot in sides
            if request and slot and request.between
        ]
        return min(found, key=lambda each: (each.size, each.slot.when), default=None)

    def _earlier(self) -> Iterator[Request]:
        start, end = self.request.between or (MIDNIGHT, MIDNIGHT)
        for n in range(1, QUARTERS_OF_A_DAY):
            minute = _minute(start) - 15 * n
            yield replace(self.request, between=(_time(max(0, minute)), end))
            if minute <= 0:
                return

    def _later_in_the_day(self) -> Iterator[Request]:
        start, end = self.request.between or (MIDNIGHT, MIDNIGHT)
        if end == MIDNIGHT:
            return
        for n in range(1, QUARTERS_OF_A_DAY):
            minute = _minute(end) + 15 * n
            yield replace(self.request, between=(start, _time(min(minute, 24 * 60))))
            if minute >= 24 * 60:
                return

    def _widened(self, request: Request) -> float:
        """By how many quarter hours the asked times of day are longer than before."""
        lasting = [_lasting(asked.between) for asked in (request, self.request) if asked.between]
        return (lasting[0] - lasting[-1]) / 15

    def other_weekday(self) -> Loosening | None:
        """The further weekday that brings the soonest slot."""
        found = []
        for weekday in sorted(EVERY_DAY - self.request.weekdays):
            request = replace(self.request, weekdays=self.request.weekdays | {weekday})
            slot = self._new(self.clinic, request)
            if slot:
                found.append(Loosening(LooseningKind.WEEKDAY, weekday, request, self.ids, slot, A_WEEKDAY))
        return min(found, key=lambda each: each.slot.when, default=None)

    def other_clinician(self, others: Iterable[Timetable]) -> Loosening | None:
        """The further clinician who brings the soonest slot; of no use where all are needed together."""
        if self.request.together:
            return None
        soonest = replace(self.request, order=Order.SOONEST)
        found: list[tuple[Slot, Clinic]] = []
        for table in others:
            wider = replace(self.clinic, tables=(*self.clinic.tables, table))
            slot = self._new(wider, soonest) if table.clinician_id not in self.ids else None
            if slot:
                found.append((slot, wider))
        if not found:
            return None
        wider = min(found, key=lambda each: each[0].when)[1]
        slot, ids = self._new(wider, self.request), tuple(table.clinician_id for table in wider.tables)
        return Loosening(LooseningKind.CLINICIAN, ids[-1], self.request, ids, slot, A_CLINICIAN) if slot else None

    def later(self, horizon: datetime) -> Loosening | None:
        """An end as few days later as need be, at a midnight of the days that group the answer."""
        wanted = [replace(self.request, window=Interval(self.request.window.start, end)) for end in self._ends(horizon)]
        request, slot = self._first_that_yields(wanted)
        if not request or not slot:
            return None
        size = A_DAY_LATER * (wanted.index(request) + 1)
        return Loosening(LooseningKind.LATER, request.window.end, request, self.ids, slot, size)

    def _ends(self, horizon: datetime) -> Iterator[datetime]:
        """The midnights after the asked end, and at last the horizon."""
        window = self.request.window
        latest = min(horizon, window.start + LONGEST_WINDOW)
        day = wall(window.end, self.clinic.zone).date()
        while (end := day_borders(day, self.clinic.zone)[1]) < latest:
            if end > window.end:
                yield end
            day += ONE_DAY
        if latest > window.end:
            yield latest

    def _first_that_yields(self, requests: Sequence[Request]) -> tuple[Request | None, Slot | None]:
        """The first of requests, each wider than the one before, that finds a new slot: by halving."""
        if not requests or not self._new(self.clinic, requests[-1]):
            return None, None
        low, high = 0, len(requests) - 1
        while low < high:
            middle = (low + high) // 2
            if self._new(self.clinic, requests[middle]):
                high = middle
            else:
                low = middle + 1
        return requests[low], self._new(self.clinic, requests[low])

    def _new(self, clinic: Clinic, request: Request) -> Slot | None:
        """The first slot that the request as it was asked does not find."""
        page = find(clinic, request, limit=len(self._present) + 1)
        return next((slot for slot in page.slots if _place(slot) not in self._present), None)


def _place(slot: Slot) -> tuple[datetime, tuple[UUID, ...], UUID | None]:
    """What makes two slots the same one, whatever their length, and whoever offers the session."""
    return slot.when.start, () if slot.joins else slot.clinician_ids, slot.joins


def _all(clinic: Clinic, request: Request) -> Iterator[Slot]:
    after: str | None = None
    while True:
        page = find(clinic, request, limit=200, after=after)
        yield from page.slots
        if page.next is None:
            return
        after = page.next


def _minute(wall_time: time) -> int:
    return wall_time.hour * 60 + wall_time.minute


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _lasting(between: tuple[time, time]) -> int:
    return (_minute(between[1]) or 24 * 60) - _minute(between[0])
