"""Two people meet on one visit: the page with three columns, by keyboard and without script; and foreign overlaps."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.welkin import EventChange

from .access import NARROW, inspect
from .conftest import OpenPage, PageOf
from .house import House
from .steps import book, dialog, free_spots, make_visit, panel, toast, visits_of, working

# The worker looks every half minute.
TWO_POLLS = 60_000


@pytest.fixture
def visit(daybook: House, patients: Iterator[Patient], near_day: str) -> Event:
    start = datetime.fromisoformat(near_day).replace(hour=16, tzinfo=UTC)
    return make_visit(
        daybook.api, working(daybook.api)[0], next(patients), Interval(start, start + timedelta(minutes=45))
    )


def edit(page: Page, visit: Event, title: str) -> None:
    """The form of the panel, with a title typed into it."""
    page.goto(f"/day/{visit.when.start.date().isoformat()}/")
    page.locator(f"[data-event-id='{visit.id}']").first.click()
    panel(page).get_by_role("link", name="Edit").click()
    dialog(page).get_by_label("Title").fill(title)


def meanwhile(daybook: House, visit: Event) -> None:
    daybook.api.events.change(visit.id, EventChange(title="Theirs", mode="VIDEO"))


def test_what_both_changed_is_chosen_with_the_keyboard(
    page_of: PageOf, daybook: House, visit: Event, watches: list
) -> None:
    page = page_of(Role.COORDINATOR)
    watches[0].expected.add(409)
    edit(page, visit, "Mine")
    meanwhile(daybook, visit)
    dialog(page).get_by_role("button", name="Save").press("Enter")

    question = dialog(page).get_by_role("group", name=re.compile("^Title changed in Welkin at"))
    expect(question).to_contain_text("Follow-up")
    expect(dialog(page).get_by_text("Mode was changed by somebody else meanwhile and stays.")).to_be_visible()
    assert inspect(page) == []
    question.get_by_role("radio", name="Keep theirs").focus()
    page.keyboard.press("ArrowDown")
    expect(question.get_by_role("radio", name="Use mine")).to_be_checked()
    page.keyboard.press("Enter")

    expect(toast(page, "Saved.")).to_be_visible()
    event = daybook.api.events.read(visit.id)
    assert (event.title, event.mode) == ("Mine", "VIDEO")


def test_a_move_that_met_another_one_is_readable_everywhere(
    page_of: PageOf, daybook: House, visit: Event, watches: list
) -> None:
    page = page_of(Role.COORDINATOR)
    watches[0].expected.add(409)
    page.goto(f"/appointments/{visit.id}/move/")
    page.get_by_label("Length").select_option("60")
    shifted = Interval(visit.when.start + timedelta(minutes=60), visit.when.end + timedelta(minutes=60))
    daybook.api.events.change(visit.id, EventChange(when=shifted))
    page.get_by_role("button", name="Move", exact=True).click()

    question = page.get_by_role("group", name=re.compile("^Time changed in Welkin at"))
    expect(question).to_be_visible()
    assert inspect(page) == []
    question.get_by_role("radio", name="Keep theirs").check()
    page.get_by_role("button", name="Move", exact=True).click()

    expect(page.get_by_text("Nothing was changed: the visit stays where it is now.")).to_be_visible()
    assert daybook.api.events.read(visit.id).when == shifted


def test_the_same_question_without_script_on_a_phone(
    open_page: OpenPage, daybook: House, keys: dict, visit: Event, watches: list
) -> None:
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], java_script_enabled=False, viewport=NARROW)
    watches[0].expected.add(409)
    page.goto(f"/appointments/{visit.id}/edit/")
    page.get_by_label("Title").fill("Mine")
    meanwhile(daybook, visit)
    page.get_by_role("button", name="Save").click()
    sides = [
        page.locator(f"[data-question=title] [data-side={side}]").bounding_box()
        for side in ("before", "theirs", "mine")
    ]
    page.get_by_role("radio", name="Keep theirs").check()
    page.get_by_label("Location").fill("Room 9")
    page.get_by_role("button", name="Save").click()

    event = daybook.api.events.read(visit.id)
    tops = [side["y"] for side in sides if side]
    assert (event.title, event.detail("location"), tops == sorted(set(tops)), len(tops)) == (
        "Theirs",
        "Room 9",
        True,
        3,
    )


def test_a_visit_that_was_booked_over_ours_in_welkin_is_seen_within_two_polls(
    page_of: PageOf, daybook: House, patients: Iterator[Patient], near_day: str
) -> None:
    page, ours, other = page_of(Role.COORDINATOR), next(patients), next(patients)
    page.goto(f"/day/{near_day}/")
    book(page, free_spots(page)[0], ours)
    (visit,) = visits_of(daybook.api, ours.id, near_day)
    late = replace(visit.when, start=visit.when.start + timedelta(minutes=10))
    assert visit.host_id
    theirs = make_visit(daybook.api, visit.host_id, other, late)

    # The board that stays open asks for this by itself.
    expect(page.locator("[data-overlaps]")).to_contain_text("somebody booked", timeout=TWO_POLLS)
    page.reload()
    assert inspect(page) == []
    page.locator(f"[data-event-id='{theirs.id}']").first.click()
    expect(panel(page).get_by_role("heading", name="Overlaps with another visit")).to_be_visible()
    assert inspect(page) == []

    page.get_by_role("link", name="Look at it and decide").click()
    expect(page.get_by_role("heading", name="Overlapping visits")).to_be_visible()
    assert inspect(page) == []
    page.get_by_role("link", name=re.compile("^Keep both")).last.click()
    dialog(page).get_by_role("button", name="Keep both").click()
    expect(dialog(page).get_by_role("link", name="Why shall both stay?")).to_be_visible()
    assert inspect(page) == []
    dialog(page).get_by_label("Why shall both stay?").fill("Both agreed")
    dialog(page).get_by_role("button", name="Keep both").click()
    expect(toast(page, "Both visits stay as they are.")).to_be_visible()
    expect(page.get_by_role("heading", name="No visits overlap")).to_be_visible()
