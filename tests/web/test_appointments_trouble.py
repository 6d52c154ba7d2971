"""Booking when the answer of the API is lost, slow or a clear no: nothing untrue is said and nothing happens twice."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
import requests

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import connection
from scheduling.web.forms.appointments import PLACING
from scheduling.welkin import Credentials
from tests.clinic_fixture import Office, at, half_hour
from tests.garbled_fixture import QuietHandler
from tests.web.test_appointments_book import NEW, PART, filled, hidden, opened

pytestmark = pytest.mark.django_db


class Middleman(QuietHandler):
    """Passes everything on to the sandbox. The answer to a POST of an event is lost after it has had its effect,
    or replaced by a refusal before it has any."""

    def do_GET(self) -> None:
        self.pass_on()

    def do_POST(self) -> None:
        booking = self.path.endswith("/calendar/events")
        if booking and self.server.refusal:  # type: ignore[attr-defined]
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(400, self.server.refusal)  # type: ignore[attr-defined]
        else:
            self.pass_on(lose=booking)

    def pass_on(self, *, lose: bool = False) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        target = f"{self.server.target}{self.path}"  # type: ignore[attr-defined]
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        told = requests.request(self.command, target, data=self.rfile.read(length), headers=headers, timeout=10)
        if lose:
            self.close_connection = True
            self.connection.close()
        else:
            self.answer(told.status_code, told.content)


@pytest.fixture
def middleman(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`middleman(refusal=b"")`: from now on the dashboard reaches the sandbox through it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Middleman)
    server.target = credentials.url  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def start(refusal: bytes = b"") -> None:
        server.refusal = refusal  # type: ignore[attr-defined]
        through = replace(credentials, url=f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(connection, "credentials", lambda: through)

    yield start
    server.shutdown()
    thread.join()
    server.server_close()


def booked(office: Office) -> list[Any]:
    return list(office.api.events.find(half_hour(at(10)), participant_ids=[office.theo]))


def test_a_lost_answer_leads_to_the_checking_card_and_one_visit(office: Office, middleman: Callable[..., None]) -> None:
    sent = filled(office, opened(office, clinician=office.ada))
    middleman()

    first = office.browser.post(NEW, sent, headers=PART)
    second = office.browser.post(NEW, sent, headers=PART)

    assert [(each.status_code, each.headers["Location"]) for each in (first, second)] == [
        (302, f"/outcomes/{sent['intent']}/")
    ] * 2
    assert len(booked(office)) == 1
    assert [record.phase for record in AuditRecord.objects.order_by("id")] == ["requested", "unknown"]


def test_the_checking_card_finds_the_visit_by_its_marker(office: Office, middleman: Callable[..., None]) -> None:
    sent = filled(office, opened(office, clinician=office.ada))
    middleman()
    office.browser.post(NEW, sent, headers=PART)

    card = office.browser.get(f"/outcomes/{sent['intent']}/", headers=PART)

    assert card.status_code == 200
    assert f"/appointments/{booked(office)[0].id}/" in card.content.decode()
    assert Intent.objects.get(key=sent["intent"]).state == Intent.State.CONFIRMED


def test_a_refusal_comes_back_in_the_form_with_a_new_intent(office: Office, middleman: Callable[..., None]) -> None:
    sent = filled(office, opened(office, clinician=office.ada), title="Long talk")
    middleman(b'[{"errorCode": "VALIDATION_ERROR", "message": "hostId is retired", "details": {"hostId": "retired"}}]')

    answer = office.browser.post(NEW, sent, headers=PART)

    told = answer.content.decode()
    assert answer.status_code == 422
    assert "hostId is retired" in told
    assert 'value="Long talk"' in told
    assert hidden(told, "intent") not in ("", sent["intent"])
    assert booked(office) == []


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_when_the_api_is_away_the_booking_form_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    sent = filled(office, opened(office, clinician=office.ada), title="Long talk", remarks="Left arm")
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)

    answer = office.browser.post(NEW, sent, headers=headers)

    told = answer.content.decode()
    assert answer.status_code == 422
    for kept in (
        "The calendar service cannot be reached",
        'value="Long talk"',
        "Left arm",
        "Theo Marsh",
        sent["intent"],
    ):
        assert kept in told


def test_a_booking_page_with_htmx_goes_to_the_visit(office: Office) -> None:
    sent = filled(office, opened(office, clinician=office.ada))

    answer = office.browser.post(NEW, sent, headers={**PART, "HX-Current-URL": f"http://testserver{NEW}"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/appointments/{booked(office)[0].id}/")


def test_what_stands_outside_the_form_belongs_to_it(office: Office) -> None:
    """The reason and the choice between two times are printed in the check, after the form's end."""
    office.clinic.visit(office.ada, start=at(10))
    html = opened(office, clinician=office.ada)

    told = office.browser.post(NEW, filled(office, html), headers=PART).content.decode()

    reason = told[told.index('name="reason"') :].partition(">")[0]
    assert f'form="{PLACING}"' in reason
    assert told.index("</form>") < told.index('name="reason"')
