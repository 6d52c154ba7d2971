"""The iCalendar file itself: what two libraries read of it, whatever stands in the visits."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.feed import Entry, State
from scheduling.services.feed_reading import Shown
from scheduling.web.feed_file import as_file, plain

from .feed_reader import seen

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC"]
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ENTRY = Entry(UUID(int=7), State.CONFIRMED, NOON, NOON + timedelta(minutes=30))
HOSTILE = {
    "a line of its own": "Room\r\nATTENDEE:mailto:x@evil.example",
    "an end of the event": "x\nEND:VEVENT\nBEGIN:VALARM",
    "separators": 'a;b,c:d\\n"e"',
    "NUL and escape": "a\x00b\x1b[31m",
    "turned direction": "Room \u202e2 moor",
    "line separators": "a\u2028b\u2029c\x85d",
    "long": "ö" * 5000,
    "half a letter": "a\ud800b",
    "formula": "=HYPERLINK(1)",
}


def file_of(*entries: Entry, zone: str = "America/New_York", sequence: int = 3) -> bytes:
    return as_file((Shown(entry, sequence, NOON) for entry in entries), ZoneInfo(zone))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_others_becomes_more_than_a_text(text: str) -> None:
    content = file_of(Entry(UUID(int=7), State.CONFIRMED, NOON, NOON + timedelta(hours=1), kind=text, place=text))
    [event] = seen(content)
    assert (event.summary, event.place) == (plain(text), plain(text))
    lines = content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(line.startswith(("ATTENDEE", "BEGIN:VALARM")) for line in lines)
    assert "\n" not in content.decode().replace("\r\n", "")


@given(text=st.text(max_size=300))
def test_plain_texts_are_one_line_of_letters(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text).isprintable()


@pytest.mark.parametrize("zone", ZONES)
def test_times_are_the_same_instants_in_every_zone_of_the_year(zone: str) -> None:
    entries = [
        Entry(UUID(int=number), State.CONFIRMED, start, start + timedelta(hours=1))
        for number, start in enumerate(NOON + timedelta(days=5 * step, hours=step) for step in range(73))
    ]
    found = seen(file_of(*entries, zone=zone))
    assert [event.start for event in found] == [entry.start for entry in entries]
    assert [event.end for event in found] == [entry.end for entry in entries]


CHANGES = {
    "New York forward": ("America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC)),
    "New York back": ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    "Lord Howe forward, half an hour": ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Lord Howe back": ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),
    "Berlin forward": ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize(("zone", "change"), CHANGES.values(), ids=CHANGES)
def test_every_quarter_of_an_hour_around_a_clock_change(zone: str, change: datetime) -> None:
    starts = [change + timedelta(minutes=15 * step) for step in range(-16, 17)]
    entries = [
        Entry(UUID(int=number), State.CONFIRMED, start, start + timedelta(minutes=45))
        for number, start in enumerate(starts)
    ]
    assert [event.start for event in seen(file_of(*entries, zone=zone))] == starts


@pytest.mark.parametrize("hour", [5, 6], ids=["the first half past one", "the second"])
def test_the_hour_that_comes_twice(hour: int) -> None:
    start = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    [event] = seen(file_of(Entry(UUID(int=1), State.CONFIRMED, start, start + timedelta(hours=2))))
    assert (event.start, event.end) == (start, start + timedelta(hours=2))


def test_whole_days_are_dates_with_the_end_after_the_last() -> None:
    entry = Entry(UUID(int=1), State.CONFIRMED, NOON, NOON, True, date(2026, 11, 25), date(2026, 11, 27))
    [event] = seen(file_of(entry))
    assert (event.start, event.end, event.summary) == (date(2026, 11, 25), date(2026, 11, 28), "Leave")


def test_an_empty_calendar_is_one() -> None:
    assert seen(file_of()) == []


def test_the_name_in_menus_is_the_clinics() -> None:
    content = file_of(ENTRY).decode()
    assert "X-WR-CALNAME:Harbor Clinic" in content
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in content


def test_a_file_of_one_visit_has_a_name_of_its_own() -> None:
    [of_feed], [of_file] = (seen(as_file([Shown(ENTRY, 1, NOON)], ZoneInfo("UTC"), one=one)) for one in (False, True))
    assert (of_feed.uid, of_file.uid) == (f"{ENTRY.event}@localhost", f"{ENTRY.event}.file@localhost")
