"""Random clinics for the proof of the time engine: clinic number n is always the same one.

`clinic(Random(n))` makes it; a Hypothesis `st.randoms()` in the place of `Random` makes clinics that shrink. Everything
happens at whole grains (a minute; a second in the few clinics that have seconds), so that a walk along the grains is
exact. Days lie mostly around clock changes, and people contradict each other and themselves as real calendars do.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours, WorkHours

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
# A zone and the UTC date on which, or just after which, its clock changes.
CHANGES = [
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Los_Angeles", "2026-03-08"),
    ("America/Los_Angeles", "2026-11-01"),
    ("Europe/London", "2026-03-29"),
    ("Europe/London", "2026-10-25"),
    ("Europe/Dublin", "2026-03-29"),
    ("Europe/Dublin", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-04"),
    ("Australia/Lord_Howe", "2026-10-03"),
    ("Australia/Adelaide", "2026-04-04"),
    ("Australia/Adelaide", "2026-10-03"),
    ("Pacific/Chatham", "2026-04-04"),
    ("Pacific/Chatham", "2026-09-26"),
    ("America/St_Johns", "2026-03-08"),
    ("America/St_Johns", "2026-11-01"),
    # In those years the clock of St John's changed a minute after midnight: an hour of the day before came again.
    ("America/St_Johns", "2010-03-14"),
    ("America/St_Johns", "2010-11-07"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("Africa/Cairo", "2026-04-24"),
    ("Africa/Cairo", "2026-10-29"),
    ("Asia/Beirut", "2026-03-28"),
    ("Asia/Beirut", "2026-10-24"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kathmandu", "2026-03-29"),
    ("Asia/Kolkata", "2026-10-25"),
    ("America/Phoenix", "2026-11-01"),
]
ZONES = sorted({name for name, _ in CHANGES} - {"Pacific/Apia"})
STATUSES = [None, "", "SCHEDULED", "Scheduled", "scheduled", "COMPLETED", "Missed", "RESCHEDULED", "Arrived?"]
CANCELLED = ["CANCELLED", "Cancelled", "cancelled"]
CAPACITIES = [0, 1, 2, 3, 4, 8, "2", "3", "05", "12", True, 3.0, 2.5, -4, "many", "", "-3", "3.0", "\u00b2", None]
OUTSIDER, OUTSIDE_PATIENT = UUID(int=900), UUID(int=950)


@dataclass(frozen=True)
class Person:
    """A clinician: what is known of them, and what else stands against their time."""

    id: UUID
    zone: ZoneInfo
    claims: tuple[Interval, ...] = ()
    care_team: bool = False
    last_seen: datetime | None = None


@dataclass(frozen=True)
class Shut:
    """A closure of the whole clinic, or a holiday."""

    when: Interval
    holiday: bool = False


@dataclass(frozen=True)
class Ask:
    """What is looked for. All lengths are in minutes; `between` ending at 00:00 ends at midnight."""

    window: Interval
    length: int = 30
    step: int = 15
    offset: int = 0
    together: bool = False
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    between: tuple[time, time] | None = None
    clock: ZoneInfo | None = None
    before: int = 0
    after: int = 0
    join: bool = False


@dataclass(frozen=True)
class Case:
    """One clinic and one request. `grain` is in seconds: nothing happens between two whole grains."""

    people: tuple[Person, ...]
    window: Interval
    zone: ZoneInfo
    ask: Ask
    records: tuple[WorkHours, ...] = ()
    events: tuple[Event, ...] = ()
    shuts: tuple[Shut, ...] = ()
    patients: tuple[UUID, ...] = ()
    encounter: str | None = None
    moving: UUID | None = None
    grain: int = 60
    seed: int | None = field(default=None, compare=False)


def clinic(chance: Random, seed: int | None = None) -> Case:
    """A random clinic; `clinic(Random(n), n)` is clinic number n."""
    return _Maker(chance).case(seed)


def numbered(seed: int) -> Case:
    return clinic(Random(seed), seed)


class _Maker:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.session: Interval | None = None

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def one(self, *choices):
        return choices[self.chance.randint(0, len(choices) - 1)]

    def rarely(self, usual, rare):
        return rare if self.maybe(0.04) else usual

    def some(self, choices, share=0.5):
        return tuple(each for each in choices if self.maybe(share))

    def shuffled(self, values) -> list:
        mixed = list(values)
        self.chance.shuffle(mixed)
        return mixed

    def case(self, seed: int | None) -> Case:
        self.grain = 1 if self.maybe(0.03) else 60
        name, changed = self.one(*CHANGES)
        self.place, self.changed = ZoneInfo(name), date.fromisoformat(changed)
        self.window = self.make_window()
        people = tuple(self.person(number) for number in range(1, self.one(1, 1, 2, 2, 3) * self.rarely(1, 2) + 1))
        self.people = tuple(self.shuffled(people))
        self.patients = tuple(UUID(int=500 + n) for n in range(self.one(0, 1, 1, 2)))
        self.encounter = self.one("Intake", "intake ") if self.maybe(0.15) else None
        records = tuple(record for person in self.people for record in self.records(person))
        self.groups = self.one(0.1, 0.3, 0.3, 0.8)
        events = tuple(self.event(number) for number in range(self.one(0, 2, 5, 9, 14)))
        return Case(
            people=self.people,
            window=self.window,
            zone=self.place if self.maybe(0.7) else self.any_zone(),
            ask=self.ask(),
            records=records,
            events=events,
            shuts=tuple(self.shut() for _ in range(self.one(0, 0, 0, 1, 2))),
            patients=self.patients,
            encounter=self.encounter,
            moving=self.one(*events).id if events and self.maybe(0.25) else None,
            grain=self.grain,
            seed=seed,
        )

    def any_zone(self) -> ZoneInfo:
        return ZoneInfo(self.one(*ZONES))

    def make_window(self) -> Interval:
        """One to four days (some hours, where seconds count) mostly at a clock change, from a midnight or anywhere."""
        first = self.changed - DAY * self.one(0, 0, 1, 1, 2, 3)
        if self.maybe(0.15):
            first += DAY * self.chance.randint(-40, 40)
        start = datetime.combine(first, time(), self.place).astimezone(UTC)
        if self.maybe(0.5):
            start += MINUTE * self.one(5, 30, 60, 7, 90, 600, 777)
        if self.grain == 1:
            return Interval(start, start + HOUR * self.one(4, 6, 8))
        return Interval(
            start, start + DAY * self.rarely(self.one(1, 2, 2, 3, 4), 9) + MINUTE * self.one(0, 0, 0, 60, -60, 13)
        )

    def instant(self, around: Interval, margin=timedelta()) -> datetime:
        """An instant in the stretch, on five minutes mostly, else at any minute (or second, where there are some)."""
        start = around.start - margin
        width = int((around.end + margin - start) / MINUTE)
        minute = self.chance.randint(0, max(width // 5 - 1, 0)) * 5
        if self.maybe(0.2):
            minute = self.chance.randint(0, max(width - 1, 0))
        return start + MINUTE * minute + timedelta(seconds=self.one(0, 0, 1, 30, 59) if self.grain == 1 else 0)

    def stretch(self, margin=timedelta(), lengths=(15, 20, 30, 30, 45, 50, 60, 60, 90, 120, 7, 240)) -> Interval:
        start = self.instant(self.window, margin)
        return Interval(start, start + MINUTE * self.one(*lengths))

    def person(self, number: int) -> Person:
        seen = self.window.start - DAY * self.one(1, 7, 7, 90) if self.maybe(0.3) else None
        return Person(
            id=UUID(int=number),
            zone=self.place if number == 1 or self.maybe(0.5) else self.any_zone(),
            claims=tuple(self.stretch(2 * HOUR) for _ in range(self.one(0, 0, 0, 1, 2))),
            care_team=self.maybe(0.3),
            last_seen=seen,
        )

    # Work hours

    def records(self, person: Person) -> list[WorkHours]:
        usual = [self.record(person, "DEFAULT", 0)] if self.maybe(0.9) else []
        others = [self.record(person, self.rule(), n + 1) for n in range(self.one(0, 0, 0, 1, 1, 2, 3, 4))]
        narrow = [self.record(person, self.rule(), 20 + n, True) for n in range(self.one(0, 1, 2))]
        made = [*usual, *others, *(narrow if self.encounter or self.maybe(0.2) else [])]
        return self.shuffled(made)

    def rule(self) -> str:
        return self.one("DEFAULT", "DEFAULT", "OVERRIDE", "OVERRIDE", "Override")

    def record(self, person: Person, rule: str, number: int, narrow: bool = False) -> WorkHours:
        first = self.window.start.date() - DAY * self.one(-2, -1, 0, 0, 1, 2, 30)
        if number == 0:
            first, last = first - 10 * DAY, None
        else:
            last = first + DAY * self.one(0, 0, 1, 2, 3, 60) if self.maybe(0.8) else None
        created = CREATED + HOUR * self.one(1, 2, 3, 4, 5) if self.maybe(0.85) else None
        return WorkHours(
            id=UUID(int=person.id.int * 1000 + (number * 37) % 101),
            clinician_id=person.id,
            first=first,
            last=last,
            days=self.days_of_hours(),
            type=self.one("AVAILABILITY", "Availability") if narrow else self.one("WORKING_HOURS", "Working_Hours"),
            rule=rule,
            encounters=self.one(("Intake",), ("Follow up", " INTAKE"), ("Follow up",), ()) if narrow else (),
            created_at=created,
        )

    def days_of_hours(self) -> tuple[DayHours, ...]:
        """Entries of a week: usual ones, and now and then days off, duplicates, nights and nonsense."""
        entries: list[DayHours] = []
        for day in range(1, 8):
            kind = self.chance.random()
            if kind < 0.45:
                entries += self.usual_day(day)
            elif kind < 0.55:
                entries.append(DayHours(day, time(0, 0), self.end_of_day()))
            elif kind < 0.65:
                entries += self.night(day)
            elif kind < 0.85:
                entries += [self.entry(day) for _ in range(self.one(1, 2, 3))]
            elif kind < 0.92:
                entries.append(DayHours(day, None, None))
        if entries and self.maybe(0.2):
            entries.append(self.one(*entries))
        return tuple(self.shuffled(entries) if self.maybe(0.2) else entries)

    def usual_day(self, day: int) -> list[DayHours]:
        start = self.one(6, 7, 8, 9, 10)
        if self.maybe(0.5):
            return [DayHours(day, time(start), time(start + 8))]
        return [DayHours(day, time(start), time(start + 3)), DayHours(day, time(start + 3, self.one(0, 30)), time(19))]

    def night(self, day: int) -> list[DayHours]:
        return [DayHours(day, time(self.one(20, 22, 23)), self.end_of_day()), DayHours(day % 7 + 1, time(), time(6))]

    def end_of_day(self) -> time:
        return self.one(time(23, 59), time(23, 59, 59), time(23, 59, 59, 999_000))

    def entry(self, day: int) -> DayHours:
        start, end = self.wall_time(), self.wall_time()
        if self.maybe(0.9) and end < start:
            start, end = end, start
        return DayHours(day, start, end)

    def wall_time(self) -> time:
        """Times around clock changes come up more often than others."""
        night = [0, 1, 15, 30, 45, 60, 90, 105, 119, 120, 121, 135, 150, 180, 181, 240, 1380, 1395, 1410, 1439]
        minute = self.one(*night) if self.maybe(0.4) else self.chance.randint(0, 95) * 15
        if self.maybe(0.1):
            minute = self.chance.randint(0, 1439)
        if self.grain == 60:
            return time(*divmod(minute, 60))
        return time(*divmod(minute, 60), second=self.one(0, 30, 59), microsecond=self.one(0, 0, 0, 500_000, 999_999))

    # Events

    def event(self, number: int) -> Event:
        kind = self.chance.random()
        if kind < 0.15:
            made = self.leave()
        elif kind < 0.15 + 0.85 * self.groups:
            made = self.group()
        else:
            made = self.visit()
        made |= {"id": UUID(int=5000 + number), "status": self.one(*CANCELLED) if self.maybe(0.12) else self.status()}
        if self.maybe(0.08):
            made |= self.all_day(made["host_id"], made["participants"])
        elif self.grain == 1 and self.maybe(0.3):
            when = made["when"]
            made["when"] = Interval(when.start + timedelta(milliseconds=250), when.end + timedelta(microseconds=1))
        return Event(**made)

    def status(self) -> str | None:
        return self.one(None, "SCHEDULED", "Scheduled") if self.maybe(0.7) else self.one(*STATUSES)

    def someone(self) -> UUID:
        return self.one(*(person.id for person in self.people)) if self.maybe(0.8) else OUTSIDER

    def row(self, person_id: UUID, role="psm", **values) -> Participant:
        return Participant(person_id, role, **values)

    def visit(self) -> dict:
        host = self.someone()
        others = [person.id for person in self.people if person.id != host and self.maybe(0.15)]
        patients = self.some(self.patients, 0.3) or self.some([OUTSIDE_PATIENT], 0.7)
        rows = [self.row(each, self.one("psm", "PSM")) for each in (host, *others)]
        rows += [self.row(each, self.one("patient", "Patient")) for each in patients]
        return {
            "when": self.stretch(5 * HOUR) if self.maybe(0.95) else self.stretch(30 * HOUR, (1500, 2000)),
            "host_id": host if self.maybe(0.97) else None,
            "participants": tuple(rows) if self.maybe(0.95) else (),
            "type": self.one("APPOINTMENT", "Appointment", "ENCOUNTER", None, "Something"),
        }

    def leave(self) -> dict:
        host = self.someone()
        answers = self.one((), (), ("Yes",), ("Yes", "yes "), ("",), ("Yes", ""), ("No",), ("Yes", "NO"), ("Maybe",))
        asked = [person.id for person in self.people if person.id != host] + [OUTSIDER, UUID(int=901)]
        rows = [self.row(each, answer=answer) for each, answer in zip(asked, answers, strict=False)]
        rows += [self.row(each, "patient") for each in self.some(self.patients, 0.1)]
        return {
            "when": self.stretch(5 * HOUR, (60, 120, 240, 480, 1440)),
            "host_id": host,
            "participants": (self.row(host, answer=self.one("", "No")), *rows),
            "type": self.one("LEAVE", "Leave"),
        }

    def group(self) -> dict:
        host = self.someone()
        others = [person.id for person in self.people if person.id != host and self.maybe(0.4)]
        guests = [UUID(int=960 + n) for n in range(self.one(0, 0, 1, 2, 3))] + list(self.some(self.patients, 0.12))
        guests += guests[:1] if self.maybe(0.1) else []  # somebody who stands there twice
        rows = [self.row(each) for each in (host, *others)] + [self.row(each, "patient") for each in guests]
        if self.session and self.maybe(0.3):  # another one at the same time, or one that begins with it
            self.session = Interval(self.session.start, self.session.end + MINUTE * self.one(0, 0, 30))
        else:
            self.session = self.stretch(2 * HOUR)
        return {
            "when": self.session,
            "host_id": host,
            "participants": tuple(self.shuffled(rows)),
            "type": self.one("GROUP_THERAPY", "Group_Therapy"),
            "additional": self.one({}, {"capacity": self.one(*CAPACITIES)}, *[{"capacity": self.one(3, 4, "6")}] * 4),
            "whole": self.maybe(0.95),
        }

    def all_day(self, host: UUID | None, rows: tuple[Participant, ...]) -> dict:
        """Whole days: by UTC dates as the API writes them, or by instants; in the zone of a row, the event or none."""
        start = datetime.combine(self.instant(self.window, DAY).date(), time(), UTC)
        end = start + DAY * self.one(1, 1, 1, 2)
        if self.maybe(0.3):
            start, end = start + HOUR * self.one(5, 9), end + HOUR * self.one(5, -3)
        elif self.place.key != "Pacific/Apia":  # a day that is skipped counts as its instants, and those are no minutes
            end -= self.one(timedelta(), MINUTE, timedelta(milliseconds=1), timedelta(seconds=1))
        zones = ("", "Mars/Olympus", None, self.place.key, self.place.key.lower(), self.any_zone().key, "US/Eastern")
        rows = tuple(replace(row, timezone=self.one(*zones)) if row.person_id == host else row for row in rows)
        return {"when": Interval(start, end), "all_day": True, "timezone": self.one(*zones), "participants": rows}

    def shut(self) -> Shut:
        when = self.stretch(5 * HOUR, (60, 180, 600, 1440))
        return Shut(when, self.maybe(0.4))

    # Requests

    def ask(self) -> Ask:
        step = self.rarely(self.one(5, 10, 15, 15, 20, 30, 45, 60, 50), self.one(7, 90, 1440))
        return Ask(
            window=self.window if self.maybe(0.6) else self.part_of_window(),
            length=self.rarely(self.one(5, 15, 20, 25, 30, 30, 45, 50, 60, 60, 90, 120, 180), self.one(33, 480, 1440)),
            step=step,
            offset=self.chance.randint(0, step - 1) // 5 * self.one(5, 5, 4) if self.maybe(0.25) else 0,
            together=len(self.people) > 1 and self.maybe(0.35),
            weekdays=self.some(range(1, 8), 0.7) or (7,) if self.maybe(0.35) else tuple(range(1, 8)),
            between=self.between() if self.maybe(0.4) else None,
            clock=self.any_zone() if self.maybe(0.2) else None,
            before=self.rarely(self.one(5, 7, 10, 15, 30), 240) if self.maybe(0.3) else 0,
            after=self.rarely(self.one(5, 10, 13, 20, 30), 240) if self.maybe(0.3) else 0,
            join=self.maybe(0.6),
        )

    def part_of_window(self) -> Interval:
        first, last = sorted((self.instant(self.window), self.instant(self.window)))
        return Interval(first, max(last, first + HOUR)) if first + HOUR <= self.window.end else self.window

    def between(self) -> tuple[time, time]:
        start, end = self.one((7, 19), (9, 17), (8, 12), (0, 12), (12, 0), (0, 2), (1, 3), (22, 0), (0, 0), (23, 0))
        return time(start, self.one(0, 0, 30, 10)), time(end) if end == 0 else time(end, self.one(0, 30, 5))


# The smallest clinic that still shows a difference


def smallest(case: Case, differs) -> Case:
    """The case without everything that the difference does not need. `differs(case)` says whether it is still there."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _simpler(case):
            if candidate != case and candidate.ask.offset < candidate.ask.step and differs(candidate):
                case, smaller = candidate, True
                break
    return case


