from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.web.forms.hours import WeekForm
from scheduling.web.spans import MIDNIGHT, as_time, minutes_of, read_clock, shown_of, write_clock

ADA = UUID(int=1)


def record(days, *, last=None, rule=RuleType.DEFAULT, name="") -> WorkHours:
    return WorkHours(UUID(int=7), ADA, date(2026, 6, 1), last, tuple(days), rule=rule, name=name)


def sent(*spans: str, **values: str) -> dict[str, str]:
    """`sent("1 09:00-12:00", ...)`: what a browser sends for those intervals, Monday 1."""
    told = {"intent": "x", "kind": "DEFAULT", "first": "2026-12-01", "last": "", "name": "", "seen": ""}
    used: dict[str, int] = {}
    for span in spans:
        day, _, times = span.partition(" ")
        start, _, end = times.partition("-")
        number = used[day] = used.get(day, -1) + 1
        told |= {f"d{day}-{number}-start": start, f"d{day}-{number}-end": end}
    return told | values


def checked(*spans: str, of: WorkHours | None = None, **values: str) -> WeekForm:
    form = WeekForm(sent(*spans, **values), desk=None, record=of)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", 540),
        ("09", 540),
        ("900", 540),
        ("0930", 570),
        ("9:30", 570),
        ("9.30", 570),
        ("9h30", 570),
        (" 17 : 05 ", 1025),
        ("0", 0),
        ("24", MIDNIGHT),
        ("24:00", MIDNIGHT),
        ("24:01", None),
        ("25", None),
        ("9:60", None),
        ("9:3", None),
        ("9am", None),
        ("-9", None),
        ("", None),
        ("٠٩:٠٠", 540),
    ],
)
def test_a_typed_time(text, expected):
    assert read_clock(text) == expected


@pytest.mark.parametrize(
    ("clock", "shown"),
    [(time(23, 59), "24:00"), (time(23, 59, 59, 999000), "24:00"), (time(0), "00:00"), (time(9, 5), "09:05")],
)
def test_the_last_minute_is_shown_as_midnight(clock, shown):
    assert write_clock(minutes_of(clock)) == shown


def test_midnight_goes_out_as_the_last_minute():
    form = checked("5 18:00-24:00", "6 18:00-00:00")

    assert [day for day in form.day_hours() if day.start] == [
        DayHours(5, time(18), time(23, 59)),
        DayHours(6, time(18), time(23, 59)),
    ]


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        pytest.param("1 22-6", {1: [(time(22), time(23, 59))], 2: [(time(0), time(6))]}, id="into Tuesday"),
        pytest.param(
            "7 22:00-06:00", {7: [(time(22), time(23, 59))], 1: [(time(0), time(6))]}, id="Sunday into Monday"
        ),
        pytest.param("3 0-0", {3: [(time(0), time(23, 59))]}, id="a whole day"),
    ],
)
def test_a_night_is_saved_in_two_parts_and_shown_as_one(typed, saved):
    days = checked(typed).day_hours()
    shown = WeekForm(desk=None, record=record(days))

    found = {}
    for day in days:
        if day.start:
            found.setdefault(day.day, []).append((day.start, day.end))
    rows = [f"{row.weekday} {row.start}-{row.end}" for day in shown.days for row in day.entries if not row.empty]
    assert found == saved
    assert len(rows) == 1
    assert checked(*rows, of=record(days)).day_hours() == days


def test_a_night_whose_second_half_alone_falls_between_the_dates_is_taken():
    assert checked("1 22-6", kind="OVERRIDE", first="2026-12-01", last="2026-12-02").errors == {}


def test_a_day_left_empty_is_a_day_off():
    form = checked("1 9-12", "1 13-17")

    assert form.day_hours() == (
        DayHours(1, time(9), time(12)),
        DayHours(1, time(13), time(17)),
        *(DayHours(day, None, None) for day in range(2, 8)),
    )
    assert form.total == 7 * 60


NO_LENGTH = "The end must be after the start. A night is typed like 22:00 to 06:00, a whole day 00:00 to 24:00."


