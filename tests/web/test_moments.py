"""Typed dates and times as instants: the clock shows what was typed, or a choice is offered."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.zone import wall
from scheduling.web.forms.moments import parse_instant, read

ZONES = [
    ZoneInfo(name) for name in ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")
]


@given(
    day=st.dates(date(2020, 1, 1), date(2037, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(ZONES),
)
def test_an_instant_shows_what_was_typed_and_a_choice_leads_to_one(day: date, minute: int, zone: ZoneInfo) -> None:
    typed = time(minute // 60, minute % 60)

    moment = read(day, typed, zone)

    if moment.instant:
        assert wall(moment.instant, zone).replace(tzinfo=None, fold=0) == datetime.combine(day, typed)
    else:
        assert len(moment.offers) in (1, 2)
        for offer in moment.offers:
            assert read(day, typed, zone, offer.value).instant == parse_instant(offer.value)


@pytest.mark.parametrize(
    ("zone", "day", "typed", "labels"),
    [
        pytest.param(
            "America/New_York",
            date(2027, 3, 14),
            time(2, 30),
            ["03:00, when the clocks have gone forward"],
            id="skipped",
        ),
        pytest.param(
            "America/New_York",
            date(2027, 11, 7),
            time(1, 30),
            ["01:30 the first time (EDT)", "01:30 the second time (EST)"],
            id="twice",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            date(2027, 4, 4),
            time(1, 45),
            ["01:45 the first time (UTC+11)", "01:45 the second time (UTC+1030)"],
            id="twice-by-half-an-hour",
        ),
        pytest.param("Europe/Berlin", date(2027, 6, 1), time(9), [], id="plain"),
    ],
)
def test_what_is_offered_on_the_days_the_clock_changes(zone: str, day: date, typed: time, labels: list[str]) -> None:
    assert [offer.label for offer in read(day, typed, ZoneInfo(zone)).offers] == labels


def test_the_two_showings_of_one_time_are_an_hour_apart() -> None:
    offers = read(date(2027, 11, 7), time(1, 30), ZoneInfo("America/New_York")).offers

    assert [offer.value for offer in offers] == ["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"]


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-23", "2026-11-23T10:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_what_is_no_instant_is_none(text: str) -> None:
    assert parse_instant(text) is None


def test_an_instant_of_another_zone_is_read_as_utc() -> None:
    assert parse_instant("2026-11-23T10:00:00-05:00") == datetime(2026, 11, 23, 15, tzinfo=UTC)
