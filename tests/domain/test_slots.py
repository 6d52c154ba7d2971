"""Where a visit could lie: any, one or all of the clinicians, their days and times, the patients, the window."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.slots import find, starts
from scheduling.domain.spans import instant
from scheduling.domain.timetable import Closure, patient_busy

from .builders import (
    ADA,
    BEN,
    CARLA,
    NEW_YORK,
    THEO,
    UNA,
    WEEK,
    ask,
    clinic,
    entries,
    event,
    local,
    monday,
    patient,
    record,
    table,
    told,
)

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def offers(*tables, zone=NEW_YORK, limit=100, busy=(), **fields):
    return told(find(clinic(*tables, patient_busy=list(busy)), ask(**fields), limit=limit).slots, zone)


def hours_of(*tables, **fields):
    """The wall times alone, of one day and one clinician."""
    return [text.split()[-1] for text in offers(*tables, **fields)]


FREE = [
    pytest.param({}, [], ["09:00", "09:30", "10:00", "10:30", "11:00"], id="nothing in the way"),
    pytest.param({}, [monday("10:00", "10:30")], ["09:00", "10:30", "11:00"], id="around a visit"),
    pytest.param({}, [monday("10:00", "10:31")], ["09:00", "11:00"], id="a minute longer, and the next step"),
    pytest.param({}, [monday("09:59", "10:30")], ["10:30", "11:00"], id="a minute earlier, and too short a gap"),
    pytest.param({"length": 180}, [], ["09:00"], id="exactly the hours"),
    pytest.param({"length": 181}, [], [], id="a minute longer than the hours"),
    pytest.param({"step": 60}, [], ["09:00", "10:00", "11:00"], id="every hour"),
    pytest.param({"step": 60, "offset": 15}, [], ["09:15", "10:15"], id="a quarter past"),
    pytest.param({"step": 60, "offset": 15}, [monday("09:00", "09:20")], ["10:15"], id="a quarter past, after a visit"),
    pytest.param({"step": 50}, [], ["09:10", "10:00", "10:50"], id="every fifty minutes after midnight"),
    pytest.param({"step": 24 * 60, "offset": 10 * 60}, [], ["10:00"], id="once a day"),
    pytest.param({"window": monday("09:40", "11:10")}, [], ["10:00"], id="inside the window"),
    pytest.param({"window": monday("10:00", "11:00")}, [], ["10:00"], id="exactly the window"),
    pytest.param({"window": monday("10:00", "10:59")}, [], [], id="a window too short"),
    pytest.param({"before": 30}, [monday("08:00", "09:00")], ["09:30", "10:00", "10:30", "11:00"], id="time before"),
    pytest.param({"after": 30}, [monday("12:00", "13:00")], ["09:00", "09:30", "10:00", "10:30"], id="time after"),
    pytest.param({"before": 30, "after": 30}, [monday("10:00", "10:15")], ["11:00"], id="time on both sides"),
]


@pytest.mark.parametrize(("fields", "visits", "times"), FREE)
def test_where_a_visit_of_an_hour_may_begin(fields, visits, times):
    events = [event(when, number=n) for n, when in enumerate(visits)]
    assert hours_of(table(*events, hours="09:00-12:00"), **fields) == times


def test_slots_last_as_long_as_was_asked():
    (first, *_) = find(clinic(table()), ask(length=50)).slots
    assert (first.when, first.clinician_ids, first.joins) == (monday("09:00", "09:50"), (ADA,), None)


def test_a_part_of_a_second_needs_the_whole_one():
    hour = find(clinic(table(hours="09:00-10:00")), ask(length=60)).slots
    longer = find(clinic(table(hours="09:00-10:00")), ask(length=60 + 1 / 60_000)).slots
    assert (len(hour), len(longer)) == (1, 0)


def test_a_window_within_a_second_holds_nothing():
    start = monday("10:00", "11:00").start
    tiny = Interval(start + timedelta(milliseconds=200), start + timedelta(milliseconds=800))
    assert offers(table(), window=tiny) == []


def test_a_window_that_begins_within_a_second_offers_the_next_one():
    start, end = monday("10:00", "12:00").start, monday("10:00", "12:00").end
    assert hours_of(table(), window=Interval(start + timedelta(microseconds=1), end)) == ["10:30", "11:00"]


# One, any or all of them.

ADA_EARLY = {"hours": "09:00-11:00"}
BEN_LATER = {"who": BEN, "hours": "10:00-12:00"}


def test_any_of_them_offers_each_ones_slots_by_start():
    assert offers(table(**ADA_EARLY), table(**BEN_LATER)) == [
        "Ada Mon 09:00", "Ada Mon 09:30", "Ada Mon 10:00", "Ben Mon 10:00", "Ben Mon 10:30", "Ben Mon 11:00",
    ]  # fmt: skip


def test_all_of_them_together_need_time_they_share():
    assert offers(table(**ADA_EARLY), table(**BEN_LATER), together=True) == ["Ada+Ben Mon 10:00"]


def test_together_each_ones_visits_and_leave_count():
    ada = table(event(monday("09:00", "10:00")))
    ben = table(event(monday("11:00", "17:00"), type="LEAVE", host=BEN), who=BEN)
    carla = table(who=CARLA, closures=[Closure(monday("10:00", "10:30"))])
    assert offers(ada, ben, carla, together=True, length=30) == ["Ada+Ben+Carla Mon 10:30"]
    assert offers(ada, ben, carla, together=True) == []


def test_together_starts_follow_the_first_ones_clock():
    kathmandu = ZoneInfo("Asia/Kathmandu")  # its full hours are quarters past elsewhere
    window = local("2026-11-23 09:00", "2026-11-23 12:00")
    ada = table(hours="00:00-23:59", window=window)
    ben = table(who=BEN, hours="00:00-23:59", zone=kathmandu, window=window)
    assert offers(ada, ben, together=True, window=window, step=60)[0] == "Ada+Ben Mon 09:00"
    assert offers(ben, ada, together=True, window=window, step=60)[0] == "Ben+Ada Mon 09:15"


def test_together_alone_is_alone():
    assert offers(table(**ADA_EARLY), together=True) == offers(table(**ADA_EARLY))


NOBODY = [
    pytest.param([], False, id="any of nobody"),
    pytest.param([], True, id="all of nobody"),
    pytest.param([table(hours="")], False, id="one without hours"),
    pytest.param([table(), table(who=BEN, hours="")], True, id="all, one of them without hours"),
    pytest.param([table(hours="09:00-10:00"), table(who=BEN, hours="10:00-11:00")], True, id="all, never at once"),
    pytest.param([table(event(monday("09:00", "17:00")))], False, id="one booked out"),
    pytest.param([table(days="234567")], False, id="one who works on other days"),
]


@pytest.mark.parametrize(("tables", "together"), NOBODY)
def test_where_nobody_can_there_is_nothing_and_no_error(tables, together):
    page = find(clinic(*tables), ask(together=together))
    assert (page.slots, page.next) == ((), None)


def test_one_without_hours_does_not_stand_in_the_way_of_the_others():
    assert offers(table(hours=""), table(**BEN_LATER))[0] == "Ben Mon 10:00"


@pytest.mark.parametrize("together", [False, True])
def test_starts_are_those_of_the_slots(together):
    people = clinic(table(**ADA_EARLY), table(hours="", who=CARLA), table(**BEN_LATER))
    asked = ask(together=together)
    found = [[instant(start) for start in each] for each in starts(people, asked)]
    slots = find(people, asked).slots
    parties = [tuple(t.clinician_id for t in people.tables)] if together else [(t.clinician_id,) for t in people.tables]
    assert found == [[slot.when.start for slot in slots if slot.clinician_ids == party] for party in parties]


# Weekdays and times of day.

DAYS = [
    pytest.param({"weekdays": "1"}, ["Mon"], id="Mondays"),
    pytest.param({"weekdays": "35"}, ["Wed", "Fri"], id="Wednesdays and Fridays"),
    pytest.param({"weekdays": "67"}, [], id="days off"),
    pytest.param({"weekdays": "1234567"}, ["Mon", "Tue", "Wed", "Thu", "Fri"], id="every day"),
    pytest.param({"weekdays": "2", "between": "09:00-10:00"}, ["Tue"], id="a day and a time of it"),
    pytest.param({"weekdays": "2", "between": "17:00-18:00"}, [], id="a day and a time after work"),
]


@pytest.mark.parametrize(("fields", "days"), DAYS)
def test_only_the_asked_weekdays_are_offered(fields, days):
    found = offers(table(days="12345", window=WEEK), window=WEEK, **fields)
    assert list(dict.fromkeys(text.split()[1] for text in found)) == days


TIMES = [
    pytest.param("09:00-10:00", ["09:00"], id="exactly one visit"),
    pytest.param("09:00-09:59", [], id="a minute too short"),
    pytest.param("09:15-10:45", ["09:30"], id="between two steps"),
    pytest.param("00:00-10:00", ["09:00"], id="from midnight"),
    pytest.param("15:30-00:00", ["15:30", "16:00"], id="to midnight"),
    pytest.param("15:30-23:59", ["15:30", "16:00"], id="to the last minute"),
    pytest.param("17:00-20:00", [], id="after work"),
]


@pytest.mark.parametrize(("between", "times"), TIMES)
def test_a_visit_lies_wholly_in_the_time_of_day(between, times):
    assert hours_of(table(), between=between) == times


def test_days_and_times_are_read_on_each_clinicians_clock():
    ada, ben = table(), table(who=BEN, zone=LOS_ANGELES)
    assert offers(ada, ben, between="09:00-10:00") == ["Ada Mon 09:00", "Ben Mon 12:00"]


def test_or_on_the_patients_clock():
    ada, ben = table(), table(who=BEN, zone=LOS_ANGELES)
    assert offers(ada, ben, between="09:00-10:00", clock=LOS_ANGELES) == ["Ada Mon 12:00", "Ben Mon 12:00"]


def test_the_weekday_is_the_patients_too():
    tokyo = ZoneInfo("Asia/Tokyo")  # ten on Monday morning in New York is Tuesday there
    ada = table(hours="09:00-12:00", window=WEEK)
    assert offers(ada, window=WEEK, weekdays="2", length=120, step=60) == ["Ada Tue 09:00", "Ada Tue 10:00"]
    assert offers(ada, window=WEEK, weekdays="2", length=120, step=60, clock=tokyo) == ["Ada Mon 10:00"]


NIGHT = local("2026-11-23 00:00", "2026-11-25 00:00")
NIGHTS = [
    pytest.param({}, ["Mon 22:00", "Mon 23:00", "Tue 00:00"], id="nothing asked"),
    pytest.param({"weekdays": "12"}, ["Mon 22:00", "Mon 23:00", "Tue 00:00"], id="both days asked"),
    pytest.param({"weekdays": "1"}, ["Mon 22:00"], id="the day before midnight"),
    pytest.param({"weekdays": "2"}, ["Tue 00:00"], id="the day after midnight"),
    pytest.param({"between": "00:00-00:00"}, ["Mon 22:00", "Mon 23:00", "Tue 00:00"], id="from midnight to midnight"),
    pytest.param({"between": "20:00-00:00"}, ["Mon 22:00"], id="until midnight"),
    pytest.param({"between": "00:00-12:00"}, ["Tue 00:00"], id="from midnight"),
    pytest.param({"window": local("2026-11-23 22:30", "2026-11-24 01:30")}, ["Mon 23:00"], id="the window"),
]


@pytest.mark.parametrize(("fields", "times"), NIGHTS)
def test_a_visit_runs_over_midnight_where_both_sides_are_asked(fields, times):
    shift = record(*entries("1", "22:00-23:59"), *entries("2", "00:00-02:00"))
    found = offers(table(records=[shift], window=NIGHT), **{"window": NIGHT, "length": 120, "step": 60, **fields})
    assert [text.removeprefix("Ada ") for text in found] == times


# The patients.


def test_no_slot_lies_in_another_visit_of_a_patient():
    visits = [
        event(monday("09:00", "10:00"), patient(THEO), host=BEN, number=1),
        event(monday("11:00", "11:30"), patient(UNA), host=BEN, number=2),
    ]
    busy = patient_busy([THEO, UNA], visits, NEW_YORK)
    assert hours_of(table(hours="09:00-13:00"), busy=busy) == ["10:00", "11:30", "12:00"]


def test_the_patients_own_visits_need_no_buffer():
    busy = [monday("09:00", "10:00").outer]
    assert hours_of(table(hours="09:00-12:00"), busy=busy, before=60, after=60) == ["10:00", "10:30", "11:00"]


def test_a_patient_is_busy_for_all_of_them_together():
    busy = [monday("10:30", "11:00").outer]
    ada, ben = table(hours="09:00-12:00"), table(who=BEN, hours="09:00-12:00")
    assert offers(ada, ben, together=True, busy=busy) == [
        "Ada+Ben Mon 09:00", "Ada+Ben Mon 09:30", "Ada+Ben Mon 11:00",
    ]  # fmt: skip


# What is known.

PAST = [
    pytest.param(local("2026-11-22 23:59", "2026-11-23 17:00"), id="a minute before"),
    pytest.param(local("2026-11-23 09:00", "2026-11-24 00:01"), id="a minute after"),
    pytest.param(local("2026-12-23 09:00", "2026-12-24 00:00"), id="elsewhere"),
]


@pytest.mark.parametrize("window", PAST)
@pytest.mark.parametrize("hours", ["09:00-17:00", ""], ids=["hours", "none"])
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("search", [find, starts])
def test_a_window_past_what_is_known_of_a_clinician_is_an_error(search, together, hours, window):
    everything = table(who=BEN, window=local("2026-11-01 00:00", "2026-12-31 00:00"))
    with pytest.raises(ValueError, match="not known"):
        search(clinic(everything, table(hours=hours)), ask(window, together=together))


def test_the_whole_of_what_is_known_may_be_asked():
    assert hours_of(table(hours="00:00-23:59"), step=60)[0::23] == ["00:00", "23:00"]
