"""The short form of the proof of zones (`python -m tests.zones` is the long one), and that it catches what is wrong."""

import pytest

from .broken import BROKEN, SOUND
from .cells import Cells, try_change, try_clock
from .places import Place, apart, place_of, places
from .report import Counted, lines, try_all, try_names
from .sample import sample
from .tzif import DAY, Change

SAMPLE = sample()
QUARTER = 15 * 60


@pytest.mark.parametrize("name", SAMPLE)
def test_the_changes_of_a_zone(name: str) -> None:
    place, changes = SAMPLE[name]
    cells = Cells()
    for change in changes:
        try_change(cells, place, change)
    assert cells.errors == []
    assert cells.checked.total() > 200 * len(changes)


def oddities(change: Change) -> set[str]:
    """What is unusual in a change."""
    before, after = (change.at + change.before) % DAY, (change.at + change.after) % DAY
    into_next_day = (change.at + change.before) // DAY != (change.at + change.after) // DAY
    found = {
        f"by {abs(change.by) // 60} minutes": abs(change.by) != 3600,
        "runs on": not change.by,
        "jumps at midnight": change.by > 0 and before == 0,
        "jumps to midnight": change.by > 0 and after == 0,
        "back to midnight": change.by < 0 and after == 0,
        "back from midnight": change.by < 0 and before == 0,
        "over midnight": into_next_day,
        "off the quarter hour": bool(change.at % QUARTER),
        "an offset of half hours": bool(change.before % 3600),
        "an offset of quarters": bool(change.before % 1800),
        "west": change.before < 0,
        "far east": change.before > 12 * 3600,
    }
    return {oddity for oddity, holds in found.items() if holds}


def test_every_kind_of_change_is_in_the_sample() -> None:
    known = {oddity for place in places() for change in place.clock.changes for oddity in oddities(change)}
    assert {"by 30 minutes", "by 120 minutes", "by 180 minutes", "jumps to midnight", "off the quarter hour"} <= known
    tried = {oddity for _, changes in SAMPLE.values() for change in changes for oddity in oddities(change)}
    assert tried == known | {"runs on", "by 0 minutes"}


def test_every_clock_that_changes_is_in_the_sample() -> None:
    tried = {place.clock for place, _ in SAMPLE.values()}
    assert tried == {place.clock for place in places() if place.clock.changes}


def test_every_name_of_the_database_is_a_zone() -> None:
    cells = Cells()
    try_names(cells, (place.name for place in places()))
    assert cells.errors == []
    assert cells.checked.total() > 500


def test_each_clock_shows_what_the_data_say() -> None:
    cells = Cells()
    for place in apart(places()):
        try_clock(cells, place)
    assert cells.errors == []


def changes_in(name: str, year: int) -> list[tuple[Place, Change]]:
    place = place_of(name)
    return [(place, change) for change in place.clock.changes if str(change).startswith(str(year))]


CONTROL = [*changes_in("America/New_York", 2026), *changes_in("America/Nuuk", 2024)[:1]]


def test_the_control_is_sound_where_nothing_is_broken() -> None:
    cells = Cells()
    for place, change in CONTROL:
        try_change(cells, place, change, SOUND)
    assert len(CONTROL) == 3
    assert cells.errors == []


@pytest.mark.parametrize(("subject", "kinds"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_conversion_is_caught(subject, kinds) -> None:
    cells = Cells()
    for place, change in CONTROL:
        try_change(cells, place, change, subject)
    assert set(cells.wrong) == kinds


def test_a_clock_of_another_zone_is_caught() -> None:
    here, elsewhere = place_of("America/New_York"), place_of("America/Havana")
    cells = Cells()
    try_clock(cells, Place(here.name, elsewhere.zone, here.clock))
    assert 0 < cells.wrong["clocks"] < cells.checked["clocks"]


def test_a_name_that_is_not_found_is_caught() -> None:
    cells = Cells()
    try_names(cells, ["Factory"])
    assert cells.errors == ["names: Factory: None instead of Factory"]


def test_the_report_counts_and_lists_what_is_wrong() -> None:
    cells = Cells()
    for number in range(60):
        cells.expect("days", number, 24, 23 if number % 2 else 24)
    text = list(lines(cells, Counted.of([]), every=False))
    assert "errors: 30" in text
    assert "days: 1: 24 instead of 23" in text
    assert any(line.split() == ["days", "60", "30"] for line in text)


def test_zones_with_the_same_clock_are_computed_once_unless_every_one_is_asked_for() -> None:
    alike = [place_of(name) for name in ("Asia/Almaty", "Asia/Qostanay")]
    counted = Counted.of(alike)
    assert (counted.zones, counted.changes, counted.clocks_apart, counted.changes_apart) == (2, 2, 1, 1)
    once, each = (try_all(alike, every=every) for every in (False, True))
    assert once.errors == each.errors == []
    assert once.checked["names"] == each.checked["names"] == 2
    assert once.checked["clocks"] == each.checked["clocks"]
    assert 2 * once.checked["days"] == each.checked["days"]
