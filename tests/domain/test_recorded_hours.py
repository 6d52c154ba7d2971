"""The hours that the live service answered in July 2026 (recorded work hours), as a person reading them expects them.

One clinician of the recording holds every oddity of it: two DEFAULT periods that were cut short, overrides for single
days, one of them all null and called PTO, AVAILABILITY beside the hours, an end of 23:59, null days, an open end.
"""

from datetime import date

import pytest

from scheduling.domain.hours import expand
from scheduling.domain.week import MIDNIGHT, find_zone, wall

from .builders import entries, entry, record

PACIFIC = find_zone("US/Pacific")
ENCOUNTERS = ("new-patient-call", "etmp-dermatologist-consult")
LONG_WEEK = (
    *entries("1", "09:00-12:00", "12:30-17:00"),
    *entries("2", "09:00-17:00", "18:00-19:00"),
    *entries("347", "09:00-17:00"),
    *entries("5", "09:00-23:59"),
)
OFF = [entry(day, None, None) for day in range(1, 8)]

OLD = record(*LONG_WEEK, first="2025-05-27", last="2026-07-08", created=0)
OLD_FILTER = record(
    *entries("234567", "09:00-17:00"),
    first="2025-05-23", last="2026-07-08", created=1, type="AVAILABILITY", encounters=ENCOUNTERS,
)  # fmt: skip
WEEKEND = record(*entries("167", "08:00-17:00"), first="2026-07-11", last="2026-07-13", created=2, rule="OVERRIDE")
SECOND = record(*LONG_WEEK, OFF[5], first="2026-07-09", last="2026-07-13", created=3)
FILTER = record(
    OFF[0], *entries("234567", "09:00-17:00"),
    first="2026-07-09", last="2026-07-13", created=4, type="AVAILABILITY", encounters=ENCOUNTERS,
)  # fmt: skip
NOW = record(*entries("12345", "09:00-17:00"), OFF[5], OFF[6], first="2026-07-14", created=5)
MIDWEEK = record(*entries("345", "09:00-17:00"), first="2026-07-15", last="2026-07-17", created=6, rule="OVERRIDE")
PTO = record(OFF[2], OFF[3], first="2026-07-29", last="2026-07-30", created=7, rule="OVERRIDE", name="PTO")
RECORDS = [OLD, OLD_FILTER, WEEKEND, SECOND, FILTER, NOW, MIDWEEK, PTO]

EXPECTED = [
    ("Monday in the first period: a break at noon", "2026-07-06", OLD, "09:00-12:00 12:30-17:00"),
    ("Tuesday: an evening hour", "2026-07-07", OLD, "09:00-17:00 18:00-19:00"),
    ("the last day of the first period is in it", "2026-07-08", OLD, "09:00-17:00"),
    ("the next day belongs to the second", "2026-07-09", SECOND, "09:00-17:00"),
    ("Friday until midnight, written 23:59", "2026-07-10", SECOND, "09:00-24:00"),
    ("Saturday is off, but the override works", "2026-07-11", WEEKEND, "08:00-17:00"),
    ("Sunday by the override, an hour earlier", "2026-07-12", WEEKEND, "08:00-17:00"),
    ("Monday by the override, without the break", "2026-07-13", WEEKEND, "08:00-17:00"),
    ("the open-ended period begins", "2026-07-14", NOW, "09:00-17:00"),
    ("an override that says the same", "2026-07-15", MIDWEEK, "09:00-17:00"),
    ("Saturday with null times is off", "2026-07-18", NOW, ""),
    ("PTO: no hours, and its name is known", "2026-07-29", PTO, ""),
    ("the last day of PTO", "2026-07-30", PTO, ""),
    ("back at work", "2026-07-31", NOW, "09:00-17:00"),
    ("years later, still open", "2031-07-28", NOW, "09:00-17:00"),
    ("before the first period", "2025-05-26", None, ""),
]


def shown(day):
    texts = []
    for interval in day.intervals:
        start, end = wall(interval.start, PACIFIC), wall(interval.end, PACIFIC)
        texts.append(f"{start:%H:%M}-{'24:00' if end.time() == MIDNIGHT else f'{end:%H:%M}'}")
    return " ".join(texts)


@pytest.mark.parametrize(("day", "decided_by", "hours"), [c[1:] for c in EXPECTED], ids=[c[0] for c in EXPECTED])
def test_a_recorded_day(day, decided_by, hours):
    day = date.fromisoformat(day)
    (found,) = expand(RECORDS, day, day, PACIFIC).days
    assert (found.decided_by, shown(found)) == (decided_by, hours)


NARROWED = [
    ("the evening hour is not for this encounter", "2026-07-07", OLD_FILTER, "09:00-17:00"),
    ("Friday evening neither", "2026-07-10", FILTER, "09:00-17:00"),
    ("Monday is null for it", "2026-07-13", FILTER, ""),
    ("afterwards nothing narrows it", "2026-07-14", None, "09:00-17:00"),
]


@pytest.mark.parametrize(("day", "narrowed_by", "hours"), [c[1:] for c in NARROWED], ids=[c[0] for c in NARROWED])
def test_a_recorded_day_for_a_new_patient_call(day, narrowed_by, hours):
    day = date.fromisoformat(day)
    (found,) = expand(RECORDS, day, day, PACIFIC, encounter="new-patient-call").days
    assert (found.narrowed_by, shown(found)) == (narrowed_by, hours)


def test_a_week_with_the_same_entry_twice_is_not_longer():
    twice = record(*entries("3", "09:00-17:00", "09:00-17:00"), first="2023-01-30", last="2073-01-30")
    (wednesday,) = expand([twice], date(2026, 7, 15), date(2026, 7, 15), PACIFIC).days
    assert shown(wednesday) == "09:00-17:00"
