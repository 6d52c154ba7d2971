"""The brute force: every answer of the time engine by a walk along the minutes with the clock on the wall.

Naive on purpose. A stretch of time is one cell for each minute (each second in a clinic that has seconds), a question
is asked of every cell, and nothing is shared with the engine but the values it is given. The rules are written here a
second time, from their meaning: design 4 and welkin-api 6.2.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from scheduling.domain.event import Event
from scheduling.domain.work_hours import DayHours, WorkHours

from .clinics import Ask, Case, Person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARGIN = 5 * 3600  # what is looked at on both sides of what is known: the longest buffer, and a change of the clock
DAY = 86_400
ZONE_NAMES = {name.lower(): name for name in available_timezones() if name not in ("localtime", "Factory")}


def micros(instant: datetime) -> int:
    """Millionths of a second since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def second_of_day(wall: time) -> int:
    """Whole seconds after midnight, rounded down."""
    return (wall.hour * 60 + wall.minute) * 60 + wall.second


def weekday(day: int) -> int:
    """The ISO weekday of a day counted from 1 January 1970, which was a Thursday."""
    return (day + 3) % 7 + 1


class Clock(NamedTuple):
    """What the clock of a zone shows in each cell, and the latest it has shown so far; seconds since 1970 of wall time.

    `latest` says to which hour of which local day a moment belongs: the second showing of an autumn hour belongs to
    whatever was going on when the clock went back.
    """

    shown: list[int]
    latest: list[int]


@lru_cache(maxsize=4096)
def offsets(zone: ZoneInfo, day: int) -> list[int]:
    """The offset from UTC in each minute of a UTC day, in seconds."""
    start = EPOCH + timedelta(days=day)
    minutes = (start + timedelta(minutes=minute) for minute in range(1440))
    return [int(minute.astimezone(zone).utcoffset().total_seconds()) for minute in minutes]


