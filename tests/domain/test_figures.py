"""The figures of a window."""

from datetime import timedelta

from scheduling.domain.availability import clinician_time
from scheduling.domain.timetable import Closure
from scheduling.domain.usage.figures import Figures, figures, together

from .builders import BEN, NEW_YORK, THEO, entries, event, patient, psm, record, span, user

WEEK = span("2026-11-23 05:00", "2026-11-30 05:00")
# Four hours on Monday and on Tuesday: 14:00-18:00 UTC.
RECORDS = [record(*entries("12", "09:00-13:00"))]


def hours(count):
    return timedelta(hours=count)


def measured(*events, records=RECORDS, **options):
    return figures(clinician_time(user(), records, events, WEEK, clinic_zone=NEW_YORK, **options))


def test_an_idle_week():
    assert measured() == Figures(offered=hours(8), free=hours(8))
    assert measured().utilisation == 0


def test_a_week_with_everything():
    row = measured(
        event(span("2026-11-23 14:00", "2026-11-23 15:00"), patient(THEO), number=1, status="COMPLETED"),
        event(span("2026-11-23 14:30", "2026-11-23 15:30"), patient(THEO), number=2, status="Scheduled"),
        event(span("2026-11-23 17:30", "2026-11-23 18:30"), patient(THEO), number=3, status="MISSED"),
        event(span("2026-11-24 14:00", "2026-11-24 14:30"), patient(THEO), number=4, status="RESCHEDULED"),
        event(span("2026-11-24 15:00", "2026-11-24 16:00"), patient(THEO), number=5, status="CANCELLED"),
        event(span("2026-11-24 16:00", "2026-11-24 20:00"), number=6, type="LEAVE"),
        event(span("2026-11-24 15:00", "2026-11-24 16:00"), psm(BEN), number=7, type="LEAVE"),
        closures=[Closure(span("2026-11-24 14:30", "2026-11-24 15:00"))],
    )
    assert row == Figures(
        offered=hours(7.5),
        leave=hours(2),
        booked=hours(3),
        booked_inside=hours(2.5),
        free=hours(3),
        visits=4,
        by_status={"COMPLETED": 1, "SCHEDULED": 1, "MISSED": 1, "RESCHEDULED": 1, "CANCELLED": 1},
        closed=hours(0.5),
    )
    assert row.booked_outside == hours(0.5)
    assert row.utilisation == 2.5 / 7.5


def test_a_visit_counts_by_its_part_in_the_window():
    row = measured(event(span("2026-11-23 04:00", "2026-11-23 06:00")))
    assert (row.booked, row.visits) == (hours(1), 1)


def test_without_hours_there_is_no_utilisation():
    row = measured(event(span("2026-11-23 14:00", "2026-11-23 15:00")), records=[])
    assert (row.offered, row.booked, row.utilisation) == (hours(0), hours(1), None)


def test_several_clinicians_together_are_weighed_by_their_hours():
    busy = Figures(hours(2), hours(0), hours(2), hours(1), hours(1), 3, {"SCHEDULED": 2, "MISSED": 1})
    idle = Figures(hours(8), hours(1), hours(0), hours(0), hours(7), 1, {"SCHEDULED": 1})
    both = together([busy, idle])
    assert both == Figures(hours(10), hours(1), hours(2), hours(1), hours(8), 4, {"SCHEDULED": 3, "MISSED": 1})
    assert both.utilisation == 0.1
    assert together([]).utilisation is None
