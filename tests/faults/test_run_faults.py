"""Runs over an API that fails half way: a report, a resume, nothing half-true, and never a DELETE."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduling.services import reconciling, resuming, runs, undoing, writes
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import ONE_EVENT, Faults
from tests.sandbox_fixture import Sandbox
from tests.services.run_steps import begin, cancel, keep, mornings, move, states, stranded, to_the_end

pytestmark = pytest.mark.django_db
HOURS = "*/calendar/work-hours"
ONE_RECORD = f"{HOURS}/*"
DOWN = {"status": 503}


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture(autouse=True)
def _settling(settings: Any) -> None:
    settings.SETTLE_SECONDS = 2


def deleted(faults: Faults) -> int:
    return len(faults.requests("DELETE"))


def settle() -> None:
    """The worker looks until nothing can come late any more."""
    for seconds in (2, 20, 60, 200):
        reconciling.run_due(datetime.now(UTC) + timedelta(seconds=seconds))


def test_the_api_goes_away_between_steps_and_the_run_goes_on_when_it_is_back(office: Office, faults: Faults) -> None:
    visits = [office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1)]
    run = begin(office, mornings(office), cancel(visits[0]), move(visits[1], half_hour(at(10, day=1))))
    away = faults.rule(DOWN, method="GET", path=ONE_EVENT, times=None)

    stopped = runs.advance(office.desk, run)
    faults.remove(away)
    still = [office.api.events.read(visit.id).live for visit in visits]
    told = to_the_end(office.desk, run)

    assert [state for _, state, _ in states(stopped)] == ["done", "done", "waiting", "waiting"]
    assert (stopped.over, stopped.trouble is None, still) == (False, False, [True, True])
    assert told.complete
    assert [event.live for event in map(office.api.events.read, [visit.id for visit in visits])] == [False, True]


def test_a_refused_step_leaves_the_others_and_is_told(office: Office, faults: Faults) -> None:
    visits = [office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1)]
    run = begin(office, mornings(office), cancel(visits[0]), cancel(visits[1]))
    faults.rule({"status": 422}, method="PATCH", path=f"*/{visits[0].id}")

    told = to_the_end(office.desk, run)

    assert states(told)[2:] == [("cancel", "failed", "refused"), ("cancel", "done", "")]
    assert [office.api.events.read(visit.id).live for visit in visits] == [True, False]


def test_refused_hours_stop_everything(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    faults.rule({"status": 422}, method="POST", path=HOURS)

    told = to_the_end(office.desk, run)

    assert states(told) == [("hours", "failed", "refused"), ("hours", "skipped", ""), ("cancel", "skipped", "")]
    assert office.api.events.read(visit.id).live


def test_what_hours_stopped_half_way_is_resumed_where_it_stopped(office: Office, faults: Faults) -> None:
    """The new record is there and counts, the older one could not be ended: no visit has moved for that."""
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), move(visit, half_hour(at(10))))
    faults.rule({"status": 422}, method="PUT", path=ONE_RECORD)

    half = to_the_end(office.desk, run)
    stood, made = office.api.events.read(visit.id).when, len(faults.requests("POST", "work-hours"))
    resuming.resume(office.desk, run)
    told = to_the_end(office.desk, run)

    assert states(half) == [("hours", "done", ""), ("hours", "failed", "refused"), ("move", "skipped", "")]
    assert (half.may_resume, half.may_undo, stood) == (True, True, half_hour(at(13)))
    assert (told.complete, told.may_resume) == (True, False)
    assert office.api.events.read(visit.id).when == half_hour(at(10))
    assert (made, len(faults.requests("POST", "work-hours"))) == (2, 2), "the new record was made once"


def test_a_run_is_resumed_once_however_often_it_is_pressed(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    faults.rule({"status": 422}, method="POST", path=HOURS, times=2)
    to_the_end(office.desk, run)

    resuming.resume(office.desk, run)
    with pytest.raises(resuming.NotResumable):
        resuming.resume(office.desk, run)
    again = to_the_end(office.desk, run)
    resuming.resume(office.desk, run)
    told = to_the_end(office.desk, run)

    assert [state for _, state, _ in states(again)] == ["failed", "skipped", "skipped"]
    assert (told.complete, office.api.events.read(visit.id).live) == (True, False)
    assert len({part.intent for part in told.parts}) == 3


def test_visits_are_not_put_back_where_the_hours_could_not_be(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    told = to_the_end(office.desk, begin(office, mornings(office), move(visit, half_hour(at(10)))))
    back = undoing.undo(office.desk, writes.mint(office.desk), told.id)
    faults.rule({"status": 422}, method="PUT", path=ONE_RECORD)

    half = to_the_end(office.desk, back)
    stood = office.api.events.read(visit.id).when
    resuming.resume(office.desk, back)
    done = to_the_end(office.desk, back)

    assert [state for _, state, _ in states(half)] == ["failed", "skipped", "skipped"]
    assert stood == half_hour(at(10))
    assert (done.complete, office.api.events.read(visit.id).when) == (True, half_hour(at(13)))


@pytest.mark.parametrize(
    ("do", "state", "code"),
    [("apply_then_reset", "done", ""), ("reset_before_apply", "failed", "absent")],
    ids=["it had its effect", "it had none"],
)
def test_a_lost_answer_is_waited_for_and_told_as_it_is(
    office: Office, faults: Faults, do: str, state: str, code: str
) -> None:
    visits = [office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1)]
    run = begin(office, mornings(office), cancel(visits[0]), cancel(visits[1]))
    faults.rule(do, method="PATCH", path=f"*/{visits[0].id}")

    first = runs.advance(office.desk, run)
    settle()
    told = to_the_end(office.desk, run)

    assert states(first)[2:] == [("cancel", "unknown", ""), ("cancel", "done", "")]
    assert states(told)[2:] == [("cancel", state, code), ("cancel", "done", "")]
    assert office.api.events.read(visits[0].id).live is (state == "failed")
    assert len(faults.requests("PATCH", str(visits[0].id))) == 1


def test_visits_wait_for_hours_whose_answer_was_lost(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), move(visit, half_hour(at(10))))
    faults.rule("apply_then_reset", method="POST", path=HOURS)

    first = runs.advance(office.desk, run)
    told = to_the_end(office.desk, run)

    assert [state for _, state, _ in states(first)] == ["unknown", "waiting", "waiting"]
    assert told.complete
    assert office.api.events.read(visit.id).when == half_hour(at(10))


def test_an_undo_that_is_cut_off_goes_on_too(office: Office, faults: Faults) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    plan = mornings(office)
    told = to_the_end(office.desk, begin(office, plan, keep(stranded(office, plan)[0]), cancel(visit)))
    back = undoing.undo(office.desk, writes.mint(office.desk), told.id)
    away = faults.rule(DOWN, method="GET", path=ONE_EVENT, times=None)
    stopped = runs.advance(office.desk, back)
    faults.remove(away)

    done = to_the_end(office.desk, back)

    assert (stopped.over, done.complete, office.api.events.read(visit.id).live) == (False, True, True)


def test_nothing_is_ever_deleted(office: Office, faults: Faults) -> None:
    visits = [office.clinic.visit(office.ada, office.theo, start=at(13, day=day)) for day in (0, 1)]
    told = to_the_end(
        office.desk, begin(office, mornings(office), cancel(visits[0]), move(visits[1], half_hour(at(10))))
    )
    to_the_end(office.desk, undoing.undo(office.desk, writes.mint(office.desk), told.id))

    before = deleted(faults)
    office.api.events.delete(visits[0].id)

    assert (before, deleted(faults)) == (0, 1)
