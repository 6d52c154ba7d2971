"""An administrator looks after logins: invitations, roles, links to Welkin users, switching off, lost second steps."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account, LoginLink
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.ledger.models import AuditRecord
from scheduling.services import login_admin
from tests.clinic_fixture import Office
from tests.desk_fixture import PASSWORD

pytestmark = pytest.mark.django_db
LINK = re.compile(r'value="http://localhost:\d+(/account/invitation/[\w-]+/)"')
NEW = "/people/logins/new/"
WORDS = "seven green bicycles"


@pytest.fixture
def admin(make_account: Callable[..., Account]) -> Account:
    return make_account(Role.ADMINISTRATOR, username="root")


@pytest.fixture
def browser(
    admin: Account, office: Office, refresh: Callable[[], None], sign_in_now: Callable[..., Browser]
) -> Browser:
    refresh()
    return sign_in_now(admin)


def typed(**more: Any) -> dict[str, Any]:
    return {"username": "mira", "role": Role.MANAGER, "first_name": "Mira", "last_name": "Sol", **more}


def invite(browser: Browser, **more: Any) -> str:
    return LINK.search(browser.post(NEW, typed(**more)).content.decode())[1]


def press(browser: Browser, account: Account, deed: str) -> Any:
    return browser.post(f"/people/logins/{account.pk}/do/", {"deed": deed})


def actions() -> list[str]:
    rows = AuditRecord.objects.filter(action__startswith="login.").order_by("id")
    return list(rows.values_list("action", flat=True))


def accept(address: str, password: str = WORDS, again: str | None = None) -> Any:
    return Browser().post(address, {"password": password, "again": password if again is None else again})


# --- Inviting --------------------------------------------------------------------------------------------------------


def test_whoever_is_invited_sets_a_password_once_and_signs_in(browser: Browser, office: Office) -> None:
    team = Team.objects.get()
    address = invite(browser, person=str(office.ada), teams=[team.pk])
    account = Account.objects.get(username="mira")
    assert (account.role, account.welkin_id, list(team.keepers.filter(pk=account.pk))) == (
        Role.MANAGER, office.ada, [account],
    )  # fmt: skip
    assert not account.has_usable_password()

    assert Browser().get(address).status_code == 200
    assert accept(address).status_code == 302
    assert [accept(address).status_code, Browser().get(address).status_code] == [404, 404]
    assert Browser().post("/account/login/", {"login": "mira", "password": WORDS}).status_code == 302
    assert actions() == ["login.invite", "login.accept"]
    told = AuditRecord.objects.get(action="login.invite").before_after
    assert told == [["role", None, "manager"], ["teams", None, str(team.pk)]]


def test_teams_that_a_login_looks_after_no_longer_are_in_the_trail(browser: Browser, office: Office) -> None:
    team = Team.objects.get()
    form = {"role": "coordinator", "person": "", "teams": []}
    assert browser.post(f"/people/logins/{office.coordinator.pk}/", form).status_code == 302

    assert AuditRecord.objects.get(action="login.change").before_after == [["teams", str(team.pk), ""]]
    assert not team.keepers.exists()


def test_only_a_digest_of_the_link_is_kept_and_the_link_is_shown_once(browser: Browser) -> None:
    token = invite(browser).split("/")[-2]
    link = LoginLink.objects.get()
    assert link.token_hash == login_admin.digest_of(token)
    assert token not in str(vars(link))
    assert token not in browser.get(f"/people/logins/{link.account_id}/").content.decode()


def test_a_link_that_is_too_old_replaced_or_of_a_login_switched_off_leads_nowhere(browser: Browser) -> None:
    address = invite(browser)
    account = Account.objects.get(username="mira")
    with time_machine.travel(timezone.now() + login_admin.LINK_LASTS + timedelta(seconds=1)):
        assert Browser().get(address).status_code == 404
    newer = LINK.search(press(browser, account, "link").content.decode())[1]
    assert [Browser().get(each).status_code for each in (address, newer)] == [404, 200]
    press(browser, account, "off")
    assert [Browser().get(newer).status_code, accept(newer).status_code] == [404, 404]


WEAK = {
    "nothing": ("", ""),
    "short": ("short one", "short one"),
    "not the same": (WORDS, f"{WORDS}!"),
    "built on a leaked one": ("password123456", "password123456"),
    "too long": ("a" * 200, "a" * 200),
}


@pytest.mark.parametrize(("password", "again"), WEAK.values(), ids=WEAK)
def test_a_weak_password_is_said_at_the_field_and_the_link_stays(browser: Browser, password: str, again: str) -> None:
    address = invite(browser)
    answer = accept(address, password, again)
    assert (answer.status_code, "error" in answer.content.decode()) == (422, True)
    assert Browser().get(address).status_code == 200


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"username": ""}, "username"),
    "a name that is taken, in other letters": ({"username": "ROOT"}, "username"),
    "a name with a space": ({"username": "mira sol"}, "username"),
    "no such role": ({"role": "owner"}, "role"),
    "a clinician who is nobody": ({"role": Role.CLINICIAN}, "person"),
    "nobody's id": ({"person": str(UUID(int=5))}, "person"),
    "no id": ({"person": "x"}, "person"),
    "no address": ({"email": "mira"}, "email"),
    "teams of an auditor": ({"role": Role.AUDITOR, "teams": ["{team}"]}, "teams"),
    "no such team": ({"teams": ["999"]}, "teams"),
}


@pytest.mark.parametrize(("told", "field"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    browser: Browser, told: dict[str, Any], field: str
) -> None:
    if told.get("teams") == ["{team}"]:
        told = told | {"teams": [Team.objects.get().pk]}
    answer = browser.post(NEW, typed(**told))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert 'value="Sol"' in answer.content.decode()
    assert not Account.objects.filter(username="mira").exists()


def test_one_welkin_user_is_one_login(browser: Browser, office: Office, make_account: Callable[..., Account]) -> None:
    make_account(Role.CLINICIAN, welkin_id=office.ada)
    answer = browser.post(NEW, typed(person=str(office.ada)))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"person"})


# --- Changing --------------------------------------------------------------------------------------------------------


def changed(browser: Browser, account: Account, **more: Any) -> Any:
    return browser.post(f"/people/logins/{account.pk}/", typed(**more))


def test_another_role_signs_out_and_is_in_the_trail_with_what_it_was(
    browser: Browser, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser]
) -> None:
    account = make_account(Role.COORDINATOR, username="cora")
    theirs = sign_in_now(account)
    assert theirs.get("/people/").status_code == 200
    assert changed(browser, account, role=Role.MANAGER, username="other").status_code == 302
    account.refresh_from_db()
    assert (account.role, account.username) == (Role.MANAGER, "cora")
    assert theirs.get("/people/").status_code == 302
    line = AuditRecord.objects.get(action="login.change")
    assert (line.object_id, line.before_after) == (str(account.pk), [["role", "coordinator", "manager"]])


def test_another_name_alone_signs_nobody_out(
    browser: Browser, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser]
) -> None:
    account = make_account(Role.MANAGER, username="cora")
    theirs = sign_in_now(account)
    theirs.get("/people/")
    changed(browser, account, last_name="Other")
    assert theirs.get("/people/").status_code == 200


DEEDS = {"off": (302, "login.off"), "forget": (200, "login.forget_factor"), "sign-out": (302, "login.sign_out")}


@pytest.mark.parametrize("deed", ["off", "forget", "sign-out"])
def test_each_deed_signs_out_at_once(
    browser: Browser, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser], deed: str
) -> None:
    account = make_account(Role.MANAGER)
    theirs = sign_in_now(account)
    theirs.get("/people/")
    assert press(browser, account, deed).status_code == 302
    assert theirs.get("/people/").status_code == 302
    assert actions() == [DEEDS[deed][1]]


def test_who_was_switched_off_may_be_switched_on_again(browser: Browser, make_account: Callable[..., Account]) -> None:
    account = make_account(Role.MANAGER)
    for deed, status in (("off", 200), ("on", 302)):
        press(browser, account, deed)
        told = {"login": account.username, "password": PASSWORD}
        assert Browser().post("/account/login/", told).status_code in (status, 302)
        account.refresh_from_db()
        assert account.is_active == (deed == "on")


def test_nobody_shuts_themselves_out(browser: Browser, admin: Account) -> None:
    assert changed(browser, admin, role=Role.MANAGER).status_code == 422
    for deed in ("off", "forget"):
        press(browser, admin, deed)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active, actions()) == (Role.ADMINISTRATOR, True, [])


def test_no_audit_no_change(browser: Browser, make_account: Callable[..., Account]) -> None:
    account = make_account(Role.MANAGER)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    browser.raise_request_exception = False
    assert press(browser, account, "off").status_code == 500
    assert browser.post(NEW, typed()).status_code == 500
    account.refresh_from_db()
    assert (account.is_active, Account.objects.filter(username="mira").exists()) == (True, False)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_others_are_offered_nothing_and_refused(
    office: Office, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser], role: Role
) -> None:
    account = make_account(role)
    theirs = sign_in_now(account)
    assert "/people/logins/" not in theirs.get("/people/").content.decode()
    for address in ("/people/logins/", NEW, f"/people/logins/{account.pk}/"):
        assert theirs.get(address).status_code == 403
    assert [theirs.post(NEW, typed()).status_code, press(theirs, account, "off").status_code] == [403, 403]


def test_an_unknown_login_or_deed_is_not_found(browser: Browser, admin: Account) -> None:
    assert browser.get("/people/logins/9999/").status_code == 404
    assert press(browser, admin, "promote").status_code == 404


def test_who_signed_in_long_ago_is_asked_again(admin: Account, office: Office, sign_in: Callable[..., Browser]) -> None:
    for address in (NEW, f"/people/logins/{admin.pk}/"):
        assert sign_in(admin).get(address).headers["Location"].startswith("/account/confirm/")
