"""Sensitive pages: shown to whoever only just proved who they are, and to others after they did."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client as Browser

from scheduling.accounts.models import Account
from tests.web.test_accounts import ELSEWHERE

WORD = "a long enough word"
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASKED = "/account/confirm/?next=%2Fsecret%2F"
SHOWN = (200, b"GET the secret")


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[Any]:
    settings.ROOT_URLCONF = "tests.web.secret_app"
    cache.clear()
    with time_machine.travel(START, tick=False) as standing:
        yield standing


@pytest.fixture
def browser(make_account: Callable[..., Account], credentials: object) -> Browser:
    """Signed in at START with a password."""
    make_account(username="ada")
    signed_in = Browser()
    signed_in.post("/account/login/", {"login": "ada", "password": WORD})
    return signed_in


def later(clock: Any, minutes: int) -> None:
    clock.move_to(START + timedelta(minutes=minutes))


def shown(browser: Browser) -> tuple[int, bytes]:
    answer = browser.get("/secret/")
    return answer.status_code, answer.content


def test_who_only_just_signed_in_is_not_asked(browser: Browser, clock: Any) -> None:
    later(clock, 4)
    assert shown(browser) == SHOWN


def test_after_five_minutes_the_password_is_asked_and_leads_back(browser: Browser, clock: Any) -> None:
    later(clock, 6)
    assert browser.get("/secret/").headers["Location"] == ASKED
    assert browser.post(ASKED, {"password": "wrong"}).status_code == 200
    assert shown(browser)[0] == 302
    assert browser.post(ASKED, {"password": WORD}).headers["Location"] == "/secret/"
    assert shown(browser) == SHOWN
    later(clock, 12)
    assert shown(browser)[0] == 302


def test_a_part_leaves_the_page_and_comes_back_to_it(browser: Browser, clock: Any) -> None:
    later(clock, 6)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?team=1"}
    answer = browser.post("/secret/", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["HX-Redirect"] == "/account/confirm/?next=%2Fpeople%2F%3Fteam%3D1"


def test_a_form_is_not_sent_by_itself_afterwards(browser: Browser, clock: Any) -> None:
    later(clock, 6)
    answer = browser.post("/secret/", {"much": "typed"}, headers={"Referer": "http://testserver/people/"})
    assert answer.headers["Location"] == "/account/confirm/?next=%2Fpeople%2F"
    back = browser.post(answer.headers["Location"], {"password": WORD})
    assert (back.status_code, back.headers["Location"]) == (302, "/people/")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_being_asked_never_leads_to_another_site(browser: Browser, clock: Any, target: str) -> None:
    later(clock, 6)
    answer = browser.post("/account/confirm/", {"password": WORD, "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


# Whether the login is one of the demo's, whether it is the demo, and what it gets to see.
DEMO = {"in the demo": (True, True, 200), "outside of it": (True, False, 302), "another login": (False, True, 302)}


@pytest.mark.parametrize(("demo", "on", "status"), DEMO.values(), ids=DEMO)
def test_the_logins_of_the_demo_have_nothing_to_prove_it_by(
    make_account, sign_in, settings: Any, demo: bool, on: bool, status: int
) -> None:
    account = make_account(username="demo.coordinator")
    Account.objects.filter(pk=account.pk).update(demo=demo)
    settings.DEMO = on
    assert sign_in(account).get("/secret/").status_code == status


SENSITIVE = [
    "/account/second/app/",
    "/account/second/passkeys/add/",
    "/account/second/codes/new/",
]


@pytest.mark.parametrize("address", SENSITIVE)
def test_a_second_step_is_set_up_by_who_proved_who_they_are(browser: Browser, clock: Any, address: str) -> None:
    assert browser.get(address).status_code == 200
    later(clock, 6)
    assert browser.get(address).headers["Location"].startswith("/account/confirm/")


def test_a_stranger_is_sent_to_the_login(credentials: object, db: None) -> None:
    assert Browser().get("/secret/").headers["Location"] == "/account/login/?next=/secret/"
