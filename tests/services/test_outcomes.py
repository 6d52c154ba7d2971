"""Finding out what came of a change whose answer was lost."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import outcomes, patients, writes
from scheduling.services.writes import Change, Ending, IntentRefused
from scheduling.welkin import Client, Credentials, NewPatient
from scheduling.welkin.errors import Refused, Unknown

from .builders import NOON, patient, user, visit


def lost() -> Mapping[str, Any]:
    raise Unknown("cut off")


def start(desk, action: str, act: Callable[[], Mapping[str, Any]] = lost) -> str:
    """A change of this kind whose answer `act` loses."""
    key = writes.mint(desk)
    writes.perform(desk, key, Change(action=action), act)
    return key


@pytest.fixture
def desk(desk_of, make_account):
    return desk_of(make_account(), now=NOON)


def test_a_visit_is_found_by_its_marker(api: Client, desk) -> None:
    key = start(desk, "appointment.book")
    assert outcomes.tell(desk, key).outcome.ending is Ending.UNKNOWN

    event = visit(api, user(api), patient(api), NOON, external_id=outcomes.marker_of(key))
    told = outcomes.tell(desk, key)

    assert (told.outcome.ending, told.event_id, told.open) == (Ending.CONFIRMED, event.id, False)
    last = AuditRecord.objects.order_by("id").last()
    assert (last.phase, last.code, last.object_id) == ("confirmed", "found by marker", str(event.id))


def test_a_patient_whose_answer_was_lost_is_found(api: Client, desk) -> None:
    key = writes.mint(desk)
    draft = NewPatient("Anna", "Ek")

    def made_but_lost() -> Mapping[str, Any]:
        api.patients.create(replace(draft, external_id=outcomes.marker_of(key)))
        raise Unknown("cut off")

    writes.perform(desk, key, Change(action=patients.CREATE), made_but_lost)
    told = outcomes.tell(desk, key)
    assert (told.outcome.ending, told.patient_id) == (Ending.CONFIRMED, api.patients.find().rows[0].id)


def test_that_it_is_not_there_yet_is_never_called_failed(desk) -> None:
    key = start(desk, "appointment.book")
    for later, late in ((1, False), (119, False), (121, True), (86400, True)):
        told = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=later)), key)
        assert (told.outcome.ending, told.late, told.open) == (Ending.UNKNOWN, late, True)


def test_an_api_that_does_not_answer_leaves_it_open(desk) -> None:
    key = start(desk, "appointment.book")
    dead = Credentials(url="http://127.0.0.1:9", tenant="t", instance="i", client="c", secret="s")
    with Client(dead) as nobody:
        told = outcomes.tell(replace(desk, client=nobody), key)
    assert (told.outcome.ending, told.api_answers) == (Ending.UNKNOWN, False)


def test_a_submit_that_died_on_the_way_is_looked_for(api: Client, desk) -> None:
    key = writes.mint(desk)
    Intent.objects.filter(key=key).update(state="working", action="appointment.book", started_at=NOON)
    event = visit(api, user(api), patient(api), NOON, external_id=outcomes.marker_of(key))
    early = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=29)), key)
    later = outcomes.tell(replace(desk, now=NOON + timedelta(seconds=31)), key)
    assert (early.outcome.ending, later.outcome.ending) == (Ending.WORKING, Ending.CONFIRMED)
    assert later.event_id == event.id


def test_what_is_known_costs_no_call(api_calls, desk) -> None:
    def refused() -> Mapping[str, Any]:
        raise Refused("no")

    keys = [start(desk, "appointment.book", refused), start(desk, "appointment.book", lambda: {"event": ""})]
    with api_calls() as seen:
        endings = [outcomes.tell(desk, key).outcome.ending for key in keys]
    assert (endings, seen) == ([Ending.REFUSED, Ending.CONFIRMED], [])


def test_two_who_look_at_once_write_one_line(api: Client, desk) -> None:
    key = start(desk, "appointment.book")
    visit(api, user(api), patient(api), NOON, external_id=outcomes.marker_of(key))
    intent = Intent.objects.get(key=key)
    first, second = outcomes.find_out(desk, intent), outcomes.find_out(desk, intent)
    assert first.ending is second.ending is Ending.CONFIRMED
    assert AuditRecord.objects.filter(phase="confirmed").count() == 1


def test_an_outcome_is_told_to_its_owner_only(desk, desk_of, make_account) -> None:
    key = start(desk, "appointment.book")
    with pytest.raises(IntentRefused):
        outcomes.tell(desk_of(make_account()), key)
    with pytest.raises(IntentRefused):
        outcomes.tell(desk, "made-up")


def test_a_form_that_was_never_sent(desk) -> None:
    told = outcomes.tell(desk, writes.mint(desk))
    assert (told.outcome.ending, told.open) == (Ending.MINTED, False)
