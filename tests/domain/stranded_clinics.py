"""Random clinics whose hours, leave or closures change, and the stranded visits by brute force, minute by minute.

The oracle shares nothing with the engine but the values: for each minute of a visit it asks the wall clock which record
speaks and whether that minute is worked, then whether leave or a closure lies over it. Hours begin at 05:00 or later:
what happens around a change of the clock is the engine's own proof (tests/oracle). The full form:
`python -m tests.domain.stranded_clinics 5000`.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.cover import Cover, stranded
from scheduling.domain.event import Event, EventType, Participant, Role
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.services.hours_plan import Plan, Step, applied, draft_of, plan_edit, plan_new, withdrawn
from scheduling.welkin.drafts import WorkHoursDraft

ADA, BEA = UUID(int=1), UUID(int=2)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Adelaide", "UTC", "Pacific/Auckland")
DAYS, MINUTE = 12, timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """A clinic before and after: records, a plan for them, and time away before and after."""

    zone: ZoneInfo
    now: datetime
    first: date
    records: tuple[WorkHours, ...]
    plan: Plan
    events: tuple[Event, ...]
    away: tuple[Interval, ...]
    more_away: tuple[Interval, ...]

    @property
    def after(self) -> tuple[WorkHours, ...]:
        return applied(self.plan, self.records, self.now)


def week(chance: Random) -> tuple[DayHours, ...]:
    days = []
    for day in range(1, 8):
        for _ in range(chance.choice((0, 1, 1, 2))):
            start = chance.randrange(5 * 60, 22 * 60, 5)
            end = min(start + chance.randrange(30, 10 * 60, 5), 24 * 60)
            last = time(23, 59) if end == 24 * 60 else time(end // 60, end % 60)
            days.append(DayHours(day, time(start // 60, start % 60), last))
    return tuple(days)


def record(chance: Random, number: int, first: date) -> WorkHours:
    start = first + timedelta(days=chance.randrange(-20, 3))
    last = None if chance.random() < 0.4 else start + timedelta(days=chance.randrange(0, 25))
    rule = RuleType.OVERRIDE if chance.random() < 0.35 else RuleType.DEFAULT
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(50))
    return WorkHours(UUID(int=100 + number), ADA, start, last, week(chance), rule=rule, created_at=made)


def plan(chance: Random, records: tuple[WorkHours, ...], first: date) -> Plan:
    """A new record, another week for one, an earlier end, one taken back, or several at once."""
    kind = chance.choice(("new", "edit", "edit", "end", "back", "many", "none"))
    new = WorkHoursDraft(ADA, first + timedelta(days=chance.randrange(0, 6)), None, week(chance))
    if kind == "none":
        return Plan(())
    if kind == "new" or not records:
        return plan_new(replace(new, rule=chance.choice((RuleType.DEFAULT, RuleType.OVERRIDE))), records)
    one = chance.choice(records)
    if kind == "edit":
        return plan_edit(one, replace(draft_of(one), days=week(chance)), records)
    if kind == "end":
        return Plan((Step(replace(draft_of(one), last=max(one.first, first)), one),))
    back = withdrawn(one)
    return Plan((back,)) if kind == "back" else Plan((Step(new), back))


def moment(chance: Random, first: date, zone: ZoneInfo) -> datetime:
    day = first + timedelta(days=chance.randrange(DAYS))
    wall = datetime.combine(day, time(chance.randrange(5, 24), chance.choice((0, 7, 15, 30, 50))), zone)
    return wall.astimezone(UTC)


def stretch(chance: Random, first: date, zone: ZoneInfo, longest: int) -> Interval:
    start = moment(chance, first, zone)
    return Interval(start, start + chance.randrange(10, longest, 5) * MINUTE)


def event(chance: Random, number: int, first: date, zone: ZoneInfo) -> Event:
    host = ADA if chance.random() < 0.8 else BEA
    rows = [Participant(host, Role.PSM)] + [Participant(ADA, Role.PSM)] * (chance.random() < 0.3)
    kind = EventType.LEAVE if chance.random() < 0.1 else EventType.APPOINTMENT
    asked = [Participant(UUID(int=9), Role.PSM, answer=chance.choice(("", "Yes", "No")))] * (chance.random() < 0.5)
    when = stretch(chance, first, zone, 1500 if kind == EventType.LEAVE else 120)
    status = chance.choice((None, "SCHEDULED", "Scheduled", "CANCELLED", "COMPLETED", "ODD"))
    return Event(
        UUID(int=1000 + number), when, host, (*rows, *(asked if kind == EventType.LEAVE else ())), kind, status
    )


def case(seed: int) -> Case:
    """The clinic of this seed; clock changes of spring and autumn lie in some of them."""
    chance = Random(seed)
    zone = ZoneInfo(chance.choice(ZONES))
    first = chance.choice((date(2026, 3, 25), date(2026, 10, 28), date(2026, 4, 1), date(2026, 6, 15)))
    records = tuple(record(chance, number, first) for number in range(chance.choice((0, 1, 2, 2, 3, 4))))
    away = tuple(stretch(chance, first, zone, 2000) for _ in range(chance.randrange(2)))
    more = tuple(stretch(chance, first, zone, 2000) for _ in range(chance.choice((0, 0, 1))))
    now = moment(chance, first, zone) if chance.random() < 0.2 else datetime(2026, 1, 1, tzinfo=UTC)
    events = tuple(event(chance, number, first, zone) for number in range(chance.randrange(4, 14)))
    return Case(zone, now, first, records, plan(chance, records, first), events, away, (*away, *more))


# --- The engine and the brute force ----------------------------------------------------------------------------------


def by_engine(told: Case) -> set[UUID]:
    first, last = told.first - timedelta(days=2), told.first + timedelta(days=DAYS + 3)
    window = Interval(
        datetime.combine(first, time(), told.zone).astimezone(UTC),
        datetime.combine(last, time(), told.zone).astimezone(UTC),
    )
    before = expand(told.records, first, last, told.zone).intervals
    after = expand(told.after, first, last, told.zone).intervals
    leave = tuple(occupied(row, told.zone) for row in told.events if use_of(row, ADA) is Use.LEAVE)
    cover = Cover.of(ADA, told.zone, before, after, (*leave, *told.away), (*leave, *told.more_away), window)
    return {row.id for row, _ in stranded(cover, told.events, told.now)}


def worked(records: Iterable[WorkHours], minute: datetime, zone: ZoneInfo) -> bool:
    """Whether this minute is worked: the record that speaks for its local day, and that day's entries."""
    wall = minute.astimezone(zone)
    day = wall.date()
    speaking = [row for row in records if row.first <= day and (row.last is None or day <= row.last)]
    if not speaking:
        return False
    deciding = max(speaking, key=lambda row: (row.rule == "OVERRIDE", row.created_at, row.id.int))
    now = wall.hour * 60 + wall.minute
    for entry in deciding.days:
        if entry.day == day.isoweekday() and entry.start and entry.end:
            end = 24 * 60 if entry.end == time(23, 59) else entry.end.hour * 60 + entry.end.minute
            if entry.start.hour * 60 + entry.start.minute <= now < end:
                return True
    return False


