"""Slots in the nights in which the clock changes: each time is offered as often as the clock shows it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.slots import find

from .builders import NEW_YORK, ask, clinic, local, span, table

BERLIN = ZoneInfo("Europe/Berlin")  # 29 March 2026: 02:00 becomes 03:00; 25 October 2026: 03:00 becomes 02:00
SANTIAGO = ZoneInfo("America/Santiago")  # 7 September 2025 begins at 01:00; on 5 April 2025 23:00 comes twice
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # 6 April 2025: 02:00 becomes 01:30
APIA = ZoneInfo("Pacific/Apia")  # there was no 30 December 2011
SPRING, AUTUMN = ("2026-03-08", "2026-03-09"), ("2026-11-01", "2026-11-02")


def offered(zone, days, **fields):
    """What somebody who works around the clock offers on a local day, by that clock."""
    window = fields.pop("window", None) or local(*(f"{day} 00:00" for day in days), zone)
    ada = table(hours="00:00-23:59", zone=zone, window=window)
    slots = find(clinic(ada, zone=zone), ask(window, **fields), limit=400).slots
    return [f"{slot.when.start.astimezone(zone):%H:%M}" for slot in slots]


NIGHTS = [
    pytest.param(NEW_YORK, SPRING, {}, ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"], id="spring, half hours"),
    pytest.param(
        NEW_YORK, SPRING, {"length": 120, "step": 60}, ["00:00", "01:00"], id="spring, two real hours over the gap"
    ),
    pytest.param(
        NEW_YORK,
        AUTUMN,
        {},
        ["00:00", "00:30", "01:00", "01:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"],
        id="autumn, half hours",
    ),
    pytest.param(
        NEW_YORK,
        AUTUMN,
        {"length": 120, "step": 60},
        ["00:00", "01:00", "01:00", "02:00"],
        id="autumn, two real hours",
    ),
    pytest.param(
        NEW_YORK,
        AUTUMN,
        {"step": 60, "offset": 20},
        ["00:20", "01:20", "01:20", "02:20", "03:20"],
        id="autumn, twenty past",
    ),
    pytest.param(
        NEW_YORK,
        AUTUMN,
        {"step": 50},
        ["00:00", "00:50", "01:40", "01:40", "02:30", "03:20"],
        id="autumn, a step that leaves the hour",
    ),
    pytest.param(
        NEW_YORK, SPRING, {"step": 50}, ["00:00", "00:50", "01:40", "03:20"], id="spring, a step that leaves the hour"
    ),
    pytest.param(
        LORD_HOWE,
        ("2025-04-06", "2025-04-07"),
        {"step": 60},
        ["00:00", "01:00", "02:00", "03:00"],
        id="half an hour back, and on the hour again",
    ),
    pytest.param(
        LORD_HOWE,
        ("2025-04-06", "2025-04-07"),
        {"step": 30, "length": 30},
        ["00:00", "00:30", "01:00", "01:30", "01:30", "02:00", "02:30", "03:00", "03:30"],
        id="half an hour back, half hours",
    ),
    pytest.param(SANTIAGO, ("2025-09-07", "2025-09-08"), {"step": 60}, ["01:00", "02:00", "03:00"], id="no midnight"),
]


@pytest.mark.parametrize(("zone", "days", "fields", "times"), NIGHTS)
def test_the_first_hours_of_a_night_in_which_the_clock_changes(zone, days, fields, times):
    until_four = local(f"{days[0]} 00:00", f"{days[0]} 04:00", zone)
    assert offered(zone, days, window=until_four, **{"length": 30, **fields}) == times


WHOLE_DAYS = [
    pytest.param(NEW_YORK, ("2026-11-23", "2026-11-24"), 24, id="an ordinary day"),
    pytest.param(NEW_YORK, SPRING, 23, id="spring"),
    pytest.param(NEW_YORK, AUTUMN, 25, id="autumn"),
    pytest.param(BERLIN, ("2026-03-29", "2026-03-30"), 23, id="spring in Berlin"),
    pytest.param(BERLIN, ("2026-10-25", "2026-10-26"), 25, id="autumn in Berlin"),
    pytest.param(SANTIAGO, ("2025-04-05", "2025-04-06"), 25, id="two evenings"),
    pytest.param(LORD_HOWE, ("2025-10-05", "2025-10-06"), 23, id="half an hour shorter, hours alone"),
    pytest.param(APIA, ("2011-12-29", "2011-12-31"), 24, id="a day and the skipped one"),
]


@pytest.mark.parametrize(("zone", "days", "hours"), WHOLE_DAYS)
def test_every_hour_of_the_day_is_offered_as_often_as_it_is_shown(zone, days, hours):
    assert len(offered(zone, days, length=30, step=60)) == hours


TIMES = [
    pytest.param(AUTUMN, "00:00-02:00", ["00:00", "01:00", "01:00"], id="over the repeated hour"),
    pytest.param(AUTUMN, "01:00-02:00", ["01:00", "01:00"], id="the repeated hour"),
    pytest.param(AUTUMN, "01:00-01:30", [], id="until its first half"),
    pytest.param(AUTUMN, "01:30-03:00", ["01:00", "02:00"], id="from its first half"),
    pytest.param(SPRING, "01:00-04:00", ["01:00", "03:00"], id="over the gap"),
    pytest.param(SPRING, "02:00-03:00", [], id="the gap"),
    pytest.param(SPRING, "02:30-04:00", ["03:00"], id="from the middle of the gap"),
    pytest.param(SPRING, "00:30-02:30", ["01:00"], id="until the middle of the gap"),
]


@pytest.mark.parametrize(("days", "between", "times"), TIMES)
def test_a_time_of_day_in_such_a_night_is_what_the_clock_shows(days, between, times):
    assert offered(NEW_YORK, days, between=between, length=60, step=60) == times


def test_a_visit_of_a_day_fits_on_a_long_day_and_not_on_a_short_one():
    assert offered(NEW_YORK, SPRING, length=24 * 60) == []
    assert offered(NEW_YORK, AUTUMN, length=24 * 60) == ["00:00", "00:30", "01:00"]


@pytest.mark.parametrize("day", ["2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09", "2026-11-01"])
def test_once_a_day_stays_at_its_time_through_a_change(day):
    year = local("2026-01-01 00:00", "2026-12-31 00:00")
    ada = table(hours="09:00-17:00", window=year)
    window = local(f"{day} 00:00", f"{day} 23:00")
    (slot,) = find(clinic(ada), ask(window, step=24 * 60, offset=9 * 60)).slots
    assert slot.when == local(f"{day} 09:00", f"{day} 10:00")


def test_two_showings_of_one_time_are_an_hour_apart():
    night = span("2026-11-01 04:00", "2026-11-01 07:00")
    ada = table(hours="00:00-23:59", window=night)
    slots = find(clinic(ada), ask(night, between="01:00-02:00", step=60)).slots
    assert slots[1].when.start - slots[0].when.start == timedelta(hours=1)


def test_the_patients_clock_may_change_when_the_clinicians_does_not():
    # Phoenix keeps its clock; nine in New York is seven there before the change and seven after it is ten.
    phoenix = ZoneInfo("America/Phoenix")
    window = span("2026-10-30 07:00", "2026-11-04 07:00")
    ada = table(hours="00:00-23:59", zone=phoenix, window=window)
    asked = ask(window, between="09:00-10:00", clock=NEW_YORK)
    shown = [f"{slot.when.start.astimezone(phoenix):%a %H:%M}" for slot in find(clinic(ada), asked).slots]
    assert shown == ["Fri 06:00", "Sat 06:00", "Sun 07:00", "Mon 07:00", "Tue 07:00"]