def has_day(zone: ZoneInfo, day: int) -> bool:
    """Whether the zone had this day at all; one that moves to the other side of the date line skips one."""
    around = ((utc, minute) for utc in (day - 1, day, day + 1) for minute in range(1440))
    return any((utc * DAY + minute * 60 + offsets(zone, utc)[minute]) // DAY == day for utc, minute in around)


@lru_cache(maxsize=32)
def clock(zone: ZoneInfo, base: int, count: int, grain: int) -> Clock:
    instants = range(base, base + count * grain, grain)
    shown = [instant + offsets(zone, instant // DAY)[instant % DAY // 60] for instant in instants]
    return Clock(shown, list(accumulate(shown, max)))


@dataclass(frozen=True)
class Place:
    """One offer: a start and an end in seconds since 1970, with whom, and the group session if one is joined."""

    start: int
    end: int
    clinicians: tuple[UUID, ...]
    joins: UUID | None = None


@dataclass
class Marks:
    """The cells of one clinician, 1 where it is so. `decided` is the record that speaks for each local day."""

    hours: bytearray
    decided: dict[int, WorkHours | None]
    leave: bytearray
    closed: bytearray
    holidays: bytearray
    visits: bytearray
    claimed: bytearray


class Minutes:
    """The answers for one case."""

    def __init__(self, case: Case) -> None:
        self.case, self.grain = case, case.grain
        start, end = micros(case.window.start) // 1_000_000, micros(case.window.end) // 1_000_000
        self.base = start - MARGIN
        self.count = (end + MARGIN - self.base) // self.grain
        self.known = self.cells(case.window.start, case.window.end)
        self.ids = [person.id for person in case.people]

    # Cells

    def cells(self, start: datetime, end: datetime) -> range:
        """The cells that a stretch touches: a part of a cell takes the whole of it."""
        grain, zero = self.grain * 1_000_000, self.base * 1_000_000
        first, last = (micros(start) - zero) // grain, -((zero - micros(end)) // grain)
        return range(max(first, 0), min(last, self.count))

    def instant(self, cell: int) -> int:
        return self.base + cell * self.grain

    def moment(self, cell: int) -> datetime:
        return EPOCH + timedelta(seconds=self.instant(cell))

    def clock(self, zone: ZoneInfo) -> Clock:
        return clock(zone, self.base, self.count, self.grain)

    def marked(self, stretches: Iterable[range]) -> bytearray:
        marks = bytearray(self.count)
        for stretch in stretches:
            for cell in stretch:
                marks[cell] = 1
        return marks

    def within(self, marks: bytearray) -> bytearray:
        """The marks inside what is known."""
        return self.marked(range(cell, cell + 1) for cell in self.known if marks[cell])

    # Work hours

    def hours(self, person: Person) -> tuple[bytearray, dict[int, WorkHours | None]]:
        """The cells worked, and for each local day (counted from 1970) the record that speaks for it."""
        own = [record for record in self.case.records if record.clinician_id == person.id]
        working = [record for record in own if record.type.upper() == "WORKING_HOURS"]
        narrow = [record for record in own if self.case.encounter and self.narrows(record)]
        latest = self.clock(person.zone).latest
        worked, decided, faces = bytearray(self.count), {}, {}
        for cell in self.known:
            day, second = divmod(latest[cell], DAY)
            if day not in decided:
                decided[day], filtered = speaks(working, day), speaks(narrow, day)
                faces[day] = [self.face(decided[day], day), self.face(filtered, day) if filtered else None]
            whole, part = faces[day]
            worked[cell] = whole[second // self.grain] and (part is None or part[second // self.grain])
        return worked, decided

    def face(self, record: WorkHours | None, day: int) -> bytearray:
        """The wall times of a day that a record calls worked, one cell for each."""
        worked = bytearray(DAY // self.grain)
        for start, end in times(record, day):
            for cell in range(start // self.grain, end // self.grain):
                worked[cell] = 1
        return worked

    def narrows(self, record: WorkHours) -> bool:
        names = [name.strip().lower() for name in record.encounters]
        return record.type.upper() == "AVAILABILITY" and self.case.encounter.strip().lower() in names

    # Events

    def there(self) -> Iterator[Event]:
        """The events that are live and not the visit that moves."""
        for event in self.case.events:
            if (event.status or "").upper() != "CANCELLED" and event.id != self.case.moving:
                yield event

    def stretch(self, event: Event, zone: ZoneInfo) -> range:
        """The cells an event takes: its own, or the whole days of its host's zone where it is all-day."""
        if not event.all_day:
            return self.cells(event.when.start, event.when.end)
        zone = host_zone(event) or zone
        first, last = all_days(event, zone)
        latest = self.clock(zone).latest
        cells = [cell for cell, reading in enumerate(latest) if first <= reading // DAY <= last]
        if not cells and not any(has_day(zone, day) for day in range(first, last + 1)):
            return self.cells(event.when.start, event.when.end)
        return range(cells[0], cells[-1] + 1) if cells else range(0)

    def takes(self, event: Event, person_id: UUID) -> str | None:
        """What an event takes of a person's time: a "visit", "leave", or nothing."""
        if (event.type or "").upper() == "LEAVE":
            return "leave" if event.host_id == person_id and granted(event) else None
        rows = [row.person_id for row in event.participants]
        return "visit" if person_id == event.host_id or person_id in rows else None

    @cached_property
    def marks(self) -> dict[UUID, Marks]:
        return {person.id: self.marks_of(person) for person in self.case.people}

    def marks_of(self, person: Person) -> Marks:
        taken = defaultdict(list)
        for event in self.there():
            taken[self.takes(event, person.id)].append(self.stretch(event, person.zone))
        shut = {True: [], False: []}
        for each in self.case.shuts:
            shut[each.holiday].append(self.cells(each.when.start, each.when.end))
        worked, decided = self.hours(person)
        return Marks(
            hours=worked,
            decided=decided,
            leave=self.marked(taken["leave"]),
            closed=self.marked(shut[False]),
            holidays=self.marked(shut[True]),
            visits=self.marked(taken["visit"]),
            claimed=self.marked(self.cells(claim.start, claim.end) for claim in person.claims),
        )

    @cached_property
    def patients_busy(self) -> bytearray:
        return self.marked(
            self.stretch(event, self.case.zone)
            for event in self.there()
            if any(self.takes(event, patient) == "visit" for patient in self.case.patients)
        )

    def free(self, person_id: UUID, before: int = 0, after: int = 0) -> bytearray:
        """The cells in which a visit may be: a buffer before it and one after it (seconds) must be clear as well."""
        marks = self.marks[person_id]
        free = bytearray(self.count)
        for cell in self.known:
            near = slice(cell - before // self.grain, cell + 1 + after // self.grain)
            shut = marks.leave[cell] or marks.closed[cell] or marks.holidays[cell]
            if marks.hours[cell] and not shut and 1 not in marks.visits[near] and 1 not in marks.claimed[near]:
                free[cell] = 1
        return free

    # What is asked

    @cached_property
    def asked(self) -> dict[UUID, bytearray]:
        """The cells that the request allows, for each clinician by the clock that it is read on."""
        return {person.id: self.asked_of(self.case.ask.clock or person.zone) for person in self.case.people}

    def asked_of(self, zone: ZoneInfo) -> bytearray:
        ask, latest = self.case.ask, self.clock(zone).latest
        first, last = (second_of_day(wall) for wall in ask.between or (time(), time()))
        last = last or DAY
        asked = bytearray(self.count)
        for cell in self.cells(ask.window.start, ask.window.end):
            day, second = divmod(latest[cell], DAY)
            if first <= second < last and weekday(day) in ask.weekdays:
                asked[cell] = 1
        return asked

    # Starts

    def fits(self, person_id: UUID, start: int, length: int) -> bool:
        """Whether a visit of so many cells can begin here, as far as this clinician and the patients go."""
        ask, marks = self.case.ask, self.marks[person_id]
        visit = slice(start, start + length)
        around = slice(start - ask.before * 60 // self.grain, start + length + ask.after * 60 // self.grain)
        return (
            0 not in marks.hours[visit]
            and 0 not in self.asked[person_id][visit]
            and not any(1 in bad[visit] for bad in (marks.leave, marks.closed, marks.holidays, self.patients_busy))
            and not any(1 in bad[around] for bad in (marks.visits, marks.claimed))
        )

    def on_raster(self, person: Person) -> Iterator[int]:
        """The cells at which the clinician's clock shows a start.

        Counted from the midnight of the day that has begun: where the clock went back over midnight, from the one to
        come (in St John's until 2011; it matters to a step that does not divide the day).
        """
        ask, clock = self.case.ask, self.clock(person.zone)
        for cell in self.cells(ask.window.start, ask.window.end):
            midnight = clock.latest[cell] // DAY * DAY
            if (clock.shown[cell] - midnight - ask.offset * 60) % (ask.step * 60) == 0:
                yield cell

    @cached_property
    def starts(self) -> list[list[int]]:
        """Every start, one list for each clinician, or one list in all when they are wanted together."""
        return [[self.instant(cell) for cell in each] for each in self._starts()]

    def _starts(self) -> Iterator[list[int]]:
        people, length = self.case.people, self.case.ask.length * 60 // self.grain
        if self.case.ask.together:
            raster = self.on_raster(people[0])
            yield [start for start in raster if all(self.fits(each.id, start, length) for each in people)]
            return
        for person in people:
            yield [start for start in self.on_raster(person) if self.fits(person.id, start, length)]

    # Group sessions

    def open_sessions(self) -> Iterator[tuple[Event, int]]:
        """Group sessions with a place for each of the patients, and how many places are left."""
        for event in self.there():
            inside = {row.person_id for row in event.participants if row.role.lower() == "patient"}
            places = capacity(event) - len(inside)
            scheduled = (event.status or "SCHEDULED").upper() == "SCHEDULED"
            enough = places >= max(len(self.case.patients), 1)
            if (event.type or "").upper() == "GROUP_THERAPY" and scheduled and enough and event.whole:
                yield event, places

    def joinable(self, event: Event, person_id: UUID) -> bool:
        """Whether the patients may join this session with this clinician."""
        asked = self.asked[person_id]
        cells = self.stretch(event, self.person(person_id).zone)
        rows = [row.person_id for row in event.participants]
        return (
            self.takes(event, person_id) == "visit"
            and not any(patient in rows for patient in self.case.patients)
            and bool(cells)
            and all(asked[cell] for cell in cells)
            and not any(self.patients_busy[cell] for cell in cells)
        )

    def away(self, event: Event, person_id: UUID) -> bool:
        """Whether this clinician takes part in the session and is on leave, or the place is closed, then."""
        marks = self.marks[person_id]
        cells = self.stretch(event, self.person(person_id).zone)
        gone = (marks.leave, marks.closed, marks.holidays)
        return self.takes(event, person_id) == "visit" and any(bad[cell] for cell in cells for bad in gone)

    @cached_property
    def sessions(self) -> dict[UUID, list[UUID]]:
        """The sessions that can be joined, with the asked clinicians that make it so."""
        found = {}
        if self.case.ask.join:
            for event, _ in self.open_sessions():
                with_whom = [person for person in self.ids if self.joinable(event, person)]
                if any(self.away(event, person) for person in self.ids):
                    continue
                if with_whom and (len(with_whom) == len(self.ids) or not self.case.ask.together):
                    found[event.id] = with_whom
        return found

    @cached_property
    def places_left(self) -> dict[UUID, int]:
        return {event.id: places for event, places in self.open_sessions()}

    # Order

    def person(self, person_id: UUID) -> Person:
        return next(person for person in self.case.people if person.id == person_id)

    def day(self, start: int) -> int:
        """The local day of a start in the zone of the answer."""
        return self.clock(self.case.zone).latest[(start - self.base) // self.grain] // DAY

    def tier(self, person_id: UUID) -> int:
        """Those who saw the patient before, the rest of the care team, others."""
        person = self.person(person_id)
        if person.last_seen:
            return 0
        return 1 if person.care_team else 2

    @cached_property
    def loads(self) -> dict[UUID, Fraction]:
        """The booked share of the time in which each clinician works in the known window."""
        return {person: self.load(person) for person in self.ids}

    def load(self, person_id: UUID) -> Fraction:
        marks = self.marks[person_id]
        worked = booked = 0
        for cell in self.cells(self.case.window.start, self.case.window.end):
            if marks.hours[cell] and not (marks.leave[cell] or marks.closed[cell] or marks.holidays[cell]):
                worked += 1
                booked += marks.visits[cell]
        return Fraction(booked, worked) if worked else Fraction(0)

    def thousandths(self, place: Place) -> int:
        """The booked share of the one who has most, in whole thousandths."""
        return int(max(self.loads[person] for person in place.clinicians) * 1000)

    @property
    def places(self) -> list[Place]:
        return self.places_in("SOONEST")

    def places_in(self, order: str) -> list[Place]:
        """Every offer, unsorted: the starts, and the sessions that can be joined, with whom this order puts first."""
        if order not in self._places:
            self._places[order] = self._places_in(order)
        return self._places[order]

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        return {}

    def _places_in(self, order: str) -> list[Place]:
        length = self.case.ask.length * 60
        parties = [tuple(self.ids)] if self.case.ask.together else [(person,) for person in self.ids]
        found = [
            Place(start, start + length, party)
            for party, each in zip(parties, self.starts, strict=True)
            for start in each
        ]
        for event in self.case.events:
            for party in self.party_of(event.id, order):
                cells = self.stretch(event, self.person(party[0]).zone)
                found.append(Place(self.instant(cells.start), self.instant(cells.stop), party, event.id))
        return found

    def party_of(self, session: UUID, order: str) -> list[tuple[UUID, ...]]:
        """Who a session is offered with, once: all of the clinicians, or the one whom the order puts first."""
        with_whom = tuple(self.sessions.get(session, ()))
        if not with_whom:
            return []
        if self.case.ask.together:
            return [with_whom]
        rank = self.tier if order != "EVEN_LOAD" else lambda person: int(self.loads[person] * 1000)
        return [(min(with_whom, key=lambda person: (rank(person), self.ids.index(person))),)]

    def key(self, place: Place, order: str) -> tuple:
        """What an order goes by; the first of the clinicians in the order asked breaks a tie."""
        first = place.clinicians[0]
        number, tier = self.ids.index(first), min(self.tier(person) for person in place.clinicians)
        if order == "SOONEST":
            return place.start, tier, number
        if order == "CARE_TEAM":
            return self.day(place.start), tier, place.start, number
        return self.day(place.start), self.thousandths(place), place.start, number

    # What became of the asked time

    def asking(self, ask: Ask, people: tuple[Person, ...] | None = None) -> "Minutes":
        """The same clinic, asked something else, or with more people."""
        other = Minutes(replace(self.case, ask=ask, people=people or self.case.people))
        marks = {person.id: self.marks.get(person.id) or other.marks_of(person) for person in other.case.people}
        vars(other).update(marks=marks, patients_busy=self.patients_busy)
        return other

    def rule(self, person: Person, cell: int) -> str | None:
        """The first rule that takes a cell of the asked window from a clinician, in the order of the rules."""
        ask, marks = self.case.ask, self.marks[person.id]
        near = slice(cell - ask.before * 60 // self.grain, cell + 1 + ask.after * 60 // self.grain)
        day = self.clock(ask.clock or person.zone).latest[cell] // DAY
        rules = [
            ("NO_HOURS", not marks.hours[cell]),
            ("OUTSIDE_DAYS", weekday(day) not in ask.weekdays),
            ("OUTSIDE_TIME", not self.asked[person.id][cell]),
            ("CLOSURE", marks.closed[cell]),
            ("HOLIDAY", marks.holidays[cell]),
            ("LEAVE", marks.leave[cell]),
            ("BUSY", marks.visits[cell]),
            ("CLAIMED", marks.claimed[cell]),
            ("BUFFER", 1 in marks.visits[near] or 1 in marks.claimed[near]),
            ("PATIENT_BUSY", self.patients_busy[cell]),
        ]
        return next((name for name, takes in rules if takes), None)

    @cached_property
    def taken(self) -> dict[UUID, dict[int, str | None]]:
        """For each clinician and each cell of the asked window the rule that takes it, as far as one person goes."""
        window = self.cells(self.case.ask.window.start, self.case.ask.window.end)
        return {person.id: {cell: self.rule(person, cell) for cell in window} for person in self.case.people}

    def account(self, person: Person) -> dict[str, set[int]]:
        """The cells of the asked window by the rule that takes them; "" for those that are left."""
        together, length = self.case.ask.together, self.case.ask.length * 60 // self.grain
        cells: dict[str, set[int]] = defaultdict(set)
        for cell, rule in self.taken[person.id].items():
            others = together and any(self.taken[other][cell] for other in self.ids)
            cells[rule or ("OTHERS_BUSY" if others else "")].add(cell)
        raster = set(self.on_raster(self.case.people[0] if together else person))
        for gap in runs(sorted(cells.pop("", ()))):
            room = any(start in raster for start in gap[: len(gap) - length + 1]) if len(gap) >= length else False
            cells["" if room else "TOO_SHORT"].update(gap)
        return {name: there for name, there in cells.items() if there}

    # Conflicts

    def conflicts(self, visit: range, leave: bool = False) -> dict[tuple[str, UUID, UUID | None], set[int]]:
        """What stands against a visit (or leave) of everybody in these cells: where, by kind, person and event."""
        found: dict[tuple[str, UUID, UUID | None], set[int]] = defaultdict(set)
        for person in self.case.people[:1] if leave else self.case.people:
            for kind, event, cells in self.against(person, visit, leave):
                found[kind, person.id, event].update(cells)
        for patient in () if leave else self.case.patients:
            for event in self.there():
                if self.takes(event, patient):
                    found["PATIENT_BUSY", patient, event.id].update(common(visit, self.stretch(event, self.case.zone)))
        return {key: cells for key, cells in found.items() if cells}

    def against(self, person: Person, visit: range, leave: bool) -> Iterator[tuple[str, UUID | None, Iterable[int]]]:
        """What stands in the calendar of one clinician."""
        ask, marks = self.case.ask, self.marks[person.id]
        margins = [
            range(visit.start - ask.before * 60 // self.grain, visit.start),
            range(visit.stop, visit.stop + ask.after * 60 // self.grain),
        ]
        if not leave:
            yield "OUTSIDE_HOURS", None, [cell for cell in visit if not marks.hours[cell]]
            yield "CLOSURE", None, [cell for cell in visit if marks.closed[cell]]
            yield "HOLIDAY", None, [cell for cell in visit if marks.holidays[cell]]
        yield "CLAIMED", None, [cell for cell in visit if marks.claimed[cell]]
        for event in self.there():
            takes, stretch = self.takes(event, person.id), self.stretch(event, person.zone)
            if takes == "leave" and not leave:
                yield "LEAVE", event.id, common(visit, stretch)
            if takes == "visit":
                yield "CLINICIAN_BUSY", event.id, common(visit, stretch)
                for margin in [] if leave else margins:
                    yield "BUFFER", event.id, common(margin, stretch)
        for margin in [] if leave else margins:
            yield "BUFFER", None, [cell for cell in margin if marks.claimed[cell]]


def runs(cells: Iterable[int]) -> list[range]:
    """Cells in order as stretches without a gap."""
    found: list[range] = []
    for cell in cells:
        if found and found[-1].stop == cell:
            found[-1] = range(found[-1].start, cell + 1)
        else:
            found.append(range(cell, cell + 1))
    return found


def common(some: range, others: range) -> range:
    return range(max(some.start, others.start), min(some.stop, others.stop))


# Records


def speaks(records: list[WorkHours], day: int) -> WorkHours | None:
    """The record that speaks for a day: overrides first, then the newest."""
    best = None
    for record in records:
        first = (record.first - EPOCH.date()).days
        last = (record.last - EPOCH.date()).days if record.last else None
        covers = first <= day and (last is None or day <= last)
        if covers and (best is None or stronger(record, best)):
            best = record
    return best


def stronger(record: WorkHours, other: WorkHours) -> bool:
    if (record.rule.upper() == "OVERRIDE") != (other.rule.upper() == "OVERRIDE"):
        return record.rule.upper() == "OVERRIDE"
    if record.created_at != other.created_at:
        return other.created_at is None or (record.created_at is not None and record.created_at > other.created_at)
    return record.id.int > other.id.int


def times(record: WorkHours | None, day: int) -> Iterator[tuple[int, int]]:
    """The whole seconds of the day that the record's entries for this weekday name; its last minute is midnight."""
    for entry in record.days if record else ():
        if entry.day == weekday(day) and makes_sense(entry):
            start, end = second_of_day(entry.start), second_of_day(entry.end)
            yield start + (entry.start.microsecond > 0), DAY if entry.end >= time(23, 59) else end


def makes_sense(entry: DayHours) -> bool:
    return entry.start is not None and entry.end is not None and entry.start < entry.end


# Events


def granted(leave: Event) -> bool:
    """Leave is granted when everybody asked has said yes, and when nobody was asked."""
    staff = [row for row in leave.participants if row.role.lower() != "patient" and row.person_id != leave.host_id]
    return all(row.answer.strip().lower() == "yes" for row in staff)


def capacity(event: Event) -> int:
    value = event.additional.get("capacity")
    if type(value) is int:
        return value
    if isinstance(value, str) and value and all(letter in "0123456789" for letter in value):
        return int(value)
    return 0


def host_zone(event: Event) -> ZoneInfo | None:
    """The zone on the host's row, else the event's; None where neither can be read."""
    hosts = [row for row in event.participants if row.person_id == event.host_id and row.role.lower() != "patient"]
    for name in (*(row.timezone for row in hosts), event.timezone):
        if name and name.lower() in ZONE_NAMES:
            return ZoneInfo(ZONE_NAMES[name.lower()])
    return None


def all_days(event: Event, zone: ZoneInfo) -> tuple[int, int]:
    """The first and the last day of an all-day event: its UTC dates where it has only dates, else the host's days."""
    start, end = event.when.start, event.when.end
    if start.time() == time() and (end.time() == time() or end.time() >= time(23, 59)):
        return days(start), days(end - timedelta(microseconds=1))
    return days(start.astimezone(zone)), days((end - timedelta(microseconds=1)).astimezone(zone))


def days(instant: datetime) -> int:
    """The day that this clock shows, counted from 1970."""
    return (instant.date() - EPOCH.date()).days
