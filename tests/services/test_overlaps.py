"""Visits that overlap because somebody booked in Welkin itself: found, kept, mended, never dropped (F26, F27)."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType
from scheduling.ledger.models import AuditRecord, Clash
from scheduling.services import appointments, closing, joining, keeping, overlaps, visit_history, writes
from scheduling.services.appointments import Move, Wish
from scheduling.services.changing import Done
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.joining import Join
from scheduling.services.versions import version
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import EVENTS, Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture(autouse=True)
def _days() -> Iterator[None]:
    """Each test watches as a process does that has just begun."""
    overlaps._days.clear()
    yield
    overlaps._days.clear()


def book(office: Office, start: datetime | None = None, reason: str = "", **more: Any) -> Event:
    """Theo is booked with Ada through Daybook, at ten unless told otherwise; nobody looks afterwards."""
    told: dict[str, Any] = {"clinician_ids": (office.ada,), "patient_ids": (office.theo,), "title": "Wound check"}
    wish = Wish(half_hour(start or at(10)), **(told | more))
    done = appointments.book(office.desk, writes.mint(office.desk), wish, reason=reason)
    assert done.confirmed
    assert done.event
    return done.event


def foreign(office: Office, start: datetime, minutes: int = 30, **more: Any) -> Event:
    """A visit of Ada's that somebody books in Welkin itself, with a patient of its own."""
    return office.clinic.visit(office.ada, office.clinic.patient("Uma"), start=start, minutes=minutes, **more)


def watch(_: Office) -> int:
    """A poll of the worker."""
    return overlaps.watch(datetime.now(UTC))


def open_pairs(office: Office) -> set[frozenset[Any]]:
    return {frozenset((row.ours, row.other)) for row in Clash.objects.filter(settled_at=None)}


def audited(event: Event) -> list[tuple[str, str]]:
    rows = AuditRecord.objects.filter(object_id=str(event.id), action__startswith="overlap.").order_by("id")
    return [(row.action, row.phase) for row in rows]


BOTH_PHASES = ["requested", "confirmed"]


# --- Found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
def test_f26_f27_a_foreign_booking_in_the_same_second_is_found_by_the_look_after_ours(
    office: Office, faults: Faults, moment: str
) -> None:
    """F26, F27: another client writes between our check and our create, and right behind our create."""
    faults.rule({"foreign_write": {"when": moment, "copy": True}}, method="POST", path=EVENTS)

    ours = book(office)

    (theirs,) = [row for row in faults.dump() if row["id"] != str(ours.id)]
    told = overlaps.of_visit(office.desk, ours.id)
    assert [{str(one.ours.id), str(one.other.id)} for one in told] == [{str(ours.id), theirs["id"]}]
    assert set(told[0].people) == {office.ada, office.theo}
    assert [row["eventStatus"] for row in faults.dump()] == ["SCHEDULED"] * 2
    assert {phase for _, phase in audited(ours)} == set(BOTH_PHASES)


