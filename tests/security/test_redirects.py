"""No address that comes with a request leads to another site, wherever one may come."""

from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest

from tests.clinic_fixture import Office

HERE = "http://testserver/account/login/"
STARTS = ("//", "///", "////", "/\\", "\\\\", "\\/", "/\t/", "\t//", "/\n/", "http://", "https://", "ftp://")
HOSTS = ("evil.example", "testserver@evil.example", "testserver.evil.example/week/")
SCRIPTS = ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "\x01javascript:alert(1)", "data:text/html,x", "vbscript:x")
TARGETS = [*map("".join, product(STARTS, HOSTS)), *SCRIPTS]


def stays(address: str) -> bool:
    """Whether a browser, for which \\ is / and blanks of lines are nothing, would stay."""
    seen = address.replace("\\", "/").translate(dict.fromkeys(map(ord, "\t\r\n\x01"))).strip()
    whole = urlsplit(urljoin(HERE, "//" + seen.lstrip("/") if seen.startswith("//") else seen))
    return (whole.scheme, whole.netloc) == ("http", "testserver")


@pytest.mark.parametrize("field", ["next", "back"])
def test_no_target_leads_to_another_site(office: Office, field: str) -> None:
    led = 0
    for target in TARGETS:
        answers = [
            office.browser.get("/account/login/", {field: target}),
            office.browser.post("/look/", {field: target}),
            office.browser.post("/account/demo/", {field: target}),
        ]
        places = [answer.headers["Location"] for answer in answers if "Location" in answer.headers]
        led += len(places)
        assert [place for place in places if not stays(place)] == [], target
    assert led >= len(TARGETS)


def test_the_look_would_see_one() -> None:
    assert all(map(stays, ("/week/", "?a=b")))
    assert not any(map(stays, ("//evil.example", "/\\evil.example", "/\t/evil.example")))
    assert not any(stays(target) for target in SCRIPTS)


def test_forwarded_names_of_strangers_change_no_address(office: Office) -> None:
    office.browser.logout()
    for name in ("X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Host"):
        answer = office.browser.get("/people/", headers={name: "host=evil.example"})
        assert answer.headers["Location"] == "/account/login/?next=/people/"
