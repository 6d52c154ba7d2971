"""The manager: how the hours are used, without the name of any patient."""

import re

from playwright.sync_api import Locator, Page, expect

from scheduling.accounts.roles import Role

from .house import House
from .steps import sign_in
from .watch import Watch


def minutes(rows: Locator, metric: str) -> list[int]:
    figures = rows.locator(f"[data-metric='{metric}']")
    return [int(text) for text in figures.evaluate_all("cells => cells.map(cell => cell.dataset.value)")]


PAGES = ("/utilisation/", "/day/", "/people/", "/invitations/", "/search/")
METRICS = ("offered", "booked-inside", "booked-outside", "leave", "visits", "status-cancelled")


def test_the_rows_add_up_to_the_total(page: Page) -> None:
    sign_in(page, Role.MANAGER)
    table = page.get_by_role("region", name="By clinician")
    rows, total = table.locator("tbody tr[data-clinician-id]"), table.locator("tr[data-total]")
    sums = {metric: sum(minutes(rows, metric)) for metric in METRICS}
    assert sums == {metric: minutes(total, metric)[0] for metric in METRICS}


def test_another_week_has_other_figures(page: Page) -> None:
    sign_in(page, Role.MANAGER)
    total = page.locator("tr[data-total] [data-metric='visits']")
    before = total.get_attribute("data-value")
    page.get_by_role("link", name="Previous week").click()
    expect(page).to_have_url(re.compile(r"week=\d{4}-W\d\d"))
    expect(total).not_to_have_attribute("data-value", before or "")
    page.get_by_role("link", name="This week").click()
    expect(total).to_have_attribute("data-value", before or "")


def test_no_patient_is_named_on_any_page(page: Page, daybook: House, watch: Watch) -> None:
    staff = {name for user in daybook.api.users.find().rows for name in (user.first_name, user.last_name)}
    patients = daybook.api.patients.find().rows
    names = {row.name for row in patients} | {row.last_name for row in patients if len(row.last_name) > 3} - staff
    sign_in(page, Role.MANAGER)
    here = page.locator("tbody tr[data-clinician-id]").first.get_attribute("data-clinician-id")
    visit = ""
    for path in (*PAGES, f"/hours/{here}/", f"/week/{here}/"):
        page.goto(path)
        if path.startswith("/week"):
            visit = page.locator("[data-event-id]").first.get_attribute("data-event-id") or ""
        words = page.content()
        assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", words)] == [], path
    watch.expected.add(403)
    for path in (f"/patients/{patients[0].id}/", f"/appointments/{visit}/", "/appointments/new/"):
        page.goto(path)
        expect(page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()


def test_the_search_finds_people_and_says_that_it_looks_for_no_patients(page: Page, daybook: House) -> None:
    sign_in(page, Role.MANAGER)
    patient = daybook.api.patients.find().rows[0]
    page.get_by_label("Search patients and people").press_sequentially(patient.last_name)
    expect(page.locator("#search-results")).to_contain_text("Your role does not look for patients")
    expect(page.get_by_role("option", name=patient.name)).to_have_count(0)
