"""Whose time an event takes, and which."""

import pytest

from scheduling.domain.event import EventStatus, EventType
from scheduling.domain.occupancy import Use, leave_state, occupied, use_of

from .builders import ADA, BEN, CARLA, NEW_YORK, THEO, event, minutes, patient, psm, span

HOUR = minutes(0, 60)
STATUSES = [
    ("SCHEDULED", Use.VISIT),
    ("Scheduled", Use.VISIT),
    (None, Use.VISIT),
    ("COMPLETED", Use.VISIT),
    ("MISSED", Use.VISIT),
    ("RESCHEDULED", Use.VISIT),
    ("??", Use.VISIT),
    ("CANCELLED", None),
    ("cancelled", None),
]


@pytest.mark.parametrize(("status", "use"), STATUSES, ids=[str(case[0]) for case in STATUSES])
def test_every_status_but_cancelled_takes_time(status, use):
    assert use_of(event(HOUR, patient(THEO), status=status), ADA) is use


def test_a_group_session_takes_the_time_of_everybody_in_it():
    group = event(HOUR, psm(BEN), patient(THEO), type=EventType.GROUP_THERAPY)
    assert [use_of(group, person) for person in (ADA, BEN, THEO, CARLA)] == [Use.VISIT, Use.VISIT, Use.VISIT, None]


LEAVE = [
    ("nobody asked", [], Use.LEAVE),
    ("asked", [psm(BEN)], Use.PENDING_LEAVE),
    ("granted", [psm(BEN, "Yes")], Use.LEAVE),
    ("granted in capitals", [psm(BEN, "YES")], Use.LEAVE),
    ("perhaps", [psm(BEN, "Maybe")], Use.PENDING_LEAVE),
    ("refused", [psm(BEN, "No")], Use.REFUSED_LEAVE),
    ("one of two has answered", [psm(BEN, "Yes"), psm(CARLA)], Use.PENDING_LEAVE),
    ("one of two refuses", [psm(BEN, "Yes"), psm(CARLA, "No")], Use.REFUSED_LEAVE),
    ("a patient is no manager", [patient(THEO)], Use.LEAVE),
]


@pytest.mark.parametrize(("others", "state"), [case[1:] for case in LEAVE], ids=[case[0] for case in LEAVE])
def test_leave_takes_its_hosts_time_once_granted(others, state):
    leave = event(HOUR, *others, type="LEAVE")
    assert leave_state(leave) is state
    assert use_of(leave, ADA) is state
    assert use_of(leave, BEN) is None


def test_cancelled_leave_is_none():
    assert use_of(event(HOUR, type="LEAVE", status=EventStatus.CANCELLED), ADA) is None


# The event and the time it takes, both from - to.
WHOLE_DAYS = [
    ("midnight to midnight", ("2026-11-23 05:00", "2026-11-24 05:00"), ("2026-11-23 05:00", "2026-11-24 05:00")),
    ("an hour of a day", ("2026-11-23 14:00", "2026-11-23 15:00"), ("2026-11-23 05:00", "2026-11-24 05:00")),
    ("over local midnight", ("2026-11-24 04:00", "2026-11-24 06:00"), ("2026-11-23 05:00", "2026-11-25 05:00")),
    ("dates in UTC", ("2026-11-23", "2026-11-25"), ("2026-11-23 05:00", "2026-11-25 05:00")),
    ("dates to 23:59:59", ("2026-11-23", "2026-11-23 23:59:59"), ("2026-11-23 05:00", "2026-11-24 05:00")),
    ("a day of 25 hours", ("2026-11-01 04:00", "2026-11-02 05:00"), ("2026-11-01 04:00", "2026-11-02 05:00")),
]


@pytest.mark.parametrize(("when", "taken"), [case[1:] for case in WHOLE_DAYS], ids=[case[0] for case in WHOLE_DAYS])
def test_an_all_day_event_takes_whole_local_days(when, taken):
    assert occupied(event(span(*when), all_day=True), NEW_YORK) == span(*taken)
    assert occupied(event(span(*when)), NEW_YORK) == span(*when)


def test_the_local_day_is_the_hosts():
    when = span("2026-11-23 14:00", "2026-11-23 15:00")
    host = psm(BEN, timezone="America/Los_Angeles")
    assert occupied(event(when, psm(ADA), host, host=BEN, all_day=True), NEW_YORK) == span(
        "2026-11-23 08:00", "2026-11-24 08:00"
    )
    made_in_london = event(when, all_day=True, timezone="Europe/London")
    assert occupied(made_in_london, NEW_YORK) == span("2026-11-23", "2026-11-24")
