"""Each view of the board in each of its states through axe: nothing of any impact is wrong, nothing scrolls sideways.

Empty, busy, two visits at once, a move that was refused, no network, on paper; while the calendar service is away the
boards are looked at in test_trouble.py. `make test` takes each view once, `make paths` (PATHS=all) in each look.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from scheduling.accounts.roles import Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient

from .access import ALL_RULES, FRAMES, sideways, violations
from .bench import HOUR, MINUTE, Bench, local
from .conftest import OpenPage
from .house import House
from .steps import dialog, make_visit, panel
from .test_paths import ALL, SIZES, two_days
from .watch import Watch

LOOKS = [(scheme, size) for size in SIZES for scheme in ("light", "dark")]
# A4 across, less its margins.
PAPER: ViewportSize = {"width": 1054, "height": 725}
Address = Callable[[Bench, int], str]


def iso_week(bench: Bench, weeks: int) -> str:
    year, week, _day = (local(bench.start) + timedelta(weeks=weeks)).isocalendar()
    return f"{year}-W{week:02}"


def week(bench: Bench, weeks: int) -> str:
    return f"/week/{bench.home.spot.clinician_id}/{iso_week(bench, weeks)}/"


def day(bench: Bench, weeks: int) -> str:
    return f"/day/{(local(bench.start) + timedelta(weeks=weeks)).date()}/?team=own"


def team(bench: Bench, weeks: int) -> str:
    return f"/team/{iso_week(bench, weeks)}/?team=own"


VIEWS: dict[str, Address] = {"week": week, "day": day, "team": team, "list": week}


def refused_on_the_grid(bench: Bench) -> None:
    """An hour later the same person has the visit that begins at the half hour."""
    bench.lift()
    bench.keys("ArrowDown", 4)
    bench.keys("Enter")
    expect(bench.page.locator("#hand-refused")).to_be_visible()


def refused_in_the_week_of_a_team(bench: Bench) -> None:
    """The next day has a visit at that time."""
    bench.chip.first.focus()
    bench.keys("Space")
    expect(bench.bar).to_be_focused()
    expect(bench.fits.first).to_be_attached()
    bench.keys("ArrowRight")
    bench.keys("Enter")
    expect(bench.page.locator("#hand-refused")).to_be_visible()


def refused_in_the_form(bench: Bench) -> None:
    page = bench.page
    page.locator(f".agenda [data-event-id='{bench.visit.id}']").first.click()
    panel(page).get_by_role("link", name="Move", exact=True).click()
    dialog(page).get_by_label("Start").fill(f"{local(bench.start + HOUR / 2):%H:%M}")
    dialog(page).get_by_label("Start").press("Tab")
    expect(dialog(page).locator("[data-conflict]").first).to_be_visible()


REFUSED = {
    "week": refused_on_the_grid,
    "day": refused_on_the_grid,
    "team": refused_in_the_week_of_a_team,
    "list": refused_in_the_form,
}


def look(page: Page, button: str) -> None:
    page.get_by_role("button", name="View", exact=True).click()
    page.locator("#board-look").get_by_role("button", name=button).click()
    page.wait_for_load_state()


@contextmanager
def as_a_list(page: Page, address: str) -> Iterator[None]:
    """The look is the login's: it is put back for the tests that follow."""
    page.goto(address)
    look(page, "List")
    expect(page.locator(".agenda").first).to_be_visible()
    try:
        yield
    finally:
        page.goto(address)
        look(page, "Grid")
        expect(page.locator("#board .grid")).to_be_visible()


def walk(bench: Bench, view: str, watch: Watch) -> dict[str, list[str]]:
    """What is wrong, by state."""
    page, address = bench.page, VIEWS[view]
    found: dict[str, list[str]] = {}

    def note(state: str) -> None:
        found[state] = sideways(page) + violations(page, ALL_RULES)

    page.goto(address(bench, 52))
    note("empty")
    page.goto(address(bench, 0))
    expect(bench.page.locator(f"[data-event-id='{bench.visit.id}']").first).to_be_attached()
    note("busy, two at once")
    size = page.viewport_size
    assert size
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    page.evaluate(FRAMES)
    note("printing")
    page.emulate_media(media="screen")
    page.set_viewport_size(size)
    REFUSED[view](bench)
    note("refused")
    page.goto(address(bench, 0))
    page.context.set_offline(True)
    page.locator("#board [rel=next]").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    note("offline")
    page.context.set_offline(False)
    watch.troubles[:] = [each for each in watch.troubles if not re.search("ERR_INTERNET|Failed to fetch", each)]
    return found


def cases() -> Iterator[Any]:
    for number, view in enumerate(VIEWS):
        # Light and dark, wide and narrow and zoomed in all come up.
        for scheme, size in LOOKS if ALL else [LOOKS[number * 3 % len(LOOKS) + number // 2]]:
            yield pytest.param(view, scheme, size, id=f"{view}, {scheme}, {size}")


@pytest.fixture(scope="module")
def three(patients: Iterator[Patient]) -> tuple[Patient, Patient, Patient]:
    """For all views: each has days of its own."""
    return next(patients), next(patients), next(patients)


@pytest.mark.parametrize(("view", "scheme", "size"), list(cases()))
def test_the_states_of_a_view(
    open_page: OpenPage,
    watches: list[Watch],
    daybook: House,
    keys: dict[Role, Any],
    three: tuple[Patient, Patient, Patient],
    quiet_days: Iterator[str],
    view: str,
    scheme: str,
    size: str,
) -> None:
    page = open_page(daybook.url, storage_state=keys[Role.COORDINATOR], viewport=SIZES[size], color_scheme=scheme)
    patient, other, third = three
    bench = Bench(page, daybook, patient, two_days(quiet_days, 1), 1)
    host, later = bench.home.spot.clinician_id, timedelta(minutes=30)
    make_visit(daybook.api, host, other, Interval(bench.start + later, bench.start + later + 45 * MINUTE))
    make_visit(daybook.api, host, third, bench.span(bench.away))
    if view == "list":
        with as_a_list(page, week(bench, 0)):
            found = walk(bench, view, watches[0])
    else:
        found = walk(bench, view, watches[0])
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
