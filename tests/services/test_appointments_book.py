"""Booking: what is sent, what stands against it, and one visit for one form."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import EventMode, EventType
from scheduling.domain.interval import Interval
from scheduling.ledger.models import AuditRecord
from scheduling.services import appointments, writes
from scheduling.services.appointments import Wish
from scheduling.services.changing import PlacementRejected
from scheduling.services.desk import NotAllowed
from scheduling.services.writes import Ending, IntentRefused
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


def wish_of(office: Office, hour: int = 10, minutes: int = 30, **more: Any) -> Wish:
    told = {"title": "Wound check", "mode": EventMode.VIDEO, "location": "Room 3", **more}
    return Wish(half_hour(at(hour), minutes), (office.ada,), (office.theo,), **told)


def live_visits(office: Office) -> list[Any]:
    window = Interval(at(0), at(0) + timedelta(days=7))
    return list(office.api.events.find(window, participant_ids=[office.ada]).rows)


def test_booking_sends_the_whole_visit_with_its_marker(office: Office) -> None:
    intent = writes.mint(office.desk)

    done = appointments.book(
        office.desk,
        intent,
        wish_of(office, description="Bring the chart", remarks="Left arm", attachment="https://files.example/1"),
    )

    event = office.api.events.read(done.event_id)  # type: ignore[arg-type]
    assert done.outcome.ending is Ending.CONFIRMED
    assert (event.when, event.host_id, event.title, event.type, event.mode) == (
        half_hour(at(10)),
        office.ada,
        "Wound check",
        "APPOINTMENT",
        "VIDEO",
    )
    assert [(row.person_id, row.role, row.answer) for row in event.participants] == [
        (office.ada, "psm", ""),
        (office.theo, "patient", ""),
    ]
    assert dict(event.additional) == {
        "location": "Room 3",
        "remarks": "Left arm",
        "attachment": "https://files.example/1",
        "marker": event.external_id,
    }
    assert (event.description, event.timezone, event.external_id) == (
        "Bring the chart",
        "America/New_York",
        f"daybook-{intent}",
    )


def test_a_group_keeps_its_places(office: Office) -> None:
    second = office.clinic.patient("Mina", "Stone")
    wish = replace(wish_of(office, type=EventType.GROUP_THERAPY, capacity=8), patient_ids=(office.theo, second))

    done = appointments.book(office.desk, writes.mint(office.desk), wish)

    event = office.api.events.read(done.event_id)  # type: ignore[arg-type]
    assert (event.type, event.additional["capacity"], len(event.patients)) == ("GROUP_THERAPY", 8, 2)


@pytest.mark.parametrize(
    ("hour", "minutes", "kinds"),
    [
        pytest.param(9, 30, ["CLINICIAN_BUSY"], id="clinician-busy"),
        pytest.param(9, 90, ["CLINICIAN_BUSY", "PATIENT_BUSY"], id="clinician-then-patient"),
        pytest.param(18, 30, ["OUTSIDE_HOURS"], id="outside-hours"),
        pytest.param(12, 30, ["LEAVE"], id="leave"),
    ],
)
def test_everything_that_stands_against_a_place_is_told_at_once(
    office: Office, hour: int, minutes: int, kinds: list[str]
) -> None:
    other, mina = office.clinic.user("Ben"), office.clinic.patient("Mina", "Stone")
    office.clinic.visit(office.ada, mina, start=at(9))
    office.clinic.visit(other, office.theo, start=at(10))
    office.clinic.visit(office.ada, start=at(12), type=EventType.LEAVE)

    with pytest.raises(PlacementRejected) as rejected:
        appointments.book(office.desk, writes.mint(office.desk), wish_of(office, hour, minutes))

    assert [str(found.kind) for found in rejected.value.checked.conflicts] == kinds
    assert all(found.person_name for found in rejected.value.checked.conflicts)


def test_an_override_needs_the_right_and_keeps_its_reason(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9))
    intent = writes.mint(office.desk)

    done = appointments.book(office.desk, intent, wish_of(office, 9), reason="Twins, seen together")

    lines = list(AuditRecord.objects.filter(intent=intent).values_list("phase", "reason", "object_id"))
    assert lines == [
        ("requested", "Twins, seen together", ""),
        ("confirmed", "Twins, seen together", str(done.event_id)),
    ]
    assert done.outcome.facts["over"] == ["CLINICIAN_BUSY", "PATIENT_BUSY"]


def test_a_clinician_may_not_override(office: Office, make_account: Callable[..., Account]) -> None:
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))
    office.clinic.visit(office.ada, office.theo, start=at(9))

    with pytest.raises(NotAllowed):
        appointments.book(desk, writes.mint(desk), wish_of(office, 9), reason="I want to")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.CLINICIAN])
def test_those_without_the_right_book_nothing(office: Office, make_account: Callable[..., Account], role: Role) -> None:
    desk = office.desk_of(make_account(role))

    with pytest.raises(NotAllowed):
        appointments.book(desk, writes.mint(desk), wish_of(office))

    assert live_visits(office) == []


def test_a_second_submit_replays_the_first_outcome(office: Office) -> None:
    intent = writes.mint(office.desk)
    first = appointments.book(office.desk, intent, wish_of(office))

    second = appointments.book(office.desk, intent, wish_of(office))

    assert (second.event_id, second.outcome.replayed) == (first.event_id, True)
    assert len(live_visits(office)) == 1


def test_one_form_cannot_be_sent_with_other_content(office: Office) -> None:
    intent = writes.mint(office.desk)
    appointments.book(office.desk, intent, wish_of(office))

    with pytest.raises(IntentRefused):
        appointments.book(office.desk, intent, wish_of(office, 14))

    assert len(live_visits(office)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_pressed_eight_times_at_once_gives_one_visit(office: Office) -> None:
    intent, wish = writes.mint(office.desk), wish_of(office)
    together, endings = threading.Barrier(8), []

    def press() -> None:
        together.wait()
        endings.append(appointments.book(office.desk, intent, wish).outcome.ending)
        connections.close_all()

    presses = [threading.Thread(target=press) for _ in range(8)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    assert len(endings) == 8
    assert set(endings) <= {Ending.CONFIRMED, Ending.WORKING}
    assert endings.count(Ending.CONFIRMED) >= 1
    assert len(live_visits(office)) == 1
