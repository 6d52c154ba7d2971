"""Saying what became of a visit, and its other small forms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .house import House
from .steps import dialog, make_visit, panel, sign_in, status_of, working


@pytest.fixture
def past_visit(daybook: House, patients: Iterator[Patient]) -> Event:
    """A visit of two hours ago that nobody marked yet."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    host = working(daybook.api)[0]
    return make_visit(daybook.api, host, next(patients), Interval(end - timedelta(minutes=30), end))


@pytest.mark.parametrize(
    ("press", "status"),
    [
        pytest.param("Took place", EventStatus.COMPLETED, id="took place"),
        pytest.param("Missed", EventStatus.MISSED, id="missed"),
    ],
)
def test_a_past_visit_is_marked_after_a_question(
    page: Page, daybook: House, past_visit: Event, press: str, status: EventStatus
) -> None:
    sign_in(page, Role.COORDINATOR, f"/appointments/{past_visit.id}/")
    asked: list[str] = []
    page.once("dialog", lambda question: (asked.append(question.message), question.accept()))
    panel(page).get_by_role("button", name=press).click()
    expect(panel(page)).to_have_attribute("data-status", status.lower())
    expect(panel(page).get_by_role("link", name="Move")).to_have_count(0)
    assert status_of(daybook.api, past_visit.id) is status
    assert [press in question for question in asked] == [True]


def test_the_words_of_a_visit_are_edited(page: Page, daybook: House, past_visit: Event) -> None:
    sign_in(page, Role.COORDINATOR, f"/appointments/{past_visit.id}/")
    panel(page).get_by_role("link", name="Edit").click()
    dialog(page).get_by_label("Title").fill("Second talk")
    dialog(page).get_by_label("Location").fill("Room 4")
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page)).to_be_hidden()
    expect(panel(page)).to_contain_text("Room 4")
    assert daybook.api.events.read(past_visit.id).title == "Second talk"
