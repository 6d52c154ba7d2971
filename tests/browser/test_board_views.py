"""The views of the board by hand: a team's week, filter and words, list and density, on paper."""

import re

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from .access import inspect
from .conftest import PageOf


def look(page: Page, button: str) -> None:
    """Press a switch of the view."""
    page.get_by_role("button", name="View", exact=True).click()
    page.locator("#board-look").get_by_role("button", name=button).click()
    page.wait_for_load_state()


FIRST_BELOW_HEAD = """() => {
  const region = document.querySelector("#board .team"), table = region.querySelector("table");
  const edge = (css, side) => table.querySelector(css).getBoundingClientRect()[side];
  return region.scrollHeight > region.clientHeight && region.scrollHeight >= table.offsetHeight
    && edge("tbody tr", "top") >= edge("thead", "bottom") - 1;
}"""


def test_from_a_teams_week_to_a_person_and_back_to_a_filtered_day(page_of: PageOf) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto("/team/?team=all&view=figures")
    expect(page.locator("tr[data-clinician-id]")).not_to_have_count(0)
    assert inspect(page) == []
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": 1440, "height": 420})
    # With more rows than there is room for, the first is below the heading and the others come by scrolling.
    assert page.evaluate(FIRST_BELOW_HEAD)
    page.set_viewport_size(size)

    cell = page.locator("td[data-date]:not(.off)").first
    date = cell.get_attribute("data-date")
    cell.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/week/.*#c{date}"))
    page.go_back()
    page.locator(f"th[data-date='{date}'] a").click()

    expect(page).to_have_url(re.compile(rf"/day/{date}/\?team=all"))
    free = page.locator("[data-free]").count()
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("checkbox", name="Group session").check()
    expect(page.locator("[data-filter]")).to_contain_text("visits")
    expect(page).to_have_url(re.compile("type=group-therapy"))
    expect(page.get_by_role("checkbox", name="Group session")).to_be_visible()  # still open
    assert page.locator(".dim").count() > 0
    assert page.locator("[data-free]").count() == free
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".dim")).to_have_count(0)


def test_words_stay_on_the_page_and_are_kept_from_day_to_day(page_of: PageOf) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto("/week/")
    name = page.locator(".c > a[data-event-id]").first.inner_text().split("\n")[0].split(" ")[-1]
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Words, on this page only").fill(name)
    told = page.locator("[data-words-told]")
    expect(told).to_contain_text(re.compile(r"\d+ of \d+ visits have these words"))
    page.keyboard.press("Escape")
    shown = page.get_by_role("heading", level=1).locator("+ p").inner_text()
    page.get_by_role("link", name="Next week").click()
    expect(page.get_by_role("heading", level=1).locator("+ p")).not_to_have_text(shown)
    expect(page.locator(".words")).to_have_count(1)
    expect(told).to_be_visible()
    assert name.lower() not in page.url.lower()
    told.get_by_role("button", name="Show all").click()
    expect(told).to_be_hidden()


def test_list_and_density_are_kept(page_of: PageOf) -> None:
    page = page_of(Role.CLINICIAN)
    page.goto("/week/")
    look(page, "Compact")
    expect(page.locator("#board.compact .grid")).to_be_visible()
    look(page, "List")
    expect(page.locator(".agenda table").first).to_be_visible()
    assert inspect(page) == []
    page.goto("/week/")
    expect(page.locator(".agenda table").first).to_be_visible()
    look(page, "Grid")
    look(page, "Usual")
    expect(page.locator(".grid")).to_be_visible()


def test_a_week_and_a_day_of_eight_are_one_page_of_paper_each(page_of: PageOf) -> None:
    page = page_of(Role.COORDINATOR)
    page.goto("/day/?team=all")
    ids = page.locator("#board [data-clinician-id]").evaluate_all("all => all.map(one => one.dataset.clinicianId)")
    # Seven of the eight, so that the page says that it shows only some.
    some = "&".join(f"person={each}" for each in dict.fromkeys(ids[:7]))
    for address in ("/week/", "/day/?team=all", f"/day/?team=all&{some}&type=appointment"):
        page.goto(address)
        expect(page.locator(".grid")).to_be_visible()
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1, address
