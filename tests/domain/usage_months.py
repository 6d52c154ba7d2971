"""Random months of one clinician, and their figures minute by minute: no atoms, no intervals, no sweep."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.availability import ClinicianTime, clinician_time
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.timetable import Closure
from scheduling.domain.week import day_borders
from scheduling.domain.work_hours import DayHours, WorkHours

from .builders import ADA, BEN, CREATED, clock, patient, psm, record, user

ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Phoenix", "Asia/Kathmandu")
SHIFTS = (("09:00", "17:00"), ("08:30", "12:15"), ("13:00", "16:45"), ("00:00", "04:00"), ("22:00", "23:59"))
TYPES = ("APPOINTMENT", "APPOINTMENT", "GROUP_THERAPY", "ENCOUNTER", None)
STATUSES = ("SCHEDULED", "COMPLETED", "COMPLETED", "MISSED", "CANCELLED", None, "Odd")
MODES = ("IN_PERSON", "VIDEO", "PHONE", None)
ANSWERS = ("Yes", "Yes", "No", "", "Maybe")
DAY = timedelta(days=1)
# Every switch on and off: leave lessens the hours, missed visits count, those outside count, heads count.
SWITCHES = tuple(product((False, True), repeat=4))
MINUTE = timedelta(minutes=1)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _granted(event: Event) -> bool:
    """Leave of which all who were asked said Yes, or nobody was asked."""
    asked = [row.answer for row in event.participants if row.person_id != ADA]
    return event.is_leave and set(asked) <= {"Yes"}


def _weight(switches: tuple[bool, ...], visits: list[Event], *, offered: bool, leave: bool) -> tuple[int, int]:
    """What one minute gives above and below the line."""
    leave_out, missed_counts, outside_counts, heads_count = switches
    inside = offered and not (leave_out and leave)
    missed = bool(visits) and {row.status for row in visits} == {"MISSED"}
    if not visits or (missed and not missed_counts) or not (inside or outside_counts):
        return 0, int(inside)
    heads = sum(max(1, len(row.patients)) for row in visits if row.type == "GROUP_THERAPY")
    return (max(1, heads) if heads_count and not missed else 1), int(inside)


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
        self.claims = tuple(self._span(chance, 5, 300) for _ in range(chance.randint(0, 2)))
        # Some days on which other hours hold, or none.
        self.other_days = [first + timedelta(days=number) for number in sorted(chance.sample(range(28), 3))]
        self.other_shift = chance.choice((*SHIFTS, None))

    def _span(self, chance: random.Random, least: int, most: int) -> Interval:
        minutes = int((self.window.end - self.window.start) / MINUTE)
        start = self.window.start + MINUTE * chance.randint(-120, minutes - 1)
        return Interval(start, start + MINUTE * chance.randint(least, most))

    def _dates(self, chance: random.Random) -> Interval:
        """Whole dates as the API writes them, from a UTC midnight to another."""
        start = self.window.start.replace(hour=0, minute=0) + timedelta(days=chance.randint(0, 29))
        return Interval(start, start + timedelta(days=chance.choice((1, 1, 2))))

    def _event(self, chance: random.Random, number: int) -> Event:
        leave, all_day = chance.random() < 0.1, chance.random() < 0.08
        when = self._span(chance, 30, 2000) if leave else self._span(chance, 5, 120)
        if all_day:
            when = self._dates(chance) if chance.random() < 0.5 else when
        patients = [patient(UUID(int=100 + each)) for each in range(chance.randint(0, 4))]
        # Leave that somebody is asked for counts when they said Yes.
        asked = [psm(BEN, chance.choice(ANSWERS))] if leave and chance.random() < 0.5 else []
        return Event(
            UUID(int=9000 + number),
            when,
            ADA,
            (psm(ADA), *asked, *([] if leave else patients)),
            all_day=all_day,
            type="LEAVE" if leave else chance.choice(TYPES),
            status=chance.choice(STATUSES),
            mode=chance.choice(MODES),
            # Some were entered afterwards, of some it is not known when.
            created_at=chance.choice((CREATED, None, when.start - MINUTE * chance.randint(-600, 9000))),
            updated_at=chance.choice((None, when.start - MINUTE * chance.randint(-3000, 3000))),
        )

    @property
    def time(self) -> ClinicianTime:
        return self.time_in(self.window)

    def halves(self) -> tuple[ClinicianTime, ClinicianTime]:
        """The month as it is read in two parts, cut at a midnight of the clinic."""
        cut = day_borders((self.window.start + timedelta(days=14)).astimezone(self.zone).date(), self.zone)[0]
        return self.time_in(Interval(self.window.start, cut)), self.time_in(Interval(cut, self.window.end))

    def time_in(self, window: Interval) -> ClinicianTime:
        days = tuple(
            DayHours(day, clock(start), clock(end)) for day, spans in self.shifts.items() for start, end in spans
        )
        records = [record(*days, first="2000-01-01")] if days else []
        records += [self._other(day, number) for number, day in enumerate(self.other_days, 1)]
        return clinician_time(
            user(timezone=self.own.key),
            records,
            self.events,
            window,
            clinic_zone=self.zone,
            closures=self.closures,
            claims=self.claims,
        )

    def _other(self, day: date, number: int) -> WorkHours:
        start, end = self.other_shift or (None, None)
        entry = DayHours(day.isoweekday(), clock(start), clock(end))
        return record(entry, first=f"{day}", last=f"{day}", created=number, rule="OVERRIDE")

    def _worked(self, local: datetime) -> bool:
        """By the wall of the clinician: 23:59 is the end of the day, an hour that comes twice is worked twice."""
        told = f"{local:%H:%M}"
        shifts = self.shifts[local.isoweekday()]
        if local.date() in self.other_days:
            shifts = [self.other_shift] if self.other_shift else []
        return any(start <= told and (told < end or end == "23:59") for start, end in shifts)

    def _meant(self, event: Event) -> tuple[date, date]:
        """The first and last date of the clinician that an all-day event means."""
        midnights = event.when.start.strftime("%H:%M") == event.when.end.strftime("%H:%M") == "00:00"
        zone = UTC if midnights else self.own
        return event.when.start.astimezone(zone).date(), (event.when.end - MINUTE).astimezone(zone).date()

    def begins(self, event: Event) -> datetime:
        """When it really begins: an all-day one at midnight of the clinician."""
        if not event.all_day:
            return event.when.start
        return datetime.combine(self._meant(event)[0], time(), self.own).astimezone(UTC)

    def met(self) -> list[Event]:
        """The events that are counted: some minute of them lies in the month; leave is no visit."""
        return [row for row in self.events if not row.is_leave and self._meets(row)]

    def _meets(self, event: Event) -> bool:
        end = event.when.end
        if event.all_day:
            end = datetime.combine(self._meant(event)[1] + DAY, time(), self.own).astimezone(UTC)
        return self.begins(event) < self.window.end and end > self.window.start

    def statuses(self) -> Counter[str]:
        """Events by status: none is Scheduled, an unknown one as it came."""
        words = [row.status or "SCHEDULED" for row in self.met()]
        return Counter(word if word in STATUSES else word.upper() for word in words)

    def cancelled_late(self) -> int:
        cancelled = [row for row in self.met() if row.status == "CANCELLED" and row.updated_at]
        return sum(row.updated_at > self.begins(row) - DAY for row in cancelled)

    def leads(self) -> list[timedelta]:
        """From being made until they begin, of live ones that were not entered afterwards."""
        made = [(row.created_at, self.begins(row)) for row in self.met() if row.status != "CANCELLED"]
        return [begins - at for at, begins in made if at and at <= begins]

    def by_word(self, name: str) -> Counter[str]:
        """Booked minutes by the type or mode of the visit that began first."""
        found: Counter[str] = Counter()
        for _minute, _local, here in self._each_minute():
            visits = [row for row in here if not row.is_leave]
            if visits:
                first = min(visits, key=lambda row: (self.begins(row), row.id.int))
                found[getattr(first, name) or ""] += 1
        return found

    def shares(self) -> dict[tuple[bool, ...], list[int]]:
        """Minutes above and below the line for each way in which the switches may stand."""
        found = {switches: [0, 0] for switches in SWITCHES}
        for minute, local, here in self._each_minute():
            offered = self._worked(local) and not any(
                start <= minute < end
                for start, end in ((_minute(row.when.start), _minute(row.when.end)) for row in self.closures)
            )
            leave, visits = any(_granted(row) for row in here), [row for row in here if not row.is_leave]
            for switches, sides in found.items():
                above, below = _weight(switches, visits, offered=offered, leave=leave)
                sides[0] += above
                sides[1] += below
        return found

    def _each_minute(self) -> Iterator[tuple[int, datetime, list[Event]]]:
        """Minute since 1970, the clinician's wall, the live events of all kinds that are there."""
        live = [event for event in self.events if event.live]
        timed = [(_minute(row.when.start), _minute(row.when.end), row) for row in live if not row.all_day]
        dated = [(*self._meant(row), row) for row in live if row.all_day]
        for at in range(_minute(self.window.start), _minute(self.window.end)):
            local = datetime.fromtimestamp(at * 60, self.own)
            here = [row for start, end, row in timed if start <= at < end]
            here += [row for first, last, row in dated if first <= local.date() <= last]
            yield at, local, here

    def figures(self) -> Counter[str]:
        """Minutes by measure."""
        found: Counter[str] = Counter()
        shut = [(_minute(row.when.start), _minute(row.when.end)) for row in self.closures]
        held = [(_minute(claim.start), _minute(claim.end)) for claim in self.claims]
        for at, local, here in self._each_minute():
            found.update(
                self._names(
                    worked=self._worked(local),
                    closed=any(start <= at < end for start, end in shut),
                    leave=any(_granted(row) for row in here),
                    held=any(start <= at < end for start, end in held),
                    visits=[row for row in here if not row.is_leave],
                )
            )
        return found

    @staticmethod
    def _names(*, worked: bool, closed: bool, leave: bool, held: bool, visits: list[Event]) -> list[str]:
        names = []
        offered = worked and not closed
        if offered:
            names.append("offered")
        if worked and closed:
            names.append("closed")
        if offered and leave:
            names.append("leave")
        if offered and not leave and not visits and not held:
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
            extra = 0 if missed else max(0, heads - 1)
            names += [f"group-extra-{where}"] * extra
            if offered and leave:
                names += ["booked-in-leave", *["missed-in-leave"] * missed, *["group-extra-in-leave"] * extra]
        return names
