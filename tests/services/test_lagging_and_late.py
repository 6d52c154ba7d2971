"""What hangs on a worker that dies while it mends, on a back end that lags, and on effects that come very late."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from scheduling.domain.claim import marker_of
from scheduling.domain.event import Event
from scheduling.ledger.models import Claim, Intent
from scheduling.services import appointments, closing, outcomes, reconciling, writes
from scheduling.services.appointments import Edit, Move
from scheduling.services.changing import NotPossible
from scheduling.services.notsent import LedgerBusy
from scheduling.services.reconciling import run_due, sweep
from scheduling.services.versions import version
from scheduling.services.writes import Ending, LeaseLost
from scheduling.welkin.errors import Unknown
from tests.clinic_fixture import Office, at, half_hour

from .test_joining import join, patients_of, session_of
from .test_reconciling import _settling as _settling
from .test_reconciling import died, later, live, lose, lost_before, settle_all, states, wish

pytestmark = pytest.mark.django_db
__all__ = ["later", "lost_before"]

Later = Callable[[float], datetime]


def twin(office: Office, key: str) -> Event:
    """What a request makes that has its effect long after another one was sent in its place."""
    return office.clinic.visit(office.ada, office.theo, start=at(10), additional={"marker": marker_of(key)})


# --- A reconciler that ends, or meets somebody -----------------------------------------------------------------------


def test_a_reconciler_that_ends_while_it_gives_back_leaves_nothing_stuck(
    office: Office, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "reserved", office)

    def busy(*_: Any, **__: Any) -> bool:
        raise LedgerBusy("the database is away just now")

    with monkeypatch.context() as patch:
        patch.setattr(writes, "give_back", busy)
        assert run_due(later(31)).given_back == 0
    run_due(later(33))

    assert (Intent.objects.get(key=key).state, states(key)) == ("minted", {"expired"})


def test_a_lease_without_an_end_is_given_back_too(office: Office, later: Later) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "reserved", office)
    Intent.objects.filter(key=key).update(lease_until=None)

    assert (run_due(later(31)).given_back, states(key)) == (1, {"expired"})


def test_of_a_worker_that_wakes_up_and_one_that_gives_back_the_first_wins(
    office: Office, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, give_back = writes.mint(office.desk), writes.give_back
    died(office.desk, key, "reserved", office)

    def between(*args: Any) -> bool:
        writes._leave(office.desk, key)
        return give_back(*args)

    monkeypatch.setattr(writes, "give_back", between)
    assert run_due(later(31)).given_back == 0

    assert states(key) == {"unknown"}  # it is looked for, and its time stays taken
    with pytest.raises(appointments.placing.PlacementRejected):
        appointments.book(office.desk, writes.mint(office.desk), wish(office))


def test_what_was_given_back_does_not_leave(office: Office, later: Later) -> None:
    key = writes.mint(office.desk)
    died(office.desk, key, "reserved", office)
    run_due(later(31))

    with pytest.raises(LeaseLost):
        writes._leave(office.desk, key)


# --- A back end that lags (F25) --------------------------------------------------------------------------------------


@pytest.fixture
def lagging(office: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[[Event], None]:
    """From now on the API answers a visit as it is at this moment, whatever is written."""

    def stay(event: Event) -> None:
        events = type(office.desk.client.events)
        read, old = events.read, office.api.events.read(event.id)
        monkeypatch.setattr(
            events, "read", lambda self, one, **more: old if one == event.id else read(self, one, **more)
        )

    return stay


@pytest.fixture
def pair(office: Office, refresh: Callable[[], None]) -> list[Any]:
    found = [office.clinic.patient(first, "Stone") for first in ("Mina", "Rosa")]
    refresh()
    return found


def really_in(office: Office, event: Event) -> set[Any]:
    found = office.api.events.find(half_hour(at(9), 180), participant_ids=[office.ada])
    return {row.person_id for each in found.rows if each.id == event.id for row in each.patients}


def test_a_join_over_a_lagging_reading_takes_nobody_out(
    office: Office, pair: list[Any], lagging: Callable[[Event], None]
) -> None:
    session = session_of(office, office.theo, places=5)
    lagging(session)

    for person in pair:
        assert join(office, session, person).confirmed

    assert really_in(office, session) == {office.theo, *pair}


def test_the_last_place_is_not_given_twice_over_a_lagging_reading(
    office: Office, pair: list[Any], lagging: Callable[[Event], None]
) -> None:
    session = session_of(office, office.theo, places=2)
    lagging(session)
    join(office, session, pair[0])

    with pytest.raises(NotPossible):
        join(office, session, pair[1])

    assert really_in(office, session) == {office.theo, pair[0]}
    assert patients_of(office, session) == [office.theo]  # the control: the reading does lag


def test_an_edit_that_was_found_by_content_is_not_lost_over_a_lagging_reading(
    office: Office, later: Later, monkeypatch: pytest.MonkeyPatch, lagging: Callable[[Event], None]
) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10), additional={"location": "Room 3"})
    events = type(office.desk.client.events)
    change, read = events.change, events.read

    def lost(self: Any, *args: Any, **more: Any) -> Event:
        change(self, *args, **more)
        raise Unknown("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(events, "change", lost)
        edit(office, visit, remarks="Bring the chart")
    run_due(later(2))
    monkeypatch.setattr(events, "read", lambda self, one, **more: visit if one == visit.id else read(self, one, **more))
    edit(office, visit, location="Room 9")
    monkeypatch.setattr(events, "read", read)

    now = office.api.events.read(visit.id)
    assert (now.detail("remarks"), now.detail("location")) == ("Bring the chart", "Room 9")


def edit(office: Office, visit: Event, **words: str) -> None:
    appointments.edit(office.desk, writes.mint(office.desk), Edit(visit.id, words, version(visit)))


# --- The day after ---------------------------------------------------------------------------------------------------


def resent(office: Office, key: str, later: Later) -> Event:
    settle_all(later)
    assert Intent.objects.get(key=key).sends == 2
    return live(office)[0]


def test_what_the_checking_card_found_is_looked_after_as_well(
    office: Office, lost_before: str, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch, after=True)  # the answer of the second send is lost too
    second = next(second for second in range(1, 120) if run_due(later(second)) and sends(lost_before) == 2)
    assert outcomes.tell(office.desk, lost_before).outcome.confirmed
    twin(office, lost_before)

    assert sweep(later(second + 600)) == 1
    assert len(live(office)) == 1


def sends(key: str) -> int:
    return Intent.objects.get(key=key).sends


def cancel(office: Office, told: Event) -> None:
    closing.cancel(office.desk, writes.mint(office.desk), told.id, seen=version(told), reason="Ill")


def move_away(office: Office, told: Event) -> None:
    wanted = Move(told.id, half_hour(at(10, day=3)), office.ada, version(told))
    assert appointments.move(office.desk, writes.mint(office.desk), wanted).confirmed


@pytest.mark.parametrize("away", [cancel, move_away], ids=["cancelled", "moved"])
def test_a_twin_is_taken_back_wherever_the_one_that_was_told_is(
    office: Office, lost_before: str, later: Later, away: Callable[[Office, Event], None]
) -> None:
    away(office, resent(office, lost_before, later))
    theirs = appointments.book(office.desk, writes.mint(office.desk), replace_patient(office))
    twin(office, lost_before)

    assert sweep(later(800)) == 1
    assert [event.id for event in live(office)] == [theirs.event_id]


def replace_patient(office: Office) -> appointments.Wish:
    return appointments.Wish(half_hour(at(10)), (office.ada,), (office.clinic.patient("Mina", "Stone"),))


def test_taking_back_is_tried_again_until_it_is_done(
    office: Office, lost_before: str, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    resent(office, lost_before, later)
    twin(office, lost_before)

    def lost(*_: Any, **__: Any) -> Event:
        raise Unknown("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(type(office.desk.client.events), "cancel", lost)
        assert sweep(later(200)) == 0
    settle_all(later, start=201, seconds=120)

    assert sweep(later(7200)) == 1
    assert len(live(office)) == 1


def test_a_reason_with_a_blank_at_its_end_is_the_same_reason(
    office: Office, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, key = office.clinic.visit(office.ada, office.theo, start=at(10)), writes.mint(office.desk)
    events = type(office.desk.client.events)
    change = events.change

    def lost(self: Any, *args: Any, **more: Any) -> Event:
        change(self, *args, **more)
        raise Unknown("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(events, "change", lost)
        appointments.move(office.desk, key, Move(visit.id, half_hour(at(14)), office.ada, version(visit), "why \n"))
    run_due(later(2))

    assert writes.earlier(office.desk, key).ending is Ending.CONFIRMED  # type: ignore[union-attr]
    assert set(Claim.objects.filter(intent=key).values_list("state", flat=True)) == {"confirmed"}


def test_the_settle_time_is_known(office: Office) -> None:
    assert reconciling.settle_time().total_seconds() == 28
