"""Hours that strand a visit: what becomes of it is chosen, done in one run, reported and undone."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import make_visit, status_of, working

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def visit(daybook: House, patients: Iterator[Patient], near_day: str) -> Event:
    """Half an hour at the beginning of what somebody works on a quiet day."""
    day = date.fromisoformat(near_day)
    around = Interval(datetime.combine(day, time(), UTC), datetime.combine(day, time(), UTC) + timedelta(days=1))
    people = {user.id: user for user in daybook.api.users.find().rows}
    for person in working(daybook.api):
        records = daybook.api.hours.find([person], around).rows
        worked = expand(records, day, day, ZoneInfo(people[person].timezone or "America/Chicago")).intervals
        if worked:
            start = worked[0].start
            return make_visit(daybook.api, person, next(patients), Interval(start, start + timedelta(minutes=30)))
    raise AssertionError("nobody works on this day")


def ask(page: Page, visit: Event) -> None:
    """An exception without hours on the visit's day, as far as the question."""
    day = visit.when.start.date().isoformat()
    page.goto(f"/hours/{visit.host_id}/new/?kind=OVERRIDE")
    page.get_by_label("From", exact=True).fill(day)
    page.get_by_label(re.compile("^To")).fill(day)
    for entry in page.locator("input[name$='-start'], input[name$='-end']").all():
        if entry.is_visible() and entry.input_value():
            entry.fill("")
    page.get_by_role("button", name="Save hours").click()
    expect(page.locator(f".impact-visit[data-event-id='{visit.id}']")).to_be_visible()


def test_a_stranded_visit_is_cancelled_with_the_hours_and_both_come_back(
    page_of: PageOf, daybook: House, visit: Event
) -> None:
    page = page_of(Role.COORDINATOR)
    ask(page, visit)
    assert inspect(page) == []
    row = page.locator(f".impact-visit[data-event-id='{visit.id}']")
    expect(row.get_by_role("group", name="Move to").get_by_role("radio").first).to_be_visible()

    row.get_by_label("Cancel it").check()
    row.get_by_label("Reason to keep or cancel").fill("She is at a conference")
    page.get_by_role("button", name=re.compile("^Save all the same")).click()

    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator("[data-run=over]")).to_be_visible()
    expect(page.locator(".run-part[data-state=done]")).to_have_count(2)
    assert inspect(page) == []
    assert status_of(daybook.api, visit.id) is EventStatus.CANCELLED

    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("heading", name="Put back", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator(".run-part[data-state=done]")).to_have_count(2)
    assert status_of(daybook.api, visit.id) is EventStatus.SCHEDULED


def test_without_script_on_a_phone_by_keyboard(
    open_page: OpenPage, daybook: House, keys: dict[Role, object], visit: Event
) -> None:
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], viewport=PHONE, java_script_enabled=False)
    ask(page, visit)
    row = page.locator(f".impact-visit[data-event-id='{visit.id}']")
    row.get_by_label("Keep it where it is").press("Space")
    row.get_by_label("Reason to keep or cancel").press_sequentially("She comes in for it")
    page.get_by_role("button", name=re.compile("^Save all the same")).press("Enter")

    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator(".run-part[data-state=done]")).to_have_count(2)
    page.get_by_role("button", name="Undo all of it").press("Enter")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("heading", name="Put back", exact=True)).to_be_visible()
    assert status_of(daybook.api, visit.id) is EventStatus.SCHEDULED


def test_an_undo_that_meets_a_lock_is_told_tried_again_and_done_by_keyboard_on_a_phone(
    open_page: OpenPage, daybook: House, keys: dict[Role, object], visit: Event
) -> None:
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], viewport=PHONE)
    boss = open_page(daybook.url, storage_state=keys[Role.ADMINISTRATOR])
    ask(page, visit)
    row = page.locator(f".impact-visit[data-event-id='{visit.id}']")
    row.get_by_label("Cancel it").press("Space")
    row.get_by_label("Reason to keep or cancel").press_sequentially("She is away")
    page.get_by_role("button", name=re.compile("^Save all the same")).press("Enter")
    expect(page.locator(".run-part[data-state=done]")).to_have_count(2)

    boss.goto("/hours/locks/")
    boss.get_by_label("Whose hours").select_option(f"person:{visit.host_id}")
    for label in ("From", "To"):
        boss.get_by_label(label, exact=True).fill(visit.when.start.date().isoformat())
    boss.get_by_label("Reason").fill("Payroll is done")
    boss.get_by_role("button", name="Lock").click()
    expect(boss.get_by_role("button", name="Lift")).to_be_visible()

    page.get_by_role("button", name="Undo all of it").press("Enter")
    expect(page.locator("[data-run=over]")).to_contain_text("Payroll is done")
    assert status_of(daybook.api, visit.id) is EventStatus.CANCELLED, "the visit waits for its hours"
    assert inspect(page) == []
    boss.get_by_role("button", name="Lift").click()
    expect(boss.get_by_role("button", name="Lift")).to_have_count(0)
    page.get_by_role("button", name="Try the rest again").press("Enter")
    expect(page.get_by_role("heading", name="Put back", exact=True)).to_be_visible()
    assert status_of(daybook.api, visit.id) is EventStatus.SCHEDULED
