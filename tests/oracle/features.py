"""What is in a clinic that a time engine can get wrong, by name: so that a run can say what it has tried."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.domain.interval import Interval

from .clinics import Case
from .minutes import Minutes

HOUR = timedelta(hours=1)
NEGATIVE = {"Europe/Dublin"}  # its winter is the exception by law, and its summer the standard
# What a run of some hundred clinics must have tried, each several times.
EVERYTHING = {
    "a day that the zone skipped",
    "a session that can be joined",
    "a shifted raster",
    "a start at all",
    "a step that does not divide the day",
    "a visit that moves",
    "all-day event",
    "buffers",
    "cancelled event",
    "claim",
    "clinicians of several zones",
    "clock change",
    "clock change at midnight",
    "clock change by half an hour",
    "closure",
    "default on default",
    "holiday",
    "hours narrowed for an encounter",
    "joining asked for",
    "last seen or care team",
    "leave event",
    "negative summer time",
    "override on default",
    "override on override",
    "seconds",
    "the patient's clock",
    "time of day",
    "together",
    "two patients",
    "unknown status",
    "visits of the patient elsewhere",
    "weekdays",
    "zone of half or quarter hours",
}


def features(case: Case, walk: Minutes) -> set[str]:
    found = {*of_clocks(case), *of_records(case), *of_events(case), *of_request(case)}
    found |= {"seconds"} if case.grain == 1 else set()
    found |= {"a start at all"} if any(walk.starts) else set()
    found |= {"a session that can be joined"} if walk.sessions else set()
    return found


def of_clocks(case: Case) -> Iterator[str]:
    for zone in {person.zone for person in case.people} | {case.zone}:
        change = change_in(zone, case.window)
        offset = case.window.start.astimezone(zone).utcoffset()
        if change:
            yield "clock change"
            before, after = ((change + step).astimezone(zone) for step in (-HOUR, timedelta()))
            if abs(after.utcoffset() - before.utcoffset()) < HOUR:
                yield "clock change by half an hour"
            if change.astimezone(zone).date() != before.date() or after.time() < time(1):
                yield "clock change at midnight"
            if zone.key in NEGATIVE:
                yield "negative summer time"
        if offset % HOUR:
            yield "zone of half or quarter hours"
        if zone.key == "Pacific/Apia" and case.window.start.year == 2011:
            yield "a day that the zone skipped"
    if len({person.zone for person in case.people}) > 1:
        yield "clinicians of several zones"


def change_in(zone: ZoneInfo, window: Interval) -> datetime | None:
    """The first hour of the window by whose end the offset has changed."""
    instant = window.start.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    while instant < window.end:
        if instant.astimezone(zone).utcoffset() != (instant + HOUR).astimezone(zone).utcoffset():
            return instant + HOUR
        instant += HOUR
    return None


def of_records(case: Case) -> Iterator[str]:
    first, last = case.window.start.date(), case.window.end.date()
    for person in case.people:
        here = [
            record
            for record in case.records
            if record.clinician_id == person.id
            and record.first <= last
            and (record.last is None or record.last >= first)
        ]
        overrides = sum(record.is_override and record.type.upper() == "WORKING_HOURS" for record in here)
        defaults = sum(not record.is_override and record.type.upper() == "WORKING_HOURS" for record in here)
        if overrides > 1:
            yield "override on override"
        if defaults > 1:
            yield "default on default"
        if overrides and defaults:
            yield "override on default"
        if case.encounter and len(here) > overrides + defaults:
            yield "hours narrowed for an encounter"


def of_events(case: Case) -> Iterator[str]:
    for event in case.events:
        yield (event.type or "no type").lower().replace("_", " ") + " event"
        if event.all_day:
            yield "all-day event"
        if not event.live:
            yield "cancelled event"
        if event.known_status is None:
            yield "unknown status"
    for shut in case.shuts:
        yield "holiday" if shut.holiday else "closure"
    if any(person.claims for person in case.people):
        yield "claim"
    if case.patients and any(event.involves(patient) for event in case.events for patient in case.patients):
        yield "visits of the patient elsewhere"


def of_request(case: Case) -> Iterator[str]:
    ask = case.ask
    asked = {
        "together": ask.together,
        "buffers": ask.before or ask.after,
        "weekdays": len(ask.weekdays) < 7,
        "time of day": ask.between,
        "the patient's clock": ask.clock,
        "a shifted raster": ask.offset,
        "a step that does not divide the day": 1440 % ask.step,
        "joining asked for": ask.join,
        "a visit that moves": case.moving,
        "two patients": len(case.patients) > 1,
        "last seen or care team": any(person.last_seen or person.care_team for person in case.people),
    }
    yield from (name for name, there in asked.items() if there)
