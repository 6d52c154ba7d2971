"""Joining a group session: what is sent and refused, what others do in the same moment, who gets the last place."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain import group
from scheduling.domain.event import Answer, Event, EventStatus, EventType, Participant
from scheduling.domain.rules import Reason
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import appointments, changing, closing, joining, merging, visit_history, writes
from scheduling.services.appointments import Move
from scheduling.services.changing import AppointmentChanged, Done, NotPossible, PlacementRejected
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.joining import Join, OthersUnderWay
from scheduling.services.versions import version
from scheduling.services.writes import Change, Ending, LedgerBusy
from scheduling.welkin import UNSET, EventChange, NewPatient
from scheduling.welkin.errors import NotFound, Refused, Unknown, Unreachable
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db
GROUP: dict[str, Any] = {"type": EventType.GROUP_THERAPY, "title": "Breathing"}


def session_of(office: Office, *patients: UUID, places: object = 3, start: Any = None, **more: Any) -> Event:
    told = GROUP | {"additional": {"location": "Room 3", "capacity": places, "theirs": 7}} | more
    return office.clinic.visit(office.ada, *patients, start=start or at(10), **told)


@pytest.fixture
def mina(office: Office, refresh: Callable[[], None]) -> UUID:
    person = office.clinic.patient("Mina", "Stone")
    refresh()
    return person


@pytest.fixture
def session(office: Office) -> Event:
    """A session of Ada with three places: Theo is in it and has said Yes."""
    return office.api.events.answer(session_of(office, office.theo).id, office.theo, "Yes")


def join(
    office: Office,
    event: Event,
    person: UUID,
    *,
    seen: str = "",
    intent: str = "",
    reason: str = "",
    desk: Desk | None = None,
) -> Done:
    desk = desk or office.desk
    return joining.join(desk, intent or writes.mint(desk), Join(event.id, person, seen or version(event), reason))


def patients_of(office: Office, event: Event) -> list[UUID]:
    return [row.person_id for row in office.api.events.read(event.id).patients]


# --- What is sent -----------------------------------------------------------------------------------------------------


def test_a_patient_joins_and_everything_else_stays(office: Office, session: Event, mina: UUID) -> None:
    done = join(office, session, mina)

    event = office.api.events.read(session.id)
    assert (done.confirmed, done.outcome.facts["too_many"], done.outcome.facts["missing"]) == (True, 0, False)
    assert [(row.id, row.person_id, row.answer) for row in event.participants[:2]] == [
        (row.id, row.person_id, row.answer) for row in session.participants
    ]
    assert [(row.person_id, row.role, row.answer) for row in event.participants[2:]] == [(mina, "patient", "")]
    assert (event.when, event.host_id, event.status, dict(event.additional)) == (
        session.when,
        session.host_id,
        session.status,
        dict(session.additional),
    )


def test_of_those_who_are_in_it_only_their_rows_are_sent(session: Event, mina: UUID) -> None:
    rows = joining.joining_change(session, mina).participants

    assert [(row.id, row.answer, row.attended) for row in rows] == [
        *((row.id, UNSET, UNSET) for row in session.participants),
        (None, UNSET, UNSET),
    ]


def test_the_history_tells_who_was_added(office: Office, session: Event, mina: UUID) -> None:
    join(office, session, mina)

    assert [(e.action, e.ending, e.fields, e.people) for e in visit_history.of(office.desk, session.id)] == [
        ("appointment.join", "confirmed", ("people",), (mina,))
    ]
    assert list(AuditRecord.objects.order_by("id").values_list("phase", flat=True)) == ["requested", "confirmed"]


def test_the_second_submit_replays_the_first(office: Office, session: Event, mina: UUID) -> None:
    intent, seen = writes.mint(office.desk), version(session)
    first = join(office, session, mina, seen=seen, intent=intent)

    second = join(office, session, mina, seen=seen, intent=intent)

    assert (first.outcome.replayed, second.outcome.replayed, second.confirmed) == (False, True, True)
    assert patients_of(office, session) == [office.theo, mina]


def test_somebody_the_api_does_not_know_is_refused(office: Office, session: Event) -> None:
    done = join(office, session, uuid4())

    assert (done.outcome.ending, isinstance(done.outcome.error, Refused | NotFound)) == (Ending.REFUSED, True)
    assert patients_of(office, session) == [office.theo]


# --- What is refused --------------------------------------------------------------------------------------------------


def an_hour_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=90)


SESSIONS: dict[str, tuple[Callable[[Office], Event], Reason]] = {
    "full": (lambda office: session_of(office, office.theo, places=1), Reason.FULL),
    "no places said": (lambda office: session_of(office, office.theo, places="many"), Reason.NO_CAPACITY),
    "no group": (lambda office: session_of(office, office.theo, type=EventType.APPOINTMENT), Reason.NOT_GROUP),
    "over": (lambda office: session_of(office, office.theo, start=an_hour_ago()), Reason.ENDED),
    "cancelled": (
        lambda office: office.api.events.change(session_of(office).id, EventChange(status=EventStatus.CANCELLED)),
        Reason.CANCELLED,
    ),
}


@pytest.mark.parametrize(("make", "reason"), SESSIONS.values(), ids=SESSIONS)
def test_a_session_that_cannot_be_joined(
    office: Office, mina: UUID, make: Callable[[Office], Event], reason: Reason
) -> None:
    event = make(office)

    with pytest.raises(NotPossible) as refused:
        join(office, event, mina)

    assert (refused.value.reason, mina in patients_of(office, event)) == (reason, False)


def test_nobody_joins_twice(office: Office, session: Event) -> None:
    with pytest.raises(NotPossible) as refused:
        join(office, session, office.theo)

    assert refused.value.reason is Reason.TAKES_PART


def test_a_session_that_was_moved_since_is_looked_at_again(office: Office, session: Event, mina: UUID) -> None:
    office.api.events.change(session.id, EventChange(when=half_hour(at(14))))

    with pytest.raises(AppointmentChanged) as changed:
        join(office, session, mina)

    assert (changed.value.parts, changed.value.event.when) == (("when",), half_hour(at(14)))


def test_two_join_from_the_same_panel_while_there_are_places(office: Office, session: Event, mina: UUID) -> None:
    nora = office.clinic.patient("Nora", "Vale")

    assert [join(office, session, person).confirmed for person in (mina, nora)] == [True, True]
    with pytest.raises(NotPossible) as refused:
        join(office, session, office.clinic.patient("Otto", "Lind"))

    assert (refused.value.reason, patients_of(office, session)) == (Reason.FULL, [office.theo, mina, nora])


# --- What stands against it -------------------------------------------------------------------------------------------


def test_the_session_itself_stands_in_nobodys_way(office: Office, session: Event, mina: UUID) -> None:
    checked = joining.check(office.desk, session, mina)

    assert (checked.clear, checked.codes) == (True, ())


def test_a_session_outside_hours_is_no_news(office: Office, mina: UUID) -> None:
    assert joining.check(office.desk, session_of(office, start=at(19)), mina).clear


@pytest.fixture
def busy(office: Office, mina: UUID) -> Event:
    """Mina sees Ben at the same time."""
    return office.clinic.visit(office.clinic.user("Ben"), mina, start=at(10, 15))


def test_a_patient_who_is_busy_joins_with_a_reason_only(
    office: Office, session: Event, mina: UUID, busy: Event
) -> None:
    with pytest.raises(PlacementRejected) as rejected:
        join(office, session, mina)
    passed = join(office, session, mina, reason=" Comes later ")

    assert [(str(found.kind), found.person_name) for found in rejected.value.checked.conflicts] == [
        ("PATIENT_BUSY", "Mina Stone")
    ]
    entry = visit_history.of(office.desk, session.id)[-1]
    assert (passed.confirmed, entry.reason, entry.facts["over"]) == (True, "Comes later", ["PATIENT_BUSY"])


def test_leave_of_the_host_is_told(office: Office, session: Event, mina: UUID) -> None:
    office.clinic.visit(office.ada, start=at(9), minutes=480, type=EventType.LEAVE)

    assert joining.check(office.desk, session, mina).codes == ("LEAVE",)


def test_who_may_not_override_does_not_join_a_busy_patient(
    office: Office, session: Event, mina: UUID, busy: Event, make_account: Callable[..., Account]
) -> None:
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))

    with pytest.raises(NotAllowed) as refused:
        join(office, session, mina, desk=desk, reason="Comes later")

    assert (refused.value.action, patients_of(office, session)) == ("appointment.override", [office.theo])


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_adds_nobody(
    office: Office, session: Event, mina: UUID, make_account: Callable[..., Account], role: Role
) -> None:
    with pytest.raises(NotAllowed):
        join(office, session, mina, desk=office.desk_of(make_account(role)))

    assert patients_of(office, session) == [office.theo]


def test_who_only_takes_part_in_it_as_a_clinician_adds_nobody(
    office: Office, mina: UUID, make_account: Callable[..., Account]
) -> None:
    """They see it, and the booking right is asked for with its host's calendar."""
    ben = office.clinic.user("Ben")
    shared = session_of(office, office.theo, staff=(ben,))

    with pytest.raises(NotAllowed) as refused:
        join(office, shared, mina, desk=office.desk_of(make_account(Role.CLINICIAN, welkin_id=ben)))

    assert refused.value.action == "appointment.book"


