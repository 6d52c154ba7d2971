"""Claims in the ledger: what the database refuses by itself, what a change takes, when it lets go again."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Answer, Event, EventType
from scheduling.ledger.models import Claim, Intent, OpenEdit
from scheduling.services import appointments, claims, closing, invitations, joining, placing, restoring, writes
from scheduling.services.appointments import Move, Wish
from scheduling.services.changing import PlacementRejected
from scheduling.services.claims import Judged, Wanted
from scheduling.services.desk import NotAllowed
from scheduling.services.joining import Join
from scheduling.services.notsent import LedgerBusy
from scheduling.services.patience import TRIES, patiently
from scheduling.services.versions import version
from scheduling.services.writes import Change
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour

from . import claim_cases
from .claim_cases import FIRST, SECOND, claim

pytestmark = pytest.mark.django_db


# --- The database's own line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "refused"), SECOND.values(), ids=SECOND)
def test_the_database_refuses_what_overlaps(second: Claim, refused: bool) -> None:
    assert claim_cases.refuses(claim(), second) is refused


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_the_database_lets_pass_what_does_not_block(first: dict[str, Any]) -> None:
    assert claim_cases.refuses(claim(**first), claim(visit="two")) is False


def test_a_claim_that_was_let_go_does_not_come_back_over_another() -> None:
    assert claim_cases.revived() is False


def test_without_its_triggers_the_database_would_take_both() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER claim_overlap_INSERT")
        assert claim_cases.refuses(claim(), claim(visit="two")) is False


def test_both_triggers_are_there() -> None:
    """A migration that makes Django rebuild the table would lose them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_claim'")
        assert {name for (name,) in cursor.fetchall()} == {"claim_overlap_INSERT", "claim_overlap_UPDATE"}


# --- What each change takes and gives back ---------------------------------------------------------------------------


def wish(office: Office, hour: int = 10, minute: int = 0, **more: Any) -> Wish:
    return Wish(half_hour(at(hour, minute)), (office.ada,), (office.theo,), title="Wound check", **more)


def book(office: Office, hour: int = 10, minute: int = 0, **more: Any) -> Event:
    done = appointments.book(office.desk, writes.mint(office.desk), wish(office, hour, minute, **more))
    assert done.event is not None
    return done.event


def taken(office: Office, person: UUID | None = None) -> list[tuple[str, str]]:
    """The live claims on somebody's time: when, and for which visit."""
    rows = Claim.objects.filter(resource=person or office.ada, state__in=Claim.LIVE).order_by("starts_at")
    return [(f"{row.starts_at:%H:%M}", row.visit) for row in rows]


def utc(hour: int, minute: int = 0) -> str:
    return f"{at(hour, minute):%H:%M}"


def test_a_booking_takes_the_time_of_clinician_and_patient(office: Office) -> None:
    event = book(office)

    assert taken(office) == taken(office, office.theo) == [(utc(10), str(event.id))]


def test_a_move_takes_the_new_time_and_gives_back_the_old(office: Office) -> None:
    event = book(office)

    appointments.move(
        office.desk, writes.mint(office.desk), Move(event.id, half_hour(at(10, 15)), office.ada, version(event))
    )

    assert taken(office) == taken(office, office.theo) == [(utc(10, 15), str(event.id))]


