"""Edits that meet others' through back ends that lag, lost answers and writers in Welkin itself (F09, F25, F26)."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduling.domain.event import Event
from scheduling.services import appointments, reconciling, writes
from scheduling.services.appointments import Edit
from scheduling.services.changing import AppointmentChanged, Done
from scheduling.services.versions import version
from scheduling.services.writes import Ending
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at
from tests.faults.server import ONE_EVENT, Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10), additional={"location": "Room 3"})


def edit(office: Office, visit: Event, seen: Event | None = None, **fields: str) -> Done:
    return appointments.edit(office.desk, writes.mint(office.desk), Edit(visit.id, fields, version(seen or visit)))


def test_a_reading_that_lags_behind_our_own_edit_overwrites_nothing(
    office: Office, visit: Event, faults: Faults
) -> None:
    """Another back end still shows the visit as it was before the first edit."""
    faults.rule({"replica_lag": 60}, times=None, method="GET", path=ONE_EVENT)
    edit(office, visit, title="First", location="Room 4")

    with pytest.raises(AppointmentChanged) as raised:
        edit(office, visit, title="Second")
    merged = edit(office, visit, remarks="Third")

    assert raised.value.parts == ("title",)
    assert merged.confirmed
    (row,) = faults.dump()
    assert (row["eventTitle"], row["additionalInfo"]) == ("First", {"location": "Room 4", "remarks": "Third"})


def test_a_lost_answer_to_a_merged_edit_is_settled_by_what_it_changed(
    office: Office, visit: Event, faults: Faults
) -> None:
    """F09: what others changed beside it says nothing about whether it took effect."""
    office.api.events.change(visit.id, EventChange(title="Theirs"))
    faults.rule("apply_then_reset", method="PATCH", path=ONE_EVENT)

    lost = edit(office, visit, title="Wound check", location="Room 9")
    office.api.events.change(visit.id, EventChange(description="Later"))
    later = datetime.now(UTC) + timedelta(seconds=5)
    reconciling.run_due(later)

    told = writes.earlier(office.desk, lost.outcome.intent)
    assert (lost.outcome.ending, told and told.ending) == (Ending.UNKNOWN, Ending.CONFIRMED)


def test_a_write_between_our_reading_and_our_change_is_seen(office: Office, visit: Event, faults: Faults) -> None:
    """F26: somebody in Welkin changes the same field after the first reading; the last look sees it."""
    theirs = {"when": "after", "method": "PATCH", "event": "this", "body": {"eventTitle": "Theirs"}}
    faults.rule({"foreign_write": theirs}, method="GET", path=ONE_EVENT)

    with pytest.raises(AppointmentChanged) as raised:
        edit(office, visit, title="Mine")

    assert raised.value.parts == ("title",)
    assert [row["eventTitle"] for row in faults.dump()] == ["Theirs"]


def test_a_write_in_the_same_moment_on_another_field_stays_and_is_told(
    office: Office, visit: Event, faults: Faults
) -> None:
    theirs = {"when": "after", "method": "PATCH", "event": "this", "body": {"eventDescription": "Theirs"}}
    faults.rule({"foreign_write": theirs}, method="GET", path=ONE_EVENT)

    done = edit(office, visit, title="Mine")

    event = office.api.events.read(visit.id)
    assert (event.title, event.description) == ("Mine", "Theirs")
    assert done.outcome.facts["stays"] == ["description"]
