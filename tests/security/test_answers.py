"""Beside test_headers.py: no route breaks at a doubled parameter, and a view that breaks is as closed."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.urls import get_resolver

from tests.clinic_fixture import Office
from tests.web.test_headers import CLOSED, PART, assert_headers

NAMES = ("week", "day", "start", "end", "next", "q", "page", "team", "from", "until", "span", "patient", "clinician")
VALUES = ("1", "%00", "2026-W99", "-1", "' OR 1=1", "é", "9" * 400)


def test_doubled_parameters_break_nothing(office: Office) -> None:
    doubled = [(name, value, VALUES[number % len(VALUES)]) for number, name in enumerate(NAMES) for value in VALUES]
    query = "&".join(f"{name}={first}&{name}={second}" for name, first, second in doubled)
    office.browser.raise_request_exception = False
    broken = [address for address in CLOSED.values() if office.browser.get(f"{address}?{query}").status_code >= 500]
    assert broken == []


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_a_broken_view_carries_the_headers_and_says_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    def broken(request: HttpRequest, **parts: Any) -> None:
        raise RuntimeError("Theo Marsh")

    match = get_resolver().resolve
    office.browser.raise_request_exception = False

    def resolve(path: str) -> Any:
        found = match(path)
        found.func = broken
        return found

    monkeypatch.setattr(get_resolver(), "resolve", resolve)
    for address in CLOSED.values():
        answer = office.browser.get(address, headers=headers)
        assert answer.status_code == 500, address
        assert_headers(answer)
        assert b"Marsh" not in answer.content
