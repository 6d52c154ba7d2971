"""What goes wrong under a hand on the board, its one stop of Tab, its letters, its rows. Paths: test_paths.py."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient

from .access import ALL_RULES, violations
from .bench import HOUR, Bench
from .conftest import PageOf
from .house import House
from .steps import dialog, instant, toast
from .watch import Watch


@pytest.fixture
def bench(page_of: PageOf, daybook: House, patient: Patient, quiet_day: str) -> Bench:
    return Bench(page_of(Role.COORDINATOR), daybook, patient, quiet_day)


@pytest.fixture
def midweek(page_of: PageOf, daybook: House, patient: Patient, quiet_days: Iterator[str]) -> Bench:
    """On a day before which people work too."""
    day = next(day for day in quiet_days if date.fromisoformat(day).isoweekday() > 1)
    return Bench(page_of(Role.COORDINATOR), daybook, patient, day)


@pytest.fixture
def monday(page_of: PageOf, daybook: House, patient: Patient, quiet_days: Iterator[str]) -> Bench:
    """On a day before which nobody works."""
    day = next(day for day in quiet_days if date.fromisoformat(day).isoweekday() == 1)
    return Bench(page_of(Role.COORDINATOR), daybook, patient, day)


def test_a_lost_answer_is_asked_for_again_and_the_move_happens_once(bench: Bench, watches: list[Watch]) -> None:
    page = bench.page

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("aborted")

    page.route("**/move/", lose, times=1)
    bench.drag(bench.home.later(HOUR))
    page.mouse.up()
    bench.said("The visit has not moved.", now=True)
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start))

    page.get_by_role("button", name="Send again").click()
    watches[0].troubles[:] = [each for each in watches[0].troubles if "Failed to fetch" not in each]

    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + HOUR))
    assert bench.stored().when.minutes == 60


def test_the_board_is_one_stop_of_tab_and_letters_can_be_turned_off(bench: Bench) -> None:
    page = bench.page
    bench.chip.focus()
    page.keyboard.press("ArrowDown")
    expect(bench.chip).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.grid')") is None
    page.keyboard.press("Shift+Tab")
    expect(bench.chip).to_be_focused()

    page.keyboard.press("?")
    expect(dialog(page).get_by_role("heading", name="Keys of the boards")).to_be_visible()
    assert violations(page, ALL_RULES) == []
    dialog(page).get_by_role("button", name="Turn single letters off").click()
    expect(toast(page, "Single letters do nothing any more.")).to_be_visible()
    bench.chip.focus()
    page.keyboard.press("m")
    page.keyboard.press("Space")
    expect(page.locator("#hand-bar")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/keys/")
    page.get_by_role("button", name="Turn single letters on").click()


def test_enter_follows_a_link_beside_the_board_while_a_visit_is_carried(midweek: Bench) -> None:
    bench, page = midweek, midweek.page
    heading = page.get_by_role("heading", level=1)
    shown = heading.inner_text()
    bench.lift()
    # Back: the day after is another test's, and would be held as it is before its visits.
    page.locator("#board [rel=prev]").focus()
    page.keyboard.press("Enter")

    expect(heading).not_to_have_text(shown)
    expect(bench.ghost).to_be_attached()
    bench.untouched_in_the_back_end()


SETTLE_MEANWHILE = """document.addEventListener("htmx:before:request", () => setTimeout(() =>
  document.getElementById("board").dispatchEvent(new CustomEvent("htmx:after:settle", { bubbles: true }))
), { once: true })"""


def test_a_board_that_settles_while_another_is_on_its_way_loses_no_visit_from_the_hand(midweek: Bench) -> None:
    """As it does where it asked for itself before the visit was lifted, and is told that nothing is new."""
    bench, page = midweek, midweek.page
    heading = page.get_by_role("heading", level=1)
    shown = heading.inner_text()
    bench.lift()
    page.evaluate(SETTLE_MEANWHILE)
    page.locator("#board [rel=prev]").focus()
    page.keyboard.press("Enter")

    expect(heading).not_to_have_text(shown)
    expect(bench.ghost).to_be_attached()
    expect(bench.bar).to_be_visible()


def test_a_day_on_which_nobody_works_says_so_and_the_day_before_it_goes_on(monday: Bench) -> None:
    bench, page = monday, monday.page
    bench.lift()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("heading", name="Nobody in this team works this day")).to_be_visible()
    expect(bench.bar).to_contain_text("Nobody works here then.")
    page.keyboard.press("Enter")
    expect(bench.bar).to_be_visible()

    for _day in ("Saturday", "Friday"):
        page.keyboard.press("PageUp")
        expect(page.get_by_role("heading", level=1)).to_contain_text(_day)
    expect(bench.ghost).to_be_attached()
    page.keyboard.press("Escape")
    expect(bench.bar).to_be_hidden()
    bench.untouched_in_the_back_end()


def test_an_outcome_that_is_not_known_stands_at_the_visit(bench: Bench) -> None:
    page = bench.page

    def unknown(route: Route) -> None:
        [intent] = parse_qs(route.request.post_data or "")["intent"]
        route.fulfill(response=page.request.get(f"/outcomes/{intent}/", headers={"HX-Request": "true"}))

    page.route("**/move/", unknown)
    bench.drag(bench.home.later(HOUR))
    page.mouse.up()

    expect(page.locator("#hand-refused #outcome")).to_be_visible()
    expect(bench.chip).to_be_focused()
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start))
    assert violations(page, ALL_RULES) == []


LOADED = "() => performance.getEntriesByType('resource').some(each => each.name.includes('/board-ruler'))"
ROWS = """async () => {
  const url = performance.getEntriesByType("resource").find(each => each.name.includes("/board-ruler")).name;
  const { minuteAt, rowAt, piecesOf } = await import(url);
  const body = document.createElement("div");
  body.className = "body h300";
  const at = (scale, row) => {
    body.dataset.scale = scale;
    return [minuteAt(body, row), rowAt(body, minuteAt(body, row))];
  };
  const forward = "0:0 36:120 288:1380", back = "0:0 24:120 300:1500", other = "0:0 24:120 36:120 300:1440";
  return [at(forward, 23), at(forward, 30), at(forward, 36), at(back, 40), at(other, 30), at("-84:0 204:1440", 0),
          (body.dataset.scale = other, piecesOf(body, 60, 180))];
}"""


def test_rows_and_minutes_agree_where_the_clock_changes(bench: Bench) -> None:
    bench.chip.hover()
    bench.page.mouse.down()
    bench.page.mouse.up()
    bench.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('board-ruler'))"
    )

    found = bench.page.evaluate(ROWS)

    # What the clock leaves out, and what only another column has, leads to where it goes on; a visit over it is two.
    assert found == [[115, 23], [120, 36], [120, 36], [200, 40], [120, 36], [420, 0], [[12, 12], [36, 12]]]