def test_a_clinician_adds_to_their_own_session(
    office: Office, session: Event, mina: UUID, make_account: Callable[..., Account]
) -> None:
    assert join(
        office, session, mina, desk=office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))
    ).confirmed


# --- The same moment --------------------------------------------------------------------------------------------------


class Moments(logging.Handler):
    """Does something right after the n-th call of a kind, as somebody else would at just the wrong time."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[tuple[str, str, int, Callable[[], object]]] = []

    def after(self, method: str, ending: str, number: int, act: Callable[[], object]) -> None:
        """`ending`: how the route ends, "/{event}" for one visit, "/events" for finding."""
        self.plans.append((method, ending, number, act))

    def emit(self, record: logging.LogRecord) -> None:
        line = record.msg
        if not isinstance(line, dict) or line.get("event") != "api_call":
            return
        plans, self.plans = self.plans, []
        due = []
        for method, ending, number, act in plans:
            if line["method"] == method and str(line["route"]).endswith(ending):
                number -= 1
            if number:
                self.plans.append((method, ending, number, act))
            else:
                due.append(act)
        for act in due:
            act()


@pytest.fixture
def moments(office: Office) -> Iterator[Moments]:
    handler, logger = Moments(), logging.getLogger("daybook.api")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def others_add(office: Office, event: Event, person: UUID) -> Callable[[], object]:
    """Somebody adds a patient in Welkin itself."""
    return lambda: office.api.events.change(event.id, joining.joining_change(office.api.events.read(event.id), person))


def test_whoever_took_the_last_place_during_our_check_keeps_it(
    office: Office, mina: UUID, refresh: Callable[[], None], moments: Moments
) -> None:
    nora, session = office.clinic.patient("Nora", "Vale"), session_of(office, office.theo, places=2)
    intent = writes.mint(office.desk)
    moments.after("GET", "/events", 1, others_add(office, session, nora))

    with pytest.raises(NotPossible) as refused:
        join(office, session, mina, intent=intent)

    assert (refused.value.reason, patients_of(office, session)) == (Reason.FULL, [office.theo, nora])
    assert list(AuditRecord.objects.order_by("id").values_list("phase", flat=True)) == ["requested", "not sent"]
    assert Intent.objects.get(key=intent).state == Intent.State.MINTED


def test_whoever_joined_during_our_check_stays_in_it(
    office: Office, session: Event, mina: UUID, moments: Moments
) -> None:
    nora = office.clinic.patient("Nora", "Vale")
    moments.after("GET", "/events", 1, others_add(office, session, nora))

    assert join(office, session, mina).confirmed
    assert patients_of(office, session) == [office.theo, nora, mina]


def test_more_patients_than_places_are_told(office: Office, mina: UUID, moments: Moments) -> None:
    """Welkin itself counts nothing: what is done there right after our write shows in the reading after it."""
    nora, session = office.clinic.patient("Nora", "Vale"), session_of(office, office.theo, places=2)
    moments.after("PATCH", "/{event}", 1, others_add(office, session, nora))

    done = join(office, session, mina)

    assert (done.confirmed, done.outcome.facts["too_many"], done.outcome.facts["missing"]) == (True, 1, False)


def test_that_somebody_took_the_patient_out_at_once_is_told(
    office: Office, session: Event, mina: UUID, moments: Moments
) -> None:
    rows = tuple(Participant(row.person_id, row.role, id=row.id, answer=Answer.YES) for row in session.participants)
    moments.after("PATCH", "/{event}", 1, lambda: office.api.events.change(session.id, EventChange(participants=rows)))

    done = join(office, session, mina)

    assert (done.confirmed, done.outcome.facts["missing"], done.event and done.event.involves(mina)) == (
        True,
        True,
        False,
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for another change asks as often as ever, only faster."""
    monkeypatch.setattr(changing, "TURN", 0.001)


