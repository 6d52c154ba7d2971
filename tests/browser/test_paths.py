"""What a hand does on the board, by pointer and by keys, in both colour schemes, wide, on a phone, zoomed in.

`make test` runs each path once, spread over schemes and sizes; `make paths` (PATHS=all) runs all combinations.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient

from .access import ALL_RULES, COLOURS, sideways, violations
from .bench import HOUR, MINUTE, SCROLLED, SEEN, Bench, Place, local
from .conftest import OpenPage
from .house import House
from .steps import dialog, instant, panel, toast
from .test_keyboard import tab_to

SIZES = {
    "1440": {"width": 1440, "height": 900},
    "360": {"width": 360, "height": 740},
    "320x256": {"width": 320, "height": 256},
}
ALL = os.environ.get("PATHS") == "all"
Walk = Callable[[Bench], None]
REFUSED = "#hand-refused"


# --- Book -------------------------------------------------------------------------------------------------------------


def booking_opens(bench: Bench, place: Place, minutes: str | None = None) -> None:
    form = dialog(bench.page)
    expect(form.get_by_label("Start")).to_have_value(local(place.start).strftime("%H:%M"))
    expect(form.get_by_label("Clinician", exact=True)).to_have_value(str(place.spot.clinician_id))
    if minutes:
        expect(form.get_by_label("Length")).to_have_value(minutes)
    assert sideways(bench.page) == []


def press_on_free_time(bench: Bench) -> None:
    place = bench.away.later(HOUR)
    bench.press(place.later(5 * MINUTE), bench.free(place))
    bench.page.mouse.up()
    booking_opens(bench, place)


def enter_on_free_time(bench: Bench) -> None:
    place = bench.home.later(HOUR)
    bench.chip.focus()
    bench.keys("ArrowDown")
    bench.has_focus(bench.free(place))
    expect(bench.free(place)).to_have_accessible_name(f"Book {local(place.start):%H:%M}")
    bench.keys("Enter")
    booking_opens(bench, place)
    bench.keys("Escape")
    bench.has_focus(bench.free(place))


def draw_on_free_time(bench: Bench) -> None:
    place = bench.away.later(HOUR)
    bench.press(place.later(2 * MINUTE), bench.free(place))
    bench.carry(place.later(45 * MINUTE))
    expect(bench.ghost).to_contain_text(f"{local(place.start):%H:%M}–{local(place.start + 45 * MINUTE):%H:%M}")
    bench.page.mouse.up()
    booking_opens(bench, place, "45")


def length_by_keys(bench: Bench) -> None:
    place = bench.home.later(HOUR)
    bench.free(place).focus()
    bench.keys("Enter")
    length = dialog(bench.page).get_by_label("Length")
    expect(length).to_be_visible()
    tab_to(bench.page, length)
    assert length.evaluate(SEEN)
    bench.page.keyboard.type("45")
    booking_opens(bench, place, "45")


# --- Move -------------------------------------------------------------------------------------------------------------


def moved(bench: Bench, place: Place, minutes: int = 60) -> None:
    """It has moved: toast, live region with the new sentence, focus, back end."""
    expect(toast(bench.page, "Moved to").last).to_be_visible()
    bench.said(sentence(bench, place.start, minutes, "Moved: "))
    bench.stands(place, minutes)


def sentence(bench: Bench, start: datetime, minutes: int, before: str = "") -> re.Pattern[str]:
    """The visit's name: what, with whom, weekday, date, from when to when, how long, its status."""
    first, last = local(start), local(start + minutes * MINUTE)
    whom, day = re.escape(bench.patient.name), f"{first:%A}"
    length = {60: "1 hour", 75: "1 hour 15 minutes", 90: "1 hour 30 minutes"}[minutes]
    times = rf"{first:%H:%M}.*{last:%H:%M}.*{length}"
    return re.compile(rf"{before}Appointment with {whom}, .*{day},? {first.day} .*{times}.*cheduled")


def put_by_mouse(place_of: Callable[[Bench], Place]) -> Walk:
    def walk(bench: Bench) -> None:
        place = place_of(bench)
        expect(bench.chip).to_have_accessible_name(sentence(bench, bench.start, 60))
        bench.drag(place)
        expect(bench.chip).to_have_attribute("data-start", instant(bench.start))
        expect(bench.bar).to_have_attribute("data-fit", "true")
        bench.page.mouse.up()
        moved(bench, place)

    return walk