def on_leave(events: Iterable[Event], minute: datetime) -> bool:
    for row in events:
        if row.type == EventType.LEAVE and row.host_id == ADA and (row.status or "").upper() != "CANCELLED":
            answers = [each.answer for each in row.participants if each.person_id != ADA]
            if all(answer == "Yes" for answer in answers) and row.when.start <= minute < row.when.end:
                return True
    return False


def by_brute_force(told: Case, *, leave_counts: bool = True) -> set[UUID]:
    found = set()
    for row in told.events:
        mine = row.host_id == ADA or any(each.person_id == ADA for each in row.participants)
        live = row.type != EventType.LEAVE and (row.status or "").upper() != "CANCELLED"
        if not mine or not live or row.when.start < told.now:
            continue
        lost = {False: 0, True: 0}
        minute = row.when.start
        while minute < row.when.end:
            for later in (False, True):
                records, away = (told.after, told.more_away) if later else (told.records, told.away)
                gone = any(part.start <= minute < part.end for part in away)
                gone = gone or (leave_counts and on_leave(told.events, minute))
                lost[later] += gone or not worked(records, minute, told.zone)
            minute += MINUTE
        if lost[True] > lost[False]:
            found.add(row.id)
    return found


def disagreements(seeds: Iterable[int]) -> list[int]:
    """The seeds of the clinics in which engine and brute force differ."""
    return [seed for seed in seeds if by_engine(told := case(seed)) != by_brute_force(told)]


if __name__ == "__main__":
    wrong = disagreements(range(int(sys.argv[1])))
    sys.stdout.write(f"{sys.argv[1]} clinics, {len(wrong)} disagree {wrong[:10]}\n")
    sys.exit(bool(wrong))
