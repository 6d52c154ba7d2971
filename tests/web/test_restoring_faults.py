"""Undo of a cancel while the API fails: the dialog comes back, what was typed is kept, and nothing untrue is said."""

from typing import Any

import pytest

from scheduling.domain.event import EventStatus
from scheduling.ledger.models import Claim, Intent
from scheduling.web import failures
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at
from tests.faults.server import Faults
from tests.sandbox_fixture import Sandbox

from .test_forms_survive import (
    CHANGING,
    NO,
    PART,
    WORDS,
    Form,
    Opened,
    assert_goes_through,
    assert_typed,
    filled,
    kept,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


def setting_back(office: Office) -> Opened:
    """The dialog with a reason in it: its time was taken when it was opened, and is free again now."""
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    office.api.events.change(event.id, EventChange(status=EventStatus.CANCELLED))
    other = office.clinic.visit(office.ada, start=at(10), title="Meeting")
    form = filled(office, f"/appointments/{event.id}/restore/", reason=WORDS)
    office.api.events.cancel(other.id)
    form.event = event
    return form


RESTORE = Form("appointment-restore", setting_back, ("reason", WORDS))


def claims_of(opened: Opened) -> set[str]:
    return set(Claim.objects.filter(intent=opened.intent).values_list("state", flat=True))


def live(office: Office, opened: Opened) -> bool:
    return office.api.events.read(opened.event.id).live


def test_what_was_not_sent_is_in_the_answer_and_goes_through_later(office: Office, faults: Faults) -> None:
    opened = setting_back(office)
    faults.rule({"status": 429}, method=CHANGING, path=RESTORE.writes, times=None)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, str(failures.UNREACHABLE.title) in html) == (422, True)
    assert_typed(RESTORE, opened, html, same_intent=True)
    faults.clear()
    assert_goes_through(office, RESTORE, opened)
    assert live(office, opened)


def test_a_refusal_comes_back_with_its_reason_and_gives_the_time_back(office: Office, faults: Faults) -> None:
    opened = setting_back(office)
    faults.rule({"status": NO}, method=CHANGING, path=RESTORE.writes)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, "the tenant says no" in html) == (422, True)
    assert_typed(RESTORE, opened, html, same_intent=False)
    assert claims_of(opened) == {Claim.State.REFUSED}
    assert_goes_through(office, RESTORE, opened, same_intent=False)


def outcome(office: Office, opened: Opened, answer: Any) -> str:
    """The checking card that the answer leads to."""
    told = f"/outcomes/{opened.intent}/"
    assert told in (answer.headers.get("Location"), answer.headers.get("HX-Redirect"))
    return office.browser.get(told, headers=PART).content.decode()


def test_a_lost_answer_leads_to_the_checking_card_and_its_time_stays_taken(office: Office, faults: Faults) -> None:
    opened = setting_back(office)
    faults.rule("reset_before_apply", method=CHANGING, path=RESTORE.writes)

    card = outcome(office, opened, sent(office.browser, opened))

    assert "do not send it again" in card
    assert "Until it is known, the time is held." in card
    assert claims_of(opened) == {Claim.State.UNKNOWN}
    assert kept(opened) is not None


def test_a_lost_answer_that_had_its_effect_is_found(office: Office, faults: Faults) -> None:
    opened = setting_back(office)
    faults.rule("apply_then_reset", method=CHANGING, path=RESTORE.writes)

    card = outcome(office, opened, sent(office.browser, opened))

    assert 'data-outcome="confirmed"' in card
    assert "The visit takes place again." in card
    assert (live(office, opened), claims_of(opened)) == (True, {Claim.State.CONFIRMED})
    assert Intent.objects.get(key=opened.intent).state == Intent.State.CONFIRMED
    assert kept(opened) is None


def test_a_dialog_that_cannot_be_checked_is_not_opened(office: Office, faults: Faults) -> None:
    event = setting_back(office).event
    faults.rule({"status": 429}, method=["GET"], path="*/calendar/work-hours*", times=None)

    answer = office.browser.get(f"/appointments/{event.id}/restore/", headers=PART)

    assert answer.status_code == 503
    assert str(failures.UNREACHABLE.title) in answer.content.decode()
