"""`make screenshots`: the README's pictures, made from a Daybook of their own so that they stay true.

The clinic is the demo's own (24 clinicians, twelve weeks, always the same seed) around the day on which this runs; the
boards are looked at with 1, 24 and 60 people. `make screenshots` makes all, `PICTURES_OF="day-60 week"` some.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from scheduling.accounts.roles import Role

from . import chromium, house
from .steps import dialog, free_spots, match, open_booking, panel, sign_in

PICTURES = house.ROOT / "docs" / "pictures"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
ENOUGH = 5

Draw = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """One file: who looks, in which light, at what, in a clinic of how many clinicians."""

    name: str
    role: Role | None
    draw: Draw
    dark: bool = False
    phone: bool = False
    people: int = 24


def busy(page: Page) -> bool:
    """Whether enough people of the board have visits, and somebody has free time."""
    columns = page.locator("#board [data-clinician-id]").filter(has=page.locator("[data-event-id]"))
    return columns.count() >= ENOUGH and bool(free_spots(page))


def to_a_busy_day(page: Page) -> None:
    """One team on the next day on which most of it works."""
    heading = page.get_by_role("heading", level=1)
    address = page.url
    page.get_by_label("Team").select_option(index=1)
    page.wait_for_url(lambda url: url != address)
    for _day in range(7):
        if busy(page):
            return
        shown = heading.inner_text()
        page.get_by_role("link", name="Next day").click()
        expect(heading).not_to_have_text(shown)


def to_a_busy_week(page: Page) -> None:
    """This week; on a weekend the coming one, which has more to show."""
    if not page.locator("#board [data-free]").count():
        address = page.url
        page.get_by_role("link", name="Next week").click()
        page.wait_for_url(lambda url: url != address)


def draw_login(page: Page) -> None:
    page.goto("/account/login/")


def draw_booking(page: Page) -> None:
    to_a_busy_day(page)
    spots = [spot for spot in free_spots(page) if spot.when.minutes >= 60]
    open_booking(page, spots[len(spots) // 2])
    page.get_by_label("Find a patient").press_sequentially("ell")
    match(page).click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()


def draw_visit(page: Page) -> None:
    to_a_busy_day(page)
    page.locator("#board [data-status=scheduled]").nth(2).click()
    expect(panel(page)).to_be_visible()


def draw_find(page: Page) -> None:
    """The free times of one team, the least booked first."""
    page.goto("/find/?order=EVEN_LOAD")
    page.get_by_label("With", exact=True).select_option(index=1)
    page.get_by_role("button", name="Find times").click()
    page.wait_for_url(lambda url: "minutes=" in url)
    expect(page.locator("[data-slot]").first).to_be_visible()


def draw_hours(page: Page) -> None:
    page.goto("/hours/")
    expect(page.get_by_role("heading", name="Hours of")).to_be_visible()


def draw_utilisation(page: Page) -> None:
    page.get_by_role("link", name="Previous week").click()
    expect(page.locator("tr[data-total]")).to_be_visible()


def board(view: str, people: int) -> Picture:
    """The day, the list or the week of so many people; one of them alone is chosen by the filter."""

    def draw(page: Page) -> None:
        page.goto("/day/?team=all")
        while page.locator("#board [data-event-id]").count() < people:
            page.get_by_role("link", name="Next day").click()
            page.wait_for_load_state()
        address = page.url
        if view == "team":
            page.goto("/team/?team=all")
            address = page.url
        person = page.locator("#board [data-clinician-id]").first.get_attribute("data-clinician-id")
        more = ["view=list"] if view == "list" else []
        more += [f"person={person}"] if people == 1 else []
        page.goto("&".join([address, *more]))
        expect(page.locator("#board")).to_be_visible()

    return Picture(f"{view}-{people}", Role.COORDINATOR, draw, people=max(people, 24))


def draw_report(page: Page) -> None:
    page.goto("/utilisation/report/?missed_out=on")
    expect(page.locator("tr[data-total]")).to_be_visible()


SERIES = (
    Picture("login", None, draw_login),
    Picture("day", Role.COORDINATOR, to_a_busy_day),
    Picture("booking", Role.COORDINATOR, draw_booking),
    Picture("visit", Role.COORDINATOR, draw_visit),
    Picture("find", Role.COORDINATOR, draw_find),
    Picture("week", Role.CLINICIAN, to_a_busy_week, dark=True),
    Picture("hours", Role.CLINICIAN, draw_hours),
    Picture("utilisation", Role.MANAGER, draw_utilisation),
    Picture("report", Role.MANAGER, draw_report),
    Picture("phone", Role.CLINICIAN, to_a_busy_week, phone=True),
    *(board(view, people) for view in ("day", "team", "list") for people in (1, 24, 60)),
)


def take(browser: Browser, home: str, picture: Picture) -> None:
    """Sign in, go there, and keep what is on the screen."""
    options: dict[str, Any] = {
        "base_url": home,
        "viewport": PHONE if picture.phone else DESK,
        "device_scale_factor": 2 if picture.phone else 1,
        "color_scheme": "dark" if picture.dark else "light",
        "reduced_motion": "reduce",
        "locale": "en-GB",
    }
    context = browser.new_context(**options)
    page = context.new_page()
    if picture.role:
        sign_in(page, picture.role)
    picture.draw(page)
    page.wait_for_load_state("networkidle")
    if not dialog(page).is_visible():
        page.mouse.move(0, 0)
    # Playwright hides the caret by an inline style, which our policy refuses.
    page.screenshot(path=PICTURES / f"{picture.name}.png", caret="initial")
    context.close()


def main() -> int:
    path = chromium.find()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    some = os.environ.get("PICTURES_OF", "").split()
    wanted = [picture for picture in SERIES if not some or picture.name in some]
    with chromium.browser(path) as browser:
        for people in sorted({picture.people for picture in wanted}):
            draw_all(browser, people, [picture for picture in wanted if picture.people == people])
    return 0


def draw_all(browser: Browser, people: int, pictures: list[Picture]) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="daybook-pictures-") as folder,
        house.running(Path(folder), clinicians=people, weeks=12) as started,
    ):
        for picture in pictures:
            take(browser, started.url, picture)
            sys.stdout.write(f"docs/pictures/{picture.name}.png\n")


if __name__ == "__main__":
    raise SystemExit(main())