def test_f27_every_one_of_many_is_found_and_both_visits_tell_of_it(office: Office, faults: Faults) -> None:
    chance = random.Random(27)
    phases = []
    for number in range(16):
        start = at(9 + number % 8, day=number // 8)
        shift = timedelta(minutes=chance.choice((-25, -10, 0, 5, 20)))
        body = {
            "startDateTime": f"{start + shift:%Y-%m-%dT%H:%M:00.000Z}",
            "endDateTime": f"{start + shift + timedelta(minutes=30):%Y-%m-%dT%H:%M:00.000Z}",
        }
        moment = chance.choice(("before", "after"))
        faults.rule({"foreign_write": {"when": moment, "copy": True, "body": body}}, method="POST", path=EVENTS)
        # Neighbours may overlap too; what counts is this pair. Theirs is gone again before the next one.
        known = {row["id"] for row in faults.dump()}
        ours = book(office, start)
        theirs = next(row["id"] for row in faults.dump() if row["id"] not in known | {str(ours.id)})
        told = overlaps.of_visit(office.desk, ours.id)
        other = next(one.beside(ours.id) for one in told if str(one.beside(ours.id).id) == theirs)
        phases += [audited(other)[-2:], audited(ours)[-2:]]
        office.api.events.cancel(other.id)

    assert phases == [[("overlap.found", phase) for phase in BOTH_PHASES]] * 32


def test_f27_what_the_look_misses_is_found_by_the_next_poll(office: Office, faults: Faults) -> None:
    """The API is away just after our create: the visit is booked all the same, and nobody is told a lie."""
    faults.rule({"foreign_write": {"when": "after", "copy": True}}, method="POST", path=EVENTS)
    faults.rule({"status": {"code": 503}}, method="GET", path=EVENTS, nth=list(range(2, 12)), times=None, at_least=1)

    ours = book(office)
    missed = overlaps.of_visit(office.desk, ours.id)
    faults.clear()

    assert (missed, watch(office)) == ([], 2)
    assert len(overlaps.of_visit(office.desk, ours.id)) == 1


@pytest.mark.parametrize(
    ("start", "minutes"),
    [(at(10), 30), (at(9, 45), 30), (at(10, 15), 30), (at(9), 120), (at(10, 10), 10)],
    ids=["same", "over-its-start", "over-its-end", "around", "inside"],
)
def test_a_poll_finds_what_was_booked_in_welkin_later(office: Office, start: datetime, minutes: int) -> None:
    ours = book(office)
    theirs = foreign(office, start, minutes)

    first, second = watch(office), watch(office)

    assert (first, second, open_pairs(office)) == (1, 0, {frozenset((ours.id, theirs.id))})
    assert audited(ours) == audited(theirs) == [("overlap.found", phase) for phase in BOTH_PHASES]


def test_f26_a_foreign_move_onto_ours_is_found(office: Office) -> None:
    ours, theirs = book(office), foreign(office, at(14))
    before = watch(office)
    office.api.events.change(theirs.id, EventChange(when=half_hour(at(10))))

    assert (before, watch(office), open_pairs(office)) == (0, 1, {frozenset((ours.id, theirs.id))})


def test_the_patients_time_counts_with_another_clinician(office: Office) -> None:
    ours = book(office)
    theirs = office.clinic.visit(office.clinic.user("Ben"), office.theo, start=at(10, 15))

    assert watch(office) == 1
    assert Clash.objects.get().resource == office.theo
    assert open_pairs(office) == {frozenset((ours.id, theirs.id))}


def test_pages_read_the_calendar_again_when_an_overlap_was_found(office: Office) -> None:
    book(office)
    foreign(office, at(10))
    before = keeping.mark_of(office.desk.scope, [office.ada])
    watch(office)

    assert keeping.mark_of(office.desk.scope, [office.ada]) != before


# --- Not found --------------------------------------------------------------------------------------------------------


def touching(office: Office) -> None:
    book(office)
    foreign(office, at(10, 30))
    foreign(office, at(9, 30))


def cancelled(office: Office) -> None:
    book(office)
    office.api.events.cancel(foreign(office, at(10)).id)


def ours_cancelled(office: Office) -> None:
    ours = book(office)
    foreign(office, at(10))
    office.api.events.cancel(ours.id)


def overridden(office: Office) -> None:
    foreign(office, at(10))
    book(office, reason="Agreed with both")


def own_group(office: Office) -> None:
    session = office.clinic.visit(office.ada, start=at(10), type=EventType.GROUP_THERAPY, additional={"capacity": 3})
    for first in ("Uma", "Vito"):
        done = joining.join(
            office.desk, writes.mint(office.desk), Join(session.id, office.clinic.patient(first), version(session))
        )
        assert done.confirmed
        session = office.api.events.read(session.id)


def leave(office: Office) -> None:
    book(office)
    office.clinic.visit(office.ada, start=at(9), minutes=240, type=EventType.LEAVE, title="Leave")


def both_foreign(office: Office) -> None:
    foreign(office, at(10))
    foreign(office, at(10))
    book(office, at(14))


@pytest.mark.parametrize(
    "case",
    [touching, cancelled, ours_cancelled, overridden, own_group, leave, both_foreign],
    ids=lambda case: case.__name__,
)
def test_what_is_no_overlap_or_was_asked_for_is_not_reported(office: Office, case: Callable[[Office], None]) -> None:
    case(office)

    assert (watch(office), open_pairs(office)) == (0, set())
    assert not AuditRecord.objects.filter(action__startswith="overlap.").exists()


def test_what_comes_on_top_of_an_overridden_visit_is_reported(office: Office) -> None:
    foreign(office, at(10))
    ours = book(office, reason="Agreed with both")
    late = foreign(office, at(10, 15))

    assert (watch(office), open_pairs(office)) == (1, {frozenset((ours.id, late.id))})


def test_nothing_is_asked_where_nothing_was_placed_through_daybook(
    office: Office, api_calls: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    both_foreign_only = foreign(office, at(10)), foreign(office, at(10))
    with api_calls() as seen:
        found = watch(office)

    assert (found, seen, overlaps.anything_placed(datetime.now(UTC))) == (0, [], False), both_foreign_only


def test_a_poll_costs_one_call_once_it_knows_how_far_it_may_read(
    office: Office, api_calls: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    book(office)
    foreign(office, at(10))
    with api_calls() as first:
        found = overlaps.watch(datetime.now(UTC))
    with api_calls() as second:
        overlaps.watch(datetime.now(UTC))

    assert (len(first), second, found) == (2, ["GET /{tenant}/{instance}/calendar/events"], 1)
    assert overlaps._days[office.desk.scope] == overlaps.MOST_DAYS


@pytest.mark.parametrize(
    ("days", "count", "then"),
    [
        pytest.param(7, 0, 56, id="nothing-there"),
        pytest.param(7, 100, 56, id="a-few"),
        pytest.param(7, 1000, 14, id="as-many-again-fit"),
        pytest.param(7, 1200, 7, id="good"),
        pytest.param(7, 2600, 7, id="just-good"),
        pytest.param(7, 2800, 5, id="too-many"),
        pytest.param(1, 9000, 1, id="never-less-than-a-day"),
        pytest.param(56, 10, 56, id="never-more-than-one-call-may-span"),
    ],
)
def test_so_many_days_are_read_that_three_pages_are_enough(days: int, count: int, then: int) -> None:
    assert overlaps.days_for(days, count) == then


# --- Settled ----------------------------------------------------------------------------------------------------------


def mend_by_moving(office: Office, ours: Event, theirs: Event) -> Done:
    return appointments.move(
        office.desk, writes.mint(office.desk), Move(ours.id, half_hour(at(14)), office.ada, version(ours))
    )


def mend_by_cancelling(office: Office, ours: Event, theirs: Event) -> Done:
    """Our visit holds no time then: the overlap is looked after all the same."""
    return closing.cancel(office.desk, writes.mint(office.desk), ours.id, seen=version(ours), reason="Gives way")


def mend_by_deleting(office: Office, ours: Event, theirs: Event) -> Done:
    return closing.delete(office.desk, writes.mint(office.desk), ours.id, seen=version(ours))


def mend_in_welkin(office: Office, ours: Event, theirs: Event) -> Event:
    return office.api.events.change(theirs.id, EventChange(when=half_hour(at(15))))


def cancel_theirs(office: Office, ours: Event, theirs: Event) -> Event:
    return office.api.events.cancel(theirs.id)


def delete_theirs(office: Office, ours: Event, theirs: Event) -> None:
    office.api.events.delete(theirs.id)


@pytest.mark.parametrize(
    "mend", [mend_by_moving, mend_by_cancelling, mend_by_deleting, mend_in_welkin, cancel_theirs, delete_theirs]
)
def test_it_is_settled_by_itself_when_it_is_gone(office: Office, mend: Callable[..., object]) -> None:
    ours, theirs = book(office), foreign(office, at(10))
    watch(office)

    mend(office, ours, theirs)
    watch(office)

    assert open_pairs(office) == set()
    assert audited(theirs) == [(f"overlap.{what}", phase) for what in ("found", "settled") for phase in BOTH_PHASES]


def test_it_is_reported_again_when_it_comes_back(office: Office) -> None:
    ours, theirs = book(office), foreign(office, at(10))
    watch(office)
    mend_in_welkin(office, ours, theirs)
    watch(office)
    office.api.events.change(theirs.id, EventChange(when=half_hour(at(10))))

    assert (watch(office), open_pairs(office)) == (1, {frozenset((ours.id, theirs.id))})


def test_a_reading_that_lacks_rows_settles_nothing(office: Office, faults: Faults) -> None:
    ours, theirs = book(office), foreign(office, at(10))
    watch(office)
    office.api.events.cancel(theirs.id)
    other = foreign(office, at(16))
    faults.rule(
        {"mutate": [{"op": "replace", "path": "/content/0/startDateTime", "value": "soon"}]}, method="GET", path=EVENTS
    )

    watch(office)

    assert open_pairs(office) == {frozenset((ours.id, theirs.id))}, other


def test_time_that_is_over_is_settled(office: Office) -> None:
    book(office)
    foreign(office, at(10))
    watch(office)

    overlaps.watch(at(18))

    assert Clash.objects.filter(settled_at=None).count() == 0
    assert overlaps.forget(at(18) + timedelta(days=8)) == 1


# --- Accepted ---------------------------------------------------------------------------------------------------------


def only(desk: Desk) -> overlaps.Overlap:
    (one,) = overlaps.open_ones(desk)
    return one


def test_who_may_override_says_that_both_stay_and_why(office: Office) -> None:
    ours, theirs = book(office), foreign(office, at(10))
    watch(office)

    accepted = overlaps.accept(office.desk, only(office.desk), " Both agreed ")

    assert (accepted, watch(office), open_pairs(office)) == (True, 0, set())
    told = [visit_history.of(office.desk, event.id)[-1] for event in (ours, theirs)]
    assert {(entry.action, entry.reason) for entry in told} == {("overlap.accepted", "Both agreed")}


def test_what_was_accepted_is_asked_again_when_it_overlaps_elsewhere(office: Office) -> None:
    ours, theirs = book(office), foreign(office, at(10))
    watch(office)
    overlaps.accept(office.desk, only(office.desk), "Both agreed")
    office.api.events.change(theirs.id, EventChange(when=half_hour(at(10, 15))))

    assert (watch(office), open_pairs(office)) == (1, {frozenset((ours.id, theirs.id))})


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR])
def test_others_do_not_accept(
    office: Office, make_account: Callable[..., Account], desk_of: Callable[..., Desk], role: Role
) -> None:
    book(office)
    foreign(office, at(10))
    watch(office)
    desk = desk_of(make_account(role, welkin_id=office.ada if role == Role.CLINICIAN else None))

    with pytest.raises(NotAllowed):
        overlaps.accept(desk, only(office.desk), "I say so")
    assert len(open_pairs(office)) == 1


def test_what_is_not_theirs_is_not_asked_of_them(
    office: Office, make_account: Callable[..., Account], desk_of: Callable[..., Desk]
) -> None:
    """Another coordinator may know that it overlaps; the notice is for those who can see who it is."""
    book(office)
    foreign(office, at(10))
    watch(office)
    other = desk_of(make_account(Role.COORDINATOR))

    assert (len(overlaps.open_ones(other)), len(overlaps.concerning(other))) == (1, 0)
    assert len(overlaps.concerning(replace(office.desk, now=datetime.now(UTC)))) == 1