def _simpler(case: Case):
    for name in ("events", "shuts", "records", "patients"):
        for index in range(len(getattr(case, name))):
            yield replace(case, **{name: _without(getattr(case, name), index)})
    for index in range(len(case.people) if len(case.people) > 1 else 0):
        yield replace(case, people=_without(case.people, index))
    plain = Ask(case.ask.window)
    for each in fields(Ask):
        if each.name != "window":
            yield replace(case, ask=replace(case.ask, **{each.name: getattr(plain, each.name)}))
    yield replace(case, encounter=None)
    yield replace(case, moving=None)
    for index, person in enumerate(case.people):
        for change in ({"claims": ()}, {"care_team": False}, {"last_seen": None}):
            yield _with_person(case, index, replace(person, **change))
    for index, record in enumerate(case.records):
        for entry in range(len(record.days)):
            yield _with(case, "records", index, replace(record, days=_without(record.days, entry)))
    for index, event in enumerate(case.events):
        for row in range(len(event.participants)):
            yield _with(case, "events", index, replace(event, participants=_without(event.participants, row)))


def _without(values: tuple, index: int) -> tuple:
    return values[:index] + values[index + 1 :]


def _with(case: Case, name: str, index: int, value) -> Case:
    values = getattr(case, name)
    return replace(case, **{name: (*values[:index], value, *values[index + 1 :])})


