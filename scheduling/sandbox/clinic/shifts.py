"""Work hours of the clinicians, as the API's records (welkin-api 6), and what they mean on a calendar day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.sandbox.clinic.people import Member
from scheduling.sandbox.clinic.recipe import Recipe, Row, stamp
from scheduling.sandbox.clinic.stream import identity

Minutes = tuple[int, int]
"""From and until, in minutes of the wall clock since midnight; 1440 is the end of the day."""

FULL = "09:00-12:00 13:00-17:00"
PATTERNS: dict[str, dict[str, str]] = {
    "split": {
        "1": "09:00-12:30 13:15-17:00",
        "2": "09:00-12:30 13:15-17:00 18:00-19:30",
        "34": "09:00-12:30 13:15-17:00",
        "5": "09:00-13:00",
        "67": "off",
    },
    "office": {"12345": FULL},
    "straight": {"1234": "08:00-16:30", "5": "08:00-15:00", "67": "off"},
    "early": {"12345": "07:30-12:00 12:30-15:30"},
    "late": {"1234": "11:00-14:30 15:00-19:30", "5": "10:00-16:00"},
    "four days": {"1245": "07:30-12:00 12:45-18:00", "3": "off"},
    "mornings": {"12345": "08:30-12:45"},
    "three days": {"234": "09:00-12:30 13:00-17:00"},
    "weekend": {"3456": "10:00-14:00 14:30-18:00", "7": "10:00-15:00"},
    "evening": {"1234": "13:00-16:30 17:00-20:30", "5": "15:00-23:59"},
    "alternate": {"135": "08:00-12:00 13:00-18:00", "24": "off"},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one clinician works: the pattern, how long its record runs, and what differs."""

    pattern: str
    span: str = "open"
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One record to be: hours by weekdays, first and last day (None is open) and how many days ago it was made."""

    hours: dict[str, str]
    first: date
    last: date | None
    days_old: int
    name: str | None = None
    rule_type: str = "DEFAULT"
    type: str = "WORKING_HOURS"


PLANS: tuple[Plan, ...] = (
    Plan("split"),
    Plan("straight", "fifty years", ("saturday",)),
    Plan("four days", "changed soon"),
    Plan("office", "quarter", ("conference",)),
    Plan("office", "open", ("availability",)),
    Plan("late", "fifty years", ("pto",)),
    Plan("early", "changed before", ("duplicate",)),
    Plan("office"),
    Plan("three days", "quarter"),
    Plan("weekend"),
    Plan("evening", "fifty years"),
    Plan("straight", "open", ("conference", "saturday")),
    Plan("office", "changed before"),
    Plan("four days", "open", ("pto before",)),
    Plan("early", "fifty years", ("short week",)),
    Plan("office", "quarter", ("duplicate",)),
    Plan("mornings", "open"),
    Plan("straight", "changed soon", ("availability",)),
    Plan("late", "open", ("pto this week",)),
    Plan("office", "fifty years"),
    Plan("alternate", "open", ("saturday",)),
    Plan("straight", "quarter", ("pto before",)),
    Plan("late", "changed before"),
    Plan("office", "open", ("pto",)),
)
AFTER_CHANGE = {
    "four days": "office",
    "straight": "four days",
    "early": "office",
    "office": "straight",
    "late": "office",
}
CHANGES = {"changed soon": 2, "changed before": -2}
"""Weeks from this week's Monday on which the second record of a clinician begins."""
ENCOUNTERS = ("new-patient-call", "annual-wellness-visit")
OVERRIDES: dict[str, tuple[str | None, int, int, dict[str, str]]] = {
    "saturday": ("Extra Saturday", 12, 12, {"6": "09:00-13:00"}),
    "conference": ("Regional care conference", 8, 9, {"23": "off"}),
    "pto": ("PTO", 14, 18, {"12345": "off"}),
    "pto before": ("PTO", -12, -10, {"345": "off"}),
    "pto this week": ("PTO", 3, 4, {"45": "off"}),
    "short week": (None, 9, 11, {"345": "08:00-12:00"}),
}
"""Extra -> name, first and last day (counted from the Monday of this week) and the hours of those days."""


