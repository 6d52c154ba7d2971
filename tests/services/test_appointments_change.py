"""Moving, editing, cancelling, marking, attendance, deleting: what is sent, refused, and not overwritten."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus, EventType
from scheduling.domain.rules import Reason
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import appointments, closing, visit_history, writes
from scheduling.services.appointments import Edit, Move
from scheduling.services.changing import (
    AppointmentChanged,
    Done,
    NothingToChange,
    NotPossible,
    OthersUnderWay,
    PlacementRejected,
)
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.versions import version
from scheduling.services.writes import Change, Ending
from scheduling.welkin import UNSET, EventChange
from scheduling.welkin.errors import NotFound, Unknown
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(office: Office, make_team: Callable[..., Any]) -> Event:
    """Ada sees Theo next Monday at ten; Ben, whom the coordinator looks after too, is invited and has said Yes."""
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    event = office.clinic.visit(
        office.ada,
        office.theo,
        start=at(10),
        staff=(ben,),
        additional={"location": "Room 3", "remarks": "", "attachment": "", "theirs": 7},
    )
    return office.api.events.answer(event.id, ben, "Yes")


@pytest.fixture
def past_visit(office: Office) -> Event:
    """A visit that ended an hour ago."""
    return office.clinic.visit(
        office.ada, office.theo, start=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)
    )


def move(
    office: Office,
    event: Event,
    *,
    to: Any = None,
    host: Any = None,
    seen: str = "",
    intent: str = "",
    reason: str = "",
    desk: Desk | None = None,
) -> Done:
    desk = desk or office.desk
    wish = Move(event.id, to or event.when, host or office.ada, seen or version(event), reason)
    return appointments.move(desk, intent or writes.mint(desk), wish)


# --- Moving -----------------------------------------------------------------------------------------------------------


def test_moving_in_time_keeps_everything_else_and_asks_for_answers_again(office: Office, visit: Event) -> None:
    done = move(office, visit, to=half_hour(at(14), 45))

    event = office.api.events.read(visit.id)
    assert done.outcome.ending is Ending.CONFIRMED
    assert (event.when, event.host_id, event.status, event.title) == (
        half_hour(at(14), 45),
        office.ada,
        "SCHEDULED",
        "Wound check",
    )
    assert [(row.id, row.answer) for row in event.participants] == [(row.id, "") for row in visit.participants]
    assert dict(event.additional) == dict(visit.additional)


def test_moving_to_another_clinician_puts_them_in_the_place_of_the_host(
    office: Office, visit: Event, make_team: Callable[..., Any]
) -> None:
    cleo = office.clinic.user("Cleo", timezone="America/Chicago")
    make_team("More", members=[cleo], keepers=[office.coordinator])

    move(office, visit, host=cleo, desk=office.desk_of(office.coordinator))

    event = office.api.events.read(visit.id)
    ben = office.clinic.names["Ben"]
    assert (event.host_id, event.timezone) == (cleo, "America/Chicago")
    assert {(row.person_id, row.answer) for row in event.participants} == {(cleo, ""), (ben, "Yes"), (office.theo, "")}


def test_the_old_place_is_in_the_history(office: Office, visit: Event) -> None:
    move(office, visit, to=half_hour(at(14)))

    entries = visit_history.of(office.desk, visit.id)
    assert [(entry.action, entry.ending, entry.fields, entry.facts["was"][0]) for entry in entries] == [
        ("appointment.move", "confirmed", ("when",), visit.when.start.isoformat())
    ]


def test_a_visit_does_not_stand_in_its_own_way(office: Office, visit: Event) -> None:
    ben = office.clinic.names["Ben"]

    done = move(office, visit, to=half_hour(at(10, 15)))

    assert done.confirmed
    assert office.api.events.find(half_hour(at(10, 15)), participant_ids=[ben]).rows[0].when == half_hour(at(10, 15))


def test_everybody_of_the_visit_is_checked_at_the_new_place(office: Office, visit: Event) -> None:
    ben = office.clinic.names["Ben"]
    office.clinic.visit(ben, start=at(14))

    with pytest.raises(PlacementRejected) as rejected:
        move(office, visit, to=half_hour(at(14)))

    assert [(str(found.kind), found.person_name) for found in rejected.value.checked.conflicts] == [
        ("CLINICIAN_BUSY", "Ben Quill")
    ]


def test_nothing_is_sent_when_nothing_is_different(office: Office, visit: Event) -> None:
    with pytest.raises(NothingToChange):
        move(office, visit)


def test_a_visit_changed_meanwhile_is_not_overwritten(office: Office, visit: Event) -> None:
    office.api.events.change(visit.id, EventChange(when=half_hour(at(11))))

    with pytest.raises(AppointmentChanged) as changed:
        move(office, visit, to=half_hour(at(14)))

    assert changed.value.parts == ("when",)
    assert office.api.events.read(visit.id).when == half_hour(at(11))


def test_an_answer_that_came_meanwhile_does_not_stand_against_a_move(office: Office, visit: Event) -> None:
    office.api.events.answer(visit.id, office.theo, "Yes")

    assert move(office, visit, to=half_hour(at(14))).confirmed


def test_an_answer_that_comes_during_the_move_does_not_stand_against_it(
    office: Office, visit: Event, meanwhile: "Meanwhile"
) -> None:
    meanwhile(lambda: office.api.events.answer(visit.id, office.theo, "Yes"))

    assert move(office, visit, to=half_hour(at(14))).confirmed
    assert [row.answer for row in office.api.events.read(visit.id).participants] == ["", "", ""]


@pytest.mark.parametrize("answered", [True, False], ids=["with answers", "no list to send"])
def test_a_visit_does_not_move_while_the_outcome_of_another_change_is_not_known(
    office: Office, visit: Event, answered: bool
) -> None:
    event = visit if answered else office.clinic.visit(office.ada, office.theo, start=at(11))
    other, intent = writes.mint(office.desk), writes.mint(office.desk)

    def lost() -> dict[str, str]:
        raise Unknown("cut off")

    writes.perform(office.desk, other, Change("appointment.edit", object_id=event.id, since=0), lost)

    with pytest.raises(OthersUnderWay):
        move(office, event, to=half_hour(at(14)), intent=intent)

    assert office.api.events.read(event.id).when == event.when
    assert Intent.objects.get(key=intent).state == Intent.State.MINTED


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.COMPLETED, EventStatus.MISSED])
def test_a_settled_visit_stays_where_it_is(office: Office, visit: Event, status: EventStatus) -> None:
    settled = office.api.events.change(visit.id, EventChange(status=status))

    with pytest.raises(NotPossible) as refused:
        move(office, settled, to=half_hour(at(14)))

    assert refused.value.reason == Reason(status)


def test_the_second_submit_of_a_move_replays_the_first(office: Office, visit: Event) -> None:
    intent, seen = writes.mint(office.desk), version(visit)
    first = move(office, visit, to=half_hour(at(14)), seen=seen, intent=intent)

    second = move(office, visit, to=half_hour(at(14)), seen=seen, intent=intent)

    assert (first.outcome.replayed, second.outcome.replayed, second.confirmed) == (False, True, True)


# --- Editing ----------------------------------------------------------------------------------------------------------


def edit(office: Office, event: Event, intent: str = "", **fields: str) -> Done:
    words = {"title": "Wound check", "location": "Room 3", **fields}
    return appointments.edit(office.desk, intent or writes.mint(office.desk), Edit(event.id, words, version(event)))


def test_editing_changes_what_differs_and_keeps_what_others_put_there(office: Office, visit: Event) -> None:
    edit(office, visit, title="Dressing", location="Room 5", remarks="Left arm")

    event = office.api.events.read(visit.id)
    assert (event.title, event.description, event.when) == ("Dressing", visit.description, visit.when)
    assert dict(event.additional) == {"location": "Room 5", "remarks": "Left arm", "attachment": "", "theirs": 7}
    assert AuditRecord.objects.filter(phase="confirmed").get().fields == ["title", "location", "remarks"]


def test_no_words_stand_in_the_audit_trail(office: Office, visit: Event) -> None:
    edit(office, visit, title="Dressing", remarks="Very private")

    told = "".join(str(sorted(vars(record).items(), key=str)) for record in AuditRecord.objects.all())
    assert "private" not in told
    assert "Dressing" not in told


# --- Endings ----------------------------------------------------------------------------------------------------------


def test_cancelling_keeps_the_visit_and_the_reason(office: Office, visit: Event) -> None:
    done = closing.cancel(office.desk, writes.mint(office.desk), visit.id, seen=version(visit), reason="Patient is ill")

    entries = visit_history.of(office.desk, visit.id)
    assert (done.event and done.event.status, office.api.events.read(visit.id).status) == ("CANCELLED", "CANCELLED")
    assert [(entry.action, entry.reason) for entry in entries] == [("appointment.cancel", "Patient is ill")]


def test_cancelling_twice_with_two_forms_is_refused_the_second_time(office: Office, visit: Event) -> None:
    closing.cancel(office.desk, writes.mint(office.desk), visit.id, seen=version(visit), reason="Ill")
    cancelled = office.api.events.read(visit.id)

    with pytest.raises(NotPossible) as refused:
        closing.cancel(office.desk, writes.mint(office.desk), visit.id, seen=version(cancelled), reason="Ill")

    assert refused.value.reason is Reason.CANCELLED


@pytest.mark.parametrize("status", [EventStatus.COMPLETED, EventStatus.MISSED])
def test_marking_a_visit_that_is_over(office: Office, past_visit: Event, status: EventStatus) -> None:
    done = closing.mark(office.desk, writes.mint(office.desk), past_visit.id, seen=version(past_visit), status=status)

    assert (done.confirmed, office.api.events.read(past_visit.id).status) == (True, status)


@pytest.mark.parametrize(
    ("status", "reason"), [(EventStatus.COMPLETED, Reason.NOT_STARTED), (EventStatus.MISSED, Reason.NOT_ENDED)]
)
def test_a_visit_to_come_is_not_marked(office: Office, visit: Event, status: EventStatus, reason: Reason) -> None:
    with pytest.raises(NotPossible) as refused:
        closing.mark(office.desk, writes.mint(office.desk), visit.id, seen=version(visit), status=status)

    assert refused.value.reason is reason


def test_attendance_is_noted_for_one_person_only(office: Office, past_visit: Event) -> None:
    attend(office, past_visit, office.theo)

    event = office.api.events.read(past_visit.id)
    assert [(row.id, row.attended) for row in event.participants] == [
        (row.id, row.is_patient) for row in past_visit.participants
    ]


class Meanwhile(logging.Handler):
    """Does something once as soon as a visit has been read, as somebody else would at just the wrong time."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], object]] = []

    def __call__(self, act: Callable[[], object]) -> None:
        self.waiting.append(act)

    def emit(self, record: logging.LogRecord) -> None:
        line = record.msg
        if isinstance(line, dict) and line.get("method") == "GET" and str(line.get("route")).endswith("/{event}"):
            acts, self.waiting = self.waiting, []
            for act in acts:
                act()


