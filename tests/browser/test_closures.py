"""Closing a place, from the administrator's form to the refused booking; and what changed since a clinician looked."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.domain.week import Week

from .access import inspect
from .conftest import PageOf
from .house import House
from .steps import book, free_spots, make_visit


def close(page: Page, name: str, day: str) -> None:
    """The administrator closes a whole day everywhere."""
    page.goto("/people/")
    page.get_by_role("link", name="Closures", exact=True).click()
    page.get_by_role("link", name="New closure").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("First day").fill(day)
    page.get_by_label("Last day").fill(day)
    page.get_by_role("button", name="Save closure").click()
    expect(page.locator(".banner", has_text=f"“{name}” is saved.")).to_be_visible()


def test_a_closed_day_is_shown_refused_by_name_and_explained(page_of: PageOf, quiet_day: str, patient: Patient) -> None:
    name = f"Stocktaking {quiet_day}"
    administrator, coordinator = page_of(Role.ADMINISTRATOR), page_of(Role.COORDINATOR)
    close(administrator, name, quiet_day)

    coordinator.goto(f"/day/{quiet_day}/")
    expect(coordinator.locator(".banner", has_text=name)).to_be_visible()
    expect(coordinator.locator("[data-free]")).to_have_count(0)
    assert inspect(coordinator) == []
    clinician = coordinator.locator("[data-clinician-id]").first.get_attribute("data-clinician-id")
    coordinator.goto(f"/appointments/new/?clinician={clinician}&start={quiet_day}T15:00:00Z&patient={patient.id}")
    expect(coordinator.locator("[data-conflict=CLOSURE]")).to_contain_text(name)
    coordinator.goto(f"/find/?clinician={clinician}&minutes=30&first={quiet_day}&last={quiet_day}")
    expect(coordinator.locator("[data-rule=CLOSURE]").first).to_be_attached()

    line = administrator.locator("[data-closure-id]", has_text=name)
    line.get_by_role("link", name="Delete").click()
    administrator.get_by_role("button", name="Delete closure").click()
    assert inspect(administrator) == []
    administrator.get_by_role("button", name="Undo").click()
    expect(line).to_be_visible()
    line.get_by_role("link", name="Delete").click()
    administrator.get_by_role("button", name="Delete closure").click()
    expect(line).to_have_count(0)


def own_id(page: Page) -> UUID:
    found = re.search(r"/week/([0-9a-f-]{36})/", page.url)
    assert found
    return UUID(found[1])


def test_what_changed_is_told_once_on_a_phone_too(page_of: PageOf, daybook: House, patients: Iterator[Patient]) -> None:
    phone, coordinator = page_of(Role.CLINICIAN), page_of(Role.COORDINATOR)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto("/week/")
    me, week = own_id(phone), Week.containing(datetime.now(UTC).date() + timedelta(days=14))
    phone.goto("/since/")
    if phone.get_by_role("button", name="Seen").is_visible():  # what other tests did to this clinician
        phone.get_by_role("button", name="Seen").click()
    one, other = next(patients), next(patients)
    coordinator.goto(f"/week/{me}/{week}/")
    spots = [spot for spot in free_spots(coordinator) if spot.when.minutes >= 30]
    # What is booked in Welkin itself is read with the next change through Daybook at the latest.
    make_visit(daybook.api, me, one, Interval(spots[-1].when.start, spots[-1].when.start + timedelta(minutes=30)))
    book(coordinator, spots[0], other)

    phone.goto(f"/week/{me}/{week}/")
    line = phone.locator("[data-since]")
    expect(line).to_contain_text("2 changes since you last looked")
    line.click()
    expect(phone.locator("[data-change=new]")).to_contain_text([other.name, one.name])
    assert inspect(phone) == []
    phone.get_by_role("button", name="Seen").click()
    expect(phone.locator("#board")).to_be_visible()
    expect(line).to_have_count(0)
