"""The forms of one press (mark, attendance, answer): nothing is typed, nothing is kept, and every fault is told."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.ledger.models import Draft, Intent, OpenEdit
from scheduling.services import changing, connection, writes
from scheduling.services.versions import version
from scheduling.web import failures
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import Faults
from tests.sandbox_fixture import Sandbox

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
CHANGING = ["PATCH", "PUT"]


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@dataclass
class Press:
    """A button of the panel as it was printed."""

    event: Any
    address: str
    fields: dict[str, str]

    def send(self, browser: Browser, headers: dict[str, str] = PART) -> Any:
        return browser.post(self.address, self.fields, headers=headers)


def pressing(office: Office, way: str) -> Press:
    """A visit that has begun, or for an answer one to come with a second clinician."""
    if way == "answer":
        bea = office.clinic.user("Bea")
        event = office.clinic.visit(office.ada, office.theo, start=at(10), staff=(bea,))
        told = {"answer": "Yes", "person": str(office.theo)}
    else:
        event = office.clinic.visit(office.ada, office.theo, start=office.desk.now - timedelta(hours=1), minutes=90)
        told = {"status": "COMPLETED"} if way == "mark" else {"attended": "yes", "person": str(office.theo)}
    common = {"intent": writes.mint(office.desk), "seen": version(office.api.events.read(event.id))}
    return Press(event, f"/appointments/{event.id}/{way}/", common | told)


WAYS = ["mark", "attendance", "answer"]
each = pytest.mark.parametrize("way", WAYS)


@each
def test_without_a_fault_the_panel_comes_back_changed(office: Office, way: str) -> None:
    press = pressing(office, way)

    answer = press.send(office.browser)

    assert (answer.status_code, 'id="visit"' in answer.content.decode()) == (200, True)
    assert Intent.objects.get(key=press.fields["intent"]).state == Intent.State.CONFIRMED


@each
def test_while_the_api_is_away_a_notice_leaves_the_panel(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    press = pressing(office, way)
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)

    part, page = press.send(office.browser), press.send(office.browser, {})

    assert (part.status_code, page.status_code) == (503, 503)
    assert json.loads(part.headers["HX-Trigger"])["notice"]["title"] == str(failures.UNREACHABLE.title)
    assert press.fields["intent"] in page.content.decode()
    assert not Draft.objects.exists()


@each
def test_a_refusal_stands_on_the_panel(office: Office, faults: Faults, way: str) -> None:
    press = pressing(office, way)
    no = {"code": 400, "body": [{"errorCode": "VALIDATION_ERROR", "message": "the tenant says no", "details": {}}]}
    faults.rule({"status": no}, method=CHANGING, path="*/calendar/events/*")

    answer = press.send(office.browser)

    html = answer.content.decode()
    assert (answer.status_code, "the tenant says no" in html, 'id="visit"' in html) == (422, True, True)


@each
def test_a_lost_answer_leads_to_the_checking_card(office: Office, faults: Faults, way: str) -> None:
    press = pressing(office, way)
    faults.rule("reset_before_apply", method=CHANGING, path="*/calendar/events/*")

    answer = press.send(office.browser)

    assert answer.headers["Location"] == f"/outcomes/{press.fields['intent']}/"
    card = office.browser.get(answer.headers["Location"], headers=PART).content.decode()
    assert "do not send it again" in card
    assert "Until it is known" in card


@each
def test_a_visit_that_somebody_changed_is_shown_as_it_is_now(office: Office, way: str) -> None:
    press = pressing(office, way)
    moved = half_hour(press.event.when.start - timedelta(minutes=15), 60)
    office.api.events.change(press.event.id, EventChange(when=moved))

    answer = press.send(office.browser)

    html = answer.content.decode()
    assert (answer.status_code, "Somebody changed this visit meanwhile" in html) == (409, True)
    assert f'data-start="{moved.start:%Y-%m-%dT%H:%M:%SZ}"' in html


def open_edit(office: Office, press: Press, state: str) -> None:
    """Somebody else's change of the visit, in this state."""
    other = Intent.objects.create(
        key="other", account=office.coordinator, minted_at=office.desk.now, state=state, session=""
    )
    OpenEdit.objects.create(
        scope=office.desk.scope, visit=str(press.event.id), intent=other.key, opened_at=office.desk.now
    )


@pytest.mark.parametrize("way", ["mark", "attendance"])
def test_another_change_whose_outcome_is_not_known_is_told_as_that(office: Office, way: str) -> None:
    press = pressing(office, way)
    open_edit(office, press, Intent.State.UNKNOWN)

    answer = press.send(office.browser)

    told = "Another change of this visit is being saved just now; wait a moment and send again."
    assert (answer.status_code, told in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("way", ["mark", "attendance"])
def test_another_change_that_is_being_saved_is_a_notice(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    press = pressing(office, way)
    open_edit(office, press, Intent.State.WORKING)
    monkeypatch.setattr(changing, "TURNS", 2)

    answer = press.send(office.browser)

    assert answer.status_code == 503
    assert json.loads(answer.headers["HX-Trigger"])["notice"]["title"] == str(failures.BUSY.title)


@each
def test_after_the_session_it_leads_over_the_login_to_the_page_it_was_pressed_on(office: Office, way: str) -> None:
    press = pressing(office, way)
    here = f"/appointments/{press.event.id}/"

    page = press.send(Browser(), {"Referer": f"http://testserver{here}"})
    part = press.send(Browser())

    assert (page.status_code, page.headers["Location"]) == (302, f"/account/login/?next={here}")
    assert (part.status_code, "session-ended" in part.headers["HX-Trigger"]) == (401, True)
    assert not Draft.objects.exists()
