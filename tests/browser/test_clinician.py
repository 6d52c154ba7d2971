"""The clinician: the own week, the own hours, the own invitations, and nobody else's bookings."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.domain.week import Week

from .house import House
from .steps import free_spots, make_visit, sign_in, working
from .watch import Watch


def next_monday(weeks: int) -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 * weeks + 8 - today.isoweekday())


@pytest.fixture
def own_id(page: Page) -> UUID:
    """The clinician is signed in and on the own week; who that is."""
    sign_in(page, Role.CLINICIAN)
    found = re.search(r"/week/([0-9a-f-]{36})/\d{4}-W\d\d/", page.url)
    assert found
    return UUID(found[1])


def another(daybook: House, own_id: UUID) -> UUID:
    """Some other clinician with work hours."""
    return next(person for person in working(daybook.api) if person != own_id)


def test_the_own_week_opens_first(page: Page, own_id: UUID) -> None:
    days = page.locator(f"[data-clinician-id='{own_id}'][data-date]")
    assert days.evaluate_all("days => days.map(day => day.dataset.date)") == [
        day.isoformat() for day in Week.parse(page.url.rstrip("/").rpartition("/")[2]).days
    ]
    expect(page.get_by_role("link", name="This week")).to_have_attribute("aria-current", "date")


def test_weekly_hours_are_set_and_show_on_both_pages(page: Page, own_id: UUID) -> None:
    monday = next_monday(weeks=20)
    page.goto("/hours/")
    page.get_by_role("link", name="New regular hours").click()
    page.get_by_label("From", exact=True).fill(monday.isoformat())
    page.get_by_label("Saturday, interval 1, from").fill("25")
    page.get_by_label("Saturday, interval 1, to").fill("12:30")
    page.get_by_role("button", name="Save hours").click()
    wrong = page.get_by_label("Saturday, interval 1, from")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_value("25")
    wrong.fill("730")
    page.get_by_role("button", name=re.compile("^Save")).click()
    warned = page.get_by_role("button", name="Save all the same")
    expect(warned.or_(page.get_by_role("heading", name="Hours of"))).to_be_visible()
    if warned.is_visible():
        warned.click()
    expect(page).to_have_url(re.compile(rf"/hours/{own_id}/(\?|$)"))

    week, saturday = Week.containing(monday), (monday + timedelta(days=5)).isoformat()
    page.goto(f"/hours/{own_id}/?week={week}")
    expect(page.locator(f"tr[data-date='{saturday}']")).to_contain_text(re.compile("07:30.*12:30"))
    page.goto(f"/week/{own_id}/{week}/")
    first = page.locator(f"[data-date='{saturday}'] [data-free]").first
    expect(first).to_have_text("Book 07:30")


def test_an_invitation_is_answered_in_the_inbox(
    page: Page, daybook: House, own_id: UUID, near_day: str, patient: Patient
) -> None:
    start = datetime.fromisoformat(near_day).replace(hour=15, tzinfo=UTC)
    host = another(daybook, own_id)
    event = make_visit(daybook.api, host, patient, Interval(start, start + timedelta(minutes=30)), own_id)
    page.goto("/invitations/?days=60")
    row = page.locator(f"li[data-event-id='{event.id}']")
    row.get_by_role("button", name="Maybe").click()
    expect(row).to_have_attribute("data-answer", "Maybe")
    row.get_by_role("button", name="Yes").click()
    expect(row).to_have_attribute("data-answer", "Yes")
    answers = {each.person_id: each.answer for each in daybook.api.events.read(event.id).participants}
    assert (answers[own_id], answers[host]) == ("Yes", "")


def test_nothing_is_booked_for_others(page: Page, daybook: House, own_id: UUID, quiet_day: str, watch: Watch) -> None:
    watch.expected.add(403)
    other = another(daybook, own_id)
    page.goto(f"/week/{own_id}/{Week.containing(date.fromisoformat(quiet_day))}/")
    assert {spot.clinician_id for spot in free_spots(page)} == {own_id}
    page.goto(f"/day/{quiet_day}/")
    assert {spot.clinician_id for spot in free_spots(page)} <= {own_id}
    page.goto(f"/appointments/new/?clinician={other}&start={quiet_day}T15:00:00Z")
    expect(page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()


def test_signing_out_ends_at_the_login(page: Page, own_id: UUID) -> None:
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in with a password")).to_be_visible()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.goto(f"/hours/{own_id}/")
    expect(page).to_have_url(re.compile("/account/login/"))
