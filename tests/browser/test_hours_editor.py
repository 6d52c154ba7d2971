"""The editor of weekly hours: a whole journey by pointer, one by keyboard alone, one on a phone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.welkin.drafts import WorkHoursDraft

from .access import NARROW, inspect
from .conftest import PageOf
from .house import House


def far_monday(weeks: int) -> date:
    """A Monday long after the hours that other tests look at."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 * weeks + 8 - today.isoweekday())


@pytest.fixture
def page(page_of: PageOf) -> Page:
    """The clinician's form for new regular hours, all days empty as they are for an exception."""
    page = page_of(Role.CLINICIAN)
    page.goto("/hours/")
    page.goto(f"{page.url}new/?kind=OVERRIDE")
    page.get_by_role("radio", name="Regular hours").check(force=True)
    page.get_by_label(re.compile("^To")).fill("")
    return page


def field(page: Page, day: str, number: int, side: str) -> Locator:
    return page.get_by_role("textbox", name=f"{day}, interval {number}, {side}", exact=True)


def edge(page: Page, side: str, number: int, day: str) -> Locator:
    return page.get_by_role("slider", name=f"{side} of interval {number}, {day}", exact=True)


def fill(page: Page, day: str, start: str, end: str) -> None:
    field(page, day, 1, "from").fill(start)
    field(page, day, 1, "to").fill(end)
    field(page, day, 1, "to").press("Tab")


def pull(page: Page, handle: Locator, pixels: float) -> None:
    """Drag an edge up or down."""
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels / 2, steps=3)
    page.mouse.move(x, y + pixels, steps=3)


def hour(page: Page) -> float:
    """How many pixels of the picture an hour is."""
    box = page.locator("[data-column='1']").bounding_box()
    assert box
    return box["height"] / 24


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Save hours")).click()
    warned = page.get_by_role("button", name="Save all the same")
    expect(warned.or_(page.get_by_role("heading", name="Hours of"))).to_be_visible()
    if warned.is_visible():
        warned.click()
    expect(page).to_have_url(re.compile(r"/hours/[0-9a-f-]{36}/(\?|$)"))


def saved(page: Page, daybook: House, first: date) -> dict[int, list[str]]:
    """What the back end holds of the record that begins then, by weekday."""
    found = re.search(r"/hours/([0-9a-f-]{36})/", page.url)
    assert found
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    rows = daybook.api.hours.find([UUID(found[1])], Interval(noon, noon + timedelta(hours=1))).rows
    record: WorkHours = max((row for row in rows if row.first == first), key=lambda row: str(row.created_at))
    week: dict[int, list[str]] = {}
    for entry in record.days:
        if entry.start and entry.end:
            week.setdefault(entry.day, []).append(f"{entry.start:%H:%M}-{entry.end:%H:%M}")
    return {day: sorted(spans) for day, spans in week.items()}


def test_the_journey_by_pointer(page: Page, daybook: House) -> None:
    monday = far_monday(40)
    page.get_by_label("From", exact=True).fill(monday.isoformat())
    fill(page, "Monday", "9", "16")
    end = edge(page, "End", 1, "Monday")
    expect(end).to_have_attribute("aria-valuetext", "16:00")

    pull(page, end, hour(page))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(field(page, "Monday", 1, "to")).to_have_value("16")
    pull(page, end, hour(page))
    page.mouse.up()
    expect(field(page, "Monday", 1, "to")).to_have_value("17:00")
    expect(page.locator("[data-metric='week-total']")).to_have_text("8:00")

    page.get_by_role("button", name="Split interval 1 of Monday").click()
    expect(field(page, "Monday", 2, "from")).to_have_value("12:30")
    page.locator("summary", has_text="Copy to…").first.click()
    page.get_by_role("button", name="Monday to Friday").first.click()
    expect(field(page, "Friday", 2, "to")).to_have_value("17:00")
    page.get_by_role("button", name="Make Friday a day off").click()
    expect(field(page, "Friday", 1, "from")).to_have_value("")
    box = page.locator("[data-column='6']").bounding_box()
    assert box
    page.mouse.move(box["x"] + 9, box["y"] + 10 * hour(page))
    page.mouse.down()
    page.mouse.move(box["x"] + 9, box["y"] + 13 * hour(page), steps=4)
    page.mouse.up()
    expect(field(page, "Saturday", 1, "from")).to_have_value("10:00")
    expect(page.locator("[data-metric='week-total']")).to_have_text("33:00")
    assert inspect(page) == []

    save(page)
    weekday = ["09:00-12:00", "12:30-17:00"]
    assert saved(page, daybook, monday) == {1: weekday, 2: weekday, 3: weekday, 4: weekday, 6: ["10:00-13:00"]}


