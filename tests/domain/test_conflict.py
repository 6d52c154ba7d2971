"""Everything that is wrong with a placement, at once."""

from datetime import timedelta

import pytest

from scheduling.domain.availability import clinician_time
from scheduling.domain.conflict import Conflict, ConflictKind, Placement, find
from scheduling.domain.timetable import Closure

from .builders import ADA, BEN, NEW_YORK, THEO, UNA, entries, entry, event, patient, psm, record, span, user

DAY = span("2026-11-23 05:00", "2026-11-24 05:00")
NAMES = {ADA: "Ada Quill", BEN: "Ben Okafor", THEO: "Theo Marsh", UNA: "Una Voss"}
# 09:00-12:00 and 13:00-17:00 in New York: 14:00-17:00 and 18:00-22:00 UTC.
RECORDS = [record(*entries("1", "09:00-12:00", "13:00-17:00"), clinician_id=person) for person in (ADA, BEN)]


def conflicts(
    when, *, clinicians=(ADA,), patients=(), events=(), patient_events=None, closures=(), claims=(), **placement
):
    times = {
        person: clinician_time(
            user(person), RECORDS, events, DAY, clinic_zone=NEW_YORK, closures=closures, claims=claims
        )
        for person in (ADA, BEN)
    }
    known = dict.fromkeys(patients, events) if patient_events is None else patient_events
    return find(Placement(when, clinicians, patients, **placement), times, known, NAMES)


def said(found):
    return [
        (
            each.kind.value,
            each.person_name,
            f"{each.when.start:%H:%M}-{each.when.end:%H:%M}",
            each.event and each.event.id.int,
        )
        for each in found
    ]


TEN = span("2026-11-23 15:00", "2026-11-23 16:00")


def test_a_good_place_has_none():
    assert conflicts(TEN, clinicians=(ADA, BEN), patients=(THEO,)) == ()


def test_everything_is_told_at_once():
    visit = event(span("2026-11-23 16:45", "2026-11-23 17:30"), patient(THEO), number=1)
    leave = event(span("2026-11-23 17:00", "2026-11-23 19:00"), number=2, type="LEAVE", host=BEN)
    wanted = span("2026-11-23 16:30", "2026-11-23 18:30")
    closed = Closure(span("2026-11-23 18:15", "2026-11-23 23:00"), "Stocktaking")
    found = conflicts(wanted, clinicians=(ADA, BEN), patients=(THEO, UNA), events=[leave, visit], closures=[closed])
    assert said(found) == [
        ("OUTSIDE_HOURS", "Ada Quill", "17:00-18:00", None),
        ("CLOSURE", "Ada Quill", "18:15-18:30", None),
        ("CLINICIAN_BUSY", "Ada Quill", "16:45-17:30", 5001),
        ("OUTSIDE_HOURS", "Ben Okafor", "17:00-18:00", None),
        ("CLOSURE", "Ben Okafor", "18:15-18:30", None),
        ("LEAVE", "Ben Okafor", "17:00-18:30", 5002),
        ("PATIENT_BUSY", "Theo Marsh", "16:45-17:30", 5001),
    ]


def test_a_conflict_carries_the_event_and_the_shared_time():
    visit = event(span("2026-11-23 15:30", "2026-11-23 17:00"))
    assert conflicts(TEN, events=[visit]) == (
        Conflict(ConflictKind.CLINICIAN_BUSY, ADA, "Ada Quill", span("2026-11-23 15:30", "2026-11-23 16:00"), visit),
    )


def test_a_visit_does_not_conflict_with_itself():
    visit = event(span("2026-11-23 15:30", "2026-11-23 16:30"), patient(THEO))
    assert conflicts(TEN, patients=(THEO,), events=[visit], event_id=visit.id) == ()


NO_CLASH = [
    ("touching before", "2026-11-23 14:00", "2026-11-23 15:00", {}, []),
    ("touching after", "2026-11-23 16:00", "2026-11-23 17:00", {}, []),
    ("cancelled", "2026-11-23 15:00", "2026-11-23 16:00", {"status": "CANCELLED"}, []),
    ("pending leave", "2026-11-23 15:00", "2026-11-23 16:00", {"type": "LEAVE"}, [psm(BEN)]),
    ("of someone else", "2026-11-23 15:00", "2026-11-23 16:00", {"host": BEN}, []),
]


@pytest.mark.parametrize(
    ("start", "end", "fields", "others"), [case[1:] for case in NO_CLASH], ids=[case[0] for case in NO_CLASH]
)
def test_what_does_not_stand_in_the_way(start, end, fields, others):
    assert conflicts(TEN, events=[event(span(start, end), *others, **fields)]) == ()


def test_a_group_session_stands_in_the_way_of_each_clinician_in_it():
    group = event(TEN, psm(ADA), patient(UNA), host=BEN, type="GROUP_THERAPY")
    found = conflicts(TEN, clinicians=(ADA, BEN), patients=(THEO,), events=[group])
    assert [(each.kind, each.person_id) for each in found] == [
        (ConflictKind.CLINICIAN_BUSY, ADA),
        (ConflictKind.CLINICIAN_BUSY, BEN),
    ]