def put_by_keys(place_of: Callable[[Bench], Place], key: str = "Space") -> Walk:
    def walk(bench: Bench) -> None:
        place = place_of(bench)
        bench.lift(key)
        if place.spot != bench.home.spot:
            for arrow in bench.across:
                bench.keys(arrow)
        quarters = (local(place.start).hour - local(bench.start).hour) * 4
        bench.keys("ArrowDown", quarters)
        bench.said(re.compile(rf"{local(place.start):%H:%M}–{local(place.start + HOUR):%H:%M}, free"))
        assert bench.ghost.evaluate(IN_SIGHT), "what is carried is covered"
        bench.keys("Enter")
        moved(bench, place)

    return walk


# A ghost lets pointers through: its middle is not behind what sticks to an edge.
IN_SIGHT = """ghost => {
  const box = ghost.getBoundingClientRect();
  const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return Boolean(met?.closest("#board .body"));
}"""


def an_hour_later(bench: Bench) -> Place:
    return bench.home.later(HOUR)


def elsewhere(bench: Bench) -> Place:
    return bench.away.later(HOUR)


def nudge(bench: Bench) -> None:
    bench.chip.focus()
    bench.keys("Shift+ArrowDown", 2)
    moved(bench, bench.home.later(30 * MINUTE))


def pull_the_edge(bench: Bench) -> None:
    """Twice: a hand may be at the edge again as soon as the page shows what it did.

    Where the toast takes a quarter of the page it is closed before.
    """
    size = bench.page.viewport_size
    assert size
    for minutes, was in ((90, 60), (75, 90)):
        if size["height"] < 300 and was == 90:
            bench.page.locator("#toasts [data-dismiss]").last.click()
        bench.grab(was)
        bench.carry(bench.home.later(minutes * MINUTE))
        bench.page.mouse.up()
        expect(bench.chip).to_have_attribute("data-end", instant(bench.start + minutes * MINUTE))
    moved(bench, bench.home, 75)


def longer_by_keys(bench: Bench) -> None:
    bench.lift("m")
    bench.keys("Alt+Shift+ArrowDown")
    bench.said(f"{local(bench.start):%H:%M}–{local(bench.start + 75 * MINUTE):%H:%M}, free")
    bench.keys("Enter", 2)
    moved(bench, bench.home, 75)


def finely_by_mouse(bench: Bench) -> None:
    bench.page.keyboard.down("Shift")
    bench.drag(bench.home.later(35 * MINUTE))
    bench.page.mouse.up()
    bench.page.keyboard.up("Shift")
    moved(bench, bench.home.later(35 * MINUTE))


def finely_by_keys(bench: Bench) -> None:
    bench.lift()
    bench.keys("Alt+ArrowDown", 2)
    bench.keys("Enter")
    moved(bench, bench.home.later(10 * MINUTE))


def last_hour(bench: Bench) -> Place:
    """Far below, out of sight."""
    end = bench.home.spot.when.end
    return Place(bench.home.spot, end - HOUR - timedelta(minutes=end.minute % 15))


def over_the_edge(bench: Bench) -> None:
    size = bench.page.viewport_size
    assert size
    bench.page.set_viewport_size({"width": size["width"], "height": min(size["height"], 480)})
    bench.chip.evaluate("one => one.scrollIntoView({block: 'center', inline: 'nearest'})")
    was = bench.page.evaluate(SCROLLED)
    put_by_mouse(last_hour)(bench)
    assert bench.page.evaluate(SCROLLED) > was


# --- Nothing is saved -------------------------------------------------------------------------------------------------


def press_without_movement(bench: Bench) -> None:
    bench.press(bench.home.later(10 * MINUTE))
    x, y = bench.point(bench.home.later(10 * MINUTE))
    bench.page.mouse.move(x + 2, y + 3)
    expect(bench.ghost).to_have_count(0)
    bench.page.mouse.up()
    expect(panel(bench.page)).to_be_visible()
    bench.untouched()


def enter_opens(bench: Bench) -> None:
    bench.lift()
    bench.keys("Enter")
    bench.said("Put back where it was.")
    bench.has_focus(bench.chip)
    bench.keys("Enter")
    expect(panel(bench.page)).to_be_visible()
    bench.untouched()


def asked(bench: Bench) -> list[str]:
    """The questions for places, from now on."""
    questions: list[str] = []
    bench.page.on("request", lambda one: questions.append(one.url) if "/places/" in one.url else None)
    return questions


def put_back(bench: Bench) -> None:
    expect(bench.ghost).to_have_count(0)
    expect(bench.fits).to_have_count(0)
    bench.said("Put back where it was.")
    expect(panel(bench.page)).to_have_count(0)
    bench.untouched()


def escape_while_dragging(bench: Bench) -> None:
    questions = asked(bench)
    bench.drag(bench.home.later(HOUR))
    bench.carry(bench.away.later(2 * HOUR))
    assert violations(bench.page, ALL_RULES) == []
    bench.carry(bench.home.later(HOUR))
    bench.keys("Escape")
    bench.page.mouse.up()
    put_back(bench)
    assert len(questions) == 1


