"""A cancel that was a mistake: undone from its toast or the panel, but not over somebody who has the time by then."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import EventChange

from .access import inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import dialog, make_visit, panel, status_of, toast, working

SET_BACK = "Set it back"


@pytest.fixture
def visit(daybook: House, patients: Iterator[Patient], near_day: str) -> Event:
    start = datetime.fromisoformat(near_day).replace(hour=16, tzinfo=UTC)
    return make_visit(
        daybook.api, working(daybook.api)[0], next(patients), Interval(start, start + timedelta(minutes=45))
    )


def cancel(page: Page, visit: Event) -> None:
    """On the board, until the toast says so."""
    page.goto(f"/day/{visit.when.start.date().isoformat()}/")
    page.locator(f"[data-event-id='{visit.id}']").first.click()
    panel(page).get_by_role("link", name="Cancel visit").click()
    dialog(page).get_by_label("Reason").fill("Rang to say she is ill")
    dialog(page).get_by_role("button", name="Cancel the visit").click()
    expect(toast(page, "Cancelled.")).to_be_visible()
    expect(dialog(page)).to_be_hidden()


def test_a_cancel_is_undone_from_its_toast_with_the_keyboard(page_of: PageOf, daybook: House, visit: Event) -> None:
    page = page_of(Role.COORDINATOR)
    cancel(page, visit)
    assert status_of(daybook.api, visit.id) is EventStatus.CANCELLED

    page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")

    expect(toast(page, "Undone: the visit is scheduled again.")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    expect(panel(page)).to_have_attribute("data-status", "scheduled")
    expect(page.locator(f"#board [data-event-id='{visit.id}']").first).to_have_attribute("data-status", "scheduled")
    expect(panel(page).get_by_role("region", name="History")).to_contain_text("set it back to scheduled")
    assert status_of(daybook.api, visit.id) is EventStatus.SCHEDULED


def test_what_was_booked_at_its_time_meanwhile_is_told_and_asked_about(
    page_of: PageOf, daybook: House, visit: Event, patients: Iterator[Patient]
) -> None:
    page = page_of(Role.COORDINATOR)
    cancel(page, visit)
    assert visit.host_id
    other = make_visit(daybook.api, visit.host_id, next(patients), visit.when)

    panel(page).get_by_role("link", name="Set it back to scheduled").click()
    expect(dialog(page).locator("[data-conflict='CLINICIAN_BUSY']")).to_contain_text("Follow-up")
    expect(dialog(page).get_by_role("link", name="Find another time for a new visit")).to_be_visible()
    dialog(page).get_by_role("button", name=SET_BACK).click()
    expect(dialog(page).get_by_text("Please look at this again")).to_be_visible()
    assert inspect(page) == []
    assert status_of(daybook.api, visit.id) is EventStatus.CANCELLED

    daybook.api.events.cancel(other.id)
    dialog(page).get_by_role("button", name="Leave it cancelled").click()
    panel(page).get_by_role("link", name="Set it back to scheduled").click()
    expect(dialog(page)).to_contain_text("are free then")
    dialog(page).get_by_role("button", name=SET_BACK).click()
    expect(panel(page)).to_have_attribute("data-status", "scheduled")


def test_without_script_a_cancelled_visit_is_set_back_on_its_own_page(
    open_page: OpenPage, daybook: House, keys: dict[Role, dict[str, object]], visit: Event
) -> None:
    daybook.api.events.change(visit.id, EventChange(status=EventStatus.CANCELLED))
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], java_script_enabled=False)

    page.goto(f"/appointments/{visit.id}/")
    page.get_by_role("link", name="Set it back to scheduled").click()
    page.get_by_role("button", name=SET_BACK).click()

    expect(page).to_have_url(re.compile(f"/appointments/{visit.id}/$"))
    expect(page.get_by_text("Set back to scheduled.")).to_be_visible()
    assert status_of(daybook.api, visit.id) is EventStatus.SCHEDULED
