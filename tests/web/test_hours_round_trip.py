"""The short form of the proof that the form of weekly hours loses nothing; the full one: tests/hours_round_trip.py."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from scheduling.web.forms import hours
from tests.hours_round_trip import ZONES, odd_differs, typed_differs

PATTERNS = 200
# Long enough for both changes of the clock.
UNTIL = date(2026, 11, 10)


def zone_of(number: int) -> ZoneInfo:
    return ZoneInfo(ZONES[number % len(ZONES)])


def test_what_is_typed_is_what_the_engine_offers():
    told = {number: typed_differs(number, zone_of(number), UNTIL) for number in range(PATTERNS)}

    assert {number: text for number, text in told.items() if text} == {}


def test_records_of_others_open_and_go_back_unchanged():
    told = {number: odd_differs(number, zone_of(number), UNTIL) for number in range(PATTERNS)}

    assert {number: text for number, text in told.items() if text} == {}


@pytest.mark.parametrize("differs", [typed_differs, odd_differs])
def test_a_form_that_loses_nights_is_found_out(monkeypatch, differs):
    """The negative control: without the second halves of nights something must differ."""
    monkeypatch.setattr(
        hours, "unfold", lambda week: {day: tuple(s for s in row if s[1] <= 1440) for day, row in week.items()}
    )

    assert any(differs(number, zone_of(number), UNTIL) for number in range(20))