@pytest.fixture
def meanwhile(office: Office) -> Iterator[Meanwhile]:
    handler, logger = Meanwhile(), logging.getLogger("daybook.api")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def group(office: Office) -> Event:
    """A session of Ada with Theo and Mina that ended an hour ago."""
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)
    return office.clinic.visit(office.ada, office.theo, office.clinic.patient("Mina", "Stone"), start=began)


def attend(office: Office, event: Event, person: UUID, *, attended: bool = True, seen: str = "") -> Done:
    key = writes.mint(office.desk)
    return closing.attend(office.desk, key, event.id, person, attended=attended, seen=seen or version(event))


def test_attendance_sends_the_mark_of_one_row_only(office: Office, group: Event) -> None:
    """What the API is told of everybody else is that they take part."""
    change = closing.attending_change(group, office.theo, attended=True)

    assert [(row.person_id, row.id, row.role, row.attended, row.answer) for row in change.participants] == [
        (row.person_id, row.id, row.role, True if row.person_id == office.theo else UNSET, UNSET)
        for row in group.participants
    ]


def test_what_others_note_between_our_read_and_our_write_stays(
    office: Office, group: Event, meanwhile: Meanwhile
) -> None:
    mina = group.patients[1].person_id
    rows = tuple(replace(row, attended=row.person_id == mina) for row in group.participants)
    meanwhile(lambda: office.api.events.change(group.id, EventChange(participants=rows)))
    meanwhile(lambda: office.api.events.answer(group.id, mina, "Yes"))

    done = attend(office, group, office.theo)

    assert [(row.attended, row.answer) for row in office.api.events.read(group.id).patients] == [
        (True, ""),
        (True, "Yes"),
    ]
    assert (done.outcome.facts["others"], done.confirmed) == ([str(mina)], True)


