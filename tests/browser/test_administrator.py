"""The administrator: the people, and whether the calendar service is reached."""

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from .house import House
from .steps import sign_in
from .watch import Watch


def test_people_are_listed_and_found_by_part_of_a_name(page: Page, daybook: House) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    active = [user for user in daybook.api.users.find().rows if user.active]
    rows = page.locator("tr[data-clinician-id]")
    expect(rows).to_have_count(len(active))
    one = next(user for user in active if len(user.last_name) > 5)
    page.get_by_label("Name, user name, e-mail or phone").press_sequentially(one.last_name[1:].lower())
    expect(rows).not_to_have_count(len(active))
    expect(page.locator(f"tr[data-clinician-id='{one.id}']")).to_contain_text(one.name)


def test_the_check_of_the_connection_finds_everything_in_order(page: Page) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    page.get_by_role("link", name="Check now").click()
    findings = page.locator("[data-part]")
    expect(findings.first).to_be_visible()
    assert page.locator("[data-part]:not([data-tone=ok])").all_inner_texts() == []


def test_an_administrator_books_nothing(page: Page, watch: Watch) -> None:
    watch.expected.add(403)
    sign_in(page, Role.ADMINISTRATOR)
    expect(page.get_by_role("link", name="Book", exact=True)).to_have_count(0)
    page.goto("/appointments/new/")
    expect(page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()