def test_a_press_that_hardly_moves_drags_nothing(page: Page) -> None:
    fill(page, "Sunday", "9", "16")
    end = edge(page, "End", 1, "Sunday")
    expect(end).to_have_attribute("aria-valuetext", "16:00")

    pull(page, end, 4)
    page.mouse.up()

    expect(field(page, "Sunday", 1, "to")).to_have_value("16")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there."""
    for _press in range(150):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard never comes there")


def test_the_journey_by_keyboard(page: Page, daybook: House) -> None:
    monday = far_monday(44)
    page.get_by_label("From", exact=True).fill(monday.isoformat())
    tab_to(page, field(page, "Monday", 1, "from"))
    page.keyboard.type("22")
    page.keyboard.press("Tab")
    page.keyboard.type("6")
    page.keyboard.press("Tab")
    expect(page.get_by_text("22:00–06:00 is a night: 22:00–24:00 on Monday")).to_be_visible()

    end = edge(page, "End", 1, "Monday")
    tab_to(page, end)
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(field(page, "Monday", 1, "to")).to_have_value("05:30")
    expect(end).to_have_attribute("aria-valuetext", "05:30 on Tuesday")
    expect(end).to_be_focused()

    page.get_by_label("From", exact=True).focus()
    tab_to(page, page.locator("[data-hours-day='1'] summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-hours-day='1']").get_by_role("checkbox", name="Wednesday"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("[data-hours-day='1']").get_by_role("button", name="Copy to the ticked days"))
    page.keyboard.press("Enter")
    expect(field(page, "Wednesday", 1, "from")).to_have_value("22:00")
    tab_to(page, page.get_by_role("button", name="Save hours"))
    page.keyboard.press("Enter")
    warned = page.get_by_role("button", name="Save all the same")
    expect(warned.or_(page.get_by_role("heading", name="Hours of"))).to_be_visible()
    if warned.is_visible():
        tab_to(page, warned)
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/hours/[0-9a-f-]{36}/(\?|$)"))

    late, early = ["22:00-23:59"], ["00:00-05:30"]
    assert saved(page, daybook, monday) == {1: late, 2: early, 3: late, 4: early}


def test_the_journey_on_a_phone(page: Page, daybook: House) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    monday = far_monday(48)
    page.get_by_label("From", exact=True).fill(monday.isoformat())
    fill(page, "Monday", "9", "17")
    expect(page.locator("#hours-picture")).to_be_hidden()
    page.get_by_role("button", name="Split interval 1 of Monday").click()
    expect(field(page, "Monday", 2, "from")).to_have_value("12:30")
    field(page, "Monday", 2, "from").fill("11:30")
    field(page, "Monday", 2, "from").press("Tab")
    expect(page.get_by_text("09:00–12:00 and 11:30–17:00 overlap.")).to_be_visible()
    field(page, "Monday", 2, "from").fill("12:15")
    page.locator("summary", has_text="Copy to…").first.click()
    page.get_by_role("button", name="Monday to Friday").first.click()
    expect(field(page, "Friday", 2, "from")).to_have_value("12:15")
    page.get_by_role("button", name="Make Friday a day off").click()
    expect(field(page, "Friday", 1, "from")).to_have_value("")
    save(page)

    weekday = ["09:00-12:00", "12:15-17:00"]
    assert saved(page, daybook, monday) == dict.fromkeys(range(1, 5), weekday)


def test_two_people_with_one_record_open(page: Page, page_of: PageOf, daybook: House) -> None:
    """The second to save, with the keyboard on a phone, sees what the first changed beside what they typed."""
    found = re.search(r"/hours/([0-9a-f-]{36})/", page.url)
    assert found
    day = far_monday(52)
    draft = WorkHoursDraft(UUID(found[1]), day, day, (DayHours(1, time(9), time(12)),), rule=RuleType.OVERRIDE)
    address = f"/hours/{found[1]}/{daybook.api.hours.create(draft).id}/"
    other = page_of(Role.COORDINATOR)
    other.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(address)
    other.goto(address)
    page.get_by_label("Name").fill("Longer")
    fill(page, "Monday", "9", "14")
    save(page)

    field(other, "Monday", 1, "from").focus()
    other.keyboard.press("Control+A")
    other.keyboard.type("10")
    other.keyboard.press("Enter")

    meanwhile = other.get_by_role("region", name="Changed meanwhile")
    expect(meanwhile).to_contain_text("Mondays 09:00–12:00")
    expect(meanwhile).to_contain_text("Mondays 09:00–14:00")
    expect(other.get_by_text("The record says now: 09:00–14:00.")).to_be_visible()
    expect(field(other, "Monday", 1, "from")).to_have_value("10:00")
    assert inspect(other) == []
    save(other)
    assert saved(other, daybook, day) == {1: ["10:00-12:00"]}
