"""Nothing that a browser tells leads away from this site: wherever an answer goes on, it goes on here (ASVS 3.7.2)."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from scheduling.accounts.models import Account
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
# Slashes, backslashes, schemes, blanks and control characters that some browser drops, users before an @, encodings.
ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "/\\/evil.example", "//evil.example/week/", "//evil.example\\@testserver/", "//testserver@evil.example/",
    "https://evil.example", "http://evil.example/", "https:evil.example", "https:/evil.example",
    "https:///evil.example", "HTTPS://EVIL.EXAMPLE/", "ftp://evil.example/", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "/\t/evil.example", "/\n/evil.example",
    "/\r\n/evil.example", "\t//evil.example", " //evil.example", "\x00//evil.example", "//evil.example%2f%2e%2e",
    "//%65vil.example", "//evil。example", "//evil.example:443/", "//[::ffff:127.0.0.1]/", "//0x7f000001/",
    "https://testserver.evil.example/", "https://testserver:pw@evil.example/", "http://[broken",
    "//evil.example/?next=/week/", "mailto:x@evil.example",
]  # fmt: skip
assert len(ELSEWHERE) >= 40


def by_demo(office: Office, told: str) -> str:
    return Browser().post("/account/demo/", {"login": "demo.one", "next": told}).headers["Location"]


def by_signing_in(office: Office, told: str) -> str:
    own = {"login": office.coordinator.username, "password": "a long enough word", "next": told}
    return Browser().post("/account/login/", own).headers["Location"]


def by_proving_again(office: Office, told: str) -> str:
    cache.clear()  # too many in a minute are answered otherwise
    sent = {"password": "a long enough word", "next": told}
    return office.browser.post("/account/confirm/", sent).headers["Location"]


def by_the_look_of_a_board(office: Office, told: str) -> str:
    return office.browser.post("/look/", {"density": "compact", "back": told}).headers["Location"]


def by_the_page_before(office: Office, told: str) -> str:
    """A form is sent from an address of ours whose path is what was told."""
    referer = f"http://testserver{told if told.startswith('/') else '/' + told}"
    return office.browser.post("/emergency/end/", headers={"Referer": referer}).headers["Location"]


def by_the_page_of_a_part(office: Office, told: str) -> str:
    sent = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{told}", "X-Requested-With": "htmx"}
    answer = Browser().get("/people/", headers=sent)
    ends = json.loads(answer.headers["HX-Trigger"])["session-ended"]["login"]
    return parse_qs(urlsplit(ends).query)["next"][0]


Way = Callable[[Office, str], str]
WAYS = [
    by_demo,
    by_signing_in,
    by_proving_again,
    by_the_look_of_a_board,
    by_the_page_before,
    by_the_page_of_a_part,
]


@pytest.fixture
def demo(make_account: Callable[..., Account], settings) -> Account:
    settings.DEMO = True
    account = make_account(username="demo.one")
    account.demo = True
    account.save()
    return account


def leads_away(location: str) -> bool:
    """As a browser reads it: blanks and control characters at the ends and inside are dropped, \\ is a /."""
    read = "".join(letter for letter in location if letter > " ").replace("\\", "/")
    try:
        parts = urlsplit(read)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc) or read.startswith("//")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_answer_never_leads_to_another_site(
    office: Office, demo: Account, way: Callable[[Office, str], str]
) -> None:
    ends = {told: way(office, told) for told in ELSEWHERE}

    assert {told: end for told, end in ends.items() if leads_away(end)} == {}


@pytest.mark.parametrize("way", WAYS[:4], ids=lambda way: way.__name__)
def test_it_goes_on_at_home_where_it_was_asked_to(
    office: Office, demo: Account, way: Callable[[Office, str], str]
) -> None:
    """The control: what is told is used, so that the other test looks at something."""
    assert way(office, "/people/?team=1") == "/people/?team=1"


@pytest.mark.parametrize("told", [told for told in ELSEWHERE if told.startswith(("/", "http", "java"))])
def test_the_list_is_one_of_other_sites(told: str) -> None:
    assert leads_away(told)
