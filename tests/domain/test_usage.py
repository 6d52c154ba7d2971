"""How the hours of a period are used: each figure, each switch, and that parts add up to wholes."""

import os
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pytest

from scheduling.domain.availability import clinician_time
from scheduling.domain.interval import Interval
from scheduling.domain.timetable import Closure
from scheduling.domain.usage import groups
from scheduling.domain.usage.atoms import Atom, Case, atoms_of, cases_of, midnights
from scheduling.domain.usage.figures import figures
from scheduling.domain.usage.rates import Ahead, Lead, Rate, Switches, ahead, lead_time, no_show, unsold, utilisation
from scheduling.domain.usage.tally import MEASURES, Measure, Tally, made_of, tally

from .builders import ADA, BEN, NEW_YORK, THEO, UNA, at, entries, event, patient, psm, record, span, user
from .usage_months import SWITCHES, Month

WEEK = span("2026-11-23 05:00", "2026-11-30 05:00")
# Four hours on Monday and on Tuesday: 14:00-18:00 UTC.
RECORDS = [record(*entries("12", "09:00-13:00"))]
HOUR = 3600
HALF_HOUR = timedelta(minutes=30)


def read(*events, records=RECORDS, window=WEEK, **options):
    return clinician_time(user(), records, events, window, clinic_zone=NEW_YORK, **options)


def atoms(*events, **options) -> list[Atom]:
    time = read(*events, **options)
    return atoms_of(time, midnights(time.window, NEW_YORK))


def measured(*events, **options) -> Tally:
    return tally(atoms(*events, **options), cases_of(read(*events, **options)))


def hours(found: Tally, *measures: Measure) -> list[float]:
    return [found.seconds(measure) / HOUR for measure in measures]


MORNING, TWICE = span("2026-11-23 14:00", "2026-11-23 15:00"), span("2026-11-23 14:30", "2026-11-23 15:30")
LATE = span("2026-11-23 17:30", "2026-11-23 18:30")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param([], {"offered": 8, "free": 8}, id="nothing booked"),
        pytest.param([event(MORNING)], {"booked": 1, "booked-inside": 1, "open": 1, "free": 7}, id="a visit"),
        pytest.param(
            [event(LATE)], {"booked-inside": 0.5, "booked-outside": 0.5, "free": 7.5}, id="half of it outside"
        ),
        pytest.param(
            [event(MORNING, number=1), event(TWICE, number=2)], {"booked": 1.5, "free": 6.5}, id="two at once"
        ),
        pytest.param([event(MORNING, status="MISSED")], {"booked": 1, "missed": 1, "missed-inside": 1}, id="missed"),
        pytest.param(
            [event(MORNING, number=1, status="MISSED"), event(TWICE, number=2, status="COMPLETED")],
            {"missed": 0.5, "completed": 1, "open": 0},
            id="missed while another was there",
        ),
        pytest.param([event(MORNING, status="CANCELLED")], {"booked": 0, "free": 8}, id="cancelled"),
        pytest.param([event(MORNING, status="Odd")], {"booked": 1, "open": 1}, id="a status that is not known"),
        pytest.param([event(LATE, type="LEAVE")], {"leave": 0.5, "free": 7.5, "booked": 0}, id="leave"),
        pytest.param(
            [event(MORNING, number=1), event(TWICE, number=2, type="LEAVE")],
            {"leave": 1, "booked": 1, "free": 6.5},
            id="leave over a visit",
        ),
        pytest.param(
            [event(MORNING, patient(THEO), patient(UNA), type="GROUP_THERAPY")],
            {"group": 1, "group-by-head": 2, "group-extra-inside": 1, "booked": 1},
            id="a group of two",
        ),
    ],
)
def test_what_is_measured(rows, told) -> None:
    found = measured(*rows)

    assert {name: found.seconds(Measure(name)) / HOUR for name in told} == told


def test_closures_lessen_what_is_offered_and_open_claims_what_is_free() -> None:
    found = measured(closures=[Closure(MORNING)], claims=[TWICE])

    assert hours(found, Measure.OFFERED, Measure.CLOSED, Measure.FREE) == [7, 1, 6.5]


