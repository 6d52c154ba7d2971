"""A board that two people look at: what one changes comes to the other by itself, quietly, and never under a hand."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import ALL_RULES, violations
from .bench import working_hours
from .conftest import PageOf
from .house import House
from .steps import instant, make_visit, panel, toast

HOUR = timedelta(hours=1)
# It asks every forty seconds, and when it is told to.
ASK = "document.querySelector('#board-poll > [data-poll]').dispatchEvent(new Event('ask'))"
STANDS = "document.querySelector('#board .grid').scrollTop"


class Two:
    """A day that somebody looks at, with a visit and one half an hour later, while somebody else works on it."""

    def __init__(self, page: Page, theirs: Page, house: House, patients: Iterator[Patient], day: str) -> None:
        self.page, self.theirs, self.house, self.patients = page, theirs, house, patients
        spot = next(each for each in working_hours(house, date.fromisoformat(day)) if each.when.minutes >= 180)
        self.host = spot.clinician_id
        self.start = spot.when.start + timedelta(minutes=-spot.when.start.minute % 30)
        self.visit, self.other = self.make(0), self.make(1)
        page.goto(f"/day/{day}/?team=all")
        self.answers: list[tuple[int, str | None]] = []
        page.on("response", self._answered)

    def make(self, steps: int) -> Event:
        start = self.start + steps * HOUR / 2
        return make_visit(self.house.api, self.host, next(self.patients), Interval(start, start + HOUR / 4))

    def chip(self, event: Event) -> Any:
        return self.page.locator(f"#board [data-event-id='{event.id}']")

    def they_move(self, event: Event, steps: int) -> None:
        """By the form, as another coordinator does."""
        self.theirs.goto(f"/appointments/{event.id}/move/?start={instant(self.start + steps * HOUR / 2)}")
        self.theirs.get_by_role("button", name="Move", exact=True).click()
        expect(toast(self.theirs, "Moved")).to_be_visible()

    def _answered(self, response: Any) -> None:
        if "/day/" in response.url and "x-background" in response.request.headers:
            self.answers.append((response.status, response.headers.get("x-board")))


@pytest.fixture
def two(page_of: PageOf, daybook: House, patients: Iterator[Patient], quiet_day: str) -> Two:
    return Two(page_of(Role.COORDINATOR), page_of(Role.COORDINATOR), daybook, patients, quiet_day)


def test_what_others_change_comes_by_itself_and_is_marked_and_waits_while_a_list_is_open(two: Two) -> None:
    page, news = two.page, two.page.get_by_role("group", name="Updates")
    page.evaluate(ASK)
    page.wait_for_function("() => true")
    two.chip(two.other).focus()
    # As far down as there is anything below.
    page.evaluate(f"{STANDS} = 40")
    stands = page.evaluate(STANDS)
    two.they_move(two.visit, 3)
    fresh = two.make(2)

    page.get_by_role("button", name="View").click()
    page.evaluate(ASK)
    expect(page.locator("#board-look")).to_be_visible()
    expect(two.chip(two.visit)).to_have_attribute("data-start", instant(two.start))
    page.keyboard.press("Escape")

    expect(news.get_by_role("status")).to_have_text("2 updates: 1 new, 1 moved")
    expect(two.chip(two.visit)).to_have_attribute("data-start", instant(two.start + 1.5 * HOUR))
    expect(two.chip(two.visit)).to_have_accessible_name(re.compile(r", was \d\d:\d\d–\d\d:\d\d$"))
    expect(two.chip(fresh)).to_have_accessible_name(re.compile(", new$"))
    assert two.answers[-1] == (200, "parts")
    assert page.evaluate(STANDS) == stands > 0
    assert violations(page, ALL_RULES) == []

    news.get_by_role("button", name="Show").click()
    expect(two.chip(two.visit)).to_be_focused()
    expect(news.get_by_role("status")).to_be_empty()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_visible()
    expect(two.chip(two.visit)).to_have_accessible_name(re.compile("in person$|Scheduled$"))


def test_it_waits_while_free_time_is_drawn(two: Two) -> None:
    page = two.page
    free = page.locator(f"[data-clinician-id='{two.host}'] [data-free]").last
    free.scroll_into_view_if_needed()
    box = free.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 50, steps=4)
    expect(page.locator("#board .ghost")).to_be_attached()
    two.they_move(two.visit, 3)
    page.evaluate(ASK)

    page.wait_for_timeout(300)
    expect(page.locator("#board .ghost")).to_be_attached()
    expect(two.chip(two.visit)).to_have_attribute("data-start", instant(two.start))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(two.chip(two.visit)).to_have_attribute("data-start", instant(two.start + 1.5 * HOUR))


def test_it_waits_for_a_hand_and_keeps_the_focus_and_nothing_is_told_twice(two: Two) -> None:
    page, news = two.page, two.page.get_by_role("group", name="Updates")
    two.chip(two.other).focus()
    page.keyboard.press(" ")
    expect(page.locator("#hand-bar")).to_be_visible()
    two.they_move(two.visit, 3)
    page.evaluate(ASK)
    expect(page.locator("#hand-bar")).to_be_visible()
    expect(two.chip(two.visit)).to_have_attribute("data-start", instant(two.start))

    page.keyboard.press("Escape")
    expect(news.get_by_role("status")).to_have_text("1 update: 1 moved")
    expect(two.chip(two.other)).to_be_focused()
    page.evaluate(ASK)
    page.wait_for_timeout(500)
    expect(news.get_by_role("status")).to_have_text("1 update: 1 moved")
    news.get_by_role("button", name="Dismiss").click()
    expect(two.chip(two.visit)).not_to_have_accessible_name(re.compile("was "))
