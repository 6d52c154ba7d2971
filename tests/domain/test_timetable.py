"""One clinician's time: what takes it, what is left, and how far buffers reach."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.spans import instant, seconds
from scheduling.domain.timetable import Closure, patient_busy

from .builders import (
    ADA,
    BEN,
    CARLA,
    NEW_YORK,
    THEO,
    UNA,
    at,
    entries,
    event,
    local,
    monday,
    patient,
    psm,
    record,
    span,
    table,
    walls,
)

MINUTE = 60
TEN = monday("10:00", "11:00")
AROUND_TEN = ["09:00-10:00", "11:00-17:00"]
ALL = ["09:00-17:00"]

TAKING = [
    pytest.param(event(TEN, patient(THEO)), "visits", id="a visit"),
    pytest.param(event(TEN, patient(THEO), status="Scheduled", type="Appointment"), "visits", id="in mixed case"),
    pytest.param(event(TEN, patient(THEO), status=None, type=None), "visits", id="without status and type"),
    pytest.param(event(TEN, patient(THEO), status=""), "visits", id="with an empty status"),
    pytest.param(event(TEN, patient(THEO), status="COMPLETED"), "visits", id="completed"),
    pytest.param(event(TEN, patient(THEO), status="MISSED"), "visits", id="missed"),
    pytest.param(event(TEN, patient(THEO), status="RESCHEDULED"), "visits", id="an unknown status"),
    pytest.param(event(TEN, type="LUNCH"), "visits", id="an unknown type"),
    pytest.param(event(TEN, psm(ADA, "No"), host=BEN), "visits", id="of another, which she has refused"),
    pytest.param(event(TEN, psm(ADA), host=BEN, type="GROUP_THERAPY"), "visits", id="a group session of another"),
    pytest.param(event(TEN, psm(ADA), host=None), "visits", id="without a host"),
    pytest.param(event(TEN, type="LEAVE"), "leave", id="leave nobody was asked about"),
    pytest.param(event(TEN, psm(BEN, "Yes"), type="Leave"), "leave", id="leave granted"),
    pytest.param(event(TEN, psm(BEN, "Yes"), psm(CARLA, "yes"), type="LEAVE"), "leave", id="leave granted by both"),
]


@pytest.mark.parametrize(("taken", "as_what"), TAKING)
def test_what_takes_time(taken, as_what):
    ada = table(taken)
    assert walls(ada.free()) == AROUND_TEN
    named = {name: walls(getattr(ada, name)) for name in ("visits", "leave", "pending")}
    assert named == {"visits": [], "leave": [], "pending": [], as_what: ["10:00-11:00"]}


LEAVING = [
    pytest.param(event(TEN, patient(THEO), status="CANCELLED"), [], id="cancelled"),
    pytest.param(event(TEN, patient(THEO), status="Cancelled"), [], id="cancelled in mixed case"),
    pytest.param(event(TEN, type="LEAVE", status="CANCELLED"), [], id="leave cancelled"),
    pytest.param(event(TEN, psm(BEN), type="LEAVE"), ["10:00-11:00"], id="leave pending"),
    pytest.param(event(TEN, psm(BEN, "Maybe"), type="LEAVE"), ["10:00-11:00"], id="leave answered Maybe"),
    pytest.param(event(TEN, psm(BEN, "Yes"), psm(CARLA), type="LEAVE"), ["10:00-11:00"], id="leave granted by one"),
    pytest.param(event(TEN, psm(BEN, "No"), type="LEAVE"), [], id="leave refused"),
    pytest.param(event(TEN, psm(BEN, "No"), psm(CARLA, "Yes"), type="LEAVE"), [], id="leave refused by one"),
    pytest.param(event(TEN, psm(ADA, "Yes"), host=BEN, type="LEAVE"), [], id="leave of one she stands in for"),
    pytest.param(event(TEN, patient(THEO), host=BEN), [], id="a visit of others"),
    pytest.param(event(span("2026-11-22", "2026-11-23"), host=BEN, all_day=True), [], id="a whole day of others"),
]


@pytest.mark.parametrize(("harmless", "pending"), LEAVING)
def test_what_takes_no_time(harmless, pending):
    ada = table(harmless)
    assert walls(ada.free()) == ALL
    assert (ada.visits, ada.leave, walls(ada.pending)) == ([], [], pending)


CHICAGO, KIRITIMATI = "America/Chicago", "Pacific/Kiritimati"
WHOLE_DAYS = [
    pytest.param(span("2026-11-23", "2026-11-24"), {}, ["00:00-00:00"], id="UTC midnights are calendar dates"),
    pytest.param(span("2026-11-23", "2026-11-23 23:59:59"), {}, ["00:00-00:00"], id="to the last second"),
    pytest.param(monday("00:00", "23:59"), {}, ["00:00-00:00"], id="her own midnights"),
    pytest.param(monday("08:00", "09:00"), {}, ["00:00-00:00"], id="an hour of the day"),
    pytest.param(span("2026-11-23", "2026-11-24"), {"timezone": CHICAGO}, ["01:00-01:00"], id="in the event's zone"),
    pytest.param(span("2026-11-22", "2026-11-23"), {"timezone": CHICAGO}, ["01:00-01:00"], id="the day before"),
    pytest.param(span("2026-11-23", "2026-11-24"), {"timezone": "Mars"}, ["00:00-00:00"], id="in no zone"),
]


@pytest.mark.parametrize(("when", "fields", "taken"), WHOLE_DAYS)
@pytest.mark.parametrize("type_", ["APPOINTMENT", "LEAVE"])
def test_all_day_events_take_whole_local_days_of_the_host(when, fields, taken, type_):
    ada = table(event(when, type=type_, all_day=True, **fields), hours="00:00-23:59")
    assert walls(ada.leave if type_ == "LEAVE" else ada.visits) == taken


def test_an_all_day_event_takes_25_hours_of_an_autumn_day():
    day = local("2026-11-01 00:00", "2026-11-02 00:00")
    ada = table(event(span("2026-11-01", "2026-11-02"), all_day=True), hours="00:00-23:59", window=day)
    assert ada.visits == [day.outer]
    assert day.duration == timedelta(hours=25)
    assert ada.free() == []


def test_the_zone_on_the_hosts_row_comes_before_that_of_the_event():
    rows = (psm(ADA, timezone=KIRITIMATI), psm(BEN, timezone="UTC"))
    there = Event(UUID(int=1), span("2026-11-23", "2026-11-24"), ADA, rows, all_day=True, timezone=CHICAGO)
    assert table(there).visits == [local("2026-11-23 00:00", "2026-11-24 00:00", ZoneInfo(KIRITIMATI)).outer]


def test_closures_and_holidays_take_time_each_under_its_name():
    closures = [
        Closure(monday("08:00", "10:00"), "Stocktaking"),
        Closure(monday("16:00", "20:00"), "Thanksgiving", holiday=True),
        Closure(monday("09:30", "10:30"), "Fire drill"),
    ]
    ada = table(closures=closures)
    assert walls(ada.free()) == ["10:30-16:00"]
    assert (walls(ada.closed), walls(ada.holidays)) == (["08:00-10:30"], ["16:00-20:00"])
    assert walls(ada.hours) == ALL
    assert walls(ada.away()) == ["08:00-10:30", "16:00-20:00"]


def test_our_own_open_claims_take_time():
    ada = table(claims=[TEN, monday("10:30", "12:00")])
    assert walls(ada.free()) == ["09:00-10:00", "12:00-17:00"]
    assert (walls(ada.claimed), ada.visits) == (["10:00-12:00"], [])


def test_what_lies_over_something_else_is_taken_once():
    ada = table(
        event(monday("09:30", "12:00"), number=1),
        event(TEN, number=2, type="LEAVE"),
        event(monday("11:30", "13:00"), number=3),
        closures=[Closure(monday("12:30", "13:30"))],
        claims=[monday("13:00", "14:00")],
    )
    assert walls(ada.free()) == ["09:00-09:30", "14:00-17:00"]
    assert walls(ada.visits) == ["09:30-13:00"]


def test_events_come_in_any_order():
    visits = [event(monday(f"{hour}:00", f"{hour}:30"), number=hour) for hour in (15, 10, 12, 11)]
    assert walls(table(*visits).visits) == ["10:00-10:30", "11:00-11:30", "12:00-12:30", "15:00-15:30"]


MOVED = event(TEN, patient(THEO), number=7)
OTHERS_VISIT = event(monday("12:00", "13:00"), number=8)


@pytest.mark.parametrize(
    ("moving", "free"),
    [
        pytest.param(None, ["09:00-10:00", "11:00-12:00", "13:00-17:00"], id="nothing"),
        pytest.param(MOVED.id, ["09:00-12:00", "13:00-17:00"], id="the visit at ten"),
        pytest.param(UUID(int=9), ["09:00-10:00", "11:00-12:00", "13:00-17:00"], id="something unknown"),
    ],
)
def test_a_visit_that_moves_is_not_there(moving, free):
    assert walls(table(MOVED, OTHERS_VISIT, moving=moving).free()) == free


def test_leave_and_whole_days_that_move_are_not_there():
    leave = event(TEN, number=7, type="LEAVE")
    whole = event(span("2026-11-23", "2026-11-24"), number=7, all_day=True)
    assert walls(table(leave, moving=leave.id).free()) == walls(table(whole, moving=whole.id).free()) == ALL


BUFFERS = [
    pytest.param(10, 0, ["09:00-10:00", "11:10-12:00", "12:40-17:00"], id="before a new visit is after an old one"),
    pytest.param(0, 10, ["09:00-09:50", "11:00-11:50", "12:30-17:00"], id="after a new visit is before an old one"),
    pytest.param(10, 20, ["09:00-09:40", "11:10-11:40", "12:40-17:00"], id="both"),
    pytest.param(30, 30, ["09:00-09:30", "13:00-17:00"], id="two buffers that meet leave nothing between"),
    pytest.param(50, 20, ["09:00-09:40", "13:20-17:00"], id="two buffers that overlap"),
]


@pytest.mark.parametrize(("before", "after", "free"), BUFFERS)
@pytest.mark.parametrize("second", ["a visit", "a claim"])
def test_buffers_lie_on_the_right_side_of_visits_and_claims(before, after, free, second):
    other = monday("12:00", "12:30")
    events = [event(TEN)] + ([event(other, number=2)] if second == "a visit" else [])
    ada = table(*events, claims=[other] if second == "a claim" else [])
    assert walls(ada.free(before * MINUTE, after * MINUTE)) == free


def test_leave_closures_and_the_ends_of_the_hours_need_no_buffer():
    ada = table(event(TEN, type="LEAVE"), closures=[Closure(monday("14:00", "15:00"))])
    assert walls(ada.free(3600, 3600)) == ["09:00-10:00", "11:00-14:00", "15:00-17:00"]


@pytest.mark.parametrize("name", ["cancelled", "of another"])
def test_what_takes_no_time_needs_no_buffer(name):
    fields = {"status": "CANCELLED"} if name == "cancelled" else {"host": BEN}
    assert walls(table(event(TEN, **fields)).free(3600, 3600)) == ALL


def test_a_part_of_a_second_is_taken_whole():
    odd = Interval(TEN.start - timedelta(microseconds=1), TEN.end + timedelta(microseconds=1))
    assert walls(table(event(odd)).free()) == ["09:00-09:59:59", "11:00:01-17:00"]


# The window is 09:00 to 17:00; these lie outside it and touch what a visit inside it may keep clear.
OUTSIDE = [
    pytest.param(monday("08:00", "09:00"), ["09:30-16:30"], id="a visit that ends as it begins"),
    pytest.param(monday("08:00", "08:45"), ["09:15-16:30"], id="a visit shortly before it"),
    pytest.param(monday("08:00", "08:30"), ["09:00-16:30"], id="a visit long before it"),
]


@pytest.mark.parametrize(("when", "free"), OUTSIDE)
def test_visits_just_outside_the_window_need_their_buffer(when, free):
    evening = event(monday("17:00", "17:30"), number=2)
    ada = table(event(when), evening, window=monday("09:00", "17:00"))
    assert walls(ada.free(30 * MINUTE, 30 * MINUTE)) == free


def test_the_time_is_known_by_the_days_that_the_window_touches():
    two_days = local("2026-11-23 12:00", "2026-11-24 10:00")
    ada = table(window=two_days)
    assert ada.hours == [monday("09:00", "17:00").outer, local("2026-11-24 09:00", "2026-11-24 17:00").outer]
    assert ada.free() == [monday("12:00", "17:00").outer, local("2026-11-24 09:00", "2026-11-24 10:00").outer]


OPENS = [
    pytest.param("2026-11-23 00:00", "2026-11-23 09:00", id="before the day's work"),
    pytest.param("2026-11-23 09:00", "2026-11-23 09:00", id="as it begins"),
    pytest.param("2026-11-23 10:20", "2026-11-23 10:20", id="at work"),
    pytest.param("2026-11-23 12:00", "2026-11-23 13:00", id="as the break begins"),
    pytest.param("2026-11-23 12:30", "2026-11-23 13:00", id="in the break"),
    pytest.param("2026-11-23 17:00", "2026-11-25 09:00", id="as the day's work ends"),
    pytest.param("2026-11-25 16:59", "2026-11-25 16:59", id="in the last minute"),
    pytest.param("2026-11-25 17:00", None, id="after all work"),
]


@pytest.mark.parametrize(("asked", "opens"), OPENS)
def test_when_a_clinician_is_next_at_work(asked, opens):
    window = local("2026-11-23 00:00", "2026-11-27 00:00")
    ada = table(hours="09:00-12:00 13:00-17:00", days="13", window=window)
    found = ada.opens(seconds(local(asked, "2027-01-01 00:00").start))
    assert found == (opens and seconds(local(opens, "2027-01-01 00:00").start))


def test_opens_is_a_bound_that_knows_nothing_of_the_visits():
    ada = table(event(monday("09:00", "16:00")), closures=[Closure(monday("16:00", "16:30"))])
    (start, _), *_ = ada.free()
    assert (instant(ada.opens(0)), instant(start)) == (at("2026-11-23 14:00"), at("2026-11-23 21:30"))


def test_other_questions_have_other_answers():
    ada = table(event(TEN), hours="09:00-12:00")
    nine, ten = (seconds(when.start) for when in (monday("09:00", "10:00"), TEN))
    assert [ada.opens(at) for at in (0, ten, 0)] == [nine, ten, nine]
    margins = [(0, 0), (30 * MINUTE, 0), (0, 30 * MINUTE), (0, 0)]
    assert [walls(ada.free(*each)) for each in margins] == [
        ["09:00-10:00", "11:00-12:00"], ["09:00-10:00", "11:30-12:00"],
        ["09:00-09:30", "11:00-12:00"], ["09:00-10:00", "11:00-12:00"],
    ]  # fmt: skip


def test_a_clinician_without_hours_never_opens():
    ada = table(hours="")
    assert (ada.opens(0), ada.hours, ada.free()) == (None, [], [])


def test_records_of_others_say_nothing():
    theirs = [record(*entries("1", "06:00-20:00"), clinician_id=BEN)]
    assert table(records=theirs).hours == []


def test_patients_are_busy_in_each_visit_of_any_of_them():
    events = [
        event(TEN, patient(THEO), number=1),
        event(monday("10:30", "12:00"), patient(UNA), number=2),
        event(monday("13:00", "14:00"), patient(UNA), number=3, status="CANCELLED"),
        event(monday("14:00", "15:00"), patient(UNA), number=4, status="RESCHEDULED"),
        event(monday("15:00", "16:00"), number=5),
        event(monday("16:00", "17:00"), patient(THEO), number=6),
    ]
    moving = events[-1].id
    assert walls(patient_busy([THEO, UNA], events, NEW_YORK, moving=moving)) == ["10:00-12:00", "14:00-15:00"]
    assert walls(patient_busy([THEO], events, NEW_YORK)) == ["10:00-11:00", "16:00-17:00"]
    assert patient_busy([], events, NEW_YORK) == []
