"""The hand on the board: what a pointer carries, and its twin by keys; what is refused, lost, parked, drawn."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import ALL_RULES, COLOURS, NARROW, violations, wear
from .conftest import OpenPage, PageOf
from .house import House
from .steps import Spot, dialog, instant, make_visit, panel, toast
from .watch import Watch

HOUR, NEW_YORK = timedelta(hours=1), "America/New_York"
# Where an instant lies on the screen, by what the page says of its rows.
POINT = """([clinician, minute]) => {
  const body = document.querySelector(`[data-clinician-id="${clinician}"] .body`), box = body.getBoundingClientRect();
  const [row, first] = body.dataset.scale.split(" ")[0].split(":").map(Number);
  const rows = Number(/ h(\\d+)/.exec(body.className)[1]);
  return [box.left + box.width / 2, box.top + (row + (minute - first) / 5) * box.height / rows];
}"""


class Bench:
    """A day with a visit of an hour, and a second person, who has the same patient three hours later."""

    def __init__(self, page: Page, house: House, patient: Patient, day: str) -> None:
        self.page, self.house = page, house
        spots = working_hours(house, datetime.fromisoformat(day).date())
        pairs = ((one, other) for one in spots for other in spots if other.clinician_id != one.clinician_id)
        self.host, self.other = next((one, other) for one, other in pairs if common(one, other) >= 4 * HOUR)
        self.start = max(self.host.when.start, self.other.when.start)
        self.start += timedelta(minutes=-self.start.minute % 60)
        self.visit = make_visit(house.api, self.host.clinician_id, patient, Interval(self.start, self.start + HOUR))
        later = Interval(self.start + 3 * HOUR, self.start + 4 * HOUR)
        make_visit(house.api, self.other.clinician_id, patient, later)
        page.goto(f"/day/{day}/?team=own")

    @property
    def chip(self) -> Locator:
        return self.page.locator(f"#board [data-event-id='{self.visit.id}']")

    @property
    def ghost(self) -> Locator:
        return self.page.locator("#board .ghost")

    def stored(self) -> Event:
        return self.house.api.events.read(self.visit.id)

    def point(self, spot: Spot, after: timedelta) -> tuple[float, float]:
        """Where so long after the visit's first start lies in somebody's column."""
        minute = int((self.start + after).timestamp()) // 60
        x, y = self.page.evaluate(POINT, [str(spot.clinician_id), minute])
        return x, y

    def drag(self, spot: Spot, after: timedelta, *, grab: timedelta = timedelta(minutes=10)) -> None:
        """Press on the visit, ten minutes below its top, and carry it there; the button stays down."""
        self.chip.scroll_into_view_if_needed()
        x, y = self.point(self.host, grab)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 3, y + 8, steps=2)
        expect(self.page.locator("#board .fit").first).to_be_attached()
        to_x, to_y = self.point(spot, after + grab)
        self.page.mouse.move(to_x, to_y, steps=4)


def working_hours(house: House, day: date) -> list[Spot]:
    """When everybody works on a day: asked past the pages, which would keep the day as it is before the visits."""
    users = {user.id: user for user in house.api.users.find().rows}
    noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    rows = house.api.hours.find(list(users), Interval(noon - 24 * HOUR, noon + 24 * HOUR)).rows
    return [
        Spot(person, when)
        for person, user in users.items()
        for when in expand(
            [row for row in rows if row.clinician_id == person], day, day, ZoneInfo(user.timezone or NEW_YORK)
        ).intervals
    ]


def common(one: Spot, other: Spot) -> timedelta:
    return min(one.when.end, other.when.end) - max(one.when.start, other.when.start)


@pytest.fixture
def bench(page_of: PageOf, daybook: House, patient: Patient, quiet_day: str) -> Bench:
    return Bench(page_of(Role.COORDINATOR), daybook, patient, quiet_day)


def said(page: Page, text: str, *, now: bool = False) -> None:
    expect(page.locator("#announce-now" if now else "#announce")).to_contain_text(text)


def test_a_visit_is_dragged_to_another_person_and_its_edge_to_another_length(bench: Bench) -> None:
    bench.drag(bench.other, HOUR)
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start))
    assert violations(bench.page, ALL_RULES) == []

    bench.page.mouse.up()

    expect(toast(bench.page, "Moved to")).to_be_visible()
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + HOUR))
    expect(bench.chip).to_be_focused()
    said(bench.page, "Moved: Appointment with")
    assert bench.stored().host_id == bench.other.clinician_id

    x, y = bench.point(bench.other, 2 * HOUR)
    bench.page.mouse.move(x, y - 3)
    bench.page.mouse.down()
    bench.page.mouse.move(*bench.point(bench.other, 2 * HOUR + timedelta(minutes=28)), steps=4)
    bench.page.mouse.up()

    expect(bench.chip).to_have_attribute("data-end", instant(bench.start + 2.5 * HOUR))
    assert bench.stored().when.minutes == 90


def test_keys_do_the_same(bench: Bench) -> None:
    page = bench.page
    bench.chip.focus()
    page.keyboard.press("Space")
    said(page, "Arrows carry it, Enter puts it down")
    expect(page.locator("#hand-bar")).to_be_focused()
    expect(page.locator("#board .fit").first).to_be_attached()
    for _quarter in range(4):
        page.keyboard.press("ArrowDown")
    said(page, ", free")
    page.keyboard.press("Escape")
    said(page, "Put back where it was.")
    expect(bench.chip).to_be_focused()

    page.keyboard.press("m")
    for _quarter in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Shift+ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + HOUR))
    expect(bench.chip).to_be_focused()
    assert bench.stored().when.minutes == 75

    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + timedelta(minutes=30)))
    expect(bench.chip).to_be_focused()
    expect(page.locator("#toasts .toast")).to_have_count(2)


def test_what_is_refused_says_why_at_the_visit(bench: Bench) -> None:
    page = bench.page
    refused = page.locator("#hand-refused")
    bench.drag(bench.other, 2.5 * HOUR)
    expect(bench.ghost).to_have_class(re.compile(r"\bno\b"))
    page.mouse.up()

    expect(refused).to_contain_text("is busy")
    expect(bench.chip).to_be_focused()
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start))
    said(page, "It stays where it is.", now=True)
    assert violations(page, ALL_RULES) == []
    wear(page, "dark")
    assert violations(page, COLOURS) == []
    assert bench.stored().when.start == bench.start

    page.keyboard.press("Tab")
    expect(refused.get_by_role("link", name="Open the form")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Why go ahead all the same?")).to_be_visible()


def test_a_press_opens_escape_lets_go_and_free_time_is_drawn(bench: Bench) -> None:
    page = bench.page
    bench.drag(bench.other, HOUR)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(bench.ghost).to_have_count(0)
    expect(panel(page)).to_have_count(0)

    page.mouse.click(*bench.point(bench.host, timedelta(minutes=20)))
    expect(panel(page)).to_be_visible()
    assert bench.stored().when.start == bench.start

    x, y = bench.point(bench.other, timedelta(minutes=62))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*bench.point(bench.other, timedelta(minutes=105)), steps=4)
    page.mouse.up()
    expect(dialog(page).get_by_label("Length")).to_have_value("45")
    expect(dialog(page).get_by_label("Clinician", exact=True)).to_have_value(str(bench.other.clinician_id))


def test_a_parked_visit_is_put_down_on_another_day(bench: Bench) -> None:
    page = bench.page
    bench.drag(bench.host, HOUR)
    box = page.locator("#hand-bar").bounding_box() or {}
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    # Nobody works on Sundays and Saturdays.
    away, back = ("prev", "PageDown") if bench.start.isoweekday() == 5 else ("next", "PageUp")
    page.locator(f"#board [rel={away}]").click()
    expect(bench.chip).to_have_count(0)
    expect(bench.ghost).to_be_attached()
    expect(page.get_by_role("button", name="Put down here")).to_be_visible()
    page.keyboard.press(back)
    expect(bench.chip).to_be_visible()
    expect(bench.ghost).to_be_attached()
    expect(page.locator("#board .fit").first).to_be_attached()
    x, y = bench.point(bench.host, HOUR)
    page.mouse.move(x, y + 2)
    expect(page.locator("#hand-bar")).to_have_attribute("data-fit", "true")
    page.mouse.click(x, y + 2)

    expect(page.locator("#hand-bar")).to_be_hidden()
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + HOUR))


def test_a_lost_answer_is_asked_for_again_and_the_move_happens_once(bench: Bench, watches: list[Watch]) -> None:
    page = bench.page

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("aborted")

    page.route("**/move/", lose, times=1)
    bench.drag(bench.host, HOUR)
    page.mouse.up()
    said(page, "The visit has not moved.", now=True)
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


def test_an_outcome_that_is_not_known_stands_at_the_visit(bench: Bench) -> None:
    page = bench.page

    def unknown(route: Route) -> None:
        [intent] = parse_qs(route.request.post_data or "")["intent"]
        route.fulfill(response=page.request.get(f"/outcomes/{intent}/", headers={"HX-Request": "true"}))

    page.route("**/move/", unknown)
    bench.drag(bench.host, HOUR)
    page.mouse.up()

    expect(page.locator("#hand-refused #outcome")).to_be_visible()
    expect(bench.chip).to_be_focused()
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start))
    assert violations(page, ALL_RULES) == []


def test_a_finger_held_still_carries_and_a_tap_opens(
    open_page: OpenPage, daybook: House, keys: dict[Role, Any], patient: Patient, quiet_day: str
) -> None:
    phone = {"viewport": NARROW, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], **phone)
    bench = Bench(page, daybook, patient, quiet_day)
    bench.chip.evaluate("chip => chip.scrollIntoView({block: 'center'})")
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = bench.point(bench.host, timedelta(minutes=10))
    touch("touchStart", (x, y))
    expect(bench.ghost).to_be_attached()
    expect(page.locator("#board .fit").first).to_be_attached()
    step = bench.point(bench.host, timedelta(minutes=40))[1] - y
    touch("touchMove", (x, y + step / 2))
    touch("touchMove", (x, y + step))
    assert violations(page, COLOURS) == []
    touch("touchEnd")
    expect(bench.chip).to_have_attribute("data-start", instant(bench.start + HOUR / 2))

    bench.chip.tap()
    expect(panel(page)).to_be_visible()


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
