"""The hours that the live service answered in July 2026, as a person reading the records expects them.

The recorded answer is read by the code that reads the live one. The zones are not in it; they are those by which the
service rendered the local times beside each record. The clinician called "changing" holds most of the oddities: two
DEFAULT periods that were cut short and a third without an end, overrides for single days, one of them all null and
called PTO, and AVAILABILITY beside the hours.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from scheduling.domain.hours import expand
from scheduling.domain.interval import total
from scheduling.domain.week import MIDNIGHT, Week, find_zone, wall
from scheduling.welkin.wire.hours import scan_hours, scan_owner

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "work_hours_read.json"
(EXCHANGE,) = json.loads(RECORDED.read_text())
ROWS = {UUID(row["psmId"]): row["details"] for row in EXCHANGE["response"]["body"]}

# How the people are called here: the id begins with, the zone.
PEOPLE = {
    "two days": ("6df28f5e", "America/New_York"),
    "changing": ("39880a56", "America/Los_Angeles"),
    "long days": ("ab95e9d7", "America/Los_Angeles"),
    "island": ("227a54b0", "Pacific/Honolulu"),
    "weekdays": ("18c7f410", "America/New_York"),
    "every other day": ("9acbd8a6", "America/Chicago"),
}
# How the records are called here, by what their id begins with.
NAMES = {
    "0cb60984": "two days",
    "c2f9f821": "first period",
    "4d4b17ed": "first filter",
    "e89c147d": "weekend override",
    "cb7463b1": "second period",
    "ea0ca5f4": "second filter",
    "0fadf5b2": "open period",
    "897a5a9d": "midweek override",
    "17edd712": "PTO",
    "784a516d": "long days",
    "53ebe100": "island",
    "2e66c0d1": "weekdays",
    "4e728bea": "every other day",
}


def owner(person):
    start, zone = PEOPLE[person]
    (found,) = (one for one in ROWS if str(one).startswith(start))
    return found, find_zone(zone)


def read(rows, clinician_id):
    records, whole = zip(*(scan_hours(row, clinician_id, ()) for row in rows), strict=True)
    assert all(whole)
    return records


def name_of(record):
    return NAMES[str(record.id)[:8]] if record else None


def shown(day, zone):
    """The hours as the wall shows them, "24:00" for an end at midnight."""
    texts = []
    for interval in day.intervals:
        start, end = wall(interval.start, zone), wall(interval.end, zone)
        texts.append(f"{start:%H:%M}-{'24:00' if end.time() == MIDNIGHT else f'{end:%H:%M}'}")
    return " ".join(texts)


def day_of(person, text, encounter=None):
    """The recorded person's day: the hours, the deciding and the narrowing record."""
    clinician_id, zone = owner(person)
    day = date.fromisoformat(text)
    (found,) = expand(read(ROWS[clinician_id], clinician_id), day, day, zone, encounter=encounter).days
    return shown(found, zone), name_of(found.decided_by), name_of(found.narrowed_by)


def test_the_recording_is_read_whole():
    answered = [scan_owner(row)[0] for row in EXCHANGE["response"]["body"]]
    assert answered == [owner(person)[0] for person in PEOPLE]
    records = [record for person in answered for record in read(ROWS[person], person)]
    assert [name_of(record) for record in records] == list(NAMES.values())


def named(cases):
    return [f"{person} {when}: {reason}" for reason, person, when, *_ in cases]


