"""The pages while the API fails (reliability F01 to F04, F11 to F17, F20): never an error page, never an hour that is
free only because it could not be read, and a form that comes back with what was typed.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from scheduling.domain.week import Week
from scheduling.services import connection
from scheduling.welkin import Client, Credentials
from tests.clinic_fixture import Office, at, next_monday
from tests.faults.impatience import IMPATIENT
from tests.faults.server import EVENTS, Do, Faults
from tests.sandbox_fixture import Sandbox
from tests.web.test_appointments_book import NEW, PART, filled, opened

pytestmark = pytest.mark.django_db
SHORT = replace(IMPATIENT, read_deadline=1.0, write_deadline=1.5, attempts=2)
READS = "*/calendar/*"
TOLD = {200, 403, 404, 409, 422, 429, 502, 503, 504}
"""What a page may answer: a page of its own that says what is wrong, never a server error (500)."""


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture(autouse=True)
def _short_of_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every client of this process waits for a second, and asks each time: the breaker is tried elsewhere."""
    made: list[Client] = []

    def make(chosen: Credentials) -> Client:
        made.append(Client(chosen, policy=SHORT, observe=connection.note_call))
        return made[-1]

    monkeypatch.setattr(connection, "_make", make)
    yield
    for client in made:
        client.close()


FAILING: list[Any] = [
    pytest.param("reset_before_apply", id="F01 down"),
    pytest.param({"stall": {"seconds": 30, "apply": "never"}}, id="F02 silent"),
    pytest.param({"drip": 5}, id="F03 a drip"),
    pytest.param({"status": {"code": 401, "body": "<html>"}}, id="F11 401 of HTML"),
    pytest.param({"status": 403}, id="F13 403"),
    pytest.param({"retry_after": 60}, id="F14 429"),
    pytest.param({"status": 500}, id="F15 500"),
    pytest.param({"status": {"code": 503, "body": "<html>"}}, id="F15 503 of HTML"),
    pytest.param({"cut": 0.5}, id="F16 cut in half"),
    pytest.param("bad_gzip", id="F16 bad gzip"),
    pytest.param("html", id="F17 HTML"),
    pytest.param({"status": 200}, id="F17 empty"),
    pytest.param({"status": {"code": 200, "body": "null"}}, id="F17 null"),
    pytest.param({"status": {"code": 200, "body": {}}}, id="F17 an empty object"),
    pytest.param({"status": {"code": 404, "body": {"no": "list"}}}, id="F20 404 of an object"),
    pytest.param({"redirect": "http://elsewhere.invalid/"}, id="F28 a redirect"),
]


def pages(office: Office) -> dict[str, str]:
    week, monday = Week.containing(next_monday()), next_monday().isoformat()
    asked = {"minutes": "30", "clinician": str(office.ada), "first": monday, "last": monday}
    return {
        "week": f"/week/{office.ada}/{week}/",
        "day": f"/day/{monday}/",
        "find": f"/find/?{urlencode(asked)}",
    }


def free(html: str) -> int:
    """How much time the page offers as free."""
    return html.count("data-free") + html.count("data-slot")


def test_f17_when_all_is_well_there_is_time_to_offer(office: Office) -> None:
    """The other way round: the pages below offer nothing because of the fault, not for want of anything to offer."""
    assert {name: free(office.browser.get(url).content.decode()) > 0 for name, url in pages(office).items()} == {
        "week": True,
        "day": True,
        "find": True,
    }


@pytest.mark.parametrize("do", FAILING)
def test_f01_to_f20_no_page_breaks_and_none_offers_time_it_could_not_read(
    office: Office, faults: Faults, do: Do
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    faults.rule(do, method="GET", path=EVENTS, times=None)
    for name, url in pages(office).items():
        answer = office.browser.get(url)
        assert (name, answer.status_code in TOLD) == (name, True)
        assert (name, free(answer.content.decode())) == (name, 0)
        assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("do", FAILING[:1] + FAILING[5:8] + FAILING[10:12])
def test_f01_a_week_that_was_seen_stays_readable_dated_and_comes_back(office: Office, faults: Faults, do: Do) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    url = pages(office)["week"]
    assert f'data-event-id="{visit.id}"' in office.browser.get(url).content.decode()
    outage = faults.rule(do, method="GET", path=READS, times=None, at_least=0)
    shown = office.browser.get(url)
    assert (shown.status_code, f'data-event-id="{visit.id}"' in shown.content.decode()) == (200, True)
    faults.remove(outage)
    assert office.browser.get(url).status_code == 200


TYPED = {"title": "Long talk", "remarks": "Left arm"}


@pytest.mark.parametrize("do", FAILING)
def test_f01_to_f20_a_booking_that_cannot_be_checked_comes_back_with_what_was_typed(
    office: Office, faults: Faults, do: Do
) -> None:
    sent = filled(office, opened(office, clinician=office.ada), **TYPED)
    faults.rule(do, method="GET", path=EVENTS, times=None)
    answer = office.browser.post(NEW, sent, headers=PART)
    told = answer.content.decode()
    assert (answer.status_code in TOLD, faults.dump()) == (True, [])
    assert [word for word in (*TYPED.values(), sent["intent"]) if word not in told] == []


LOST: list[Any] = [
    pytest.param("apply_then_reset", id="F05"),
    pytest.param("reset_before_apply", id="F06"),
    pytest.param({"delay_apply": 0.1}, id="F07"),
    pytest.param({"apply_then_status": 502}, id="F08"),
    pytest.param({"stall": 20}, id="F02"),
    pytest.param({"cut": 0.5}, id="F16"),
    pytest.param("html", id="F17"),
]


@pytest.mark.parametrize("do", LOST)
def test_f02_f05_to_f08_a_booking_without_an_answer_is_being_checked_and_sent_once(
    office: Office, faults: Faults, do: Do
) -> None:
    sent = filled(office, opened(office, clinician=office.ada), **TYPED)
    faults.rule(do, method="POST", path=EVENTS)
    answers = [office.browser.post(NEW, sent, headers=PART) for _ in range(3)]
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, f"/outcomes/{sent['intent']}/")
    }
    assert len(faults.requests("POST", "calendar/events")) == 1


@pytest.mark.parametrize("code", [400, 403, 404, 422, 429])
def test_f13_f14_f20_a_clear_no_comes_back_in_the_form_and_leaves_nothing(
    office: Office, faults: Faults, code: int
) -> None:
    sent = filled(office, opened(office, clinician=office.ada), **TYPED)
    faults.rule({"status": {"code": code, "body": "<html>no</html>"}}, method="POST", path=EVENTS)
    answer = office.browser.post(NEW, sent, headers=PART)
    told = answer.content.decode()
    assert (answer.status_code in TOLD, faults.dump()) == (True, [])
    assert [word for word in TYPED.values() if word not in told] == []
