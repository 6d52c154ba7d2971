"""Every write service that can make time busy takes a claim under the locks; every other one leaves the time as it was.

A new writer has to be put into one of the two tables below, and the tables are tried, not believed (regression of a
"fast" branch that skipped the lock: fossasia/eventyay #1359 and #1378; of a second channel: odoo/odoo #252960).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Answer, Event, EventStatus, EventType
from scheduling.services import appointments, claims, closing, invitations, joining, patients, restoring, writes
from scheduling.services.appointments import Edit, Move, Wish
from scheduling.services.claims import Wanted
from scheduling.services.joining import Join
from scheduling.services.versions import version
from scheduling.welkin import NewPatient
from tests.clinic_fixture import Office, at, half_hour
from tests.services.test_choke_point import WRITERS

pytestmark = pytest.mark.django_db


class Watch:
    """Which locks and claims were taken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.locked: list[frozenset[Any]] = []
        self.wanted: list[Wanted] = []
        lock, reserve = claims.lock, claims.reserve

        def locking(scope: str, people: Any) -> None:
            told = frozenset(people)
            self.locked.append(told)
            lock(scope, told)

        def reserving(desk: Any, intent: str, wanted: Wanted) -> None:
            self.wanted.append(wanted)
            reserve(desk, intent, wanted)

        monkeypatch.setattr(claims, "lock", locking)
        monkeypatch.setattr(claims, "reserve", reserving)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


Making = Callable[[Office, Any], object]


def key(office: Office) -> str:
    return writes.mint(office.desk)


def visit(office: Office, **more: Any) -> Event:
    return office.clinic.visit(office.ada, office.theo, **({"start": at(10)} | more))


def book(office: Office, _: Any) -> object:
    return appointments.book(office.desk, key(office), Wish(half_hour(at(10)), (office.ada,), (office.theo,)))


def book_leave(office: Office, _: Any) -> object:
    wish = Wish(half_hour(at(9), 480), (office.ada,), (), type=EventType.LEAVE)
    return appointments.book(office.desk, key(office), wish)


def move(office: Office, _: Any) -> object:
    event = visit(office)
    return appointments.move(office.desk, key(office), Move(event.id, half_hour(at(14)), office.ada, version(event)))


def resize(office: Office, _: Any) -> object:
    event = visit(office)
    return appointments.move(
        office.desk, key(office), Move(event.id, half_hour(at(10), 60), office.ada, version(event))
    )


def reassign(office: Office, make_team: Any) -> object:
    event, ben = visit(office), office.clinic.user("Ben")
    make_team("Joint", members=[ben], keepers=[office.coordinator])
    desk = office.desk_of(office.coordinator)
    return appointments.move(desk, writes.mint(desk), Move(event.id, event.when, ben, version(event)))


def restore(office: Office, _: Any) -> object:
    event = office.api.events.cancel(visit(office).id)
    return restoring.restore(office.desk, key(office), event.id, seen=version(event))


def join(office: Office, _: Any) -> object:
    session = office.clinic.visit(office.ada, start=at(10), type=EventType.GROUP_THERAPY, additional={"capacity": 3})
    return joining.join(office.desk, key(office), Join(session.id, office.theo, version(session)))


def grant_leave(office: Office, _: Any) -> object:
    boss = office.clinic.user("Boss")
    leave = office.clinic.visit(office.ada, start=at(9), staff=(boss,), type=EventType.LEAVE)
    account = Account.objects.create_user(username="boss", role=Role.MANAGER, welkin_id=boss)
    desk = office.desk_of(account)
    return invitations.answer(desk, writes.mint(desk), leave.id, boss, said=Answer.YES, seen=version(leave))


# Every path that makes time busy, by the service that does it.
TAKING: dict[str, tuple[Callable[..., Any], Making]] = {
    "create": (appointments.book, book),
    "create leave": (appointments.book, book_leave),
    "move": (appointments.move, move),
    "resize": (appointments.move, resize),
    "reassign": (appointments.move, reassign),
    "undo of a cancel": (restoring.restore, restore),
    "join a group": (joining.join, join),
    "grant leave": (invitations.answer, grant_leave),
}


def edit(office: Office, event: Event) -> object:
    return appointments.edit(office.desk, key(office), Edit(event.id, {"title": "New"}, version(event)))


def cancel(office: Office, event: Event) -> object:
    return closing.cancel(office.desk, key(office), event.id, seen=version(event), reason="Ill")


def mark(office: Office, event: Event) -> object:
    return closing.mark(office.desk, key(office), event.id, seen=version(event), status=EventStatus.COMPLETED)


def unmark(office: Office, event: Event) -> object:
    marked: Any = mark(office, event)
    return closing.unmark(office.desk, key(office), event.id, seen=version(marked.event))


