"""Random months of one clinician, and their figures minute by minute: no atoms, no intervals, no sweep."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.timetable import Closure
from scheduling.domain.week import day_borders
from scheduling.domain.work_hours import DayHours

from .builders import ADA, CREATED, clock, patient, psm, record, user

ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Phoenix", "Asia/Kathmandu")
SHIFTS = (("09:00", "17:00"), ("08:30", "12:15"), ("13:00", "16:45"), ("00:00", "04:00"), ("22:00", "23:59"))
TYPES = ("APPOINTMENT", "APPOINTMENT", "GROUP_THERAPY", "ENCOUNTER", None)
STATUSES = ("SCHEDULED", "COMPLETED", "COMPLETED", "MISSED", "CANCELLED", None, "Odd")
MINUTE = timedelta(minutes=1)


class Month:
    """One month made up from a seed: a clinician, shifts by weekday, events, closures; the clinic's zone is another."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.zone, self.own = ZoneInfo(chance.choice(ZONES)), ZoneInfo(chance.choice(ZONES))
        first = date(chance.choice((2025, 2026)), chance.choice((2, 3, 4, 10, 11)), 1)
        last = (first + timedelta(days=32)).replace(day=1)
        self.window = Interval(day_borders(first, self.zone)[0], day_borders(last, self.zone)[0])
        self.shifts = {day: sorted(chance.sample(SHIFTS, chance.choice((0, 1, 1, 2)))) for day in range(1, 8)}
        self.events = tuple(self._event(chance, number) for number in range(chance.randint(0, 60)))
        self.closures = tuple(Closure(self._span(chance, 5, 600)) for _ in range(chance.randint(0, 3)))

    def _span(self, chance: random.Random, least: int, most: int) -> Interval:
        minutes = int((self.window.end - self.window.start) / MINUTE)
        start = self.window.start + MINUTE * chance.randint(-120, minutes - 1)
        return Interval(start, start + MINUTE * chance.randint(least, most))

    def _event(self, chance: random.Random, number: int) -> Event:
        leave = chance.random() < 0.1
        when = self._span(chance, 30, 2000) if leave else self._span(chance, 5, 120)
        patients = [patient(UUID(int=100 + each)) for each in range(chance.randint(0, 4))]
        return Event(
            UUID(int=9000 + number),
            when,
            ADA,
            (psm(ADA), *([] if leave else patients)),
            type="LEAVE" if leave else chance.choice(TYPES),
            status=chance.choice(STATUSES),
            created_at=CREATED,
        )

    @property
    def time(self) -> ClinicianTime:
        days = tuple(
            DayHours(day, clock(start), clock(end)) for day, spans in self.shifts.items() for start, end in spans
        )
        records = [record(*days, first="2000-01-01")] if days else []
        return clinician_time(
            user(timezone=self.own.key),
            records,
            self.events,
            self.window,
            clinic_zone=self.zone,
            closures=self.closures,
        )

    def _worked(self, minute: datetime) -> bool:
        """By the wall of the clinician: 23:59 is the end of the day, an hour that comes twice is worked twice."""
        local = minute.astimezone(self.own)
        told = f"{local:%H:%M}"
        return any(start <= told and (told < end or end == "23:59") for start, end in self.shifts[local.isoweekday()])

    def figures(self) -> Counter[str]:
        """Minutes by measure, and by (measure, day) of the clinic."""
        found: Counter[str] = Counter()
        starts = int(self.window.start.timestamp()) // 60
        painted = [(int(e.when.start.timestamp()) // 60, int(e.when.end.timestamp()) // 60, e) for e in self.events]
        shut = [(int(c.when.start.timestamp()) // 60, int(c.when.end.timestamp()) // 60) for c in self.closures]
        for at in range(starts, int(self.window.end.timestamp()) // 60):
            minute = datetime.fromtimestamp(at * 60, UTC)
            here = [event for start, end, event in painted if start <= at < end and event.live]
            visits = [event for event in here if not event.is_leave]
            closed = any(start <= at < end for start, end in shut)
            for name in self._names(
                worked=self._worked(minute), closed=closed, leave=len(visits) < len(here), visits=visits
            ):
                found[name] += 1
        return found

    @staticmethod
    def _names(*, worked: bool, closed: bool, leave: bool, visits: list[Event]) -> list[str]:
        names = []
        offered = worked and not closed
        if offered:
            names.append("offered")
        if worked and closed:
            names.append("closed")
        if offered and leave:
            names.append("leave")
        if offered and not leave and not visits:
            names.append("free")
        if visits:
            words = [(event.status or "").upper() for event in visits]
            missed, completed = set(words) == {"MISSED"}, "COMPLETED" in words
            where = "inside" if offered else "outside"
            names += ["booked", f"booked-{where}"]
            names.append("completed" if completed else "missed" if missed else "open")
            if missed:
                names.append(f"missed-{where}")
            heads = sum(max(1, len(event.patients)) for event in visits if event.type == "GROUP_THERAPY")
            names += ["group"] * bool(heads) + ["group-by-head"] * heads
            names += [f"group-extra-{where}"] * (0 if missed else max(0, heads - 1))
        return names
