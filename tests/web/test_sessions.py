"""Where a login is signed in: the list, ending one or all, and what ends them by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.ledger.models import Intent
from scheduling.services import factors, logins
from scheduling.web.devices import device_of
from scheduling.web.middleware.idle import NOTE_EVERY
from tests.clinic_fixture import Office

WORD, OTHER = "a long enough word", "otters read old maps"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture
def ada(make_account: Callable[..., Account], credentials: object) -> Account:
    return make_account(username="ada")


def signed_in(agent: str = FIREFOX, address: str = "192.0.2.7", name: str = "ada") -> Browser:
    browser = Browser(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    browser.post("/account/login/", {"login": name, "password": WORD})
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/account/").status_code == 200


def lines(browser: Browser) -> list[str]:
    html = browser.get("/account/").content.decode()
    rows = re.findall(r"<li>(.*?)</li>", html[html.index("sessions-title") :], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_the_page_lists_device_address_and_last_use(ada: Account) -> None:
    signed_in(PHONE, "192.0.2.9")
    here = signed_in()
    first, second = lines(here)
    assert first.startswith("Firefox on Linux This browser 192.0.2.7 · last used ")
    assert second.startswith("Safari on iPhone 192.0.2.9 · last used ")
    assert second.endswith("Sign out Safari on iPhone, 192.0.2.9")


def test_one_session_is_ended_and_the_others_stay(ada: Account) -> None:
    here, there, elsewhere = signed_in(), signed_in(PHONE), signed_in()
    number = UserSession.objects.get(session_key=there.session.session_key).pk
    assert here.post(f"/account/sessions/{number}/end/").headers["Location"] == "/account/"
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)


def test_all_others_are_ended(ada: Account) -> None:
    here, there, elsewhere = signed_in(), signed_in(PHONE), signed_in()
    here.post("/account/sessions/end/")
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, False)
    assert Session.objects.filter(session_key=there.session.session_key).count() == 0
    assert len(lines(here)) == 1


def test_nobody_ends_the_session_of_somebody_else(ada: Account, make_account) -> None:
    make_account(Role.ADMINISTRATOR, username="eve")
    ours, theirs = signed_in(), signed_in(name="eve")
    number = UserSession.objects.get(user=ada).pk
    assert theirs.post(f"/account/sessions/{number}/end/").status_code == 404
    theirs.post("/account/sessions/end/")
    assert is_in(ours)
    assert lines(theirs)[0].startswith("Firefox on Linux This browser")


def test_last_use_is_noted_by_use_and_not_in_the_background(ada: Account) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        browser = signed_in()
        is_in(browser)
        clock.move_to(start + timedelta(seconds=NOTE_EVERY + 1))
        browser.get("/search/", headers={"X-Background": "1"})
        assert UserSession.objects.get().last_seen_at == start
        browser.get("/search/")
        assert UserSession.objects.get().last_seen_at == start + timedelta(seconds=NOTE_EVERY + 1)


CHANGES: dict[str, Callable[[Account], Any]] = {
    "another role": lambda account: logins.change_role(account, Role.MANAGER),
    "switched off": lambda account: logins.switch(account, on=False),
    "another password": lambda account: logins.set_password(account, OTHER),
    "a lost factor taken away": factors.forget_all,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_login_that_changes_is_signed_out_everywhere(ada: Account, make_account, change) -> None:
    make_account(username="eve")
    browsers, theirs = [signed_in(), signed_in(PHONE)], signed_in(name="eve")
    change(ada)
    assert [is_in(browser) for browser in browsers] == [False, False]
    assert Session.objects.filter(session_key__in=[browser.session.session_key for browser in browsers]).count() == 0
    assert is_in(theirs)


def test_the_same_role_ends_nothing(ada: Account) -> None:
    browser = signed_in()
    logins.change_role(ada, Role(ada.role))
    assert is_in(browser)


def test_who_changes_the_own_password_stays_in_here_alone(ada: Account) -> None:
    here, there = signed_in(), signed_in(PHONE)
    before, old = here.session.session_key, there.session.session_key
    typed = {"oldpassword": WORD, "password1": OTHER, "password2": OTHER}
    assert here.post("/account/password/", typed).headers["Location"] == "/account/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.session.session_key != before
    assert Session.objects.filter(session_key__in=[before, old]).count() == 0


def test_a_cookie_kept_from_before_signing_out_is_worth_nothing(ada: Account, settings) -> None:
    browser = signed_in()
    kept = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/account/logout/")
    thief = Browser()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)


def test_signing_out_clears_what_the_browser_holds(ada: Account) -> None:
    browser = signed_in()
    asked, done = browser.get("/account/logout/"), browser.post("/account/logout/")
    assert "Clear-Site-Data" not in asked.headers
    assert done.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


DEVICES = {
    FIREFOX: "Firefox on Linux",
    PHONE: "Safari on iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36": "Chrome on Mac",
    "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Safari/537.36": "Samsung Internet on Android",
    "curl/8.9": "Unknown device",
    "": "Unknown device",
}


@pytest.mark.parametrize(("agent", "device"), DEVICES.items(), ids=DEVICES.values())
def test_a_browser_is_told_in_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_what_a_browser_says_of_itself_is_no_markup(ada: Account) -> None:
    signed_in("<script>alert(1)</script> Firefox/1 Linux" + "x" * 1000)
    assert "<script>alert" not in signed_in().get("/account/").content.decode()


def test_our_own_tables_do_not_keep_the_key_of_a_session(office: Office) -> None:
    office.browser.get("/appointments/new/")
    key = office.browser.session.session_key

    kept = set(Intent.objects.values_list("session", flat=True))

    assert kept
    assert key not in kept