def _with_person(case: Case, index: int, person: Person) -> Case:
    return _with(case, "people", index, person)


def describe(case: Case) -> str:
    """The clinic in lines to read, and to build it again from."""
    lines = [f"clinic {case.seed}, grain {case.grain}s, days in {case.zone}, known {_when(case.window)}"]
    lines += [f"  encounter {case.encounter!r}"] if case.encounter else []
    lines += [f"  moving {case.moving.int}"] if case.moving else []
    lines += [f"  ask {_fields(case.ask, Ask(case.ask.window))}"]
    lines += [f"  person {person.id.int} {person.zone} {_fields(person)}" for person in case.people]
    lines += [f"  patient {patient.int}" for patient in case.patients]
    lines += [f"  hours {_record(record)}" for record in case.records]
    lines += [f"  event {event.id.int} {_when(event.when)} {_event(event)}" for event in case.events]
    lines += [f"  {'holiday' if shut.holiday else 'closure'} {_when(shut.when)}" for shut in case.shuts]
    return "\n".join(lines)


def _when(when: Interval) -> str:
    start, end = (f"{instant:%Y-%m-%d %H:%M:%S.%f}".removesuffix(".000000") for instant in (when.start, when.end))
    return f"{start}/{end[8:]}"


def _fields(value, plain=None) -> str:
    """The fields that say something: not those of `plain`, and neither id nor zone, which are named before."""
    told = [each.name for each in fields(value) if each.name not in ("id", "zone")]
    told = [name for name in told if name == "window" or getattr(value, name) != getattr(plain, name, None)]
    return " ".join(f"{name}={_said(getattr(value, name))}" for name in told)


def _said(value) -> str:
    if isinstance(value, Interval):
        return _when(value)
    return f"[{', '.join(map(_said, value))}]" if isinstance(value, tuple) else str(value)


def _record(record: WorkHours) -> str:
    days = ", ".join(f"{entry.day} {entry.start}-{entry.end}" for entry in record.days)
    made = f"{record.created_at:%m-%d %H:%M}" if record.created_at else "never"
    return (
        f"{record.id.int} of {record.clinician_id.int} {record.type} {record.rule} {record.first}..{record.last} "
        f"made {made} {record.encounters or ''} [{days}]"
    )


def _event(event: Event) -> str:
    told = (f"{row.role} {row.person_id.int} {row.answer} {row.timezone or ''}" for row in event.participants)
    rows = ", ".join(row.rstrip() for row in told)
    host = event.host_id.int if event.host_id else None
    more = f"all day in {event.timezone} " * event.all_day + "not whole" * (not event.whole)
    return f"{event.type} {event.status} host {host} ({rows}) {dict(event.additional) or ''} {more}".rstrip()
