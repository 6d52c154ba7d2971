"""Undo in the browser: in one press from the toast, by its key's button, from the list after a reload, over nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import EventChange

from .access import inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import dialog, make_visit, panel, toast, working


@pytest.fixture
def visit(daybook: House, patients: Iterator[Patient], near_day: str) -> Event:
    start = datetime.fromisoformat(near_day).replace(hour=16, tzinfo=UTC)
    half_hour = Interval(start, start + timedelta(minutes=30))
    return make_visit(daybook.api, working(daybook.api)[0], next(patients), half_hour)


def title_of(daybook: House, visit: Event) -> str:
    return daybook.api.events.read(visit.id).title


def rename(page: Page, visit: Event, title: str) -> None:
    page.goto(f"/day/{visit.when.start.date().isoformat()}/")
    page.locator(f"[data-event-id='{visit.id}']").first.click()
    panel(page).get_by_role("link", name="Edit").click()
    dialog(page).get_by_label("Title").fill(title)
    dialog(page).get_by_role("button", name="Save").click()
    expect(toast(page, "Saved.")).to_be_visible()


def test_undo_and_redo_by_the_toast_the_keys_and_the_list(page_of: PageOf, daybook: House, visit: Event) -> None:
    page = page_of(Role.COORDINATOR)
    rename(page, visit, "Second look")

    page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    expect(toast(page, "Undone: what stood there before is back.")).to_be_visible()
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.locator("#toasts").get_by_role("button", name="Redo")).to_be_focused()
    assert title_of(daybook, visit) == visit.title

    page.evaluate("document.getElementById('redo-last').click()")
    expect(dialog(page).get_by_role("heading", name="Do this again?")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Redo")).to_be_focused()
    assert inspect(page) == []
    page.keyboard.press("Enter")
    expect(toast(page, "Done again.")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    expect(panel(page).get_by_role("region", name="History")).to_contain_text("undid a change: changed title")
    assert title_of(daybook, visit) == "Second look"

    page.goto("/changes/")
    first = page.locator("[data-change]").first
    first.get_by_role("link", name="Undo: Changed: title").click()
    dialog(page).get_by_role("button", name="Undo").click()
    expect(first).to_contain_text("undone")
    expect(first.get_by_role("link", name="Redo: Changed: title")).to_be_visible()
    assert inspect(page) == []
    assert title_of(daybook, visit) == visit.title


def test_somebody_elses_later_change_is_shown_and_stays_with_and_without_script(
    page_of: PageOf, open_page: OpenPage, daybook: House, visit: Event
) -> None:
    page = page_of(Role.COORDINATOR)
    rename(page, visit, "Second look")
    daybook.api.events.change(visit.id, EventChange(title="Theirs"))

    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(dialog(page).get_by_role("heading", name="What came later")).to_be_visible()
    expect(dialog(page)).to_contain_text("Theirs")
    expect(dialog(page).get_by_role("button", name="Undo")).to_have_count(0)
    assert inspect(page) == []
    assert title_of(daybook, visit) == "Theirs"

    daybook.api.events.change(visit.id, EventChange(title="Second look"))
    plain = open_page(
        daybook.url,
        storage_state=page.context.storage_state(),
        java_script_enabled=False,
        viewport={"width": 360, "height": 740},
    )
    plain.goto("/changes/")
    plain.locator("[data-change]").first.get_by_role("link", name="Undo").click()
    plain.get_by_role("button", name="Undo").click()
    expect(plain.get_by_text("Undone: what stood there before is back.")).to_be_visible()
    assert title_of(daybook, visit) == visit.title
