"""An administrator makes people in Welkin, and sets their time zone and credentials."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember
from scheduling.ledger.models import AuditRecord, Draft, Intent
from scheduling.services import connection
from scheduling.web import failures
from scheduling.welkin import UserChange
from tests.clinic_fixture import Office
from tests.faults.server import Faults
from tests.sandbox_fixture import Sandbox

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
NEW = "/people/users/new/"
USERS = "admin/users*"
CHANGING = ["POST", "PATCH"]
GRACE = {
    "first_name": "Grace", "last_name": "Moss", "username": "grace.moss", "email": "grace@harbor.example",
    "timezone": "America/Chicago", "credentials": "NP", "phone": "+1 555 010 0199",
}  # fmt: skip
NO = {"code": 400, "body": [{"errorCode": "VALIDATION_ERROR", "message": "the tenant says no", "details": {}}]}


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def browser(
    office: Office,
    refresh: Callable[[], None],
    make_account: Callable[..., Account],
    sign_in_now: Callable[..., Browser],
) -> Browser:
    refresh()
    return sign_in_now(make_account(Role.ADMINISTRATOR, username="root"))


def opened(browser: Browser, address: str, **typed: str) -> dict[str, Any]:
    """The form as the page shows it, with some of it typed anew."""
    return fields_of(browser.get(address).content.decode()) | typed


def page_of(person: UUID) -> str:
    return f"/people/users/{person}/"


def lines() -> list[tuple[str, str, list[Any]]]:
    found = AuditRecord.objects.filter(action__startswith="user.").order_by("id")
    return list(found.values_list("action", "phase", "before_after"))


# --- Making somebody --------------------------------------------------------------------------------------------------


def test_a_new_person_is_in_welkin_in_the_directory_and_in_the_trail(browser: Browser, office: Office) -> None:
    answer = browser.post(NEW, opened(browser, NEW, **GRACE))

    made = office.api.users.read_by_name("grace.moss")
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(made.id))
    assert (made.name, made.credentials, made.phone) == ("Grace Moss", "NP", "+15550100199")
    assert (made.timezone, made.state, made.email) == ("America/Chicago", "PROVISIONED", "grace@harbor.example")
    assert StaffMember.objects.get(welkin_id=made.id).state == "PROVISIONED"
    assert lines() == [
        ("user.create", "requested", [["username", None, "grace.moss"]]),
        ("user.create", "confirmed", [["username", None, "grace.moss"]]),
    ]
    shown = browser.get(answer.headers["Location"]).content.decode()
    assert "Not active in Welkin" in shown
    assert "Welkin has them now." in shown


def test_a_double_click_makes_one(browser: Browser, office: Office) -> None:
    form = opened(browser, NEW, **GRACE)

    answers = [browser.post(NEW, form) for _press in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {
        page_of(office.api.users.read_by_name("grace.moss").id)
    }
    assert len(office.api.users.find(search="grace.moss").rows) == 1


BAD = {
    "no name": ({"first_name": " "}, "first_name"),
    "no user name": ({"username": ""}, "username"),
    "a path": ({"username": "../clients"}, "username"),
    "a blank inside": ({"username": "grace moss"}, "username"),
    "a line's end": ({"username": "grace\n.moss"}, "username"),
    "no e-mail": ({"email": "grace"}, "email"),
    "no zone of the world": ({"timezone": "America/Atlantis"}, "timezone"),
    "a phone without country": ({"phone": "555 0100"}, "phone"),
    "too much": ({"credentials": "x" * 61}, "credentials"),
}


@pytest.mark.parametrize(("typed", "at"), BAD.values(), ids=BAD)
def test_a_mistake_is_told_at_its_field_and_all_stays(
    browser: Browser, api_calls: Any, typed: dict[str, str], at: str
) -> None:
    form = opened(browser, NEW, **GRACE | typed)

    with api_calls() as calls:
        answer = browser.post(NEW, form)

    assert (answer.status_code, list(answer.context["form"].errors), calls) == (422, [at], [])
    told = fields_of(answer.content.decode())
    kept = [name for name in GRACE if name not in typed]
    assert {name: told[name] for name in kept} == {name: [GRACE[name]] for name in kept}


def test_a_name_that_welkin_has_is_told_at_its_field_and_another_may_be_taken(browser: Browser, office: Office) -> None:
    taken = office.api.users.read(office.ada).username
    form = opened(browser, NEW, **GRACE | {"username": taken})
    answer = browser.post(NEW, form)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["username"])
    assert browser.post(NEW, form | {"username": "grace.moss"}).status_code == 302


def test_letter_case_and_blanks_of_a_zone_are_forgiven_and_none_is_a_zone_too(browser: Browser, office: Office) -> None:
    browser.post(NEW, opened(browser, NEW, **GRACE | {"timezone": "america/new york"}))
    browser.post(NEW, opened(browser, NEW, **GRACE | {"username": "other", "timezone": ""}))

    assert office.api.users.read_by_name("grace.moss").timezone == "America/New_York"
    assert office.api.users.read_by_name("other").timezone is None


# --- Zone and credentials ---------------------------------------------------------------------------------------------


def test_zone_and_credentials_are_saved_and_nothing_else_is_sent(browser: Browser, office: Office) -> None:
    before = office.api.users.read(office.ada)
    form = opened(browser, page_of(office.ada), timezone="America/Denver", credentials="MD")

    assert browser.post(page_of(office.ada), form).headers["Location"] == page_of(office.ada)

    after = office.api.users.read(office.ada)
    assert after == replace(before, timezone="America/Denver", credentials="MD")
    known = StaffMember.objects.get(welkin_id=office.ada)
    assert (known.timezone, known.credentials) == ("America/Denver", "MD")
    told = [["timezone", before.timezone, "America/Denver"], ["credentials", before.credentials, "MD"]]
    assert lines() == [("user.change", phase, told) for phase in ("requested", "confirmed")]


def test_whoever_has_hours_still_has_them_in_the_directory(browser: Browser, office: Office) -> None:
    StaffMember.objects.filter(welkin_id=office.ada).update(has_hours=True)
    browser.post(page_of(office.ada), opened(browser, page_of(office.ada), credentials="MD"))

    assert StaffMember.objects.get(welkin_id=office.ada).has_hours


def test_credentials_alone_leave_a_zone_that_was_changed_elsewhere_meanwhile_to_a_second_look(
    browser: Browser, office: Office
) -> None:
    form = opened(browser, page_of(office.ada), credentials="MD")
    name = office.api.users.read(office.ada).username
    office.api.users.change(name, UserChange(timezone="America/Phoenix"))

    answer = browser.post(page_of(office.ada), form)

    assert (answer.status_code, "America/Phoenix" in answer.context["form"].non_field_errors()[0]) == (422, True)
    assert office.api.users.read(office.ada).credentials != "MD"
    again = fields_of(answer.content.decode())
    assert browser.post(page_of(office.ada), again).status_code == 302
    saved = office.api.users.read(office.ada)
    assert (saved.credentials, saved.timezone) == ("MD", form["timezone"][0])


def test_a_zone_can_be_taken_away(browser: Browser, office: Office) -> None:
    browser.post(page_of(office.ada), opened(browser, page_of(office.ada), timezone=""))

    assert office.api.users.read(office.ada).timezone is None


def test_saving_what_is_there_already_asks_for_nothing(browser: Browser, office: Office) -> None:
    answer = browser.post(page_of(office.ada), opened(browser, page_of(office.ada)))

    assert (answer.status_code, lines()) == (422, [])


def test_nobody_of_this_id(browser: Browser) -> None:
    assert browser.get(page_of(UUID(int=7))).status_code == 404


# --- When the service does not do as asked ----------------------------------------------------------------------------

FORMS = {"making": (NEW, GRACE), "changing": ("", {"credentials": "MD", "timezone": "America/Denver"})}


@dataclass(frozen=True)
class Filled:
    """A form as it is open and filled in: what was typed stands among its fields."""

    address: str
    typed: dict[str, str]
    fields: dict[str, Any]


@pytest.fixture(params=FORMS.values(), ids=FORMS)
def form(request: pytest.FixtureRequest, browser: Browser, office: Office) -> Filled:
    address, typed = request.param
    address = address or page_of(office.ada)
    return Filled(address, typed, opened(browser, address, **typed))


def test_a_refusal_comes_back_with_its_reason_and_can_be_sent_again(
    browser: Browser, office: Office, faults: Faults, form: Filled
) -> None:
    faults.rule({"status": NO}, method=CHANGING, path=USERS)

    answer = browser.post(form.address, form.fields)

    assert (answer.status_code, "the tenant says no" in answer.content.decode()) == (422, True)
    again = fields_of(answer.content.decode())
    assert {name: again[name] for name in form.typed} == {name: [text] for name, text in form.typed.items()}
    assert again["intent"] != form.fields["intent"]
    assert browser.post(form.address, again).status_code == 302


def test_a_closed_door_of_the_api_is_told(browser: Browser, office: Office, faults: Faults, form: Filled) -> None:
    faults.rule({"status": 403}, method=CHANGING, path=USERS)

    answer = browser.post(form.address, form.fields)

    assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (422, 1)
    assert lines()[-1][1] == "not sent"
    assert browser.post(form.address, form.fields).status_code == 302


def test_while_the_api_is_away_what_was_typed_is_kept(
    browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, form: Filled
) -> None:
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    with monkeypatch.context() as away:
        away.setattr(connection, "credentials", lambda: dead)
        answer = browser.post(form.address, form.fields)
    assert (answer.status_code, str(failures.UNREACHABLE.title) in answer.content.decode()) == (422, True)

    kept = Draft.objects.get(intent=form.fields["intent"][0])
    again = browser.get(f"/drafts/{kept.intent}/", follow=True)
    told = fields_of(again.content.decode())
    assert {name: told[name] for name in form.typed} == {name: [text] for name, text in form.typed.items()}
    assert browser.post(form.address, told).status_code == 302
    assert not Draft.objects.exists()


def test_a_lost_answer_is_looked_for_and_never_sent_twice(
    browser: Browser, office: Office, faults: Faults, form: Filled
) -> None:
    faults.rule("apply_then_reset", method=CHANGING, path=USERS)

    answer = browser.post(form.address, form.fields)

    intent = form.fields["intent"][0]
    assert answer.headers["Location"] == f"/outcomes/{intent}/"
    assert Intent.objects.get(key=intent).state == Intent.State.UNKNOWN
    found = browser.get(answer.headers["Location"])
    assert Intent.objects.get(key=intent).state == Intent.State.CONFIRMED
    assert "/people/users/" in found.content.decode()
    assert Intent.objects.get(key=intent).sends == 1


def test_what_was_cut_off_before_it_arrived_stays_unknown(
    browser: Browser, office: Office, faults: Faults, form: Filled
) -> None:
    faults.rule("reset_before_apply", method=CHANGING, path=USERS)

    answer = browser.post(form.address, form.fields)
    browser.get(answer.headers["Location"])

    assert Intent.objects.get(key=form.fields["intent"][0]).state == Intent.State.UNKNOWN


# --- Who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_may(office: Office, make_account: Any, sign_in_now: Any, api_calls: Any, role: Role) -> None:
    other = sign_in_now(make_account(role))

    with api_calls() as calls:
        answers = [
            getattr(other, method)(address) for address in (NEW, page_of(office.ada)) for method in ("get", "post")
        ]

    assert ([answer.status_code for answer in answers], calls) == ([403] * 4, [])
    assert "/people/users/" not in other.get("/people/").content.decode()


def test_the_directory_leads_there(browser: Browser, office: Office) -> None:
    page = browser.get("/people/").content.decode()

    assert f'href="{NEW}"' in page
    assert f'href="{page_of(office.ada)}"' in page
