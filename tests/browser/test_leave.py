"""Leave as people do it: asked for, granted or refused, several at once; by pointer, by keyboard, on a phone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType, Participant
from scheduling.domain.event import Role as Part
from scheduling.domain.interval import Interval
from scheduling.welkin import NewEvent

from .conftest import OpenPage, PageOf
from .house import House
from .steps import free_spots

PHONE = {"width": 360, "height": 740}


def whose(page: Page) -> UUID:
    """Whose leave is asked for when the signed-in clinician opens the form."""
    return UUID(page.locator("input[name='clinician']").get_attribute("value") or "")


def manager_of(page: Page) -> UUID:
    return UUID(page.get_by_label("Who is asked").input_value())


def window(day: str) -> Interval:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Interval(start, start + timedelta(days=1))


def leave_on(daybook: House, person: UUID, day: str) -> list[Event]:
    found = daybook.api.events.find(window(day), participant_ids=[person], include_cancelled=True).rows
    # Leave of the day before reaches into this one where the clinic's midnight is not that of UTC.
    begun = [event for event in found if event.when.start >= window(day).start]
    return [event for event in begun if event.is_leave and event.host_id == person]


def is_bookable(page: Page, person: UUID, day: str) -> bool:
    page.goto(f"/day/{day}/?team=all")
    return any(spot.clinician_id == person for spot in free_spots(page))


@pytest.fixture
def asked(page_of: PageOf, daybook: House, near_day: str) -> tuple[Page, Event]:
    """The clinician asks for a day by the form; their page, on the list, and the leave."""
    page = page_of(Role.CLINICIAN)
    page.goto("/leave/new/")
    person = whose(page)
    page.get_by_label("First day").fill(near_day)
    page.get_by_label("Kind").select_option("Training")
    page.get_by_label("Cover").select_option(index=1)
    page.get_by_role("button", name="Ask for leave").click()
    expect(page).to_have_url(re.compile("/leave/$"))
    (event,) = leave_on(daybook, person, near_day)
    return page, event


def day_of(event: Event) -> str:
    return event.when.start.date().isoformat()


def test_leave_is_asked_for_granted_and_blocks_booking(asked: tuple[Page, Event], page_of: PageOf) -> None:
    page, event = asked
    line = page.locator(f"[data-leave-id='{event.id}']")
    expect(line).to_have_attribute("data-state", "asked")
    assert event.host_id
    assert is_bookable(page, event.host_id, day_of(event))

    manager = page_of(Role.MANAGER)
    manager.goto("/invitations/?days=60")
    row = manager.locator(f"li[data-event-id='{event.id}']")
    expect(row).to_contain_text("Training")
    expect(row.get_by_role("img")).to_have_attribute("aria-label", re.compile("Hours|No hours"))
    row.get_by_role("button", name="Yes").click()
    expect(row).to_have_attribute("data-answer", "Yes")
    expect(row).to_contain_text("No visit is stranded by it.")

    assert not is_bookable(page, event.host_id, day_of(event))
    expect(page.locator(f"[data-event-id='{event.id}']").first).to_be_visible()
    page.goto("/leave/")
    expect(page.locator(f"[data-leave-id='{event.id}']")).to_contain_text("Granted by")


def test_a_no_by_keyboard_leaves_no_trace(asked: tuple[Page, Event], page_of: PageOf, daybook: House) -> None:
    page, event = asked
    manager = page_of(Role.MANAGER)
    manager.goto("/invitations/?days=60")
    row = manager.locator(f"li[data-event-id='{event.id}']")
    row.get_by_role("button", name="Maybe").focus()
    manager.keyboard.press("Tab")
    expect(row.get_by_role("button", name="No", exact=True)).to_be_focused()
    manager.keyboard.press("Enter")
    expect(row).to_have_attribute("data-answer", "No")

    assert not daybook.api.events.read(event.id).live
    assert event.host_id
    assert is_bookable(page, event.host_id, day_of(event))
    page.goto("/leave/")
    expect(page.locator(f"[data-leave-id='{event.id}']")).to_contain_text("Refused by")


Asking = Callable[[int], Event]


@pytest.fixture
def put(page_of: PageOf, daybook: House, near_day: str) -> Asking:
    """`put(hour)`: leave of an hour, asked of the demo's manager past the pages."""
    page = page_of(Role.CLINICIAN)
    page.goto("/leave/new/")
    person, manager = whose(page), manager_of(page)
    start = datetime.fromisoformat(near_day).replace(tzinfo=UTC)

    def make(hour: int) -> Event:
        when = Interval(start + timedelta(hours=hour), start + timedelta(hours=hour + 1))
        rows = tuple(Participant(each, Part.PSM) for each in (person, manager))
        return daybook.api.events.create(NewEvent(when, person, rows, title="Course", type=EventType.LEAVE))

    return make


def test_several_are_granted_at_once_on_a_phone(
    put: Asking, open_page: OpenPage, daybook: House, keys: dict[Role, object]
) -> None:
    events = [put(15), put(17)]
    manager = open_page(daybook.url, storage_state=keys[Role.MANAGER], viewport=PHONE)
    manager.goto("/invitations/?days=60")
    for event in events:
        manager.locator(f"li[data-event-id='{event.id}']").get_by_role("checkbox").check()
    assert manager.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    manager.locator("#batch").get_by_role("button", name="Yes").click()

    expect(manager.get_by_text("2 answers are recorded.")).to_be_visible()
    for event in events:
        expect(manager.locator(f"li[data-event-id='{event.id}']")).to_have_count(0)
        assert {row.answer for row in daybook.api.events.read(event.id).staff} == {"", "Yes"}
