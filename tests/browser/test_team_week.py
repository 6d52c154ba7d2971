"""The week of a team with its visits under the hand: carried to another person by pointer, to another day by keys."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.domain.week import Week

from .access import ALL_RULES, inspect, violations
from .bench import working_hours
from .conftest import PageOf
from .house import House
from .steps import dialog, make_visit, panel, toast

HOUR, NEW_YORK = timedelta(hours=1), ZoneInfo("America/New_York")
FREE_CELLS = "#board td:has(.fit:not(.unfit))"


class Bench:
    """A week without visits but one of an hour on a day of it, at the start of somebody's hours."""

    def __init__(self, page: Page, house: House, patient: Patient, day: str) -> None:
        self.page, self.house = page, house
        self.day = date.fromisoformat(day)
        self.host = max(working_hours(house, self.day), key=lambda spot: spot.when.duration)
        self.start = self.host.when.start + HOUR
        self.visit = make_visit(house.api, self.host.clinician_id, patient, Interval(self.start, self.start + HOUR))
        page.goto(f"/team/{Week.containing(self.day)}/?team=own&view=visits")

    @property
    def chip(self) -> Locator:
        return self.page.locator(f"#board [data-event-id='{self.visit.id}']")

    @property
    def cell(self) -> Locator:
        return self.page.locator(f"#board td:has([data-event-id='{self.visit.id}'])")

    def stored(self) -> Event:
        return self.house.api.events.read(self.visit.id)

    def free_cells(self) -> list[tuple[str, str]]:
        """Whose days have room for the visit that is carried: person and date."""
        expect(self.page.locator("#board .fit").first).to_be_attached()
        cells = self.page.locator(FREE_CELLS)
        return cells.evaluate_all("all => all.map(each => [each.dataset.clinicianId, each.dataset.date])")

    def press(self) -> None:
        """A press on the visit becomes a drag; the button stays down."""
        self.chip.scroll_into_view_if_needed()
        box: Any = self.chip.bounding_box()
        self.page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 3)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 30, box["y"] + 9, steps=3)

    def over(self, person: str, day: str) -> None:
        cell = self.page.locator(f"#board td[data-clinician-id='{person}'][data-date='{day}']")
        cell.scroll_into_view_if_needed()
        box: Any = cell.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12, steps=4)


@pytest.fixture
def bench(page_of: PageOf, daybook: House, patient: Patient, quiet_days: Iterator[str]) -> Bench:
    # A week of its own: what was read of it for another test would be shown for a while.
    monday = next(day for day in quiet_days if date.fromisoformat(day).isoweekday() == 1)
    return Bench(page_of(Role.COORDINATOR), daybook, patient, monday)


def test_a_visit_is_dragged_to_another_person_at_the_same_time(bench: Bench) -> None:
    page = bench.page
    bench.chip.click()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")

    bench.press()
    free = bench.free_cells()
    person, day = next(cell for cell in free if cell[0] != str(bench.host.clinician_id))
    bench.over(person, day)
    expect(page.locator(".ghost.yes")).to_be_visible()
    assert violations(page, ALL_RULES) == []
    page.keyboard.press("Escape")
    expect(page.locator(".ghost")).to_have_count(0)
    page.mouse.up()
    assert bench.stored().host_id == bench.host.clinician_id

    bench.press()
    bench.over(person, day)
    expect(page.locator(".ghost.yes")).to_be_visible()
    page.mouse.up()

    expect(toast(page, "Moved to")).to_be_visible()
    expect(bench.cell).to_have_attribute("data-clinician-id", person)
    expect(bench.chip).to_be_focused()
    moved = bench.stored()
    assert str(moved.host_id) == person
    assert moved.when.start.astimezone(NEW_YORK).time() == bench.start.astimezone(NEW_YORK).time()
    assert moved.when.start.astimezone(NEW_YORK).date().isoformat() == day


def test_keys_carry_it_to_another_day_and_a_day_without_hours_says_why(bench: Bench) -> None:
    page, own = bench.page, str(bench.host.clinician_id)
    expect(page.locator("#board .team [tabindex='0']")).to_have_count(1)
    expect(bench.chip).to_have_accessible_name(re.compile(r"^Appointment with .+day .+ 1 hour, Scheduled"))
    bench.chip.focus()
    page.keyboard.press("m")
    free = [day for person, day in bench.free_cells() if person == own]
    days = [(bench.day + timedelta(days=step)).isoformat() for step in range(-6, 7)]
    week = [day for day in days if Week.containing(date.fromisoformat(day)) == Week.containing(bench.day)]
    (shut, *_) = [day for day in week if day not in free]

    def carry(day: str) -> None:
        ghost = page.locator("#board td:has(.ghost)")
        for _step in range(7):
            if ghost.get_attribute("data-date") == day:
                return
            page.keyboard.press("ArrowLeft" if day < str(ghost.get_attribute("data-date")) else "ArrowRight")
        raise AssertionError(f"the ghost does not come to {day}")

    carry(shut)
    expect(page.locator("#announce")).to_contain_text("not free")
    page.keyboard.press("Enter")
    expect(page.locator("#hand-refused")).to_be_visible()
    expect(bench.chip).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#hand-refused")).to_be_hidden()

    page.keyboard.press("m")
    (goal, *_) = [day for day in free if day != bench.day.isoformat()]
    bench.free_cells()
    carry(goal)
    page.keyboard.press("Enter")
    expect(toast(page, "Moved to")).to_be_visible()
    expect(bench.cell).to_have_attribute("data-date", goal)
    expect(bench.chip).to_be_focused()
    assert bench.stored().host_id == bench.host.clinician_id
    assert bench.stored().when.start.astimezone(NEW_YORK).date().isoformat() == goal

    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(bench.cell.locator(".room")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Clinician", exact=True)).to_have_value(own)
    page.keyboard.press("Escape")
    assert inspect(page) == []
