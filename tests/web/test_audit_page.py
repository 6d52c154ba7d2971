"""The audit trail as an auditor sees it: found by what a line holds, page by page, and whether it is whole."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.ledger.models import AuditCheck, AuditRecord
from scheduling.services import audit, audit_chain, audit_search, audit_verify
from scheduling.web import audit_words
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
VISIT, PATIENT = str(uuid4()), str(uuid4())


@pytest.fixture
def auditor(make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]) -> Browser:
    return sign_in(make_account(Role.AUDITOR, timezone="America/New_York"))


@pytest.fixture
def write(office: Office) -> Callable[..., AuditRecord]:
    def make(action: str = "appointment.move", at: datetime = NOW, **told: Any) -> AuditRecord:
        common = {"scope": office.desk.scope, "phase": "confirmed", "object_id": VISIT}
        line = audit.line(told.pop("account", office.coordinator), at=at, action=action, **(common | told))
        audit.write(line)
        return line

    return make


def shown(browser: Browser, **asked: object) -> list[int]:
    answer = browser.get(f"/audit/?{urlencode(asked)}")
    assert answer.status_code == 200
    return [int(number) for number in re.findall(r'data-line="(\d+)"', answer.content.decode())]


def test_the_newest_come_first_and_the_look_itself_is_the_next_line(
    auditor: Browser, write: Callable[..., AuditRecord]
) -> None:
    lines = [write(at=NOW + timedelta(minutes=number)) for number in range(3)]
    assert shown(auditor) == [line.pk for line in reversed(lines)]
    assert [row.action for row in AuditRecord.objects.order_by("-id")[:2]] == ["audit.read", "appointment.move"]
    shown(auditor)
    assert AuditRecord.objects.filter(action="audit.read").count() == 1


ASKED: dict[str, Callable[[Any], dict[str, object]]] = {
    "a visit": lambda _: {"about": VISIT},
    "a patient": lambda _: {"about": PATIENT},
    "a person's id in capitals": lambda _: {"about": PATIENT.upper()},
    "a request": lambda _: {"about": "request-1"},
    "a form": lambda _: {"about": "form-1"},
    "an action": lambda _: {"action": "appointment.cancel"},
    "an outcome": lambda _: {"phase": "refused"},
    "a login": lambda line: {"account": line.account_id},
    "a day of the viewer": lambda _: {"first": "2026-11-19", "last": "2026-11-19"},
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_line_is_found_by_what_it_holds(
    auditor: Browser,
    write: Callable[..., AuditRecord],
    make_account: Callable[..., Account],
    asked: Callable[[Any], dict[str, object]],
) -> None:
    write(object_id=str(uuid4()))
    line = write(
        "appointment.cancel",
        # Already the 20th in UTC, still the 19th in New York.
        datetime(2026, 11, 20, 4, 59, tzinfo=UTC),
        account=make_account(Role.CLINICIAN),
        phase="refused",
        people=[PATIENT],
        request_id="request-1",
        intent="form-1",
    )
    write(object_id=str(uuid4()), at=datetime(2026, 11, 20, 5, tzinfo=UTC))
    assert shown(auditor, **asked(line)) == [line.pk]


def test_all_lines_are_reached_page_by_page_once(auditor: Browser, write: Callable[..., AuditRecord]) -> None:
    lines = [write().pk for _ in range(2 * audit_search.A_PAGE + 3)]
    seen, address = [], "/audit/?action=appointment.move"
    while address:
        page = auditor.get(address).content.decode()
        seen += [int(number) for number in re.findall(r'data-line="(\d+)"', page)]
        older = re.search(r'id="older" href="([^"]+)"', page)
        address = f"/audit/{older[1].replace('&amp;', '&')}" if older else ""
    assert seen == lines[::-1]


def test_lines_of_another_tenant_are_not_shown(auditor: Browser, write: Callable[..., AuditRecord]) -> None:
    write(scope="somebody|else")
    assert shown(auditor) == []


def test_what_was_typed_is_text(auditor: Browser, write: Callable[..., AuditRecord]) -> None:
    write(reason="<script>alert(1)</script>", before_after=[["<b>day</b>", None, "<i>"]], fields=["<u>"])
    page = auditor.get("/audit/").content.decode()
    assert [tag for tag in ("<script>alert", "<b>day", "<i>", "<u>") if tag in page] == []


@pytest.mark.parametrize(
    "query",
    ["first=x", "first=2026-11-20&last=2026-11-19", "before=0", f"before={10**30}", "action=nothing", "account=x"],
)
def test_what_cannot_be_asked_is_said_at_the_field(auditor: Browser, office: Office, query: str) -> None:
    answer = auditor.get(f"/audit/?{query}")
    assert (answer.status_code, "data-line=" in answer.content.decode()) == (422, False)


@pytest.mark.parametrize("role", Role)
def test_only_administrators_and_auditors_read_it(
    make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    browser = sign_in(make_account(role))
    allowed = role in (Role.ADMINISTRATOR, Role.AUDITOR)
    assert browser.get("/audit/").status_code == (200 if allowed else 403)
    assert ('href="/audit/"' in browser.get("/people/").content.decode()) == allowed


def test_an_auditor_begins_here(auditor: Browser) -> None:
    assert auditor.get("/").headers["Location"] == "/audit/"


def test_it_says_whether_the_chain_is_whole(auditor: Browser, write: Callable[..., AuditRecord]) -> None:
    def chain() -> str:
        return re.search(r'data-tone="(\w+)" id="chain"', auditor.get("/audit/").content.decode())[1]

    write()
    assert chain() == "warn"
    audit_chain.seal(NOW)
    audit_verify.keep_check(NOW)
    assert chain() == "ok"
    AuditCheck.objects.create(at=NOW, number=1, trouble="line 1 (link 1) is not as it was sealed")
    assert chain() == "danger"


def test_every_action_of_the_permission_table_that_changes_something_has_words() -> None:
    from scheduling.accounts.permissions import ACTIONS

    never_noted = ("calendar.", ".see", ".find", ".own", ".manage", ".open", "closure.set", "appointment.override")
    noted = [name for name in ACTIONS if not any(word in name for word in never_noted)]
    assert [name for name in noted if name not in audit_words.ACTIONS] == []