def test_another_host_takes_over_and_the_first_is_free(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    event, desk = book(office), office.desk_of(office.coordinator)

    appointments.move(desk, writes.mint(desk), Move(event.id, event.when, ben, version(event)))

    assert (taken(office), taken(office, ben)) == ([], [(utc(10), str(event.id))])


@pytest.mark.parametrize("end", ["cancel", "delete"])
def test_what_is_cancelled_or_deleted_is_free_at_once(office: Office, end: str) -> None:
    event = book(office)
    told = {"seen": version(event), **({"reason": "Ill"} if end == "cancel" else {})}

    getattr(closing, end)(office.desk, writes.mint(office.desk), event.id, **told)

    assert (taken(office), taken(office, office.theo)) == ([], [])
    assert book(office).id != event.id


def test_a_visit_that_is_set_back_takes_its_time_again(office: Office) -> None:
    event = book(office)
    closing.cancel(office.desk, writes.mint(office.desk), event.id, seen=version(event), reason="Ill")
    cancelled = office.api.events.read(event.id)

    done = restoring.restore(office.desk, writes.mint(office.desk), event.id, seen=version(cancelled))

    assert (done.confirmed, done.event and done.event.live) == (True, True)
    assert taken(office) == [(utc(10), str(event.id))]


def test_a_visit_is_not_set_back_over_what_was_booked_since(office: Office) -> None:
    event = book(office)
    closing.cancel(office.desk, writes.mint(office.desk), event.id, seen=version(event), reason="Ill")
    other, cancelled = book(office), office.api.events.read(event.id)

    with pytest.raises(PlacementRejected):
        restoring.restore(office.desk, writes.mint(office.desk), event.id, seen=version(cancelled))

    assert taken(office) == [(utc(10), str(other.id))]
    assert office.api.events.read(event.id).live is False


def test_who_joins_a_session_has_no_other_visit_then(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    session = office.clinic.visit(ben, start=at(10), type=EventType.GROUP_THERAPY, additional={"capacity": 3})
    desk = office.desk_of(office.coordinator)

    joined = joining.join(desk, writes.mint(desk), Join(session.id, office.theo, version(session)))

    assert (joined.confirmed, taken(office, office.theo)) == (True, [(utc(10), str(session.id))])
    with pytest.raises(PlacementRejected):
        appointments.book(desk, writes.mint(desk), wish(office))


def test_granted_leave_takes_the_hosts_time_beside_the_visits_that_are_there(
    office: Office, make_account: Callable[..., Account]
) -> None:
    boss, visit = office.clinic.user("Boss"), book(office)
    leave = office.clinic.visit(office.ada, start=at(9), minutes=480, staff=(boss,), type=EventType.LEAVE)
    desk = office.desk_of(make_account(Role.MANAGER, welkin_id=boss))

    done = invitations.answer(desk, writes.mint(desk), leave.id, boss, said=Answer.YES, seen=version(leave))

    assert done.confirmed
    assert taken(office) == [(utc(9), str(leave.id)), (utc(10), str(visit.id))]
    assert taken(office, boss) == []


def test_an_override_is_marked_and_only_for_whom_it_doubles(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    desk = office.desk_of(office.coordinator)
    book(office)
    other = office.clinic.patient("Mina", "Stone")

    appointments.book(
        desk, writes.mint(desk), Wish(half_hour(at(10)), (office.ada, ben), (other,), title="Both"), reason="Urgent"
    )

    rows = dict(Claim.objects.filter(starts_at=at(10)).order_by("id").values_list("resource", "overridden"))
    assert (rows[office.ada], rows[ben], rows[other]) == (True, False, False)


def test_what_is_refused_takes_nothing(office: Office) -> None:
    wrong = replace(wish(office), patient_ids=(uuid4(),))

    done = appointments.book(office.desk, writes.mint(office.desk), wrong)

    assert (done.confirmed, taken(office)) == (False, [])


def test_a_form_that_may_not_override_takes_nothing(office: Office, make_account: Callable[..., Account]) -> None:
    book(office)
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada))
    key = writes.mint(desk)

    with pytest.raises(NotAllowed):
        appointments.book(desk, key, replace(wish(office), patient_ids=()), reason="I want to")

    assert (Claim.objects.filter(intent=key).count(), writes.earlier(desk, key)) == (0, None)


# --- What others do in Welkin itself ---------------------------------------------------------------------------------


FOREIGN: dict[str, Callable[[Office, Event], object]] = {
    "moved": lambda office, event: office.api.events.change(event.id, EventChange(when=half_hour(at(15)))),
    "cancelled": lambda office, event: office.api.events.cancel(event.id),
}


@pytest.mark.parametrize("away", FOREIGN.values(), ids=FOREIGN)
def test_what_others_took_away_frees_its_time_at_the_next_check(
    office: Office, away: Callable[[Office, Event], object]
) -> None:
    event = book(office)
    away(office, event)

    again = book(office)

    assert taken(office) == [(utc(10), str(again.id))]


def test_what_others_deleted_is_held_for_as_long_as_a_read_may_lag(office: Office, settings: Any) -> None:
    event = book(office)
    office.api.events.delete(event.id)
    with pytest.raises(PlacementRejected) as held:
        book(office)
    assert [str(found.kind) for found in held.value.checked.conflicts] == ["CLAIMED", "CLAIMED"]

    desk = replace(office.desk, now=office.desk.now + timedelta(seconds=settings.SETTLE_SECONDS + 1))

    assert appointments.book(desk, writes.mint(desk), wish(office)).confirmed


# --- The moment of taking --------------------------------------------------------------------------------------------


def test_what_was_taken_after_the_check_is_seen_under_the_locks(office: Office) -> None:
    place = placing.Place(office.desk, wish(office).placement, "")
    place.accept()
    other = book(office)
    key = writes.mint(office.desk)

    with pytest.raises(PlacementRejected) as late:
        writes._take(office.desk, key, Change("appointment.book", wanted=place.wanted))

    assert {str(found.kind) for found in late.value.checked.conflicts} == {"CLAIMED"}
    assert (taken(office), writes.earlier(office.desk, key)) == ([(utc(10), str(other.id))], None)


def test_a_reason_for_what_was_seen_is_none_for_what_came_since(office: Office) -> None:
    outside = placing.Place(office.desk, wish(office, 18).placement, "Only today")
    outside.accept()
    appointments.book(office.desk, writes.mint(office.desk), wish(office, 18), reason="Emergency")

    with pytest.raises(PlacementRejected):
        writes._take(office.desk, writes.mint(office.desk), Change("appointment.book", wanted=outside.wanted))


def test_whatever_forgets_to_look_is_stopped_by_the_database(office: Office) -> None:
    """The last line: a change that judges nothing at all."""
    event = book(office)
    blind = Change("appointment.book", wanted=lambda: Wanted((office.ada,), event.when))

    with pytest.raises(LedgerBusy):
        writes.perform(office.desk, writes.mint(office.desk), blind, lambda: {"event": str(uuid4())})

    assert taken(office) == [(utc(10), str(event.id))]


THREADS = 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the look under the lock"])
def test_of_many_at_once_one_has_the_time(office: Office, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    if not guarded:
        monkeypatch.setattr(placing.Place, "_judge_again", lambda *_: Judged(frozenset({office.ada, office.theo})))
    gate, told = threading.Barrier(THREADS), []

    def one() -> None:
        try:
            desk = replace(office.desk, session=threading.current_thread().name)
            key = writes.mint(desk)
            place = placing.Place(desk, wish(office).placement, "")
            place.accept()
            gate.wait(timeout=30)
            try:
                done = writes.perform(
                    desk, key, Change("appointment.book", wanted=place.wanted), lambda: {"event": str(uuid4())}
                )
                told.append(done.ending.value)
            except PlacementRejected:
                told.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == (["confirmed"] + ["taken"] * (THREADS - 1) if guarded else ["confirmed"] * THREADS)


# --- Patience --------------------------------------------------------------------------------------------------------


class Sqlstate(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failing(error: type[Exception], text: str = "", sqlstate: str = "") -> Exception:
    made = error(text)
    made.__cause__ = Sqlstate(sqlstate) if sqlstate else None
    return made


PASSING = {
    "a lock that took too long": failing(OperationalError, sqlstate="55P03"),
    "a deadlock": failing(OperationalError, sqlstate="40P01"),
    "a serialization failure": failing(OperationalError, sqlstate="40001"),
    "the constraint": failing(IntegrityError, 'violates exclusion constraint "claim_overlap"'),
}
FINAL = {
    "a locked file": failing(OperationalError, "database is locked"),
    "a full disk": failing(OperationalError, "database or disk is full"),
    "a lost connection": failing(OperationalError, "server closed the connection", sqlstate="57P01"),
}


def attempts(error: Exception, times: int) -> tuple[int, str]:
    """How often a write is tried that fails so many times, and how it ends."""
    tried = 0

    @patiently
    def write() -> str:
        nonlocal tried
        tried += 1
        if tried <= times:
            raise error
        return "written"

    try:
        return tried, write()  # type: ignore[return-value]
    except LedgerBusy:
        return tried, "busy"


@pytest.mark.parametrize("error", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again_a_few_times(error: Exception) -> None:
    assert [attempts(error, times)[1] for times in (0, TRIES - 1, TRIES)] == ["written", "written", "busy"]


@pytest.mark.parametrize("error", FINAL.values(), ids=FINAL)
def test_what_does_not_pass_is_told_at_once(error: Exception) -> None:
    assert attempts(error, 1)[1] == "busy"


def test_a_mistake_of_ours_stays_one() -> None:
    with pytest.raises(IntegrityError):
        attempts(failing(IntegrityError, "NOT NULL constraint failed"), 1)


def test_a_ledger_that_does_not_answer_sends_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    key = writes.mint(office.desk)

    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(claims, "reserve", locked)
        with pytest.raises(LedgerBusy):
            appointments.book(office.desk, key, wish(office))

    assert writes.earlier(office.desk, key) is None
    assert appointments.book(office.desk, key, wish(office)).confirmed


def test_a_yes_that_cannot_be_stored_is_looked_for_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    key = writes.mint(office.desk)

    def locked(*_: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(writes, "_settle_claims", locked)
        done = appointments.book(office.desk, key, wish(office))

    assert (done.outcome.ending.value, Intent.objects.get(key=key).state) == ("unknown", "working")
    assert Claim.objects.filter(intent=key).first().state == "sent"  # type: ignore[union-attr]


# --- Housekeeping ----------------------------------------------------------------------------------------------------


def test_claims_on_time_that_is_over_are_forgotten() -> None:
    now = claim().ends_at + claims.KEEP + timedelta(seconds=1)
    claim().save()
    claim(visit="two", minute=60, changed_at=now).save()
    claim(visit="three", minute=60 * 24 * 30, state="released").save()
    claim(visit="four", minute=60 * 24 * 30, changed_at=now).save()

    assert claims.forget(now) == 2
    assert set(Claim.objects.values_list("visit", flat=True)) == {"two", "four"}


def test_nobodys_edit_is_left_open_by_a_change_that_ended(office: Office) -> None:
    event = book(office)
    appointments.move(
        office.desk, writes.mint(office.desk), Move(event.id, half_hour(at(14)), office.ada, version(event))
    )

    assert OpenEdit.objects.count() == 0


def test_locks_are_told_by_person_and_tenant() -> None:
    numbers = {claims._number(scope, person) for scope in "ab" for person in (UUID(int=1), UUID(int=2))}

    assert len(numbers) == 4
    assert all(-(2**63) <= number < 2**63 for number in numbers)