def work_hours(recipe: Recipe, member: Member) -> Row:
    """All records of a clinician in the shape of `GET work-hours`, oldest first."""
    plan = PLANS[member.index % len(PLANS)]
    rules = _defaults(recipe, member, plan) + [_extra(recipe, extra) for extra in plan.extras if extra != "duplicate"]
    if recipe.today.isoweekday() > 5 and member.index % 3 == 0:
        hours = {str(recipe.today.isoweekday()): "09:00-12:00 12:30-16:00"}
        rules.append(Rule(hours, recipe.today, recipe.today, 1, "Weekend clinic", "OVERRIDE"))
    return {"psmId": member.id, "details": [_record(recipe, member, rule, plan) for rule in rules]}


def windows(records: Sequence[Row], day: date) -> list[Minutes]:
    """The wall-clock hours of a day (welkin-api 6.2: overrides beat defaults, the newest wins, entries merge)."""
    covering = [record for record in records if record["type"] == "WORKING_HOURS" and _covers(record, day)]
    if not covering:
        return []
    ruling = max(covering, key=lambda record: (record["ruleType"] == "OVERRIDE", record["createdAt"]))
    entries = sorted(
        (_minute(entry["startTime"]), _minute(entry["endTime"]))
        for entry in ruling["daysInfo"]
        if entry["day"] == day.isoweekday() and entry["startTime"] is not None
    )
    merged: list[Minutes] = []
    for start, end in entries:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a day in a zone, as an instant in UTC; 1440 is the next midnight."""
    days, rest = divmod(minute, 1440)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), zone)
    return local.astimezone(UTC)


def _defaults(recipe: Recipe, member: Member, plan: Plan) -> list[Rule]:
    hours = PATTERNS[plan.pattern]
    begin = recipe.first if plan.span == "quarter" else recipe.first - timedelta(days=200 - member.index % 24)
    if plan.span in CHANGES:
        change = recipe.monday + timedelta(weeks=CHANGES[plan.span])
        after = PATTERNS[AFTER_CHANGE[plan.pattern]]
        return [Rule(hours, begin, change - timedelta(days=1), 90), Rule(after, change, None, 20)]
    ends = {"open": None, "quarter": recipe.last, "fifty years": begin.replace(year=begin.year + 50, day=1)}
    return [Rule(hours, begin, ends[plan.span], 90)]


def _extra(recipe: Recipe, extra: str) -> Rule:
    if extra == "availability":
        return Rule({"135": "09:00-12:00", "24": "off"}, recipe.first, None, 30, type="AVAILABILITY")
    name, first, last, hours = OVERRIDES[extra]
    days = recipe.monday + timedelta(days=first), recipe.monday + timedelta(days=last)
    return Rule(hours, *days, 10, name, "OVERRIDE")


def _record(recipe: Recipe, member: Member, rule: Rule, plan: Plan) -> Row:
    key = (recipe.seed, "hours", member.index, rule.type, rule.rule_type, rule.name, str(rule.first))
    made = stamp(recipe.settled - timedelta(days=rule.days_old, hours=7, minutes=member.index % 50))
    record = {
        "workHoursId": identity(*key),
        "name": rule.name,
        "type": rule.type,
        "ruleType": rule.rule_type,
        "startDateTime": f"{rule.first}T00:00:00.000Z",
        "endDateTime": None if rule.last is None else f"{rule.last}T23:59:59.999Z",
        "createdBy": member.manager,
        "createdAt": made,
        "updatedBy": member.manager,
        "updatedAt": made,
        "daysInfo": _entries(key, rule.hours, "duplicate" in plan.extras),
    }
    return record if rule.type == "WORKING_HOURS" else record | {"encounters": list(ENCOUNTERS)}


def _entries(key: tuple[object, ...], pattern: dict[str, str], twice: bool) -> list[Row]:
    rows: list[Row] = []
    for day in "1234567":
        text = next((hours for days, hours in pattern.items() if day in days), "")
        for span in text.split():
            start, _, end = span.partition("-")
            times = (None, None) if span == "off" else (f"{start}:00", f"{end}:00")
            rows.append({"day": int(day), "startTime": times[0], "endTime": times[1]})
    if twice:
        rows.insert(1, dict(rows[0]))
    return [{"daysInfoId": identity(*key, "entry", place), **row} for place, row in enumerate(rows)]


def _covers(record: Row, day: date) -> bool:
    end = record["endDateTime"]
    return record["startDateTime"][:10] <= day.isoformat() and (end is None or day.isoformat() <= end[:10])


def _minute(text: str) -> int:
    hour, minute = int(text[:2]), int(text[3:5])
    return 1440 if (hour, minute) == (23, 59) else 60 * hour + minute