def test_two_people_noted_from_the_same_panel_are_both_kept(office: Office, group: Event) -> None:
    first, second = group.patients

    endings = [attend(office, group, row.person_id, seen=version(group)).confirmed for row in (first, second)]

    assert endings == [True, True]
    assert [row.attended for row in office.api.events.read(group.id).patients] == [True, True]


def test_attendance_of_a_visit_that_was_moved_meanwhile_is_not_noted(office: Office, group: Event) -> None:
    office.api.events.change(group.id, EventChange(when=half_hour(group.when.start - timedelta(hours=3))))

    with pytest.raises(AppointmentChanged) as changed:
        attend(office, group, office.theo)

    assert (changed.value.parts, office.api.events.read(group.id).patients[0].attended) == (("when",), False)


def test_attendance_of_somebody_else_is_not_found(office: Office, past_visit: Event) -> None:
    with pytest.raises(NotFound):
        attend(office, past_visit, uuid4())


def test_deleting_takes_a_future_visit_away_and_replays_its_outcome(office: Office, visit: Event) -> None:
    intent = writes.mint(office.desk)
    first = closing.delete(office.desk, intent, visit.id, seen=version(visit))

    second = closing.delete(office.desk, intent, visit.id, seen=version(visit))

    with pytest.raises(NotFound):
        office.api.events.read(visit.id)
    assert (first.event_id, second.event_id, second.outcome.replayed) == (visit.id, visit.id, True)


