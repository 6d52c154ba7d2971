"""What the audit trail tells of looking, signing in and out, and being denied: exactly one line for each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.ledger.models import AuditRecord
from tests.clinic_fixture import Office, at

WORD = "a long enough word"


def told(*actions: str) -> list[tuple[str, str, str, str]]:
    """Action, phase, object and code of the lines, oldest first."""
    rows = AuditRecord.objects.filter(action__in=actions) if actions else AuditRecord.objects.all()
    return list(rows.order_by("id").values_list("action", "phase", "object_id", "code"))


def test_a_patients_page_is_written_down_once_in_a_quarter_of_an_hour(office: Office) -> None:
    address = f"/patients/{office.theo}/"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert [office.browser.get(address).status_code for _ in range(3)] == [200] * 3
        assert told() == [("patient.read", "read", str(office.theo), "")]
        for page in ("/people/", address):
            clock.shift(timedelta(minutes=8))
            office.browser.get(page)

    assert len(told("patient.read")) == 2
    line = AuditRecord.objects.first()
    assert (line.account, line.from_address, line.people) == (office.coordinator, "127.0.0.1", [str(office.theo)])


def test_each_login_that_looks_has_a_line_of_its_own(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    for browser in (office.browser, sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))):
        browser.get(f"/patients/{office.theo}/")
    assert len(told("patient.read")) == 2


def test_a_visits_panel_is_written_down_where_it_shows_a_patient(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    alone = office.clinic.visit(office.ada, start=at(12))
    for event in (visit, alone):
        assert office.browser.get(f"/appointments/{event.id}/", headers={"HX-Request": "true"}).status_code == 200
    assert told() == [("appointment.read", "read", str(visit.id), "")]


def test_a_look_that_cannot_be_written_down_shows_nothing(office: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    office.browser.raise_request_exception = False
    answer = office.browser.get(f"/patients/{office.theo}/")
    assert (answer.status_code, b"Marsh" in answer.content) == (500, False)


def test_being_denied_is_written_down_with_what_was_asked_for(office: Office) -> None:
    assert office.browser.get("/people/connection/").status_code == 403
    assert told() == [("access.denied", "refused", "connection", "system.see")]


@pytest.fixture
def login(make_account: Callable[..., Account]) -> Account:
    return make_account(Role.MANAGER, username="mira")


def post(browser: Browser, name: str, word: str) -> int:
    return browser.post("/account/login/", {"login": name, "password": word}).status_code


def test_signing_in_and_out_are_a_line_each(login: Account, credentials: object) -> None:
    browser = Browser()
    assert post(browser, "mira", WORD) == 302
    browser.post("/account/logout/")
    browser.post("/account/logout/")

    assert [row[:2] for row in told()] == [("session.begin", "confirmed"), ("session.end", "confirmed")]
    assert set(AuditRecord.objects.values_list("account", "from_address")) == {(login.pk, "127.0.0.1")}


@pytest.mark.parametrize(("name", "known"), [("mira", True), ("nobody-of-that-name", False)])
def test_who_is_not_let_in_is_a_line_without_what_was_typed(
    login: Account, credentials: object, name: str, known: bool
) -> None:
    assert post(Browser(), name, "not the right word") == 200

    [line] = AuditRecord.objects.all()
    assert (line.action, line.phase, line.account) == ("session.refused", "refused", login if known else None)
    kept = str({field: value for field, value in vars(line).items() if not field.startswith("_")})
    assert (name in kept, "right word" in kept) == (False, False)


def test_what_no_browser_asked_for_is_nobodys_sign_in(office: Office) -> None:
    assert told() == []