NINE = "09:00-17:00"
EXPECTED = [
    # One record from 2023 that lists Tuesday and Wednesday.
    ("Tuesday", "two days", "2026-07-07", "two days", NINE),
    ("Wednesday ends an hour earlier", "two days", "2026-07-08", "two days", "09:00-16:00"),
    ("Thursday is not listed: off, and the record says so", "two days", "2026-07-09", "two days", ""),
    ("a Tuesday before the record", "two days", "2023-01-24", None, ""),
    ("the first Tuesday of it", "two days", "2023-01-31", "two days", NINE),
    ("an open end was written as fifty years: the last Tuesday", "two days", "2073-01-24", "two days", NINE),
    ("after fifty years it ends", "two days", "2073-01-31", None, ""),
    # The DEFAULT records that follow each other without a gap and without overlap.
    ("before the first period", "changing", "2025-05-26", None, ""),
    ("a split shift: the break is no work", "changing", "2026-07-06", "first period", "09:00-12:00 12:30-17:00"),
    ("a split shift: an evening hour", "changing", "2026-07-07", "first period", "09:00-17:00 18:00-19:00"),
    ("the last day of the first period is in it", "changing", "2026-07-08", "first period", NINE),
    ("the next day belongs to the second", "changing", "2026-07-09", "second period", NINE),
    ("Friday until 23:59 is until midnight", "changing", "2026-07-10", "second period", "09:00-24:00"),
    ("after the second the open-ended one begins", "changing", "2026-07-14", "open period", NINE),
    ("Saturday with null times is off", "changing", "2026-07-18", "open period", ""),
    ("Sunday with null times too", "changing", "2026-07-19", "open period", ""),
    ("years later the open end is still open", "changing", "2099-07-28", "open period", NINE),
    # Overrides decide whole days.
    ("Saturday is null, but the override works", "changing", "2026-07-11", "weekend override", "08:00-17:00"),
    ("Sunday by the override, an hour earlier", "changing", "2026-07-12", "weekend override", "08:00-17:00"),
    ("Monday by the override, without the break", "changing", "2026-07-13", "weekend override", "08:00-17:00"),
    ("an override that says the same decides", "changing", "2026-07-15", "midweek override", NINE),
    ("the day before PTO", "changing", "2026-07-28", "open period", NINE),
    ("PTO: no hours, and its name is known", "changing", "2026-07-29", "PTO", ""),
    ("the last day of PTO is off until its end", "changing", "2026-07-30", "PTO", ""),
    ("back at work", "changing", "2026-07-31", "open period", NINE),
    # AVAILABILITY never adds: it was there four days before the hours, and lists a Saturday that they do not.
    ("availability before there are hours", "changing", "2025-05-24", None, ""),
    ("a Saturday that only availability lists", "changing", "2026-06-06", "first period", ""),
    ("a Sunday that both list", "changing", "2026-06-07", "first period", NINE),
    # A week that holds one entry twice and odd times.
    ("from the middle of the night", "long days", "2026-07-06", "long days", "02:30-15:00"),
    ("until half past eleven, which is not midnight", "long days", "2026-07-07", "long days", "09:00-23:30"),
    ("the same entry twice counts once", "long days", "2026-07-08", "long days", NINE),
    ("the night the clock changes was before work", "long days", "2026-03-08", "long days", NINE),
    # The local rendering of a range lies a day earlier (ten hours, here) and says nothing.
    ("the local rendering begins on this Thursday", "island", "2023-04-13", None, ""),
    ("the range begins on this Friday", "island", "2023-04-14", "island", NINE),
    ("the last day lasts until its evening", "island", "2073-04-14", "island", NINE),
    ("it ends with that day", "island", "2073-04-15", None, ""),
    ("Friday", "weekdays", "2026-07-10", "weekdays", NINE),
    ("a weekend that is not listed", "weekdays", "2026-07-11", "weekdays", ""),
    ("Monday", "every other day", "2026-07-06", "every other day", NINE),
    ("the day between", "every other day", "2026-07-07", "every other day", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "day", "decided_by", "hours"),
    [c[1:] for c in EXPECTED],
    ids=[f"{c[1]} {c[2]}: {c[0]}" for c in EXPECTED],
)
def test_a_recorded_day(person, day, decided_by, hours):
    assert day_of(person, day) == (hours, decided_by, None)


