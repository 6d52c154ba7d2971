"""The comparison notices a wrong engine: each small fault, planted in it, shows within the short form."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain import asked, conflict, event, hours, localday, loosening, occupancy, search, slots, why, zone
from scheduling.domain import timetable as timetables
from scheduling.domain.ranking import Standing
from scheduling.domain.timetable import Timetable
from scheduling.domain.work_hours import WorkHours

from .agreement import compare
from .clinics import numbered
from .test_agreement import SHORT_FORM

GREENWICH = ZoneInfo("UTC")
MODULES = [asked, conflict, event, hours, localday, loosening, occupancy, search, slots, why, zone, timetables]


def changed(patch, owner, name, make):
    """Plants a fault: `make(the right function)` takes its place."""
    patch.setattr(owner, name, make(getattr(owner, name)))


def ends_later(seconds):
    def make(scan):
        return lambda table: {
            use: [(start, end + seconds) for start, end in spans] for use, spans in scan(table).items()
        }

    return lambda patch: changed(patch, Timetable, "_scan", make)


def instead(owner, name, value):
    return lambda patch: patch.setattr(owner, name, value)


def wrapped(owner, name, make):
    return lambda patch: changed(patch, owner, name, make)


def without_moving(right):
    return lambda table, *values, **named: right(table, *values, **named | {"moving": None})


def unknown_is_free(right):
    known = {"SCHEDULED", "COMPLETED", "MISSED", ""}
    return lambda kind, status, all_day: (
        right(kind, status, all_day) if (status or "").upper() in known else timetables.NOTHING
    )


def of_everybody_in_it(right):
    return lambda event, person: occupancy.leave_state(event) if event.is_leave and event.live else right(event, person)


def pending_counts(right):
    return lambda event: occupancy.Use.LEAVE if right(event) is occupancy.Use.PENDING_LEAVE else right(event)


def cut_again(found):
    if found is None or found.value.seconds <= 300:
        return found
    length = found.value - timedelta(minutes=5)
    return replace(found, value=length, request=replace(found.request, length=length))


FAULTS = {
    "a visit's end is taken too": ends_later(60),
    "a visit ends a minute early": ends_later(-60),
    "an hour that comes again is its second showing": wrapped(
        zone, "instants_of", lambda right: lambda *values: right(*values)[::-1]
    ),
    "a wall time is midnight plus its seconds on any day": wrapped(
        localday, "local_day", lambda right: lambda *values: right(*values)._replace(even=True)
    ),
    "the last minute is a minute": instead(localday, "LAST_MINUTE", time.max),
    "defaults beat overrides": instead(WorkHours, "is_override", property(lambda r: r.rule.upper() == "DEFAULT")),
    "a record without a date is the newest": instead(hours, "NEVER", datetime.max.replace(tzinfo=UTC)),
    "availability narrows nothing": instead(hours, "_narrows", lambda *_: False),
    "all-day events last as long as they say": instead(timetables, "occupied", lambda event, _: event.when),
    "a cancelled visit takes time": wrapped(
        timetables, "_kind", lambda right: lambda kind, _, all_day: right(kind, None, all_day)
    ),
    "an unknown status takes no time": wrapped(timetables, "_kind", unknown_is_free),
    "leave that waits takes time": wrapped(occupancy, "leave_state", pending_counts),
    "leave takes everybody's time": wrapped(timetables, "use_of", of_everybody_in_it),
    "the visit that moves stands in its own way": wrapped(Timetable, "__init__", without_moving),
    "claims take no time": instead(Timetable, "claimed", property(lambda _: [])),
    "the buffers change sides": wrapped(
        Timetable, "_blocked", lambda right: lambda table, before, after: right(table, after, before)
    ),
    "the patients are always free": wrapped(
        asked.Asked, "__init__", lambda right: lambda own, request, _: right(own, request, [])
    ),
    "together is with the first": instead(asked.Asked, "shared", lambda own, tables: own.open(tables[0])),
    "starts are counted from midnight in Greenwich": wrapped(
        asked.Asked, "raster", lambda right: lambda own, _: right(own, GREENWICH)
    ),
    "asked days and times are those of Greenwich": wrapped(
        asked.Asked, "_recurring", lambda right: lambda own, _, between: right(own, GREENWICH, between)
    ),
    "a full group has a place": wrapped(
        timetables, "places_left", lambda right: lambda event: None if right(event) is None else right(event) + 1
    ),
    "a session is offered in leave": instead(Timetable, "away", lambda _: []),
    "a page begins with the last slot of the one before": wrapped(
        slots, "_read_cursor", lambda right: lambda *values: (*right(*values)[:-1], right(*values)[-1] - 1)
    ),
    "nobody is in the care team": instead(Standing, "tier", property(lambda _: 2)),
    "nobody has anything booked": instead(Timetable, "load", property(lambda _: 0)),
    "days are those of Greenwich": wrapped(
        search, "day_starts", lambda right: lambda window, _: right(window, GREENWICH)
    ),
    "the account has the buffers on the wrong side": wrapped(
        why, "widen", lambda right: lambda spans, before, after: right(spans, after, before)
    ),
    "a shorter visit is not thought of": instead(loosening._Trial, "shorter", lambda _: None),
    "a later end is not thought of": instead(loosening._Trial, "later", lambda *_: None),
    "a shorter visit is cut by ten minutes": wrapped(
        loosening._Trial, "shorter", lambda right: lambda trial: cut_again(right(trial))
    ),
    "a conflict takes whole days for their instants": instead(conflict, "occupied", lambda event, _: event.when),
}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What the engine remembers of days and wall times must not outlive a fault, nor come before it."""
    forget()
    yield
    forget()


def forget():
    for module in MODULES:
        for owner in (module, *(value for value in vars(module).values() if isinstance(value, type))):
            for value in vars(owner).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@pytest.mark.parametrize("plant", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_shows(plant, monkeypatch):
    plant(monkeypatch)
    assert any(compare(numbered(seed)).differences for seed in range(SHORT_FORM))
