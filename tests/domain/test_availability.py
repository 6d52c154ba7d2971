"""What a clinician's window holds, and what is left free of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.availability import clinician_time
from scheduling.domain.interval import Interval, merge
from scheduling.domain.timetable import Closure

from .builders import ADA, BEN, CARLA, NEW_YORK, THEO, at, entries, event, patient, psm, record, span, user

# Monday in New York, where Ada works 9 to 12 and 13 to 17 (14:00-17:00 and 18:00-22:00 UTC).
DAY = span("2026-11-23 05:00", "2026-11-24 05:00")
HOURS = record(*entries("12345", "09:00-12:00", "13:00-17:00"))
MORNING, AFTERNOON = span("2026-11-23 14:00", "2026-11-23 17:00"), span("2026-11-23 18:00", "2026-11-23 22:00")
CHICAGO = ZoneInfo("America/Chicago")


def ada(events=(), *, window=DAY, who=None, records=(HOURS,), **options):
    return clinician_time(who or user(), records, events, window, clinic_zone=CHICAGO, **options)


def test_without_events_the_hours_are_free():
    time = ada()
    assert time.free == time.hours.intervals == (MORNING, AFTERNOON)
    assert (time.zone, time.zone_assumed) == (NEW_YORK, False)


TAKEN = [
    ("a visit", {}, [patient(THEO)]),
    ("a group session she is in", {"host": BEN, "type": "GROUP_THERAPY"}, [psm(ADA), psm(CARLA)]),
    ("an unknown status", {"status": "RESCHEDULED"}, [patient(THEO)]),
    ("a completed visit", {"status": "COMPLETED"}, [patient(THEO)]),
    ("granted leave", {"type": "LEAVE"}, []),
    ("leave granted by a manager", {"type": "LEAVE"}, [psm(BEN, "Yes")]),
]
NOT_TAKEN = [
    ("a cancelled visit", {"status": "CANCELLED"}, [patient(THEO)]),
    ("pending leave", {"type": "LEAVE"}, [psm(BEN)]),
    ("leave of someone she covers", {"type": "LEAVE", "host": BEN}, [psm(ADA, "Yes")]),
    ("a visit of others", {"host": BEN}, [patient(THEO)]),
]


@pytest.mark.parametrize(("fields", "others"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_what_takes_time(fields, others):
    time = ada([event(span("2026-11-23 15:00", "2026-11-23 16:00"), *others, **fields)])
    assert time.free == (
        span("2026-11-23 14:00", "2026-11-23 15:00"),
        span("2026-11-23 16:00", "2026-11-23 17:00"),
        AFTERNOON,
    )
    assert (time.leave + time.busy) == (span("2026-11-23 15:00", "2026-11-23 16:00"),)
    assert bool(time.leave) == (fields.get("type") == "LEAVE")


@pytest.mark.parametrize(("fields", "others"), [case[1:] for case in NOT_TAKEN], ids=[case[0] for case in NOT_TAKEN])
def test_what_takes_no_time(fields, others):
    time = ada([event(span("2026-11-23 15:00", "2026-11-23 16:00"), *others, **fields)])
    assert (time.free, time.busy, time.leave) == ((MORNING, AFTERNOON), (), ())


def test_pending_leave_is_shown():
    asked = event(span("2026-11-23 15:00", "2026-11-23 16:00"), psm(BEN), type="LEAVE")
    assert ada([asked]).pending == (asked.when,)


def test_all_day_leave_takes_the_day_from_any_zone():
    leave = event(span("2026-11-23 00:00", "2026-11-23 23:59:59"), type="LEAVE", all_day=True)
    time = ada([leave])
    assert (time.free, time.leave) == ((), (DAY,))


def test_closures_take_time():
    closed = Closure(span("2026-11-23 12:00", "2026-11-23 19:00"), "Stocktaking")
    time = ada(closures=[closed])
    assert time.free == (span("2026-11-23 19:00", "2026-11-23 22:00"),)
    assert time.closures == (closed,)
    assert time.hours.intervals == (MORNING, AFTERNOON)


def test_the_events_are_the_persons_own_by_start_with_cancelled_ones():
    late = event(span("2026-11-23 20:00", "2026-11-23 21:00"), number=1)
    early = event(span("2026-11-23 02:00", "2026-11-23 06:00"), number=2, status="CANCELLED")
    outside = event(span("2026-11-23 03:00", "2026-11-23 05:00"), number=3)
    other = event(span("2026-11-23 20:00", "2026-11-23 21:00"), number=4, host=BEN)
    assert ada([late, other, outside, early]).events == (early, late)


def test_a_closure_on_another_day_is_not_told():
    assert ada(closures=[Closure(span("2026-11-24 12:00", "2026-11-24 19:00"))]).closures == ()


def test_our_own_open_claims_take_time():
    claim = span("2026-11-23 15:00", "2026-11-23 16:00")
    time = ada(claims=[claim])
    assert (time.claims, time.busy) == ((claim,), ())
    assert time.free[:2] == (span("2026-11-23 14:00", "2026-11-23 15:00"), span("2026-11-23 16:00", "2026-11-23 17:00"))


def test_a_part_of_a_second_makes_busy_time_longer_and_free_time_shorter():
    odd = Interval(at("2026-11-23 14:00"), at("2026-11-23 14:30") + timedelta(milliseconds=1))
    assert ada([event(odd)]).free[0].start == at("2026-11-23 14:30") + timedelta(seconds=1)


def test_everything_lies_inside_the_window():
    visit = event(span("2026-11-23 14:00", "2026-11-23 19:00"))
    window = span("2026-11-23 15:00", "2026-11-23 21:00")
    time = ada([visit], window=window)
    assert time.hours.intervals == (
        span("2026-11-23 15:00", "2026-11-23 17:00"),
        span("2026-11-23 18:00", "2026-11-23 21:00"),
    )
    assert time.busy == (span("2026-11-23 15:00", "2026-11-23 19:00"),)
    assert time.free == (span("2026-11-23 19:00", "2026-11-23 21:00"),)


def test_records_of_others_do_not_count():
    assert ada(records=[record(*entries("1", "06:00-20:00"), clinician_id=BEN)]).free == ()


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus"])
def test_without_a_readable_zone_the_clinics_is_assumed(name):
    time = ada(who=user(timezone=name))
    assert (time.zone, time.zone_assumed) == (CHICAGO, True)
    assert time.free[0].start == at("2026-11-23 15:00")


def test_the_window_of_a_viewer_elsewhere_touches_two_of_her_days():
    window = span("2026-11-23 20:00", "2026-11-24 16:00")
    assert ada(window=window).free == (
        span("2026-11-23 20:00", "2026-11-23 22:00"),
        span("2026-11-24 14:00", "2026-11-24 16:00"),
    )


def test_an_encounter_narrows_the_hours():
    narrow = record(*entries("1", "10:00-11:00"), created=1, type="AVAILABILITY", encounters=("Intake",))
    time = ada(records=[HOURS, narrow], encounter="Intake")
    assert time.free == (span("2026-11-23 15:00", "2026-11-23 16:00"),)


@given(st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 300)), max_size=8))
def test_free_and_taken_together_are_the_hours(spans):
    events = [
        event(
            Interval(DAY.start + timedelta(minutes=start), DAY.start + timedelta(minutes=start + lasts)), number=number
        )
        for number, (start, lasts) in enumerate(spans)
    ]
    time = ada(events)
    assert not any(gap.overlaps(taken) for gap in time.free for taken in time.busy)
    assert merge([*time.free, *time.busy, *time.hours.intervals]) == merge([*time.busy, *time.hours.intervals])
    assert merge([*time.free, *time.busy]) == merge([*time.hours.intervals, *time.busy])
