"""Copying a week to other weeks: the difference first, then the fewest exceptions."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.timeline import judge
from scheduling.domain.week import Week
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.services import hours_copy, hours_locks, work_hours
from scheduling.services.hours_copy import DayDiff
from scheduling.services.hours_locks import Wish
from scheduling.services.writes import mint
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, at, next_monday

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
OFF = tuple(DayHours(day, None, None) for day in range(1, 8))


def monday(number: int) -> date:
    """The Monday of so many weeks after the next one, which is the week that is copied."""
    return next_monday() + timedelta(weeks=number)


def week(number: int) -> str:
    return str(Week.containing(monday(number)))


def mornings(office: Office, number: int = 0) -> None:
    """A week that differs from the regular nine to five."""
    days = tuple(DayHours(day, time(8), time(12)) for day in range(1, 6))
    last = monday(number) + timedelta(days=6)
    office.api.hours.create(
        WorkHoursDraft(office.ada, monday(number), last, days, rule=RuleType.OVERRIDE, name="Mornings")
    )


def address(office: Office) -> str:
    return f"/hours/{office.ada}/copy/"


def opened(office: Office, **typed: Any) -> dict[str, Any]:
    html = office.browser.get(address(office), {"week": week(0)}, headers=PART).content.decode()
    return fields_of(html) | typed


def press(office: Office, fields: dict[str, Any]) -> Any:
    return office.browser.post(address(office), fields, headers=PART)


def seen(answer: Any) -> dict[str, str]:
    """What the answer adds to the form: the token of the difference, and that of the question."""
    html = answer.content.decode()
    told = {name: re.search(rf'name="{name}" value="([^"]+)"', html) for name in ("seen", "confirm")}
    return {name: match.group(1) for name, match in told.items() if match}


def save(office: Office, fields: dict[str, Any]) -> Any:
    answer = press(office, fields)
    for _round in range(2):
        if answer.status_code == 200 and "HX-Redirect" not in answer.headers:
            answer = press(office, fields | seen(answer))
    return answer


def exceptions(office: Office) -> list[tuple[date, date | None]]:
    window = Interval(at(0), at(0) + timedelta(weeks=60))
    rows = office.api.hours.find([office.ada], window).rows
    return sorted((row.first, row.last) for row in rows if row.is_override and row.name != "Mornings")


def test_the_first_press_shows_the_difference_and_saves_nothing(office: Office) -> None:
    mornings(office)

    answer = press(office, opened(office, weeks=[week(1), week(2)]))

    html = answer.content.decode()
    assert (answer.status_code, exceptions(office)) == (200, [])
    assert html.count('data-same="no"') == 2
    assert "1 record is made." in html
    assert html.count("1:00 h gained, 5:00 h lost") == 10
    assert html.count("5:00 h gained, 25:00 h lost") == 2


def test_weeks_in_a_row_share_a_record_and_equal_weeks_get_none(office: Office) -> None:
    mornings(office)
    mornings(office, 6)

    answer = save(office, opened(office, weeks=[week(1), week(2), week(4), week(6)]))

    assert "HX-Redirect" in answer.headers
    assert exceptions(office) == [
        (monday(1), monday(2) + timedelta(days=6)),
        (monday(4), monday(4) + timedelta(days=6)),
    ]
    sheet = work_hours.read(office.desk, office.ada)
    assert hours_copy.week_on(sheet, monday(2)) == hours_copy.week_on(sheet, monday(0))
    assert hours_copy.week_on(sheet, monday(3)) != hours_copy.week_on(sheet, monday(0))


def test_every_second_week_until_a_day(office: Office) -> None:
    mornings(office)

    save(office, opened(office, every="2", until=str(monday(5))))

    assert [first for first, _last in exceptions(office)] == [monday(2), monday(4)]


def test_weeks_that_are_the_same_need_nothing(office: Office) -> None:
    html = press(office, opened(office, weeks=[week(1)])).content.decode()
    assert "all these weeks have these hours already" in html
    assert "Save these weeks" not in html


def test_exceptions_that_count_no_longer_are_named(office: Office) -> None:
    mornings(office)
    day = monday(1) + timedelta(days=2)
    office.api.hours.create(WorkHoursDraft(office.ada, day, day, OFF, rule=RuleType.OVERRIDE, name="PTO"))

    html = press(office, opened(office, weeks=[week(1)])).content.decode()

    assert "These exceptions count no longer" in html
    assert re.search(r"<li>PTO, on Wednesday", html)


def test_a_change_by_somebody_else_is_shown_before_anything_is_saved(office: Office) -> None:
    mornings(office)
    fields = opened(office, weeks=[week(1)])
    first = press(office, fields)
    mornings(office, 1)

    again = press(office, fields | seen(first))

    assert "all these weeks have these hours already" in again.content.decode()
    assert exceptions(office) == []


WRONG = {
    "no week": ({}, "Choose at least one week."),
    "no end": ({"every": "2"}, "Say until when."),
    "too far": ({"every": "2", "until": str(next_monday() + timedelta(weeks=80))}, "at most a year"),
    "not offered": ({"weeks": ["2031-W01"]}, "2031-W01"),
}


@pytest.mark.parametrize(("typed", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_the_form(office: Office, typed: dict[str, Any], said: str) -> None:
    answer = press(office, opened(office, **typed))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "lifted"])
def test_locked_days_refuse_the_copy_in_plain_words(office: Office, make_account: Any, locked: bool) -> None:
    mornings(office)
    boss = office.desk_of(make_account("administrator"))
    hours_locks.lock(boss, mint(boss), Wish(monday(1), monday(1), "Payroll is done", clinician_id=office.ada))
    [lock] = hours_locks.standing(boss)
    if not locked:
        hours_locks.lift(boss, mint(boss), lock.id)

    answer = save(office, opened(office, weeks=[week(1)]))

    assert (len(exceptions(office)) == 0) is locked
    assert ("Payroll is done" in answer.content.decode()) is locked
    assert answer.status_code == (422 if locked else 200)


def test_a_day_with_other_hours_gains_and_loses_only_the_difference() -> None:
    told = DayDiff(date(2026, 11, 23), ((540, 720), (780, 1020)), ((600, 840),))
    assert (told.gained, told.lost) == (60, 240)


def test_the_hours_of_a_day_are_those_of_the_record_that_counts(office: Office) -> None:
    mornings(office)
    sheet = work_hours.read(office.desk, office.ada)
    winner: WorkHours | None = judge(sheet.records, monday(0)).winner
    assert (winner and winner.name, hours_copy.hours_on(sheet, monday(0))) == ("Mornings", ((480, 720),))
