"""Two people and one visit: the notice comes and goes by itself, and is no lock; undo has its keys."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import inspect
from .conftest import PageOf
from .house import House
from .steps import dialog, make_visit, panel, toast

OPEN = re.compile(r"has had this visit open for editing since \d\d:\d\d\.")
# A page asks every quarter of a minute, and at once when somebody comes back to it.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def open_panel(page: Page, address: str, event_id: UUID) -> None:
    page.goto(address)
    page.locator(f"[data-event-id='{event_id}']").first.click()
    expect(panel(page).get_by_role("link", name="Edit")).to_be_visible()


def test_who_has_a_visit_open_is_told_and_undo_has_its_keys(
    page_of: PageOf, daybook: House, patients: Iterator[Patient], near_day: str
) -> None:
    theirs, page = page_of(Role.CLINICIAN), page_of(Role.COORDINATOR)
    theirs.goto("/week/")
    person = UUID(re.search(r"/week/([0-9a-f-]{36})/", theirs.url)[1])
    start = datetime.fromisoformat(near_day).replace(hour=16, tzinfo=UTC)
    visit = make_visit(daybook.api, person, next(patients), Interval(start, start + timedelta(minutes=30)))
    day = f"/day/{near_day}/?team=all"
    open_panel(theirs, day, visit.id)
    open_panel(page, day, visit.id)
    notice = panel(theirs).get_by_role("status").filter(has_text=OPEN)
    expect(notice).to_have_count(0)

    panel(page).get_by_role("link", name="Edit").click()
    expect(dialog(page).get_by_label("Title")).to_be_focused()
    theirs.evaluate(COME_BACK)
    expect(notice).to_be_visible()
    panel(theirs).get_by_role("link", name="Move", exact=True).click()
    expect(dialog(theirs).get_by_role("status").filter(has_text=OPEN)).to_be_visible()
    assert inspect(theirs) == []
    expect(dialog(page).get_by_text(OPEN)).to_have_count(0)
    page.evaluate(COME_BACK)
    expect(dialog(page).get_by_text(OPEN)).to_be_visible()

    asked = []
    page.on("request", lambda request: "/presence/" in request.url and asked.append(request.post_data))
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.querySelector('#dialog presence-line').ask()")
    page.evaluate("delete document.hidden; document.querySelector('#dialog presence-line').ask()")
    assert [sent.startswith("form=") for sent in asked] == [True]
    dialog(page).get_by_label("Title").fill("Second look")
    dialog(page).get_by_role("button", name="Save").click()
    expect(toast(page, "Saved.")).to_be_visible()
    theirs.evaluate(COME_BACK)
    expect(dialog(theirs).get_by_text(OPEN)).to_have_count(0)
    theirs.goto("/search/")
    open_panel(page, day, visit.id)
    page.evaluate(COME_BACK)
    expect(panel(page).get_by_text(OPEN)).to_have_count(0)

    page.locator(f"#board [data-event-id='{visit.id}']").first.focus()
    page.keyboard.press("z")
    expect(dialog(page).get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(toast(page, "Undone: what stood there before is back.")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    page.keyboard.press("Shift+Z")
    expect(dialog(page).get_by_role("button", name="Redo")).to_be_focused()
