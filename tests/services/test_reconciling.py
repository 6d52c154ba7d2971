"""What becomes of a change whose answer was lost: looked for, sent once more, given back, taken back; never guessed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from scheduling.domain.claim import marker_of
from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord, Claim, Intent, OpenEdit
from scheduling.services import appointments, placing, reconciling, tasks, writes
from scheduling.services.appointments import Move, Wish
from scheduling.services.changing import PlacementRejected
from scheduling.services.desk import Desk
from scheduling.services.reconciling import Run, run_due, sweep
from scheduling.services.versions import version
from scheduling.services.writes import Change, Ending, LeaseLost
from scheduling.welkin import EventChange
from scheduling.welkin.errors import Unknown
from tests.clinic_fixture import Office, at, half_hour

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settling(settings: Any) -> None:
    settings.SETTLE_SECONDS = 20


def wish(office: Office, start: datetime | None = None, **more: Any) -> Wish:
    return Wish(half_hour(start or at(10)), (office.ada,), (office.theo,), title="Wound check", **more)


def lose(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """The answer to the next create is lost, after its effect or before it had any."""
    create = appointments.create

    def lost(desk: Desk, intent: str, asked: Wish) -> Event:
        monkeypatch.setattr(appointments, "create", create)
        if after:
            create(desk, intent, asked)
        raise Unknown("cut off")

    monkeypatch.setattr(appointments, "create", lost)


def visits(office: Office) -> list[Event]:
    found = office.api.events.find(half_hour(at(8), 720), participant_ids=[office.ada], include_cancelled=True)
    return list(found.rows)


def live(office: Office) -> list[Event]:
    return [event for event in visits(office) if event.live]


def states(key: str) -> set[str]:
    return set(Claim.objects.filter(intent=key).values_list("state", flat=True))


def phases(key: str) -> list[str]:
    return list(AuditRecord.objects.filter(intent=key).order_by("id").values_list("phase", flat=True))


@pytest.fixture
def later(office: Office) -> Callable[[float], datetime]:
    """`later(5)`: so many seconds after the desk's own time."""
    return lambda seconds: office.desk.now + timedelta(seconds=seconds)


