"""The administrator: the people, and whether the calendar service is reached."""

from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from .access import inspect
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


def test_a_team_is_made_changed_and_deleted_by_the_keyboard_on_a_phone_too(page: Page) -> None:
    sign_in(page, Role.ADMINISTRATOR, "/people/")
    page.get_by_role("link", name="Teams", exact=True).press("Enter")
    assert inspect(page) == []
    page.get_by_role("link", name="New team").press("Enter")
    page.get_by_role("button", name="Make the team").press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("Give the team a name.")
    assert inspect(page) == []
    page.get_by_label("Name", exact=True).fill("Nights")
    page.get_by_role("group", name="Members").get_by_role("checkbox").first.press("Space")
    page.get_by_role("button", name="Make the team").press("Enter")
    expect(page.locator("tr", has_text="Nights")).to_be_visible()

    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="Nights").press("Enter")
    page.get_by_label("Name", exact=True).fill("Late nights")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("link", name="Late nights").press("Enter")
    page.get_by_role("link", name="Delete team").press("Enter")
    expect(page.get_by_text("only the team goes")).to_be_visible()
    assert inspect(page) == []
    page.get_by_role("button", name="Delete team").press("Enter")
    expect(page.get_by_text("“Late nights” is deleted.")).to_be_visible()
    expect(page.locator("tr", has_text="Late nights")).to_have_count(0)