def escape_while_carrying(bench: Bench) -> None:
    questions = asked(bench)
    bench.lift()
    bench.keys("ArrowDown", 3)
    for arrow in bench.across:
        bench.keys(arrow)
    bench.keys("Escape")
    put_back(bench)
    bench.has_focus(bench.chip)
    assert len(questions) == 1


def refused(bench: Bench) -> None:
    """Why stands at the visit and is said at once, the focus is back, the form is one press of Tab away."""
    page, box = bench.page, bench.page.locator(REFUSED)
    expect(box).to_contain_text("is busy")
    expect(box).to_be_in_viewport(ratio=0.99)
    bench.said(re.compile(r"It stays where it is\. .*is busy"), now=True)
    bench.has_focus(bench.chip)
    bench.untouched()
    assert violations(page, ALL_RULES) == []
    bench.keys("Tab")
    expect(box.get_by_role("link", name="Open the form")).to_be_focused()
    bench.keys("Escape")
    expect(box).to_be_hidden()
    bench.has_focus(bench.chip)


def refused_by_mouse(bench: Bench) -> None:
    bench.drag(bench.home.later(1.5 * HOUR))
    expect(bench.ghost).to_have_class(re.compile(r"\bno\b"))
    bench.page.mouse.up()
    refused(bench)


def refused_by_keys(bench: Bench) -> None:
    bench.lift()
    bench.keys("ArrowDown", 6)
    bench.said(re.compile(", not free"))
    bench.keys("Enter")
    refused(bench)
    bench.keys("m")
    bench.keys("ArrowDown", 6)
    bench.keys("Enter")
    bench.page.locator(REFUSED).get_by_role("link", name="Open the form").press("Enter")
    expect(dialog(bench.page).get_by_label("Why go ahead all the same?")).to_be_visible()


# --- Another week -----------------------------------------------------------------------------------------------------


def next_week(bench: Bench, turn: Callable[[], None]) -> None:
    shown = bench.page.get_by_role("heading", level=1).locator("+ p")
    was = shown.inner_text()
    turn()
    expect(shown).not_to_have_text(was)
    expect(bench.chip).to_have_count(0)
    expect(bench.ghost).to_be_attached()
    expect(bench.page.get_by_role("button", name="Put down here")).to_be_visible()
    expect(bench.fits.first).to_be_attached()


def park_by_mouse(bench: Bench) -> None:
    bench.grab()
    expect(bench.bar).to_be_in_viewport(ratio=1)
    box = bench.bar.bounding_box()
    assert box
    bench.page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=4)
    bench.page.mouse.up()
    next_week(bench, bench.page.locator("#board [rel=next]").click)
    place = bench.away
    bench.free(place).evaluate("one => one.scrollIntoView({block: 'center'})")
    x, y = bench.point(place)
    bench.page.mouse.move(x, y + 2)
    expect(bench.bar).to_have_attribute("data-fit", "true")
    bench.page.mouse.click(x, y + 2)
    expect(bench.bar).to_be_hidden()
    moved(bench, place)


def park_by_keys(bench: Bench) -> None:
    bench.lift()
    next_week(bench, lambda: bench.keys("PageDown"))
    expect(bench.bar).to_be_focused()
    bench.keys("Enter")
    moved(bench, bench.away)


# --- A finger, and without a drag -------------------------------------------------------------------------------------


def by_finger(bench: Bench) -> None:
    page = bench.page
    bench.chip.evaluate("chip => chip.scrollIntoView({block: 'center'})")
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = bench.point(bench.home.later(10 * MINUTE))
    touch("touchStart", (x, y))
    expect(bench.ghost).to_be_attached()
    expect(bench.fits.first).to_be_attached()
    step = bench.point(bench.home.later(40 * MINUTE))[1] - y
    touch("touchMove", (x, y + step / 2))
    touch("touchMove", (x, y + step))
    assert violations(page, COLOURS) == []
    touch("touchEnd")
    moved(bench, bench.home.later(HOUR / 2))
    bench.chip.tap()
    expect(panel(page)).to_be_visible()


def by_buttons(bench: Bench) -> None:
    """The bar of what is carried: both its buttons are reached with Tab."""
    bench.lift()
    bench.keys("ArrowDown", 4)
    bench.keys("Tab", 2)
    expect(bench.page.get_by_role("button", name="Put back")).to_be_focused()
    bench.keys("Enter")
    put_back(bench)
    bench.lift()
    bench.keys("ArrowDown", 4)
    bench.keys("Tab")
    bench.has_focus(bench.page.get_by_role("button", name="Put down here"))
    bench.keys("Enter")
    moved(bench, bench.home.later(HOUR))