def test_each_event_is_counted_once_by_its_status() -> None:
    rows = [
        event(MORNING, number=1, status="COMPLETED"),
        event(TWICE, number=2, status="Scheduled"),
        event(LATE, number=3, status="CANCELLED", updated_at=at("2026-11-23 12:00")),
        event(LATE, number=4, status="CANCELLED", updated_at=at("2026-11-20 12:00")),
        event(LATE, number=5, type="LEAVE"),
    ]
    found = measured(*rows)

    assert (found.visits, dict(found.by_status)) == (2, {"COMPLETED": 1, "SCHEDULED": 1, "CANCELLED": 2})
    assert found.cancelled_late == 1


FULL = [
    event(MORNING, number=1, status="MISSED"),
    event(span("2026-11-23 15:00", "2026-11-23 17:00"), patient(THEO), patient(UNA), number=2, type="GROUP_THERAPY"),
    event(LATE, number=3),
    event(span("2026-11-24 14:00", "2026-11-24 18:00"), number=4, type="LEAVE"),
]


IN_LEAVE = [
    event(MORNING, number=1),
    event(TWICE, number=2, status="MISSED"),
    event(span("2026-11-24 14:00", "2026-11-24 15:00"), patient(THEO), patient(UNA), number=3, type="GROUP_THERAPY"),
    event(span("2026-11-24 13:00", "2026-11-24 19:00"), number=4, type="LEAVE"),
    event(span("2026-11-23 15:00", "2026-11-23 18:00"), number=5, type="LEAVE"),
]


@pytest.mark.parametrize(
    ("switches", "above", "below"),
    [
        pytest.param(Switches(), 2.5, 8, id="as they stand"),
        pytest.param(Switches(leave_out=True), 1, 1, id="a visit in leave is outside of what is left"),
        pytest.param(Switches(leave_out=True, missed=False), 1, 1, id="a missed one is taken away once"),
        pytest.param(Switches(leave_out=True, heads=True), 1, 1, id="so are the heads of a group"),
        pytest.param(Switches(leave_out=True, outside=True), 2.5, 1, id="unless those outside count"),
    ],
)
def test_leave_is_taken_away_on_both_sides_of_the_line(switches, above, below) -> None:
    found = utilisation(measured(*IN_LEAVE), switches)

    assert (found.above / HOUR, found.below / HOUR) == (above, below)


def test_an_all_day_visit_is_counted_on_the_dates_that_it_means() -> None:
    rows = [
        event(span("2026-11-24 00:00", "2026-11-25 00:00"), number=1, all_day=True, type="ENCOUNTER"),
        event(span("2026-11-24 04:00", "2026-11-24 06:00"), number=2, type="APPOINTMENT"),
    ]
    cases, some = cases_of(read(*rows)), atoms(*rows)

    assert {day: row.tally.visits for day, row in groups.by_day(some, cases, NEW_YORK).items()} == {
        date(2026, 11, 23): 1, date(2026, 11, 24): 1,
    }  # fmt: skip
    # The appointment began first, though the all-day one says midnight in Greenwich.
    typed = {kind: row.tally.seconds(Measure.BOOKED) / HOUR for kind, row in groups.by_type(some, cases).items()}
    assert typed == {"APPOINTMENT": 2, "ENCOUNTER": 23}


@pytest.mark.parametrize(
    ("switches", "above", "below"),
    [
        pytest.param(Switches(), 3.5, 8, id="as they stand"),
        pytest.param(Switches(leave_out=True), 3.5, 4, id="without leave"),
        pytest.param(Switches(missed=False), 2.5, 8, id="missed ones do not count"),
        pytest.param(Switches(outside=True), 4, 8, id="outside the hours too"),
        pytest.param(Switches(heads=True), 5.5, 8, id="a group by its heads"),
        pytest.param(Switches(leave_out=True, missed=False, outside=True, heads=True), 5, 4, id="everything"),
    ],
)
def test_utilisation_is_what_its_formula_says(switches, above, below) -> None:
    found = measured(*FULL)
    share = utilisation(found, switches)

    assert (share.above / HOUR, share.below / HOUR, share.value) == (above, below, above / below)
    assert share.above == sum(sign * found.seconds(measure) for sign, measure in switches.numerator)


