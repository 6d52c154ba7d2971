"""Logins from the command line: the first administrator, changes, and that none are there by themselves."""

import io
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.ledger.models import AuditRecord
from scheduling.services.setup import DEMO_LOGINS, make_demo_logins
from tests.clinic_fixture import Office

WORD = "otters read old maps"
THERE_IS_ONE = (
    "There is an administrator already. `python manage.py change_login NAME` changes a login, "
    "`python manage.py add_login NAME --role administrator` makes another one."
)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test has one, with nothing in it."""


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = WORD) -> str:
    """What a command says; `typed` comes from standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    said = io.StringIO()
    call_command(*arguments, stdout=said, no_color=True)
    return said.getvalue().strip()


def first(monkeypatch: pytest.MonkeyPatch, name: str = "root", **more: str) -> str:
    return run(monkeypatch, "first_administrator", name, "--password-stdin", **more)


def may_sign_in(name: str, password: str = WORD) -> bool:
    return Browser().post("/account/login/", {"login": name, "password": password}).status_code == 302


def test_there_are_no_logins_by_themselves() -> None:
    assert Account.objects.count() == 0


def test_the_first_administrator_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first(monkeypatch) == "root may sign in as administrator."
    assert (Account.objects.get().role, may_sign_in("root")) == (Role.ADMINISTRATOR, True)
    with pytest.raises(CommandError) as refused:
        first(monkeypatch, "another")
    assert (str(refused.value), Account.objects.count()) == (THERE_IS_ONE, 1)


def test_one_that_is_switched_off_is_an_administrator_still(monkeypatch: pytest.MonkeyPatch) -> None:
    first(monkeypatch)
    run(monkeypatch, "change_login", "root", "--off")
    with pytest.raises(CommandError, match="There is an administrator already"):
        first(monkeypatch, "another")


REFUSED = {"too short": "otters", "well known": "Password2026!", "the own name": "root.root.root"}


@pytest.mark.parametrize("password", REFUSED.values(), ids=REFUSED)
def test_a_weak_password_makes_no_administrator(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        first(monkeypatch, "root.root", typed=password)
    assert Account.objects.count() == 0


def test_the_logins_of_the_demo_open_nothing_outside_of_it(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    make_demo_logins({}, {})
    settings.DEMO = False
    for name in DEMO_LOGINS.values():
        assert not may_sign_in(name)
        assert not may_sign_in(name, "")
        assert Browser().post("/account/demo/", {"login": name}).status_code == 404
    assert first(monkeypatch) == "root may sign in as administrator."


CHANGES = {
    "--role manager": ("ada is manager now.", {"role": "manager"}),
    "--off": ("ada may not sign in any more, and was signed out.", {"is_active": False}),
    "--on": ("ada may sign in again.", {"is_active": True}),
    "--sign-out": ("ada was signed out (sessions: 1).", {}),
    "--forget-second-step": ("ada sets up a new second step at the next sign-in.", {}),
    "--password-stdin": ("ada has a new password, and was signed out.", {}),
}


@pytest.mark.parametrize(("options", "expected"), CHANGES.items(), ids=CHANGES)
def test_a_login_is_changed(monkeypatch: pytest.MonkeyPatch, make_account: Any, options: str, expected: Any) -> None:
    sentence, fields = expected
    account = make_account(username="ada")
    Browser().post("/account/login/", {"login": "ada", "password": "a long enough word"})
    Authenticator.objects.create(user=account, type="totp", data={"secret": "sealed"})
    assert run(monkeypatch, "change_login", "ada", *options.split()) == sentence
    account.refresh_from_db()
    assert {name: getattr(account, name) for name in fields} == fields
    assert Authenticator.objects.exists() is (options != "--forget-second-step")
    assert account.check_password(WORD) is (options == "--password-stdin")


LINES = {
    "--role manager": ("login.change", [["role", "coordinator", "manager"]]),
    "--role coordinator": ("login.change", []),
    "--off": ("login.off", []),
    "--on": ("login.on", []),
    "--sign-out": ("login.sign_out", []),
    "--forget-second-step": ("login.forget_factor", []),
    "--password-stdin": ("login.password", []),
}


@pytest.mark.parametrize(("options", "expected"), LINES.items(), ids=LINES)
def test_each_change_is_one_line_of_the_trail(
    monkeypatch: pytest.MonkeyPatch, make_account: Any, options: str, expected: Any
) -> None:
    account = make_account(username="ada")
    run(monkeypatch, "change_login", "ada", *options.split())
    line = AuditRecord.objects.get()
    assert (line.action, line.before_after, line.object_id, line.account) == (*expected, str(account.pk), None)
    assert (line.code, line.phase) == ("command line", "confirmed")
    assert WORD not in str(vars(line))


def test_the_first_administrator_is_a_line_and_who_is_refused_none(monkeypatch: pytest.MonkeyPatch) -> None:
    first(monkeypatch)
    with pytest.raises(CommandError):
        first(monkeypatch, "another")
    told = AuditRecord.objects.values_list("action", "object_id", "before_after")
    assert list(told) == [("login.first", str(Account.objects.get().pk), [["role", None, "administrator"]])]


def test_no_audit_no_change(monkeypatch: pytest.MonkeyPatch, make_account: Any) -> None:
    account = make_account(username="ada")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    with pytest.raises(DatabaseError):
        run(monkeypatch, "change_login", "ada", "--off")
    with pytest.raises(DatabaseError):
        first(monkeypatch)
    account.refresh_from_db()
    assert (account.is_active, Account.objects.count()) == (True, 1)


def test_a_login_that_is_not_there_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="There is no login nobody"):
        run(monkeypatch, "change_login", "nobody", "--off")


def test_logins_and_teams_of_the_command_line_are_lines_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    name = StaffMember.objects.get(welkin_id=office.ada).username
    run(monkeypatch, "add_login", "ada", "--role", "clinician", "--welkin-user", name, "--password-stdin")
    ada = Account.objects.get(username="ada")
    for _time in range(2):
        run(monkeypatch, "add_team", "Nights", "--members", name, "--keepers", office.coordinator.username)
    run(monkeypatch, "add_team", "Nights", "--members", name)

    keeper, team = str(office.coordinator.pk), f"team-{Team.objects.get(name='Nights').pk}"
    told = (
        AuditRecord.objects.filter(code="command line")
        .order_by("id")
        .values_list("action", "object_id", "before_after")
    )
    assert list(told) == [
        ("login.add", str(ada.pk), [["role", None, "clinician"]]),
        (
            "team.make",
            team,
            [
                ["name", None, "Nights"],
                ["members", None, str(office.ada)],
                ["keepers", None, keeper],
                ["delegates_hours", None, True],
            ],
        ),
        ("team.change", team, [["keepers", keeper, ""]]),
    ]