def test_all_day_leave_stands_in_the_way():
    leave = event(span("2026-11-23 00:00", "2026-11-23 23:59:59"), type="LEAVE", all_day=True)
    assert said(conflicts(TEN, events=[leave])) == [("LEAVE", "Ada Quill", "15:00-16:00", 5001)]


def test_leave_is_stopped_by_its_hosts_visits_only():
    visit, other = event(TEN, number=1), event(TEN, number=2, host=BEN)
    wanted = span("2026-11-23 12:00", "2026-11-23 22:00")
    found = conflicts(wanted, clinicians=(ADA, BEN), events=[visit, other], closures=[Closure(TEN)], type="LEAVE")
    assert said(found) == [("CLINICIAN_BUSY", "Ada Quill", "15:00-16:00", 5001)]


def test_a_person_named_twice_is_told_once():
    visit = event(TEN, patient(THEO))
    assert len(conflicts(TEN, clinicians=(ADA, ADA), patients=(THEO, THEO), events=[visit])) == 2


def test_a_patient_without_events_and_a_person_without_a_name_are_no_error():
    assert conflicts(TEN, patients=(THEO,), patient_events={}) == ()
    times = {ADA: clinician_time(user(), [], [], DAY, clinic_zone=NEW_YORK)}
    (found,) = find(Placement(TEN, (ADA,)), times, {}, {})
    assert found == Conflict(ConflictKind.OUTSIDE_HOURS, ADA, "", TEN)


def test_time_outside_the_hours_names_the_record_that_decided_the_day():
    course = record(
        entry(1, None, None), first="2026-11-23", last="2026-11-23", created=1, rule="OVERRIDE", name="Course"
    )
    times = {ADA: clinician_time(user(), [RECORDS[0], course], [], DAY, clinic_zone=NEW_YORK)}
    assert find(Placement(TEN, (ADA,)), times, {}, NAMES) == (
        Conflict(ConflictKind.OUTSIDE_HOURS, ADA, "Ada Quill", TEN, course),
    )
    (late,) = conflicts(span("2026-11-23 21:30", "2026-11-23 22:30"))
    assert (late.when, late.cause) == (span("2026-11-23 22:00", "2026-11-23 22:30"), RECORDS[0])


def test_closures_and_holidays_are_named_each():
    closed, holiday = Closure(TEN, "Stocktaking"), Closure(TEN, "Thanksgiving", holiday=True)
    found = conflicts(TEN, closures=[holiday, closed])
    assert [(each.kind, each.cause) for each in found] == [
        (ConflictKind.CLOSURE, closed),
        (ConflictKind.HOLIDAY, holiday),
    ]


def test_our_own_open_claim_stands_in_the_way():
    claim = span("2026-11-23 15:30", "2026-11-23 17:00")
    (found,) = conflicts(TEN, claims=[claim])
    assert (found.kind, found.when) == (ConflictKind.CLAIMED, span("2026-11-23 15:30", "2026-11-23 16:00"))


BUFFERS = [
    ("ends just before", "2026-11-23 14:00", "2026-11-23 15:00", 10, 0, [("BUFFER", "14:50-15:00")]),
    ("ends earlier than the buffer", "2026-11-23 14:00", "2026-11-23 14:50", 10, 0, []),
    ("begins just after", "2026-11-23 16:00", "2026-11-23 16:30", 0, 20, [("BUFFER", "16:00-16:20")]),
    ("a buffer on the other side", "2026-11-23 16:00", "2026-11-23 16:30", 20, 0, []),
    (
        "overlaps and reaches out",
        "2026-11-23 15:45",
        "2026-11-23 16:30",
        0,
        20,
        [("CLINICIAN_BUSY", "15:45-16:00"), ("BUFFER", "16:00-16:20")],
    ),
]


@pytest.mark.parametrize(
    ("start", "end", "before", "after", "told"), [case[1:] for case in BUFFERS], ids=[case[0] for case in BUFFERS]
)
def test_the_time_around_a_visit_is_kept_clear_of_other_visits(start, end, before, after, told):
    margins = {"before": timedelta(minutes=before), "after": timedelta(minutes=after)}
    found = conflicts(TEN, events=[event(span(start, end))], **margins)
    assert [(each.kind, f"{each.when.start:%H:%M}-{each.when.end:%H:%M}") for each in found] == told


def test_leave_and_the_end_of_the_hours_need_no_buffer():
    leave = event(span("2026-11-23 15:00", "2026-11-23 17:00"), type="LEAVE")
    first = span("2026-11-23 14:00", "2026-11-23 15:00")
    hour = timedelta(hours=1)
    assert conflicts(first, events=[leave], before=hour, after=hour) == ()


def test_a_group_has_as_many_patients_as_places():
    found = conflicts(TEN, patients=(THEO, UNA), type="GROUP_THERAPY", capacity=1)
    assert found == (Conflict(ConflictKind.GROUP_FULL, UNA, "Una Voss", TEN),)
    assert conflicts(TEN, patients=(THEO, UNA), type="GROUP_THERAPY", capacity=2) == ()


def test_a_clinician_nobody_asked_about_is_an_error():
    with pytest.raises(KeyError):
        find(Placement(TEN, (ADA,)), {}, {}, NAMES)


def test_a_window_that_does_not_hold_the_placement_is_an_error():
    with pytest.raises(ValueError):
        conflicts(span("2026-11-24 04:30", "2026-11-24 05:30"))