@pytest.mark.parametrize("options", [{"records": []}, {"closures": [Closure(WEEK)]}], ids=["no hours", "all closed"])
def test_without_hours_there_is_nothing_to_divide_by(options) -> None:
    assert utilisation(measured(event(MORNING), **options), Switches()).value is None


def test_as_the_switches_stand_it_is_the_figure_of_the_week() -> None:
    """One quantity has one value: the page of a week works it out its own way."""
    week, found = figures(read(*FULL)), measured(*FULL)

    assert utilisation(found, Switches()).value == week.utilisation
    pairs = [(Measure.OFFERED, week.offered), (Measure.FREE, week.free), (Measure.LEAVE, week.leave)]
    pairs += [(Measure.BOOKED, week.booked), (Measure.INSIDE, week.booked_inside), (Measure.CLOSED, week.closed)]
    assert [found.seconds(measure) for measure, _ in pairs] == [value.total_seconds() for _, value in pairs]
    assert (found.visits, found.by_status) == (week.visits, week.by_status)


@pytest.mark.parametrize(
    ("hits", "n", "interval"),
    [
        pytest.param(0, 0, None, id="nobody"),
        pytest.param(1, 4, None, id="too few to tell"),
        # Newcombe, Statistics in Medicine 17 (1998), table I.
        pytest.param(81, 263, (0.2553, 0.3662), id="81 of 263"),
        pytest.param(15, 148, (0.0624, 0.1605), id="15 of 148"),
        pytest.param(0, 20, (0.0, 0.1611), id="0 of 20"),
        pytest.param(1, 29, (0.0061, 0.1718), id="1 of 29"),
    ],
)
def test_a_rate_has_an_interval(hits, n, interval) -> None:
    told = Rate(hits, n).interval

    assert told is None if interval is None else told == pytest.approx(interval, abs=5e-5)


def test_the_no_show_rate_is_of_those_that_are_over() -> None:
    words = ["MISSED", "COMPLETED", "COMPLETED", "SCHEDULED", "CANCELLED"]
    rows = [event(MORNING, number=number, status=word) for number, word in enumerate(words)]

    cases = cases_of(read(*rows))
    assert no_show(cases) == Rate(1, 3)
    # Of two clinicians who take part in the same three it is still three.
    assert no_show([*cases, *cases]) == Rate(1, 3)


def test_lead_time_is_the_median_and_is_not_told_of_few() -> None:
    def cases(count: int) -> list[Case]:
        made = [at("2026-11-20 14:00") - timedelta(days=number) for number in range(count)]
        return cases_of(read(*(event(MORNING, number=n, created_at=when) for n, when in enumerate(made))))

    assert lead_time(cases(5)).median == timedelta(days=5)
    others = [
        event(MORNING, number=20, created_at=at("2026-10-01 14:00"), status="CANCELLED"),
        event(MORNING, number=21, created_at=at("2026-11-23 18:00")),
        event(MORNING, number=22),
    ]
    assert lead_time([*cases(5), *cases_of(read(*others))]) == lead_time(cases(5))
    assert (lead_time(cases(4)).median, lead_time(cases(4)).n) == (None, 4)


def test_what_is_ahead_begins_now_and_ends_with_the_period() -> None:
    # Monday 16:45 UTC: a quarter is left before the visit, then a quarter after it; Tuesday is free.
    rows = [event(span("2026-11-23 17:00", "2026-11-23 17:45"))]
    now = int(at("2026-11-23 16:45").timestamp())
    found = ahead(atoms(*rows), now)

    assert found.unsold == 4.5 * HOUR
    assert found.next_free == int(at("2026-11-24 14:00").timestamp())
    assert ahead(atoms(), now + 20 * 86400).next_free is None
    assert sum(length for _atom, length in unsold(atoms(*rows), now)) == found.unsold


def test_a_free_half_hour_is_one_clinician_s() -> None:
    """A quarter of one and the next quarter of another are no half hour that can be booked."""
    start = int(at("2026-11-23 16:00").timestamp())
    quarter = Atom(ADA, start, start + 900, worked=True, closed=False, leave=False, claimed=False, visits=())
    later = replace(quarter, start=start + 900, end=start + 1800)

    assert ahead([quarter, replace(later, person=BEN)], start) == Ahead(1800, None)
    assert ahead([quarter, later], start) == Ahead(1800, start)