def without_a_drag(press: Callable[[Locator], None]) -> Walk:
    """In the list nothing is dragged: the visit leads to the form that moves it to another time, person and length."""

    def walk(bench: Bench) -> None:
        page = bench.page
        press(page.get_by_role("button", name="View", exact=True))
        press(page.locator("#board-look").get_by_role("button", name="List"))
        try:
            press(page.locator(f".agenda [data-event-id='{bench.visit.id}']").first)
            press(panel(page).get_by_role("link", name="Move", exact=True))
            form = dialog(page)
            expect(form.get_by_label("Start")).to_be_visible()
            expect(form.get_by_label("Length")).to_be_visible()
            expect(form.get_by_label(re.compile("^Clinician|^Host"))).to_be_visible()
            form.get_by_label("Start").fill(f"{local(bench.start + HOUR):%H:%M}")
            press(form.get_by_role("button", name=re.compile("^Move")).last)
            expect(toast(page, "Moved to")).to_be_visible()
            assert bench.stored().when.start == bench.start + HOUR
        finally:
            page.goto(page.url)
            page.get_by_role("button", name="View", exact=True).click()
            page.locator("#board-look").get_by_role("button", name="Grid").click()
            expect(page.locator("#board .grid")).to_be_visible()

    return walk


# --- The table --------------------------------------------------------------------------------------------------------

# Its name, by pointer, by keys, and how many days the other column is away (0: another person of the same day).
PATHS: dict[str, tuple[Walk | None, Walk, int]] = {
    "book": (press_on_free_time, enter_on_free_time, 0),
    "draw": (draw_on_free_time, length_by_keys, 0),
    "another time": (put_by_mouse(an_hour_later), put_by_keys(an_hour_later), 0),
    "at once": (None, nudge, 0),
    "another person": (put_by_mouse(elsewhere), put_by_keys(elsewhere, "m"), 0),
    "another day": (put_by_mouse(elsewhere), put_by_keys(elsewhere), 1),
    "length": (pull_the_edge, longer_by_keys, 0),
    "five minutes": (finely_by_mouse, finely_by_keys, 0),
    "out of sight": (over_the_edge, put_by_keys(last_hour), 0),
    "threshold": (press_without_movement, enter_opens, 0),
    "escape": (escape_while_dragging, escape_while_carrying, 0),
    "refused": (refused_by_mouse, refused_by_keys, 0),
    "another week": (park_by_mouse, park_by_keys, 7),
    "finger": (by_finger, by_buttons, 0),
    "list": (without_a_drag(lambda one: one.click()), without_a_drag(lambda one: one.press("Enter")), 0),
}


def cases() -> Iterator[Any]:
    """All combinations; without PATHS=all one of each path, the next scheme and size each time."""
    looks = [(scheme, size) for size in SIZES for scheme in ("light", "dark")]
    walks = [
        (f"{name}, {by}", walk, row[2])
        for name, row in PATHS.items()
        for by, walk in zip(("pointer", "keys"), row, strict=False)
        if callable(walk)
    ]
    for number, (name, walk, days) in enumerate(walks):
        # One more for each round, so that what is done by pointer meets each look too.
        chosen = looks if ALL else [looks[(number + number // len(looks)) % len(looks)]]
        for scheme, size in chosen:
            yield pytest.param(walk, days, scheme, size, id=f"{name}, {scheme}, {size}")


@pytest.fixture(scope="module")
def somebody(patients: Iterator[Patient]) -> Patient:
    return next(patients)


def two_days(quiet_days: Iterator[str], apart: int) -> str:
    """A day with another so many days later that no other test books on; 0: a day alone.

    Two days begin a week that nobody has looked at: what was read of a week is as good as read now for half a minute.
    """
    for day in quiet_days:
        date = datetime.fromisoformat(day)
        if not apart:
            return day
        if date.isoweekday() == 1:
            later = (date + timedelta(days=apart)).date().isoformat()
            next(each for each in quiet_days if each >= later)
            return day
    raise AssertionError("no quiet days are left")


@pytest.mark.parametrize(("walk", "days", "scheme", "size"), list(cases()))
def test_a_path(
    open_page: OpenPage,
    daybook: House,
    keys: dict[Role, Any],
    somebody: Patient,
    quiet_days: Iterator[str],
    walk: Walk,
    days: int,
    scheme: str,
    size: str,
) -> None:
    look: dict[str, Any] = {"viewport": SIZES[size], "color_scheme": scheme}
    if walk is by_finger:
        look |= {"has_touch": True, "is_mobile": True}
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], **look)
    walk(Bench(page, daybook, somebody, two_days(quiet_days, days), days))
