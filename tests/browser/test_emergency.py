"""A coordinator opens emergency access with the keyboard; when its time is over the page loads itself without names."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from .access import inspect, sideways
from .conftest import PageOf
from .house import House


def banner(page: Page):
    return page.locator("#emergency")


def test_opening_and_ending_it(page_of: PageOf) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto("/people/")
    page.get_by_role("button", name="Your menu").press("Enter")
    page.get_by_role("link", name="Emergency access").press("Enter")
    page.get_by_role("button", name="Open emergency access").press("Enter")
    expect(page.get_by_text("Say why names are needed.").first).to_be_visible()
    page.get_by_label("Reason").fill("Somebody collapsed in the waiting room.")
    page.get_by_role("button", name="Open emergency access").press("Enter")

    expect(banner(page)).to_contain_text("Emergency access is open")
    assert inspect(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert sideways(page) == []
    page.get_by_role("button", name="End it now").press("Enter")
    expect(banner(page)).to_have_count(0)


def test_when_its_time_is_over_the_open_page_loads_itself_again(page_of: PageOf, daybook: House) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto("/emergency/")
    page.get_by_label("Reason").fill("Somebody collapsed in the waiting room.")
    page.get_by_role("button", name="Open emergency access").click()
    expect(banner(page)).to_be_visible()
    soon = (datetime.now(UTC) + timedelta(seconds=3)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(daybook.data / "daybook.sqlite3", timeout=10)) as database, database:
        database.execute("UPDATE ledger_emergencygrant SET until = ? WHERE ended_at IS NULL", [soon])
    page.reload()

    expect(banner(page)).to_have_count(0, timeout=20_000)
    expect(page.locator("#board")).to_be_visible()