@pytest.mark.parametrize(
    ("changed", "late"),
    [
        pytest.param("2026-11-22 17:30", False, id="a day before"),
        pytest.param("2026-11-22 17:31", True, id="less than a day before"),
        pytest.param("2026-11-21 17:31", False, id="less than two days before"),
        pytest.param("2026-11-24 09:00", True, id="afterwards"),
    ],
)
def test_late_is_less_than_a_day_before(changed: str, late: bool) -> None:
    [case] = cases_of(read(event(LATE, status="CANCELLED", updated_at=at(changed))))

    assert case.cancelled_late is late


# --- Parts and wholes -------------------------------------------------------------------------------------------------

MONTHS = range(int(os.environ.get("MONTHS", "8")))


def grouped(month: Month, some: list[Atom], more: list[Case]) -> dict[str, list[groups.Group]]:
    found = {
        "clinician": groups.by_clinician(some, more),
        "day": groups.by_day(some, more, month.zone),
        "week": groups.by_week(some, more, month.zone),
        "month": groups.by_month(some, more, month.zone),
    }
    return {name: list(rows.values()) for name, rows in found.items()}


@pytest.mark.parametrize("seed", MONTHS)
def test_a_month_is_what_its_minutes_say_and_its_parts_add_up_to_it(seed: int) -> None:
    month = Month(seed)
    time = month.time
    some, more = atoms_of(time, midnights(time.window, month.zone)), cases_of(time)
    whole, minutes = tally(some, more), month.figures()

    assert {m.value: whole.seconds(m) / 60 for m in MEASURES} == {m.value: minutes[m.value] for m in MEASURES}
    for rows in grouped(month, some, more).values():
        assert sum((row.tally for row in rows), Tally()) == whole
    for measure in MEASURES:
        assert sum(seconds for _atom, seconds in made_of(some, measure)) == whole.seconds(measure)
    hourly = groups.by_hour(some, month.zone)
    assert sum((row.tally for row in hourly.values()), Tally()).times == whole.times
    summed = groups.seconds_by_hour(some, month.zone)
    assert {key: row.times for key, row in summed.items()} == {key: row.tally.times for key, row in hourly.items()}
    typed = [row.tally for row in groups.by_type(some, more).values()]
    assert sum(row.seconds(Measure.BOOKED) for row in typed) == whole.seconds(Measure.BOOKED)


@pytest.mark.parametrize("seed", MONTHS)
def test_what_is_counted_in_a_month_is_what_its_events_say(seed: int) -> None:
    month = Month(seed)
    more = cases_of(month.time)
    whole, statuses, leads = tally((), more), month.statuses(), month.leads()

    assert (dict(whole.by_status), whole.visits) == (statuses, statuses.total() - statuses["CANCELLED"])
    assert whole.cancelled_late == month.cancelled_late()
    assert no_show(more) == Rate(statuses["MISSED"], statuses["MISSED"] + statuses["COMPLETED"])
    assert lead_time(more) == Lead(median(leads) if len(leads) >= 5 else None, len(leads))


@pytest.mark.parametrize("seed", range(0, len(MONTHS), 2))
def test_the_quotient_of_a_month_and_its_types_are_what_its_minutes_say(seed: int) -> None:
    month = Month(seed)
    some, more = atoms_of(month.time, midnights(month.window, month.zone)), cases_of(month.time)
    whole = tally(some, more)

    shares = {switches: utilisation(whole, Switches(*switches)) for switches in SWITCHES}
    told = {switches: [share.above / 60, share.below / 60] for switches, share in shares.items()}
    assert told == month.shares()
    for name, typed in (("type", groups.by_type(some, more)), ("mode", groups.by_mode(some, more))):
        minutes = {word: row.tally.seconds(Measure.BOOKED) / 60 for word, row in typed.items()}
        assert {word: found for word, found in minutes.items() if found} == month.by_word(name)


@pytest.mark.parametrize("seed", range(0, len(MONTHS), 4))
def test_a_month_that_is_read_in_two_parts_has_the_same_figures(seed: int) -> None:
    month, some, more = Month(seed), list[Atom](), dict[object, Case]()
    for time in month.halves():
        some += atoms_of(time, midnights(time.window, month.zone))
        # What meets both parts is counted in the first.
        more = {case.event.id: case for case in cases_of(time)} | more
    whole = tally(some, more.values())

    assert whole == tally(atoms_of(month.time, midnights(month.window, month.zone)), cases_of(month.time))