@pytest.fixture
def lost_before(office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """A booking that never reached the calendar, and whose sender does not know that."""
    key = writes.mint(office.desk)
    lose(monkeypatch, after=False)
    assert appointments.book(office.desk, key, wish(office)).outcome.ending is Ending.UNKNOWN
    return key


@pytest.fixture
def lost_after(office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    key = writes.mint(office.desk)
    lose(monkeypatch, after=True)
    assert appointments.book(office.desk, key, wish(office)).outcome.ending is Ending.UNKNOWN
    return key


# --- While it is not known --------------------------------------------------------------------------------------------


def test_the_time_stays_taken_for_clinician_and_patient(office: Office, lost_before: str) -> None:
    assert states(lost_before) == {"unknown"}
    assert set(Claim.objects.filter(intent=lost_before).values_list("resource", flat=True)) == {office.ada, office.theo}
    with pytest.raises(PlacementRejected) as taken:
        appointments.book(office.desk, writes.mint(office.desk), wish(office, at(10, 15)))
    assert [(str(found.kind), found.person_id) for found in taken.value.checked.conflicts] == [
        ("CLAIMED", office.ada),
        ("CLAIMED", office.theo),
    ]


def test_a_visit_that_is_there_is_found_by_its_marker(
    office: Office, lost_after: str, later: Callable[[float], datetime]
) -> None:
    assert run_due(later(2)) == Run(0, 1, 1)

    [event] = live(office)
    assert writes.earlier(office.desk, lost_after).facts["event"] == str(event.id)  # type: ignore[union-attr]
    assert (states(lost_after), phases(lost_after)) == ({"confirmed"}, ["requested", "unknown", "confirmed"])
    assert set(Claim.objects.filter(intent=lost_after).values_list("visit", flat=True)) == {str(event.id)}


def test_a_visit_that_comes_late_is_found_as_well(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    run_due(later(2))
    event = office.clinic.visit(office.ada, office.theo, start=at(10), external_id=marker_of(lost_before))

    run_due(later(9))

    assert writes.earlier(office.desk, lost_before).facts["event"] == str(event.id)  # type: ignore[union-attr]


def test_without_an_external_id_it_is_found_by_the_marker_beside_it(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    event = office.clinic.visit(
        office.ada, office.theo, start=at(10), additional={"marker": marker_of(lost_before), "location": "Room 3"}
    )

    run_due(later(2))

    assert writes.earlier(office.desk, lost_before).facts["event"] == str(event.id)  # type: ignore[union-attr]


def test_whoever_checks_the_same_time_finds_it_too(office: Office, lost_after: str) -> None:
    [event] = live(office)

    checked = placing.check(office.desk, replace(wish(office).placement, event_id=event.id))

    assert (checked.clear, states(lost_after)) == (True, {"confirmed"})


def move_found(office: Office, event: Event) -> None:
    """Somebody who sees it on the board moves it before anybody knows that it was booked."""
    wish = Move(event.id, half_hour(at(14)), office.ada, version(event))
    assert appointments.move(office.desk, writes.mint(office.desk), wish).confirmed


MEANWHILE: dict[str, tuple[Callable[[Office, Event], object], list[str]]] = {
    "moved by us": (move_found, ["14:00"]),
    "moved in Welkin": (
        lambda office, event: office.api.events.change(event.id, EventChange(when=half_hour(at(15)))),
        [],
    ),
    "cancelled in Welkin": (lambda office, event: office.api.events.cancel(event.id), []),
}


@pytest.mark.parametrize(("act", "held"), MEANWHILE.values(), ids=MEANWHILE)
def test_what_moved_on_before_it_was_found_leaves_its_first_place_free(
    office: Office,
    lost_after: str,
    later: Callable[[float], datetime],
    act: Callable[[Office, Event], object],
    held: list[str],
) -> None:
    act(office, live(office)[0])

    run_due(later(2))

    rows = Claim.objects.filter(resource=office.ada, state__in=Claim.LIVE)
    times = [f"{row.starts_at.astimezone(office.desk.zone):%H:%M}" for row in rows]
    assert (writes.earlier(office.desk, lost_after).confirmed, times) == (True, held)  # type: ignore[union-attr]
    assert appointments.book(office.desk, writes.mint(office.desk), wish(office)).confirmed


def test_the_looks_come_at_growing_distances(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    looks = [second for second in range(1, 20) if run_due(later(second)).looked]

    assert looks == [1, 2, 4, 8, 16]


def test_nothing_is_due_where_nothing_is_open(office: Office, later: Callable[[float], datetime]) -> None:
    assert (reconciling.anything_due(later(60)), run_due(later(60))) == (False, Run())


def test_the_queue_is_given_work_only_where_there_is_some(office: Office, lost_before: str) -> None:
    [due] = [due for due in tasks.DUE if due.name == "reconcile"]

    assert due.needed is not None
    assert due.needed(office.desk.now + timedelta(seconds=5)) is True


# --- When it can have its effect no more ------------------------------------------------------------------------------


def settle_all(later: Callable[[float], datetime], start: int = 1, seconds: int = 120) -> None:
    for second in range(start, start + seconds):
        run_due(later(second))


def test_what_never_came_is_sent_once_more_with_the_same_marker(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    settle_all(later)

    [event] = visits(office)
    assert (event.external_id, event.title, event.when) == (marker_of(lost_before), "Wound check", half_hour(at(10)))
    assert phases(lost_before) == ["requested", "unknown", "again", "confirmed"]
    assert (Intent.objects.get(key=lost_before).sends, states(lost_before)) == (2, {"confirmed"})


def test_nothing_is_sent_again_before_its_time(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    whole = int(reconciling.settle_time().total_seconds())
    settle_all(later, seconds=whole - 2)

    assert (visits(office), phases(lost_before)) == ([], ["requested", "unknown"])


def test_what_is_lost_twice_did_not_happen(
    office: Office, lost_before: str, later: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, after=False)
    settle_all(later, seconds=200)

    outcome = writes.earlier(office.desk, lost_before)
    assert outcome is not None
    assert (outcome.ending, outcome.facts["absent"], visits(office)) == (Ending.REFUSED, True, [])
    assert states(lost_before) == {"refused"}
    assert appointments.book(office.desk, writes.mint(office.desk), wish(office)).confirmed


def test_what_others_booked_meanwhile_keeps_its_place(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    theirs = office.clinic.visit(office.ada, start=at(10))

    settle_all(later)

    assert [event.id for event in visits(office)] == [theirs.id]
    assert writes.earlier(office.desk, lost_before).facts["absent"] is True  # type: ignore[union-attr]


def test_a_move_that_never_came_is_told_so_and_its_new_place_is_free(
    office: Office, later: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    key = writes.mint(office.desk)

    def lost(*_: Any, **__: Any) -> Event:
        raise Unknown("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(type(office.desk.client.events), "change", lost)
        done = appointments.move(office.desk, key, Move(visit.id, half_hour(at(14)), office.ada, version(visit)))
    assert (done.outcome.ending, OpenEdit.objects.get().intent) == (Ending.UNKNOWN, key)

    settle_all(later)

    outcome = writes.earlier(office.desk, key)
    assert outcome is not None
    assert (outcome.ending, outcome.facts["absent"], outcome.facts["event"]) == (Ending.REFUSED, True, str(visit.id))
    assert (states(key), OpenEdit.objects.count()) == ({"refused"}, 0)
    assert appointments.book(office.desk, writes.mint(office.desk), wish(office, at(14))).confirmed


def test_an_api_that_does_not_answer_concludes_nothing(
    office: Office, lost_before: str, later: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> Event:
        raise Unknown("silent")

    with monkeypatch.context() as patch:
        patch.setattr(type(office.desk.client.events), "read_by_external_id", silent)
        settle_all(later, seconds=90)
        assert (phases(lost_before), states(lost_before)) == (["requested", "unknown"], {"unknown"})

    settle_all(later, start=91)
    assert states(lost_before) == {"confirmed"}


# --- Workers that end ------------------------------------------------------------------------------------------------


def died(desk: Desk, key: str, at_point: str, office: Office) -> None:
    """A worker that ends before its request left, or after."""
    change = Change("appointment.book", (office.ada,), wanted=place(desk, office).wanted)
    writes._take(desk, key, change)
    if at_point == "sent":
        writes._leave(desk, key)


def place(desk: Desk, office: Office) -> placing.Place:
    found = placing.Place(desk, wish(office).placement, "")
    found.accept()
    return found


def test_what_never_left_is_given_back_when_its_lease_ends(office: Office, later: Callable[[float], datetime]) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "reserved", office)

    early, due = run_due(later(29)), run_due(later(31))

    assert (early, due) == (Run(), Run(given_back=1))
    assert (writes.earlier(office.desk, key), states(key), phases(key)) == (
        None,
        {"expired"},
        ["requested", "not sent"],
    )
    assert appointments.book(office.desk, key, wish(office)).confirmed


def test_a_worker_that_wakes_up_after_its_lease_sends_nothing(
    office: Office, later: Callable[[float], datetime]
) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "reserved", office)
    run_due(later(31))

    with pytest.raises(LeaseLost):
        writes._leave(office.desk, key)


def test_what_left_before_its_worker_ended_is_looked_for(office: Office, later: Callable[[float], datetime]) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "sent", office)
    event = office.clinic.visit(office.ada, office.theo, start=at(10), external_id=marker_of(key))

    for second in (31, 33):
        run_due(later(second))

    assert writes.earlier(office.desk, key).facts["event"] == str(event.id)  # type: ignore[union-attr]
    assert phases(key) == ["requested", "unknown", "confirmed"]


# --- The day after ---------------------------------------------------------------------------------------------------


def test_of_two_visits_with_one_marker_the_older_one_stays(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    """What the API does that keeps no external id unique, when the first request has its effect after all."""
    settle_all(later)
    [told] = live(office)
    office.clinic.visit(office.ada, office.theo, start=at(10), additional={"marker": marker_of(lost_before)})

    assert sweep(later(600)) == 1

    assert [event.id for event in live(office)] == [told.id]
    assert AuditRecord.objects.filter(action="appointment.withdraw").values_list("phase", flat=True).count() == 2
    assert sweep(later(4000)) == 0


def test_what_comes_after_it_was_said_not_to_be_there_is_taken_back(
    office: Office, lost_before: str, later: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, after=False)
    settle_all(later, seconds=200)
    office.clinic.visit(office.ada, office.theo, start=at(10), external_id=marker_of(lost_before))

    assert (sweep(later(600)), live(office)) == (1, [])


def test_after_a_day_nobody_looks_any_more(
    office: Office, lost_before: str, later: Callable[[float], datetime]
) -> None:
    settle_all(later)
    office.clinic.visit(office.ada, office.theo, start=at(10), additional={"marker": marker_of(lost_before)})

    assert (sweep(later(25 * 3600)), len(live(office))) == (0, 2)


def test_the_settle_time_is_a_setting() -> None:
    assert reconciling.settle_time() == timedelta(seconds=settings.SETTLE_SECONDS + 8)