@pytest.mark.parametrize(
    ("spans", "values", "field", "errors"),
    [
        pytest.param(
            ["1 24-9"],
            {},
            "__all__",
            [f"Monday: {NO_LENGTH}"],
            id="from the end of the day",
        ),
        pytest.param(
            ["2 9-9"],
            {},
            "__all__",
            [f"Tuesday: {NO_LENGTH}"],
            id="no length",
        ),
        pytest.param(
            ["3 22-6", "4 5-9"],
            {},
            "__all__",
            ["Thursday: 22:00–06:00 of Wednesday and 05:00–09:00 overlap."],
            id="overlap with a night",
        ),
        pytest.param(
            ["7 22-6", "1 5-9"],
            {},
            "__all__",
            ["Monday: 22:00–06:00 of Sunday and 05:00–09:00 overlap."],
            id="overlap with a Sunday night",
        ),
        pytest.param(
            ["5 22-6"],
            {"kind": "OVERRIDE", "last": "2026-12-02"},
            "__all__",
            ["Friday: There is no Friday between these dates."],
            id="a night that does not occur",
        ),
        pytest.param(
            ["3 9-13", "3 12-17"], {}, "__all__", ["Wednesday: 09:00–13:00 and 12:00–17:00 overlap."], id="overlap"
        ),
        pytest.param(
            ["4 9-"], {}, "__all__", ["Thursday: Give both a start and an end, or leave both empty."], id="no end"
        ),
        pytest.param(
            ["5 soon-17"],
            {},
            "__all__",
            ["Friday: Type times like 09:00 or 17:30; the end of the day is 24:00."],
            id="no time",
        ),
        pytest.param(["1 9-12"], {"last": "2026-11-30"}, "last", ["The last day lies before the first."], id="dates"),
        pytest.param(
            ["1 9-12"],
            {"kind": "OVERRIDE"},
            "last",
            ["An exception needs a last day; for one day, the same as the first."],
            id="endless exception",
        ),
        pytest.param(
            ["1 9-12"],
            {"kind": "OVERRIDE", "last": "2026-12-02"},
            "__all__",
            ["Monday: There is no Monday between these dates."],
            id="a weekday that does not occur",
        ),
        pytest.param(
            ["1 9-12"], {"first": "1066-10-14"}, "first", ["Type a date between 1970 and 2199."], id="long ago"
        ),
        pytest.param(["1 9-12"], {"first": "soon"}, "first", ["Enter a valid date."], id="no date"),
    ],
)
def test_what_is_refused(spans, values, field, errors):
    form = checked(*spans, **values)

    assert form.errors == {field: errors}


def test_touching_intervals_are_no_overlap():
    assert checked("1 9-12", "1 12-17").errors == {}


ODD = (
    DayHours(1, time(9, 0, 30), time(12)),
    DayHours(1, time(9, 0, 30), time(12)),
    DayHours(2, time(9), time(14)),
    DayHours(2, time(13), time(17)),
    DayHours(3, None, None),
    DayHours(5, time(18), time(23, 59, 59)),
)


def test_a_record_of_others_goes_back_as_it_came():
    old = record(ODD, last=date(2076, 6, 1), name="Evenings")
    form = checked("1 09:00-12:00", "2 09:00-14:00", "2 13:00-17:00", "5 18:00-24:00", of=old)

    assert (form.errors, form.day_hours(), form.last_day()) == ({}, ODD, date(2076, 6, 1))


def test_saving_touches_only_the_day_that_was_edited():
    form = checked("1 09:00-12:00", "2 09:00-14:00", "2 13:00-17:00", "4 8-12", "5 18:00-24:00", of=record(ODD))

    kept = [entry for entry in form.day_hours() if entry.day != 4 and entry.day < 6]
    assert (form.errors, kept) == ({}, list(ODD))
    assert [entry for entry in form.day_hours() if entry.day == 4] == [DayHours(4, time(8), time(12))]


def test_an_end_decades_away_is_shown_as_none_and_can_be_set():
    form = checked("1 09:00-12:00", of=record(ODD, last=date(2076, 6, 1)), last="2027-01-31")

    assert form.last_day() == date(2027, 1, 31)


def test_another_row_is_added_up_to_a_limit():
    form = WeekForm(desk=None, typed=sent("1 9-12", "1 13-14", "1 15-16"))

    for _ in range(20):
        form.add_row(1)

    assert [len(day.entries) for day in form.days] == [10, 3, 3, 3, 3, 3, 3]
    assert form.total == 5 * 60


spans = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(
    lambda quarters: tuple(zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False))
)


@given(st.lists(spans, min_size=7, max_size=7), st.booleans())
def test_what_the_form_shows_and_gets_back_is_the_same_week(week, is_edit):
    known = tuple(
        DayHours(day, as_time(start * 15), as_time(end * 15))
        for day, pairs in enumerate(week, start=1)
        for start, end in pairs
    )
    old = record(known)
    shown = WeekForm(desk=None, record=old)

    texts = [f"{day.weekday} {row.start}-{row.end}" for day in shown.days for row in day.entries if not row.empty]
    form = checked(*texts, of=old if is_edit else None)

    assert form.errors == {}
    assert [shown_of(form.day_hours(), day) for day in range(1, 8)] == [shown_of(known, day) for day in range(1, 8)]
    assert not is_edit or form.day_hours() == known


SENSELESS = (DayHours(1, time(9), time(12)), DayHours(1, time(9), time(0)), DayHours(6, time(22), time(6)))


def test_an_entry_that_ends_before_it_begins_is_left_out_and_goes_back_as_it_came():
    shown = WeekForm(desk=None, record=record(SENSELESS))

    assert [[entry.start for entry in day.entries if not entry.empty] for day in shown.days] == [["09:00"], *[[]] * 6]
    assert [bool(day.note) for day in shown.days] == [True, *[False] * 4, True, False]
    assert checked("1 09:00-12:00", of=record(SENSELESS), name="Mine").day_hours() == SENSELESS


def test_an_entry_that_counts_for_nothing_goes_with_its_day_only():
    form = checked("1 09:00-13:00", of=record(SENSELESS))

    kept = [entry for entry in form.day_hours() if entry.start]
    assert (form.errors, kept) == ({}, [DayHours(1, time(9), time(13)), DayHours(6, time(22), time(6))])
