"""Hours over weeks: the timeline, A/B weeks, copies and locks, by pointer, by keyboard and on a phone.

What is saved lies months ahead, where no other test looks.
"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role

from .conftest import OpenPage
from .house import House
from .steps import sign_in

PHONE = {"width": 360, "height": 800}


def monday(weeks: int) -> date:
    """The Monday of so many weeks from now."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def somebody(page: Page) -> str:
    """The hours of the last clinician of the list."""
    page.goto("/hours/?all=1")
    person = page.locator(".hours-people [data-clinician-id]").last.get_attribute("data-clinician-id")
    return f"/hours/{person}/"


def is_as_wide_as_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def press(key: Locator) -> None:
    """By keyboard alone."""
    key.focus()
    key.press("Enter")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_the_timeline_changes_its_length_and_tells_the_same_as_a_table(
    open_page: OpenPage, daybook: House, phone: bool
) -> None:
    page = open_page(daybook.url, **({"viewport": PHONE} if phone else {}))
    sign_in(page, Role.COORDINATOR)
    page.goto(somebody(page))
    timeline = page.get_by_role("region", name=re.compile("^Timeline"))
    press(timeline.get_by_role("link", name="Quarter"))
    expect(timeline.get_by_role("link", name="Quarter")).to_have_attribute("aria-current", "page")
    press(timeline.get_by_text("The same as a table"))
    expect(timeline.get_by_role("row", name=re.compile("Regular hours")).first).to_be_visible()
    shown = timeline.get_by_role("heading").inner_text()
    press(timeline.get_by_role("link", name="Later"))
    expect(timeline.get_by_role("heading")).not_to_have_text(shown)
    assert is_as_wide_as_the_screen(page)


def test_weeks_take_turns_and_end_early_on_a_phone(open_page: OpenPage, daybook: House) -> None:
    page = open_page(daybook.url, viewport=PHONE)
    sign_in(page, Role.COORDINATOR)
    hours = somebody(page)
    page.goto(hours)
    page.get_by_role("link", name="A/B weeks").click()
    for label, day in {"A day in a week A": 40, "From": 40}.items():
        page.get_by_label(label, exact=True).fill(monday(day).isoformat())
    page.get_by_label("To", exact=True).fill((monday(44) - timedelta(days=1)).isoformat())
    for number in range(1, 6):
        page.locator(f"input[name=b{number}]").fill("12-20")
    page.get_by_role("button", name="Show what changes").click()
    weeks = page.get_by_role("list", name="Which week is which").get_by_role("listitem")
    expect(weeks).to_have_count(4)
    assert [text[0] for text in weeks.all_inner_texts()] == ["A", "B", "A", "B"]
    assert is_as_wide_as_the_screen(page)
    save(page)

    page.goto(f"{hours}rotation/")
    expect(weeks).to_have_count(4)
    page.get_by_label("New last day").fill((monday(42) - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    save(page)
    page.goto(f"{hours}rotation/")
    expect(page.get_by_label("A day in a week A")).to_be_visible()


def save(page: Page) -> None:
    """Save what was shown, and say yes to what is asked."""
    page.get_by_role("button", name="Save these weeks").click()
    sure = page.get_by_role("button", name="Save all the same")
    expect(sure.or_(page.get_by_role("heading", name=re.compile("^Hours of")))).to_be_visible()
    if sure.is_visible():
        sure.click()
    expect(page.get_by_role("heading", name=re.compile("^Hours of"))).to_be_visible()


def test_a_copy_shows_what_changes_by_keyboard(page: Page) -> None:
    sign_in(page, Role.COORDINATOR)
    hours = somebody(page)
    year, number, _day = monday(36).isocalendar()
    page.goto(f"{hours}copy/?week={year}-W{number:02}")
    again = page.get_by_label("And again")
    again.focus()
    again.select_option("Every second week")
    press(page.get_by_role("button", name="Show what changes"))
    expect(page.locator(".error-summary")).to_contain_text("Say until when.")
    page.get_by_label("Until").fill(monday(41).isoformat())
    press(page.get_by_role("button", name="Show what changes"))
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(page.locator(".hours-diff-week")).to_have_count(2)


def test_a_manager_locks_a_day_and_lifts_the_lock(page: Page) -> None:
    sign_in(page, Role.MANAGER)
    page.goto("/hours/locks/")
    locks = page.locator("[data-lock]", has_text="Audit of the year")
    page.get_by_label("Whose hours").select_option(index=1)
    for label in ("From", "To"):
        page.get_by_label(label, exact=True).fill(monday(50).isoformat())
    press(page.get_by_role("button", name="Lock these days"))
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Reason").fill("Audit of the year")
    press(page.get_by_role("button", name="Lock these days"))
    expect(locks).to_have_count(1)
    press(locks.get_by_role("button"))
    expect(locks).to_have_count(0)