def ending_of(error: Exception | None) -> Callable[[], dict[str, str]]:
    """What a change does that ends with this error, or well."""

    def act() -> dict[str, str]:
        if error:
            raise error
        return {}

    return act


OTHERS: dict[str, tuple[Exception | None, type[Exception] | None]] = {
    "not known yet": (Unknown("cut off"), OthersUnderWay),
    "settled": (None, None),
    "refused": (Refused("no"), None),
    "given back": (Unreachable("down"), None),
}


@pytest.mark.parametrize(("error", "blocked"), OTHERS.values(), ids=OTHERS)
def test_nobody_joins_while_the_outcome_of_another_change_is_not_known(
    office: Office, session: Event, mina: UUID, error: Exception | None, blocked: type[Exception] | None
) -> None:
    other = Change("appointment.attend", object_id=session.id, since=writes.mark_of(office.desk, session.id))
    with suppress(Unreachable):
        writes.perform(office.desk, writes.mint(office.desk), other, ending_of(error))

    with pytest.raises(blocked) if blocked else nullcontext():
        join(office, session, mina)
    assert (mina in patients_of(office, session)) is (blocked is None)


def test_who_waits_too_long_for_another_change_may_send_again(
    office: Office, session: Event, mina: UUID, impatient: None
) -> None:
    intent, told = writes.mint(office.desk), []

    def act() -> dict[str, str]:
        with pytest.raises(LedgerBusy):
            join(office, session, mina, intent=intent)
        told.append(Intent.objects.get(key=intent).state)
        return {}

    writes.perform(office.desk, writes.mint(office.desk), Change("x", object_id=session.id, since=0), act)

    assert (told, join(office, session, mina, intent=intent).confirmed) == ([Intent.State.MINTED], True)


