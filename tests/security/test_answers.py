"""Beside test_headers.py: no route breaks at a doubled parameter (ASVS 15.3.7)."""

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