def test_the_hours_of_a_day_that_has_one_twice() -> None:
    window = span("2026-11-01 04:00", "2026-11-02 05:00")
    records = [record(*entries("7", "00:00-04:00"), first="2000-01-01")]
    hourly = groups.by_hour(atoms(records=records, window=window), NEW_YORK)

    assert {hour: row.tally.seconds(Measure.OFFERED) / HOUR for (_day, hour), row in hourly.items()} == {
        0: 1, 1: 2, 2: 1, 3: 1,
    }  # fmt: skip


def told(found) -> dict[object, tuple[float, int]]:
    """Hours offered and visits of each group."""
    return {key: (row.tally.seconds(Measure.OFFERED) / HOUR, row.tally.visits) for key, row in found.items()}


def test_groups_have_the_names_of_the_clinic_s_days_weeks_months_and_hours() -> None:
    """Sunday 29 November to Tuesday 1 December in New York: two weeks, two months, an hour on each side of one."""
    window = span("2026-11-29 05:00", "2026-12-02 05:00")
    records = [record(*entries("1234567", "23:00-23:59", "00:00-01:00"), first="2000-01-01")]
    # The first began on Saturday: in this time it begins with it.
    starts = ("2026-11-29 04:30", "2026-11-30 04:30", "2026-12-01 04:30", "2026-12-02 04:30")
    visits = [event(Interval(at(start), at(start) + HALF_HOUR * 2), number=n) for n, start in enumerate(starts)]
    some, more = atoms(*visits, records=records, window=window), cases_of(read(*visits, window=window))

    assert told(groups.by_day(some, more, NEW_YORK)) == {
        date(2026, 11, 29): (2, 2), date(2026, 11, 30): (2, 1), date(2026, 12, 1): (2, 1),
    }  # fmt: skip
    assert told(groups.by_week(some, more, NEW_YORK)) == {date(2026, 11, 23): (2, 2), date(2026, 11, 30): (4, 2)}
    assert told(groups.by_month(some, more, NEW_YORK)) == {date(2026, 11, 1): (4, 3), date(2026, 12, 1): (2, 1)}
    assert {key: row.seconds(Measure.BOOKED) / HOUR for key, row in groups.seconds_by_hour(some, NEW_YORK).items()} == {
        (7, 0): 0.5, (7, 23): 0.5, (1, 0): 0.5, (1, 23): 0.5, (2, 0): 0.5, (2, 23): 0.5,
    }  # fmt: skip


def test_a_month_of_what_began_before_it_is_the_month_that_is_asked_about() -> None:
    window = span("2026-12-01 05:00", "2026-12-03 05:00")
    rows = [event(span("2026-12-01 04:00", "2026-12-01 06:00"))]

    found = groups.by_month(atoms(*rows, window=window), cases_of(read(*rows, window=window)), NEW_YORK)
    assert {key: row.tally.visits for key, row in found.items()} == {date(2026, 12, 1): 1}


def test_seconds_count() -> None:
    rows = [
        event(Interval(at("2026-11-23 14:00") + timedelta(seconds=10), at("2026-11-23 14:30") + timedelta(seconds=45)))
    ]

    assert measured(*rows).seconds(Measure.BOOKED) == 1835
    by_hour = groups.seconds_by_hour(atoms(*rows), NEW_YORK)
    assert {key: row.seconds(Measure.BOOKED) for key, row in by_hour.items() if row.seconds(Measure.BOOKED)} == {
        (1, 9): 1835
    }


def test_a_visit_over_midnight_is_counted_where_it_begins() -> None:
    rows = [event(span("2026-11-24 04:00", "2026-11-24 06:00"), psm(THEO))]
    found = groups.by_day(atoms(*rows), cases_of(read(*rows)), NEW_YORK)

    counts = {day: (row.tally.visits, row.tally.seconds(Measure.BOOKED) / HOUR) for day, row in found.items()}
    assert counts == {date(2026, 11, 23): (1, 1), date(2026, 11, 24): (0, 1)}
