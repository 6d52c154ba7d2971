"""A request made ready: its figures in seconds, and what each zone makes of its days, times and steps, once."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from .localday import local_day, ordinals, wall_spans
from .raster import Raster, not_before
from .request import EVERY_DAY, Request
from .spans import Spans, clip, intersect, length, merge, subtract
from .timetable import Session, Timetable
from .week import LAST_MINUTE, MIDNIGHT

WHOLE_DAY = (MIDNIGHT, LAST_MINUTE)


class Asked:
    """What a request leaves of anybody's free time. `patient_busy`: when the patients themselves cannot come."""

    def __init__(self, request: Request, patient_busy: Spans) -> None:
        self.request, self.patient_busy = request, patient_busy
        self.window = request.window.inner
        self.length, self.step, self.offset = length(request.length), length(request.step), length(request.offset)
        self.before, self.after = length(request.before), length(request.after)
        self._everything = request.weekdays == EVERY_DAY and request.between is None
        self._times: dict[ZoneInfo, Spans] = {}
        self._rasters: dict[ZoneInfo, Raster] = {}
        self._bounds: dict[tuple[int, ZoneInfo], int] = {}

    def require(self, tables: Iterable[Timetable]) -> None:
        """Raises ValueError where the window reaches past what is known of one of these clinicians."""
        low, high = self.window
        if any(low < table.window[0] or table.window[1] < high for table in tables):
            raise ValueError("the clinician's time is not known for the whole window")

    def days(self, zone: ZoneInfo) -> Spans:
        """The asked weekdays as read by a clinician of this zone, touching ones merged, around the window."""
        return self._recurring(self.request.clock or zone, WHOLE_DAY)

    def times(self, zone: ZoneInfo) -> Spans:
        """The asked times of day on the asked weekdays, as read by a clinician of this zone."""
        clock = self.request.clock or zone
        if clock not in self._times:
            start, end = self.request.between or WHOLE_DAY
            self._times[clock] = self._recurring(clock, (start, LAST_MINUTE if end == MIDNIGHT else end))
        return self._times[clock]

    def _recurring(self, clock: ZoneInfo, between: tuple[time, time]) -> Spans:
        stretch = wall_spans((between,))
        asked = (day for day in ordinals(self.window, clock) if (day - 1) % 7 + 1 in self.request.weekdays)
        return merge(span for day in asked for span in (stretch.on(day, clock) if stretch else ()))

    def raster(self, zone: ZoneInfo) -> Raster:
        """Where visits may start on the clock of this zone."""
        if zone not in self._rasters:
            self._rasters[zone] = Raster.of(self.window, zone, self.step, self.offset)
        return self._rasters[zone]

    def open(self, table: Timetable) -> Spans:
        """The time of this clinician in which such a visit could lie."""
        left = clip(table.free(self.before, self.after), self.window)
        if not self._everything:
            left = intersect(left, self.times(table.zone))
        return subtract(left, self.patient_busy) if self.patient_busy else left

    def opens(self, tables: Sequence[Timetable]) -> int | None:
        """No start with all of these clinicians lies before this second; None where there is none at all.

        It asks their hours up to that moment and none of their visits.
        """
        latest = self.window[0]
        for table in tables:
            opened = self._opens(table)
            if opened is None:
                return None
            latest = max(latest, opened)
        key = latest, tables[0].zone
        if key not in self._bounds:
            self._bounds[key] = not_before(*key, self.step, self.offset)
        return self._bounds[key]

    def _opens(self, table: Timetable) -> int | None:
        """When this clinician is first at work at an asked time of day."""
        opened = table.opens(self.window[0])
        if opened is None or self._everything:
            return opened
        for start, end in self.times(table.zone):
            if end > opened:
                opened = table.opens(max(start, opened))
                if opened is None or opened < end:
                    return opened
        return None

    def shared(self, tables: Sequence[Timetable]) -> Spans:
        """The time that is open for all of them."""
        common = self.open(tables[0])
        for table in tables[1:]:
            common = intersect(common, self.open(table))
        return common

    def runs(self, tables: Sequence[Timetable]) -> list[range]:
        """Every start of a visit with all of these clinicians, in order, on the first one's clock."""
        return self.raster(tables[0].zone).runs(self.shared(tables), self.length)

    def fits(self, session: Session, zone: ZoneInfo) -> bool:
        """Whether a group session lies in what is asked, and the patients are free for it."""
        start, end = session.start, session.end
        within = self.window[0] <= start and end <= self.window[1]
        if not within or not (self._everything or _holds(self.times(zone), start, end)):
            return False
        return not clip(self.patient_busy, (start, end))


def _holds(spans: Spans, start: int, end: int) -> bool:
    """Whether one of the spans holds all of `[start, end)`."""
    at = bisect_right(spans, (start, end)) - 1
    return any(low <= start and end <= high for low, high in spans[max(at, 0) : at + 2])


def day_starts(window: tuple[int, int], zone: ZoneInfo) -> list[int]:
    """The instants at which the local days of this zone begin that the window touches."""
    return [local_day(ordinal, zone).start for ordinal in ordinals(window, zone)]
