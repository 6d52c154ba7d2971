"""Free time cut into pieces that one can press."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval, merge
from scheduling.web.board.free import SHORTEST, pieces

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
LONG_AGO = MIDNIGHT - timedelta(days=9)
UTC_ZONE = ZoneInfo("UTC")


def at(text: str) -> datetime:
    hours, minutes = text.split(":")
    return MIDNIGHT + timedelta(hours=int(hours), minutes=int(minutes))


def cut(start: str, end: str, zone: str = "UTC", now: str = "") -> list[str]:
    found = pieces([Interval(at(start), at(end))], ZoneInfo(zone), at(now) if now else LONG_AGO)
    return [f"{row.start:%H:%M}-{row.end:%H:%M}" for row in found]


CUTS = [
    pytest.param(("09:00", "10:30"), ["09:00-09:30", "09:30-10:00", "10:00-10:30"], id="half-hours"),
    pytest.param(("09:15", "10:00"), ["09:15-09:30", "09:30-10:00"], id="a-quarter-stands-alone"),
    pytest.param(("09:20", "10:00"), ["09:20-10:00"], id="a-rest-at-the-start-joins"),
    pytest.param(("09:00", "09:40"), ["09:00-09:40"], id="a-rest-at-the-end-joins"),
    pytest.param(("09:10", "09:24"), [], id="too-short"),
    pytest.param(("09:00", "10:00", "Asia/Kathmandu"), ["09:00-09:15", "09:15-09:45", "09:45-10:00"], id="own-clock"),
    pytest.param(("09:00", "10:00", "UTC", "09:31"), ["09:35-10:00"], id="the-past-is-gone"),
    pytest.param(("09:00", "10:00", "UTC", "09:30"), ["09:30-10:00"], id="now-is-not-past"),
    pytest.param(("09:00", "10:00", "UTC", "10:00"), [], id="all-past"),
]


@pytest.mark.parametrize(("given_", "expected"), CUTS)
def test_free_time_is_cut_at_half_hours(given_: tuple, expected: list) -> None:
    assert cut(*given_) == expected


@given(start=st.integers(0, 1400), length=st.integers(15, 600), zone=st.sampled_from(["UTC", "Asia/Kathmandu"]))
def test_the_pieces_are_the_free_time(start: int, length: int, zone: str) -> None:
    free = Interval(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=start + length))
    found = list(pieces([free], ZoneInfo(zone), LONG_AGO))
    assert merge(found) == (free,)
    assert all(row.duration >= SHORTEST for row in found)
