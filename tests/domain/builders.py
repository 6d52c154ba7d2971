"""Short ways to write days, stretches of time, people and events in the domain's tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.request import Request
from scheduling.domain.slots import Clinic, Slot
from scheduling.domain.spans import instant
from scheduling.domain.timetable import Timetable
from scheduling.domain.work_hours import DayHours, WorkHours

NEW_YORK = ZoneInfo("America/New_York")
ADA, BEN, CARLA = (UUID(int=n) for n in (1, 2, 3))
THEO, UNA = UUID(int=101), UUID(int=102)
NAMES = {ADA: "Ada", BEN: "Ben", CARLA: "Carla"}
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """The UTC instant of "2026-11-23 14:00"; a date alone is its UTC midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Interval:
    return Interval(at(start), at(end))


def minutes(start: int, end: int) -> Interval:
    """The stretch between two minutes after a fixed instant."""
    zero = at("2026-11-23")
    return Interval(zero + timedelta(minutes=start), zero + timedelta(minutes=end))


def clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def entry(day: int, start: str | None, end: str | None) -> DayHours:
    return DayHours(day, clock(start), clock(end))


def entries(days: str, *spans: str) -> tuple[DayHours, ...]:
    """`entries("135", "09:00-12:00", "13:00-17:00")`: those hours on each of the ISO weekdays."""
    return tuple(entry(int(day), *text.split("-")) for day in days for text in spans)


def record(*days: DayHours, first="2026-01-01", last=None, created=0, **fields) -> WorkHours:
    """A work-hours record of Ada; `created` is in hours after a fixed instant."""
    return WorkHours(
        id=fields.pop("id", UUID(int=1000 + created)),
        clinician_id=fields.pop("clinician_id", ADA),
        first=date.fromisoformat(first),
        last=date.fromisoformat(last) if last else None,
        days=days,
        created_at=CREATED + timedelta(hours=created),
        **fields,
    )


def user(person_id: UUID = ADA, timezone: str | None = "America/New_York") -> User:
    return User(person_id, f"user-{person_id.int}", timezone=timezone)


def psm(person_id: UUID, answer: str = "", **fields) -> Participant:
    return Participant(person_id, "psm", answer=answer, **fields)


def patient(person_id: UUID) -> Participant:
    return Participant(person_id, "patient")


def event(when: Interval, *others: Participant, number=1, host=ADA, **fields) -> Event:
    """An event hosted by Ada, who is among its participants."""
    return Event(UUID(int=5000 + number), when, host, (psm(host), *others), **fields)


# Monday in New York, a day without a clock change; and the week that begins with it.
MONDAY = span("2026-11-23 05:00", "2026-11-24 05:00")
WEEK = span("2026-11-23 05:00", "2026-11-30 05:00")


def local(start: str, end: str, zone: ZoneInfo = NEW_YORK) -> Interval:
    """The stretch between two wall times "2026-11-23 09:00" of a zone; of a time shown twice the first."""
    return Interval(*(datetime.fromisoformat(text).replace(tzinfo=zone) for text in (start, end)))


def monday(start: str, end: str, zone: ZoneInfo = NEW_YORK) -> Interval:
    """`monday("10:00", "11:00")` on the clock of New York."""
    return local(f"2026-11-23 {start}", f"2026-11-23 {end}", zone)


def table(*events: Event, who=ADA, hours="09:00-17:00", days="1234567", zone=NEW_YORK, window=MONDAY, **options):
    """One clinician's timetable; `hours` are shifts ("09:00-12:00 13:00-17:00") on each of the ISO weekdays `days`."""
    records = options.pop("records", [record(*entries(days, *hours.split()), first="2000-01-01", clinician_id=who)])
    return Timetable(who, zone, window, records, events, **options)


def ask(window: Interval = MONDAY, length=60, step=30, **fields) -> Request:
    """A request: lengths in minutes, `weekdays="15"`, `between="09:00-12:00"`."""
    for name in {"offset", "before", "after"} & fields.keys():
        fields[name] = timedelta(minutes=fields[name])
    if "weekdays" in fields:
        fields["weekdays"] = frozenset(map(int, fields["weekdays"]))
    if "between" in fields:
        fields["between"] = tuple(map(clock, fields["between"].split("-")))
    return Request(window, timedelta(minutes=length), timedelta(minutes=step), **fields)


def clinic(*tables: Timetable, zone=NEW_YORK, **fields) -> Clinic:
    return Clinic(tables, zone=zone, **fields)


def walls(spans: Iterable[tuple[int, int]], zone: ZoneInfo = NEW_YORK) -> list[str]:
    """Spans of seconds as a clock shows them: ["10:00-11:00"], with seconds where there are any."""
    return ["-".join(_shown(instant(each).astimezone(zone)) for each in pair) for pair in spans]


def _shown(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def told(slots: Iterable[Slot], zone: ZoneInfo = NEW_YORK) -> list[str]:
    """Slots as a person would read them out: "Ada Mon 10:00", "Ada+Ben Mon 10:00", "Ada Mon 10:00 joins"."""
    return [
        f"{'+'.join(NAMES[person] for person in slot.clinician_ids)} {slot.when.start.astimezone(zone):%a %H:%M}"
        + (" joins" if slot.joins else "")
        for slot in slots
    ]
