"""Schedules and the event summary (welkin-api 8 and 9)."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TypeVar
from uuid import UUID

from scheduling.domain.interval import Interval

from ..core import Core, listed
from ..request import Request
from ..values import EventSummary, Listing, Schedule
from ..wire import pages, schedules
from ..wire.fields import write_instant, write_list

T = TypeVar("T", bound=Schedule | EventSummary)

_CALENDAR = "/{tenant}/{instance}/calendar/"


class Schedules:
    """One row for each clinician asked for; where one is missing, the listing is not `complete`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def find(
        self, clinician_ids: Collection[UUID], window: Interval, *, deadline: float | None = None
    ) -> Listing[Schedule]:
        """Hours and live events, in short form, by clinician (welkin-api 8). Cancelled events never show."""
        return self._schedules("psm-schedules", clinician_ids, window, deadline)

    def available(
        self, clinician_ids: Collection[UUID], window: Interval, *, deadline: float | None = None
    ) -> Listing[Schedule]:
        """The same parameters and shape; what it leaves out is not known (welkin-api 8)."""
        return self._schedules("available-psm-schedules", clinician_ids, window, deadline)

    def full(
        self, clinician_ids: Collection[UUID], window: Interval, *, deadline: float | None = None
    ) -> Listing[Schedule]:
        """With whole events; of the real service only the route is known (welkin-api 8)."""
        return self._schedules("full-psm-schedules", clinician_ids, window, deadline)

    def summary(
        self, clinician_ids: Collection[UUID], window: Interval, *, deadline: float | None = None
    ) -> Listing[EventSummary]:
        """The API's own figures of the window (welkin-api 9), as texts with their value where one can be read.

        Compute what matters from hours and events: how the service counts is not documented.
        """

        def decode(body: object) -> list[tuple[EventSummary | None, bool]]:
            return [schedules.scan_summary(row) for row in schedules.summary_rows(body)]

        return self._rows("psm-event-summary", clinician_ids, window, decode, deadline)

    def _schedules(
        self, route: str, clinician_ids: Collection[UUID], window: Interval, deadline: float | None
    ) -> Listing[Schedule]:
        days: tuple[date, date] = (window.start.date(), window.end.date())

        def decode(body: object) -> list[tuple[Schedule | None, bool]]:
            scanned = [schedules.scan_schedule(row, days) for row in pages.array(body).rows]
            whole: list[tuple[Schedule | None, bool]] = [(schedule, True) for schedule, _ in scanned if schedule]
            return whole + [(None, False)] * sum(bad for _, bad in scanned)

        return self._rows(route, clinician_ids, window, decode, deadline)

    def _rows(
        self,
        route: str,
        clinician_ids: Collection[UUID],
        window: Interval,
        decode: Callable[[object], list[tuple[T | None, bool]]],
        deadline: float | None,
    ) -> Listing[T]:
        asked = frozenset(clinician_ids)
        times = (("from", write_instant(window.start)), ("to", write_instant(window.end)))
        requests = [
            Request("GET", _CALENDAR + route, query=(("psmIds", write_list(batch)), *times))
            for batch in self._core.batches(asked)
        ]
        answers = self._core.arrays(requests, decode, self._core.reading(deadline))
        found = listed((row for answer in answers for row in answer), total=len(asked))
        own = {row.clinician_id: row for row in found.rows if row.clinician_id in asked}
        return Listing(tuple(own.values()), found.unreadable, len(asked), own.keys() == asked)