def test_a_visit_that_has_begun_is_not_deleted(office: Office, past_visit: Event) -> None:
    with pytest.raises(NotPossible) as refused:
        closing.delete(office.desk, writes.mint(office.desk), past_visit.id, seen=version(past_visit))

    assert refused.value.reason is Reason.STARTED
    assert office.api.events.read(past_visit.id).status == "SCHEDULED"


# --- Rights -----------------------------------------------------------------------------------------------------------

Action = Callable[[Desk, Event], object]
ACTIONS: dict[str, Action] = {
    "move": lambda desk, event: appointments.move(
        desk, writes.mint(desk), Move(event.id, half_hour(at(14)), event.host_id, version(event))
    ),  # type: ignore[arg-type]
    "edit": lambda desk, event: appointments.edit(
        desk, writes.mint(desk), Edit(event.id, {"title": "x"}, version(event))
    ),
    "cancel": lambda desk, event: closing.cancel(desk, writes.mint(desk), event.id, seen=version(event), reason="x"),
    "mark": lambda desk, event: closing.mark(
        desk, writes.mint(desk), event.id, seen=version(event), status=EventStatus.COMPLETED
    ),
    "attend": lambda desk, event: closing.attend(
        desk,
        writes.mint(desk),
        event.id,
        event.host_id,  # type: ignore[arg-type]
        attended=True,
        seen=version(event),
    ),
    "delete": lambda desk, event: closing.delete(desk, writes.mint(desk), event.id, seen=version(event)),
}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_changes_nothing(
    office: Office, visit: Event, make_account: Callable[..., Account], role: Role, name: str
) -> None:
    desk = office.desk_of(make_account(role))

    with pytest.raises(NotAllowed):
        ACTIONS[name](desk, visit)

    assert version(office.api.events.read(visit.id)) == version(visit)


def move_with(office: Office, start: datetime, *staff: UUID, type: str = EventType.APPOINTMENT) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=start, staff=staff, type=type)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
@pytest.mark.parametrize("host", ["same", "other"])
def test_a_visit_is_not_moved_in_the_calendar_of_somebody_out_of_reach(
    office: Office, make_account: Callable[..., Account], role: Role, host: str
) -> None:
    cleo, stranger = office.clinic.user("Cleo"), office.clinic.user("Stella")
    account = office.coordinator if role is Role.COORDINATOR else make_account(role, welkin_id=office.ada)
    event = move_with(office, at(10), stranger if host == "same" else cleo)
    target = office.ada if host == "same" else stranger

    with pytest.raises(NotAllowed) as refused:
        move(office, event, to=half_hour(at(14)), host=target, desk=office.desk_of(account))

    assert (refused.value.action, office.api.events.read(event.id).when) == ("appointment.move", event.when)


