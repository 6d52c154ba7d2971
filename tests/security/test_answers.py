"""Beside test_headers.py: no route breaks at a doubled parameter (ASVS 15.3.7)."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clinic_fixture import Office
from tests.web.test_headers import CLOSED

NAMES = ("week", "day", "start", "end", "next", "q", "page", "team", "from", "until", "span", "patient", "clinician")
VALUES = ("1", "%00", "2026-W99", "-1", "' OR 1=1", "é", "9" * 400)


def test_doubled_parameters_break_nothing(office: Office) -> None:
    doubled = [(name, value, VALUES[number % len(VALUES)]) for number, name in enumerate(NAMES) for value in VALUES]
    query = "&".join(f"{name}={first}&{name}={second}" for name, first, second in doubled)
    office.browser.raise_request_exception = False
    broken = [address for address in CLOSED.values() if office.browser.get(f"{address}?{query}").status_code >= 500]
    assert broken == []


def test_a_request_is_never_sent_back_as_it_came(office: Office) -> None:
    """TRACE would show a script what it may not read (ASVS 13.4.4)."""
    answer = office.browser.trace("/people/", headers={"X-Secret": "a-word-of-the-request"})

    assert answer.status_code == 405
    assert b"a-word-of-the-request" not in answer.content


def test_a_request_may_hold_so_much_and_no_more(office: Office) -> None:
    """A megabyte, 400 fields, and no file at all: what is sent as one is not even kept (ASVS 5.2.1)."""
    browser = office.browser
    assert browser.post("/emergency/", {"reason": "x" * 2_000_000}).status_code == 400
    assert browser.post("/emergency/", {f"field-{number}": "x" for number in range(401)}).status_code == 400
    file = SimpleUploadedFile("reason", b"x" * 20)
    answer = browser.post("/emergency/", {"reason": file})
    assert answer.status_code == 422
