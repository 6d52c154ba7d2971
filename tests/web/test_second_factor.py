"""The second step of signing in: app, passkey, recovery codes; and that it is set up before anything is shown."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.services.sealing import NotReadable
from scheduling.web.adapters import SealedFactors
from scheduling.web.middleware.second_factor import OPEN
from tests.web.soft_key import ORIGIN, SITE, SoftKey
from tests.web.test_headers import CLOSED, PART

START = datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)
WORD = "a long enough word"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """A clock that stands; codes change every half minute."""
    cache.clear()
    with time_machine.travel(START, tick=False) as standing:
        yield standing


@pytest.fixture
def ada(make_account: Callable[..., Account], credentials: object) -> Account:
    return make_account(username="ada")


def after_password(headers: dict[str, str] | None = None) -> Browser:
    """A browser in which Ada has typed her password."""
    browser = Browser(headers={"Host": SITE})
    browser.post("/account/login/", {"login": "ada", "password": WORD}, headers=headers or {})
    return browser


def code_at(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def is_in(browser: Browser) -> bool:
    return browser.get("/account/").status_code == 200


def set_up_app(browser: Browser) -> str:
    """Set up an app in the browser. Its secret."""
    html = browser.get("/account/second/app/").content.decode()
    secret = re.search(r'class="key-text">(\w+)<', html)[1]
    answer = browser.post("/account/second/app/", {"code": code_at(secret)})
    assert answer.headers["Location"] == "/account/second/codes/"
    return secret


def step(browser: Browser, code: str) -> bool:
    """Whether the code signs in."""
    return browser.post("/account/login/code/", {"code": code}).status_code == 302


def test_an_app_is_set_up_by_picture_or_key_and_its_secret_is_sealed(ada: Account) -> None:
    browser = after_password()
    html = browser.get("/account/second/app/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in html
    assert (" style=" in html, "<style" in html) == (False, False)

    secret = set_up_app(browser)

    kept = Authenticator.objects.get(user=ada, type="totp").data["secret"]
    assert (secret in kept, SealedFactors().decrypt(kept)) == (False, secret)


def test_recovery_codes_are_shown_once_sealed_and_each_signs_in_once(ada: Account, clock) -> None:
    first = after_password()
    set_up_app(first)
    codes = re.findall(r"<li><code>(\d+)</code>", first.get("/account/second/codes/").content.decode())
    assert (len(codes), len(set(codes))) == (10, 10)
    assert re.findall(r"<li><code>", first.get("/account/second/codes/").content.decode()) == []
    row = Authenticator.objects.get(user=ada, type="recovery_codes")
    assert not any(code in json.dumps(row.data) for code in codes)

    signed_in = [step(after_password(), code) for code in (codes[0], codes[0], codes[1])]

    assert signed_in == [True, False, True]


def test_the_password_alone_signs_nobody_in(ada: Account) -> None:
    set_up_app(after_password())
    browser = after_password()
    assert not is_in(browser)
    assert "One step more" in browser.get("/account/login/code/").content.decode()
    assert not step(browser, "000000")
    assert not is_in(browser)


# Half minutes since the code that was taken, whether another process took it, and whether it is taken.
CODES = {
    "the same again": (0, False, False),
    "the same in another process": (0, True, False),
    "one that is older": (-1, True, False),
    "the next one": (1, True, True),
}


@pytest.mark.parametrize(("steps", "elsewhere", "taken"), CODES.values(), ids=CODES)
def test_a_code_counts_once_and_none_before_it(ada: Account, steps: int, elsewhere: bool, taken: bool) -> None:
    secret = set_up_app(after_password())
    code = code_at(secret, steps)
    assert step(after_password(), code_at(secret))
    if elsewhere:
        # The cache of another process knows nothing of it.
        cache.clear()
    assert step(after_password(), code) is taken


def test_an_old_code_is_none(ada: Account, clock) -> None:
    secret = set_up_app(after_password())
    code = code_at(secret)
    clock.move_to(START + timedelta(minutes=2))
    assert not step(after_password(), code)


def options_of(browser: Browser, address: str) -> dict:
    html = browser.get(address).content.decode()
    told = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    return next(iter(told.values()))


def add_passkey(browser: Browser, key: SoftKey) -> None:
    credential = key.create(options_of(browser, "/account/second/passkeys/add/"))
    answer = browser.post("/account/second/passkeys/add/", {"name": "Blue key", "credential": credential})
    assert answer.headers["Location"] == "/account/second/codes/"


def test_a_passkey_is_added_and_signs_in(ada: Account) -> None:
    key = SoftKey()
    first = after_password()
    add_passkey(first, key)
    assert "Blue key" in first.get("/account/second/").content.decode()

    browser = after_password()
    answer = key.get(options_of(browser, "/account/login/code/"))

    assert browser.post("/account/login/code/", {"credential": answer}).headers["Location"] == "/"
    assert is_in(browser)
    again = after_password()
    options_of(again, "/account/login/code/")
    again.post("/account/login/code/", {"credential": answer})
    assert not is_in(again)


def test_a_passkey_of_another_site_or_another_key_signs_nobody_in(ada: Account, monkeypatch) -> None:
    key = SoftKey()
    add_passkey(after_password(), key)
    browser = after_password()
    strange = SoftKey().get(options_of(browser, "/account/login/code/"))
    browser.post("/account/login/code/", {"credential": strange})
    monkeypatch.setattr("tests.web.soft_key.ORIGIN", ORIGIN.replace("local", "evil"))
    browser.post("/account/login/code/", {"credential": key.get(options_of(browser, "/account/login/code/"))})
    browser.post("/account/login/code/", {"credential": "{}"})
    assert not is_in(browser)


def test_a_passkey_is_renamed_and_removed(ada: Account) -> None:
    browser = after_password()
    add_passkey(browser, SoftKey())
    number = Authenticator.objects.get(type="webauthn").pk
    browser.post(f"/account/second/passkeys/{number}/name/", {"name": "Red key"})
    html = browser.get("/account/second/", follow=True).content.decode()
    assert ("Red key" in html, "Blue key" in html) == (True, False)
    assert browser.post(f"/account/second/passkeys/{number}/remove/").headers["Location"] == "/account/second/passkeys/"
    assert Authenticator.objects.count() == 0


def test_the_second_step_is_asked_over_a_page_too(ada: Account) -> None:
    secret = set_up_app(after_password())
    browser = Browser(headers={"Host": SITE})
    asked = browser.post("/account/login/", {"login": "ada", "password": WORD}, headers=PART, follow=True)
    html = asked.content.decode()
    assert ("<html" in html, 'hx-post="/account/login/code/"' in html) == (False, True)

    answer = browser.post("/account/login/code/", {"code": code_at(secret)}, headers=PART)

    assert (answer.status_code, set(json.loads(answer.headers["HX-Trigger"]))) == (200, {"signed-in"})


@pytest.fixture
def required(settings) -> None:
    settings.MFA_REQUIRED = True


HIDDEN = {name: address for name, address in CLOSED.items() if name not in OPEN}


def test_without_a_second_factor_nothing_else_is_shown(ada: Account, required: None) -> None:
    browser = after_password()
    for address in HIDDEN.values():
        for method in (browser.get, browser.post):
            page, part = method(address), method(address, headers=PART)
            assert (page.status_code, page.headers["Location"]) == (302, "/account/second/"), address
            assert (part.content, part.headers["HX-Redirect"]) == (b"", "/account/second/"), address


def test_the_page_that_sets_it_up_stands_alone_and_leads_out(ada: Account, required: None) -> None:
    browser = after_password()
    html = browser.get("/account/second/").content.decode()
    assert "Set up a second step first" in html
    assert ('class="bar"' in html, "user-menu" in html) == (False, False)
    set_up_app(browser)
    assert browser.get("/account/second/codes/").status_code == 200
    assert is_in(browser)
    assert 'id="user-menu"' in browser.get("/account/second/").content.decode()


def test_signing_out_needs_no_second_factor(ada: Account, required: None) -> None:
    browser = after_password()
    assert browser.post("/account/logout/").headers["Location"] == "/account/login/?out"


def test_removing_the_last_factor_asks_for_one_at_once_and_signs_out_elsewhere(ada: Account, required: None) -> None:
    here = after_password()
    secret = set_up_app(here)
    there = after_password()
    assert step(there, code_at(secret))
    assert is_in(there)

    assert here.post("/account/second/app/remove/").status_code == 302

    assert Authenticator.objects.count() == 0
    assert here.get("/people/").headers["Location"] == "/account/second/"
    assert there.get("/people/").headers["Location"].startswith("/account/login/")


def test_a_secret_of_another_key_is_not_guessed(settings) -> None:
    sealed = SealedFactors().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(NotReadable):
        SealedFactors().decrypt(sealed)


def test_a_key_that_was_changed_is_said_and_lets_nobody_in(ada: Account, settings) -> None:
    secret = set_up_app(after_password())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, []
    browser = after_password()
    answer = browser.post("/account/login/code/", {"code": code_at(secret)})

    assert answer.status_code == 503
    assert "SECRET_KEY_FALLBACKS" in answer.content.decode()
    assert code_at(secret) not in answer.content.decode()
    assert not is_in(browser)