def test_leave_takes_nobodys_time_but_its_hosts(office: Office) -> None:
    """Whoever is asked about somebody's leave keeps their own calendar, so their right is not asked for."""
    leave = move_with(office, at(10), office.clinic.user("Stella"), type=EventType.LEAVE)

    assert move(office, leave, to=half_hour(at(14)), reason="Agreed").confirmed


def test_a_clinician_moves_a_visit_that_is_theirs_alone(office: Office, make_account: Callable[..., Account]) -> None:
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))

    assert move(office, move_with(office, at(10)), to=half_hour(at(14)), desk=desk).confirmed


@pytest.mark.parametrize(("name", "allowed"), [("move", False), ("edit", True), ("cancel", True), ("delete", False)])
def test_what_a_clinician_may_do_with_a_visit_they_share(
    office: Office, visit: Event, make_account: Callable[..., Account], name: str, allowed: bool
) -> None:
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))

    if allowed:
        ACTIONS[name](desk, visit)
        assert version(office.api.events.read(visit.id)) != version(visit)
    else:
        with pytest.raises(NotAllowed):
            ACTIONS[name](desk, visit)


def test_leave_has_no_outcome(office: Office) -> None:
    leave = office.clinic.visit(
        office.ada, start=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2), type=EventType.LEAVE
    )

    with pytest.raises(NotPossible) as refused:
        closing.mark(office.desk, writes.mint(office.desk), leave.id, seen=version(leave), status=EventStatus.COMPLETED)

    assert refused.value.reason is Reason.LEAVE


# --- The places of a group --------------------------------------------------------------------------------------------


@pytest.fixture
def breathing(office: Office) -> Event:
    """A session to come of Ada with Theo and Mina, four places and something of somebody else's."""
    mina = office.clinic.patient("Mina", "Stone")
    told = {"type": EventType.GROUP_THERAPY, "additional": {"location": "Room 3", "capacity": "4", "theirs": 7}}
    return office.clinic.visit(office.ada, office.theo, mina, start=at(10), **told)


PLACES = [
    pytest.param("6", {"location": "Room 3", "capacity": 6, "theirs": 7}, id="more"),
    pytest.param("2", {"location": "Room 3", "capacity": 2, "theirs": 7}, id="as many as are in it"),
    pytest.param("100", {"location": "Room 3", "capacity": 100, "theirs": 7}, id="the most"),
    pytest.param("", {"location": "Room 3", "theirs": 7}, id="not said any more"),
]


@pytest.mark.parametrize(("places", "kept"), PLACES)
def test_the_places_change_and_everything_beside_them_stays(
    office: Office, breathing: Event, places: str, kept: dict[str, object]
) -> None:
    edit(office, breathing, capacity=places)

    assert dict(office.api.events.read(breathing.id).additional) == kept
    assert AuditRecord.objects.filter(phase="confirmed").get().fields == ["capacity"]


@pytest.mark.parametrize("places", ["1", "101"], ids=["fewer than are in it", "too many"])
def test_places_that_cannot_be(office: Office, breathing: Event, places: str) -> None:
    with pytest.raises(appointments.WrongPlaces) as wrong:
        edit(office, breathing, capacity=places)

    assert (wrong.value.taken, office.api.events.read(breathing.id).additional["capacity"]) == (2, "4")


@pytest.mark.parametrize("capacity", [1, 200], ids=["overfull", "larger than can be asked for"])
def test_a_number_that_stays_is_not_judged(office: Office, breathing: Event, capacity: int) -> None:
    odd = office.api.events.change(breathing.id, EventChange(additional={"location": "Room 3", "capacity": capacity}))

    edit(office, odd, title="Dressing", capacity=str(capacity))

    event = office.api.events.read(breathing.id)
    assert (event.title, dict(event.additional)) == ("Dressing", {"location": "Room 3", "capacity": capacity})


def test_places_that_somebody_changed_meanwhile_are_not_overwritten(office: Office, breathing: Event) -> None:
    office.api.events.change(breathing.id, EventChange(additional={**breathing.additional, "capacity": 9}))

    with pytest.raises(AppointmentChanged) as changed:
        edit(office, breathing, capacity="6")

    assert changed.value.parts == ("capacity",)