def take_out(office: Office, event: Event) -> object:
    """Of a session beside the visit: nobody's time is taken there either."""
    session = office.clinic.visit(office.ada, office.theo, start=at(12), type=EventType.GROUP_THERAPY)
    return joining.take_out(office.desk, key(office), session.id, office.theo, seen=version(session))


def attend(office: Office, event: Event) -> object:
    return closing.attend(office.desk, key(office), event.id, office.theo, attended=True, seen=version(event))


def delete(office: Office, event: Event) -> object:
    return closing.delete(office.desk, key(office), event.id, seen=version(event))


# Services that take no time, each tried on a visit: what it takes is the same afterwards, or less.
LEAVING: dict[str, tuple[Callable[..., Any], Callable[[Office, Event], object], bool]] = {
    "edit": (appointments.edit, edit, False),
    "cancel": (closing.cancel, cancel, False),
    "mark": (closing.mark, mark, True),
    "undo of a mark": (closing.unmark, unmark, True),
    "undo of a join": (joining.take_out, take_out, False),
    "attend": (closing.attend, attend, True),
    "delete": (closing.delete, delete, False),
}


def test_every_writer_is_in_one_of_the_tables() -> None:
    """A patient has no calendar yet, hours offer time instead of taking it, and leave takes none before it is granted.

    What is taken back is an answer to leave. Locks of hours, contracts, turns, sets of people and what is kept in spite
    of something are our own tables.
    """
    ours = {"hours_locks", "contracts", "rotations", "staff_sets", "staying"}
    offering = {"patients", "user_admin", "work_hours", "leave", "unanswering"} | ours
    elsewhere = {writer for writer in WRITERS if writer.__module__.rpartition(".")[2] in offering}
    taking, leaving = {writer for writer, _ in TAKING.values()}, {writer for writer, *_ in LEAVING.values()}

    assert set(WRITERS) == taking | leaving | elsewhere
    assert not taking & leaving


@pytest.mark.parametrize(("_", "make"), TAKING.values(), ids=TAKING)
def test_whatever_makes_time_busy_claims_it_under_the_locks(
    office: Office, make_team: Callable[..., Any], watch: Watch, _: object, make: Making
) -> None:
    done: Any = make(office, make_team)

    [wanted] = watch.wanted
    event = office.api.events.read(done.event_id)
    busy = {event.host_id} if event.is_leave else {row.person_id for row in event.participants}
    assert done.confirmed
    assert watch.locked == [frozenset(wanted.people)]
    assert set(wanted.people) <= busy
    assert wanted.when == event.when


@pytest.mark.parametrize("make", [book, move, join], ids=["create", "move", "join a group"])
def test_a_path_that_claims_nothing_would_be_seen(
    office: Office, make_team: Callable[..., Any], watch: Watch, monkeypatch: pytest.MonkeyPatch, make: Making
) -> None:
    take = writes._take
    monkeypatch.setattr(writes, "_take", lambda desk, key, change: take(desk, key, replace(change, wanted=None)))

    make(office, make_team)

    assert (watch.wanted, watch.locked) == ([], [])


def footprint(office: Office, event: Event) -> set[object]:
    """Whose time the visit takes, and when."""
    found = office.api.events.find(half_hour(event.when.start - timedelta(hours=3), 600), participant_ids=[office.ada])
    live = [each for each in found.rows if each.id == event.id and each.live]
    return {(row.person_id, each.when) for each in live for row in each.participants}


@pytest.mark.parametrize(("_", "change", "begun"), LEAVING.values(), ids=LEAVING)
def test_whatever_claims_nothing_takes_no_time(
    office: Office, watch: Watch, _: object, change: Callable[[Office, Event], object], begun: bool
) -> None:
    event = visit(office, start=office.desk.now.replace(microsecond=0) - timedelta(minutes=10) if begun else at(10))
    before = footprint(office, event)

    done: Any = change(office, event)

    assert (done.confirmed, watch.wanted) == (True, [])
    assert footprint(office, event) <= before


def test_an_answer_that_grants_no_leave_claims_nothing(
    office: Office, watch: Watch, make_account: Callable[..., Account]
) -> None:
    ben = office.clinic.user("Ben")
    shared, leave = visit(office, staff=(ben,)), visit(office, start=at(14), staff=(ben,), type=EventType.LEAVE)
    desk = office.desk_of(make_account(Role.CLINICIAN, welkin_id=ben))

    for event, said in ((shared, Answer.YES), (leave, Answer.MAYBE), (leave, Answer.NO)):
        seen = version(office.api.events.read(event.id))
        assert invitations.answer(desk, writes.mint(desk), event.id, ben, said=said, seen=seen).confirmed

    assert watch.wanted == []


def test_a_new_patient_takes_no_time(office: Office, watch: Watch) -> None:
    made = patients.create(office.desk, key(office), NewPatient("Mina", "Stone", birth_date=date(1980, 1, 2)))

    assert (made.outcome.confirmed, watch.wanted) == (True, [])