def test_a_change_of_another_session_is_no_reason_to_wait(office: Office, session: Event, mina: UUID) -> None:
    other = Change("appointment.attend", object_id=uuid4(), since=0)
    writes.perform(office.desk, writes.mint(office.desk), other, ending_of(Unknown("cut off")))

    assert join(office, session, mina).confirmed


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
def test_two_joins_through_daybook_do_not_take_each_other_out(
    office: Office,
    session: Event,
    mina: UUID,
    moments: Moments,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    """The second begins when the first has read the session for the last time and has not written yet."""
    nora, told = office.clinic.patient("Nora", "Vale"), []

    def second() -> None:
        try:
            told.append(join(office, session, nora).outcome.ending.value)
        except LedgerBusy:
            told.append("wait")

    if not guarded:
        monkeypatch.setattr(writes, "_open_edit", lambda *_: None)
        monkeypatch.setattr(merging, "latest", lambda _, event: event)
    moments.after("GET", "/{event}", 2, second)

    assert join(office, session, mina).confirmed
    assert patients_of(office, session) == [office.theo, mina]
    assert told == (["wait"] if guarded else ["confirmed"])


# When the join comes: after which of the move's calls. The move looks up its host in our index, without a call.
BEFORE_THE_WRITE = {"once it was read": ("GET", "/{event}"), "after its check": ("GET", "/events")}
MOVES: dict[str, Callable[[Office, Event], Move]] = {
    "answers asked for again": lambda office, event: Move(event.id, half_hour(at(14)), office.ada, version(event)),
    "another host": lambda office, event: Move(event.id, event.when, office.clinic.names["Ben"], version(event)),
}


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
@pytest.mark.parametrize("moment", BEFORE_THE_WRITE.values(), ids=BEFORE_THE_WRITE)
@pytest.mark.parametrize("make", MOVES.values(), ids=MOVES)
def test_a_move_does_not_take_out_who_joined_before_its_write(
    office: Office,
    session: Event,
    mina: UUID,
    moments: Moments,
    make_team: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Office, Event], Move],
    moment: tuple[str, str],
    guarded: bool,
) -> None:
    """The join begins and ends between the move's reading and its write."""
    make_team("Joint", members=[office.clinic.user("Ben")], keepers=[office.coordinator])
    desk, joined = office.desk_of(office.coordinator), []
    wish, intent = make(office, session), writes.mint(desk)
    if not guarded:
        monkeypatch.setattr(changing, "last_look", lambda *asked: asked[-1])
        monkeypatch.setattr(writes, "_open_edit", lambda *_: None)
        monkeypatch.setattr(merging, "latest", lambda _, event: event)
    moments.after(*moment, 1, lambda: joined.append(join(office, session, mina).confirmed))

    if guarded:
        with pytest.raises(AppointmentChanged) as changed:
            appointments.move(desk, intent, wish)
        assert (changed.value.parts, changed.value.event.involves(mina)) == (("people",), True)
        assert Intent.objects.get(key=intent).state == Intent.State.MINTED
    else:
        assert appointments.move(desk, intent, wish).confirmed

    after = office.api.events.read(session.id)
    assert (joined, after.involves(mina)) == ([True], guarded)
    assert ((after.when, after.host_id) == (session.when, session.host_id)) is guarded


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
def test_noting_who_came_does_not_take_out_who_joined_meanwhile(
    office: Office, mina: UUID, moments: Moments, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The join begins and ends between the reading for the mark and its write; the mark is then set beside it."""
    now = session_of(office, office.theo, start=office.desk.now - timedelta(minutes=10))
    desk, joined = office.desk_of(office.coordinator), []
    intent = writes.mint(desk)
    if not guarded:
        monkeypatch.setattr(changing, "last_look", lambda *asked: asked[-1])
        monkeypatch.setattr(writes, "_open_edit", lambda *_: None)
        monkeypatch.setattr(merging, "latest", lambda _, event: event)
    moments.after("GET", "/{event}", 1, lambda: joined.append(join(office, now, mina).confirmed))

    assert closing.attend(desk, intent, now.id, office.theo, attended=True, seen=version(now)).confirmed

    after = office.api.events.read(now.id)
    assert (joined, after.involves(mina)) == ([True], guarded)
    assert [row.attended for row in after.participants if row.person_id == office.theo] == [True]


def test_a_move_refused_for_a_join_goes_through_once_it_was_seen(
    office: Office, session: Event, mina: UUID, moments: Moments
) -> None:
    intent, to = writes.mint(office.desk), half_hour(at(14))
    moments.after("GET", "/{event}", 1, lambda: join(office, session, mina))
    with pytest.raises(AppointmentChanged) as changed:
        appointments.move(office.desk, intent, Move(session.id, to, office.ada, version(session)))

    seen = version(changed.value.event)

    assert appointments.move(office.desk, intent, Move(session.id, to, office.ada, seen)).confirmed
    assert (office.api.events.read(session.id).when, patients_of(office, session)) == (to, [office.theo, mina])


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
def test_nobody_joins_between_the_last_look_of_a_move_and_its_write(
    office: Office,
    session: Event,
    mina: UUID,
    moments: Moments,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    told = []

    def second() -> None:
        try:
            told.append(join(office, session, mina).outcome.ending.value)
        except LedgerBusy:
            told.append("wait")

    if not guarded:
        monkeypatch.setattr(writes, "_open_edit", lambda *_: None)
        monkeypatch.setattr(merging, "latest", lambda _, event: event)
    moments.after("GET", "/{event}", 2, second)
    wish = Move(session.id, half_hour(at(14)), office.ada, version(session))

    assert appointments.move(office.desk, writes.mint(office.desk), wish).confirmed
    assert patients_of(office, session) == [office.theo]
    assert told == (["wait"] if guarded else ["confirmed"])


THREADS, PLACES, ROUNDS = 6, 2, 12


@pytest.mark.django_db(transaction=True)
def test_many_who_join_at_once_never_overfill_and_nobody_who_was_told_yes_is_missing(office: Office) -> None:
    """Everybody tries until they are in or it is full. Nobody is told yes and then pushed out by the next."""
    session = session_of(office, places=PLACES)
    people = [office.api.patients.create(NewPatient(f"P{number}", "Race")).id for number in range(THREADS)]
    desks = [replace(office.desk, session=f"s{number}") for number in range(THREADS)]
    gate, told = threading.Barrier(THREADS), dict.fromkeys(people, "")

    def one(desk: Desk, person: UUID) -> None:
        gate.wait(timeout=30)
        try:
            for _round in range(ROUNDS):
                told[person] = attempt(desk, person)
                if told[person] != "wait":
                    return
        finally:
            connections.close_all()

    def attempt(desk: Desk, person: UUID) -> str:
        try:
            return join(office, session, person, desk=desk).outcome.ending.value
        except LedgerBusy:
            return "wait"
        except NotPossible as refused:
            return refused.reason.value

    threads = [threading.Thread(target=one, args=pair) for pair in zip(desks, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    after = office.api.events.read(session.id)
    inside = {row.person_id for row in after.patients}
    assert group.places_taken(after) <= PLACES
    assert {person for person, ending in told.items() if ending == "confirmed"} == inside
    assert set(told.values()) <= {"confirmed", "FULL", "wait"}
