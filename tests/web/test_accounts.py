"""Signing in and out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from tests.clinic_fixture import Office

PART = {"HX-Request": "true"}
BUTTON = re.compile(r'name="login" value="([^"]+)"')


@pytest.fixture
def demo(make_account) -> list[Account]:
    """A demo login of each role, made in another order, and one that is switched off."""
    made = [make_account(role, username=f"demo.{role}") for role in reversed(Role)]
    Account.objects.update(demo=True)
    make_account(Role.COORDINATOR, username="real")
    off = make_account(Role.MANAGER, username="demo.off")
    Account.objects.filter(pk=off.pk).update(demo=True, is_active=False)
    return made


def test_the_login_page_offers_the_demo_logins(demo) -> None:
    html = Browser().get("/account/login/").content.decode()
    assert BUTTON.findall(html) == [f"demo.{role}" for role in Role]


def test_one_press_signs_in_and_goes_where_one_wanted(demo, credentials) -> None:
    browser = Browser()
    answer = browser.post("/account/demo/", {"login": "demo.manager", "next": "/people/?team=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/people/?team=1")
    assert browser.get("/").headers["Location"] == "/utilisation/"


ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    "/\t/evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_login_never_leads_to_another_site(demo, target: str) -> None:
    answer = Browser().post("/account/demo/", {"login": "demo.manager", "next": target})
    assert answer.headers["Location"] == "/"
    login = Browser().post("/account/login/", {"login": "real", "password": "a long enough word", "next": target})
    assert (login.status_code, login.headers["Location"]) == (302, "/")


NOT_OFFERED = ["real", "demo.off", "nobody", ""]


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_only_demo_logins_are_signed_in_without_a_password(demo, name: str) -> None:
    browser = Browser()
    assert browser.post("/account/demo/", {"login": name}).status_code == 404
    assert browser.get("/").headers["Location"] == "/account/login/?next=/"


def test_outside_demo_mode_there_are_none(demo, settings) -> None:
    settings.DEMO = False
    assert BUTTON.findall(Browser().get("/account/login/").content.decode()) == []
    assert Browser().post("/account/demo/", {"login": "demo.manager"}).status_code == 404


def test_a_demo_login_is_a_post(demo) -> None:
    assert Browser().get("/account/demo/?login=demo.manager").status_code == 405


def test_signing_in_and_out_with_a_password(make_account, credentials) -> None:
    make_account(username="ada")
    browser = Browser()
    assert browser.post("/account/login/", {"login": "ada", "password": "wrong"}).status_code == 200
    before = browser.session.session_key
    answer = browser.post("/account/login/", {"login": "ada", "password": "a long enough word"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.session.session_key != before
    assert browser.get("/account/logout/").status_code == 200
    assert browser.get("/people/").status_code == 200
    assert browser.post("/account/logout/").headers["Location"] == "/account/login/?out"
    assert browser.get("/people/").status_code == 302


def test_an_unknown_user_and_a_wrong_password_sound_the_same(make_account) -> None:
    make_account(username="ada")

    def words(name: str) -> list[str]:
        html = Browser().post("/account/login/", {"login": name, "password": "wrong"}).content.decode()
        return re.findall(r'role="alert">.*?<p>(.*?)</p>', html, re.DOTALL)

    assert words("ada") == words("nobody") != []


def test_nobody_signs_up(credentials, db) -> None:
    answer = Browser().get("/account/signup/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/")
    assert Browser().post("/account/signup/", {"username": "x"}).status_code == 302
    assert Account.objects.count() == 0


OWN_PAGES = ["/account/password/", "/account/logout/"]


@pytest.mark.parametrize("address", OWN_PAGES)
def test_the_pages_of_the_own_login_are_there(office: Office, address: str) -> None:
    answer = office.browser.get(address)
    assert (answer.status_code, "Daybook" in answer.content.decode()) == (200, True)


def test_an_idle_session_ends_and_asking_in_the_background_is_no_use(office: Office, settings) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        assert office.browser.get("/people/").status_code == 200
        for minutes in (5, 10, 14):
            clock.move_to(now + timedelta(minutes=minutes))
            assert office.browser.get("/people/", headers=PART | {"X-Background": "1"}).status_code == 200
        clock.move_to(now + timedelta(seconds=settings.SESSION_IDLE + 1))
        assert office.browser.get("/people/").status_code == 302


def test_use_keeps_a_session(office: Office) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        for minutes in range(0, 60, 10):
            clock.move_to(now + timedelta(minutes=minutes))
            assert office.browser.get("/people/").status_code == 200


def test_a_login_that_is_switched_off_is_out_at_once(office: Office) -> None:
    Account.objects.filter(pk=office.coordinator.pk).update(is_active=False)
    assert office.browser.get("/people/").status_code == 302
