"""Hours that did not come whole: nothing that was cut short by reading may be written back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from scheduling.domain.work_hours import DayHours, RuleType
from scheduling.services import work_hours, writes
from scheduling.services.desk import Desk
from scheduling.services.hours_plan import NotReadWhole, Plan, Step, draft_of, plan_edit, plan_new
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, at, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db
HOURS = "/calendar/work-hours"
MORNINGS = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))


def record_with(**fields: Any) -> Callable[[Any], Any]:
    """Every record of the answer with these fields."""
    return lambda body: [row | {"details": [record | fields for record in row["details"]]} for row in body]


def broken_day(body: Any) -> Any:
    """Every record of the answer with an unreadable Tuesday."""
    for row in body:
        for record in row["details"]:
            for day in record["daysInfo"]:
                day["startTime"] = "soon" if day["day"] == 2 else day["startTime"]
    return body


DAMAGE = {
    "an unreadable field takes all days along": record_with(endDateTime="until further notice"),
    "an unreadable day takes itself along": broken_day,
    "an unreadable name takes itself along": record_with(name={"first": "x"}),
}


def stored(office: Office) -> list[tuple[Any, ...]]:
    """Ada's records as the API has them."""
    window = half_year(office)
    return [(row.id, row.first, row.last, row.days) for row in office.api.hours.find([office.ada], window)]


def half_year(office: Office) -> Any:
    from scheduling.domain.interval import Interval

    return Interval(office.desk.now - timedelta(weeks=26), office.desk.now + timedelta(weeks=26))


@pytest.fixture
def desk_over(office: Office, garble: Garble) -> Callable[[Callable[[Any], Any]], Desk]:
    """`desk_over(distort)`: the coordinator's desk where work hours come distorted."""

    def seated(distort: Callable[[Any], Any]) -> Desk:
        garble(HOURS, distort)
        return office.desk_of(office.coordinator)

    return seated


@pytest.mark.parametrize("distort", DAMAGE.values(), ids=DAMAGE)
def test_a_record_that_was_not_read_whole_is_never_written_back(
    office: Office, desk_over: Callable[..., Desk], distort: Callable[[Any], Any]
) -> None:
    before = stored(office)
    desk = desk_over(distort)
    sheet = work_hours.to_change(desk, office.ada)
    (record,) = sheet.records
    new = plan_new(WorkHoursDraft(office.ada, next_monday(), None, MORNINGS), sheet.records)
    edit = plan_edit(record, replace(draft_of(record), name="Mine"), sheet.records)
    end = Plan((Step(replace(draft_of(record), last=next_monday()), record),))

    assert (record.whole, sheet.unreadable) == (False, 1)
    for plan in (edit, end, *([new] if new.ended else [])):
        for attempt in (
            lambda plan=plan: work_hours.preview(desk, sheet, plan),
            lambda plan=plan: [work_hours.write(desk, writes.mint(desk), s) for s in plan.steps if s.record],
        ):
            with pytest.raises(NotReadWhole) as refused:
                attempt()
            assert refused.value.record == record
    assert stored(office) == before


def test_an_exception_beside_a_broken_record_is_still_possible(office: Office, desk_over: Callable[..., Desk]) -> None:
    before = stored(office)
    desk = desk_over(DAMAGE["an unreadable day takes itself along"])
    sheet = work_hours.to_change(desk, office.ada)
    off = WorkHoursDraft(office.ada, next_monday(), next_monday(), (DayHours(1, None, None),), rule=RuleType.OVERRIDE)
    plan = plan_new(off, sheet.records)

    work_hours.preview(desk, sheet, plan)
    assert work_hours.write(desk, writes.mint(desk), plan.main).confirmed
    assert [row for row in stored(office) if row[0] == before[0][0]] == before


def test_a_change_on_an_incomplete_listing_is_refused(office: Office) -> None:
    sheet = replace(work_hours.to_change(office.desk, office.ada), complete=False)
    plan = plan_new(WorkHoursDraft(office.ada, next_monday(), None, MORNINGS), sheet.records)

    with pytest.raises(NotReadWhole) as refused:
        work_hours.preview(office.desk, sheet, plan)

    assert refused.value.record is None


def test_a_preview_tells_when_visits_may_be_missing(office: Office, garble: Garble) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    garble("/calendar/events", lambda body: body | {"totalElements": body["totalElements"] + 1, "last": False})
    desk = office.desk_of(office.coordinator)
    sheet = work_hours.to_change(desk, office.ada)

    found = work_hours.preview(desk, sheet, plan_new(WorkHoursDraft(office.ada, next_monday(), None, MORNINGS), ()))

    assert (found.events_sure, found.unreadable) == (False, 0)


def test_what_is_doubtful_belongs_to_what_is_confirmed(office: Office) -> None:
    sheet = work_hours.to_change(office.desk, office.ada)
    plan = plan_new(WorkHoursDraft(office.ada, next_monday(), None, MORNINGS), sheet.records)
    sure = work_hours.preview(office.desk, sheet, plan)

    doubtful = work_hours.preview(office.desk, replace(sheet, unreadable=1), plan)

    assert (sure.token == doubtful.token, doubtful.records_unreadable) == (False, 1)
