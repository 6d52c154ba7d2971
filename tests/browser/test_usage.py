"""A manager asks where a number comes from: period, switches, rows, what a figure is made of, paper, phone."""

import re

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from .access import ALL_RULES, inspect, sideways, violations
from .conftest import PageOf


def share(page: Page) -> str:
    return page.locator("[data-stat=utilisation]").inner_text()


def sheets(page: Page) -> int:
    """How many sheets of paper the page takes."""
    paper = page.pdf(prefer_css_page_size=True)
    return paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ")


def test_a_month_by_day_and_a_year_by_week_take_one_sheet_with_trend_and_legend(page_of: PageOf) -> None:
    page = page_of(Role.MANAGER)
    page.emulate_media(media="print")
    for query in ("?kind=month&by=day&compare=before", "?kind=custom&first=2026-01-01&last=2026-12-31&by=week"):
        page.goto(f"/utilisation/report/{query}")
        expect(page.locator(".usage-going")).to_have_count(0, timeout=30_000)
        assert sheets(page) == 1
        for shown in (".legend", ".usage-trend", ".usage-twin td:last-child", ".usage-heat", "[data-formula]"):
            expect(page.locator(shown).first).to_be_visible()


def test_from_a_number_to_what_it_is_made_of_and_back(page_of: PageOf) -> None:
    page = page_of(Role.MANAGER)
    page.goto("/utilisation/")
    page.get_by_role("link", name="Any time").press("Enter")
    expect(page.locator("tr[data-total]")).to_be_visible()
    assert inspect(page) == []

    before = share(page)
    page.get_by_role("checkbox", name="Missed visits do not count").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-formula]")).to_contain_text("missed inside")
    expect(page).to_have_url(re.compile("missed_out=on"))
    expect(page.get_by_role("checkbox", name="Missed visits do not count")).to_be_focused()
    assert share(page) != before

    page.get_by_label("A row for each").select_option("week")
    expect(page).to_have_url(re.compile("by=week"))
    figure = page.locator("tr[data-row] [data-metric=booked-inside] a").first
    value = figure.inner_text()
    figure.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Booked inside: {value}")
    assert inspect(page) == []
    page.get_by_role("link", name="Back to the report").click()
    expect(page.get_by_role("checkbox", name="Missed visits do not count")).to_be_checked()

    page.emulate_media(media="print")
    assert violations(page, ALL_RULES) == []
    expect(page.locator(".usage-form")).to_be_hidden()
    assert sheets(page) == 1
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    name = r"utilisation_[\d-]+_[\d-]+_by-week_missed-out_[\w-]+\.xlsx"
    assert re.fullmatch(name, download.value.suggested_filename)


def test_any_days_and_a_mistake_in_them(page_of: PageOf) -> None:
    page = page_of(Role.MANAGER)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/utilisation/report/")
    page.get_by_label("Time", exact=True).select_option("custom")
    expect(page.get_by_label("Until")).to_be_visible()
    page.get_by_label("Until").fill("2020-01-01")
    page.get_by_label("Until").press("Tab")
    expect(page.get_by_role("group", name="Please look at this again")).to_contain_text("before the first day")
    expect(page.get_by_label("Until")).to_have_value("2020-01-01")
    assert sideways(page) == []
    assert violations(page, ALL_RULES) == []