CALL, CONSULT = "new-patient-call", "etmp-dermatologist-consult"
NARROWED = [
    ("the evening hour is not for it", CALL, "2026-07-07", "first period", "first filter", NINE),
    ("nor for the other encounter that is named", CONSULT, "2026-07-07", "first period", "first filter", NINE),
    ("letter case and blanks say nothing", " New-Patient-Call", "2026-07-07", "first period", "first filter", NINE),
    ("any other has the whole day", "follow-up", "2026-07-07", "first period", None, "09:00-17:00 18:00-19:00"),
    ("Monday is not listed for it", CALL, "2026-07-06", "first period", "first filter", ""),
    ("a Saturday that is not worked stays off", CALL, "2026-06-06", "first period", "first filter", ""),
    ("there were no hours to narrow yet", CALL, "2025-05-24", None, "first filter", ""),
    ("the first filter ends with the first period", CALL, "2026-07-08", "first period", "first filter", NINE),
    ("Friday evening is not for it", CALL, "2026-07-10", "second period", "second filter", NINE),
    ("an override is narrowed like any hours", CALL, "2026-07-11", "weekend override", "second filter", NINE),
    ("Monday is null for it", CALL, "2026-07-13", "weekend override", "second filter", ""),
    ("afterwards nothing narrows it", CALL, "2026-07-14", "open period", None, NINE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("encounter", "day", "decided_by", "narrowed_by", "hours"),
    [c[1:] for c in NARROWED],
    ids=[f"{case[2]}: {case[0]}" for case in NARROWED],
)
def test_a_recorded_day_for_an_encounter(encounter, day, decided_by, narrowed_by, hours):
    assert day_of("changing", day, encounter) == (hours, decided_by, narrowed_by)


WEEKS = [
    ("the first period into the second, then the override", "changing", "2026-W28", 7.5 + 9 + 8 + 8 + 15 + 9 + 9),
    ("the override's Monday, then the open period", "changing", "2026-W29", 9 + 4 * 8),
    ("two days of PTO", "changing", "2026-W31", 3 * 8),
    ("an entry that is there twice", "long days", "2026-W28", 12.5 + 14.5 + 5 * 8),
    ("a week of 167 hours", "long days", "2026-W10", 12.5 + 14.5 + 5 * 8),
    ("two days", "two days", "2026-W28", 8 + 7),
]


@pytest.mark.parametrize(("person", "week", "lasts"), [c[1:] for c in WEEKS], ids=named(WEEKS))
def test_a_recorded_week(person, week, lasts):
    clinician_id, zone = owner(person)
    days = Week.parse(week).days
    hours = expand(read(ROWS[clinician_id], clinician_id), days[0], days[-1], zone)
    assert total(hours.intervals) == timedelta(hours=lasts)


# Older data hold any instant as a border, such as that of saving. Its UTC date counts, whatever day it is there.
NEW_YEAR = "2026-01-01T00:00Z"
BORDERS = [
    ("from the evening before, there", "2026-07-07T02:00Z", None, "2026-07-06", ""),
    ("from its UTC date", "2026-07-07T02:00Z", None, "2026-07-07", NINE),
    ("from the evening: the whole day", "2026-07-07T23:30Z", None, "2026-07-07", NINE),
    ("until a morning: the whole day", NEW_YEAR, "2026-07-07T14:08:13.509Z", "2026-07-07", NINE),
    ("until the evening before, there", NEW_YEAR, "2026-07-08T02:00Z", "2026-07-08", "09:00-16:00"),
    ("and no longer", NEW_YEAR, "2026-07-07T23:59:59.999Z", "2026-07-08", ""),
    ("from and until the same instant: one day", "2026-07-07T14:00Z", "2026-07-07T14:00Z", "2026-07-07", NINE),
    ("an offset instead of Z", "2026-07-06T22:00-04:00", None, "2026-07-07", NINE),
]  # fmt: skip


@pytest.mark.parametrize(("begins", "ends", "day", "hours"), [c[1:] for c in BORDERS], ids=[c[0] for c in BORDERS])
def test_a_recorded_record_with_borders_at_any_instant(begins, ends, day, hours):
    clinician_id, zone = owner("two days")
    (row,) = ROWS[clinician_id]
    records = read([{**row, "startDateTime": begins, "endDateTime": ends}], clinician_id)
    day = date.fromisoformat(day)
    (found,) = expand(records, day, day, zone).days
    assert shown(found, zone) == hours


def test_the_local_rendering_says_nothing():
    clinician_id, _ = owner("island")
    (row,) = ROWS[clinician_id]
    other = {**row, "localStartDateTime": "2001-01-01T00:00:00.000-10:00", "localEndDateTime": None}
    assert read([other], clinician_id) == read([row], clinician_id)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_order_of_the_records_says_nothing(person):
    clinician_id, zone = owner(person)
    records = read(ROWS[clinician_id], clinician_id)
    first, last = date(2026, 6, 1), date(2026, 8, 1)
    assert expand(records[::-1], first, last, zone) == expand(records, first, last, zone)
