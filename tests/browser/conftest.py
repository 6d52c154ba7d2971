"""Fixtures of the browser tests: one real Daybook for the run, and a fresh, watched page for each test."""

import json
import os

# Playwright's event loop stays in this thread, and Django would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient
from tests.canaries import in_files

from . import chromium, house
from .house import House
from .steps import sign_in
from .watch import Watch

# Another clock and another way to write dates than the clinic's: a page that asked the browser for either would show.
ABROAD = {"timezone_id": "Asia/Tokyo", "locale": "en-GB"}
DESK = {"width": 1440, "height": 900}
PATIENCE = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if __package__ in getattr(item, "module", item).__name__:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium. Where there is none the tests are skipped, or fail when REQUIRE_BROWSER=1 asks for one."""
    path = chromium.find()
    if path is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(chromium.MISSING)
    if path is None:
        pytest.skip(chromium.MISSING)
    with chromium.browser(path) as started:
        yield started


@pytest.fixture(scope="session")
def daybook(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One Daybook with a small clinic, for all tests of the run."""
    with house.running(tmp_path_factory.mktemp("daybook"), clinicians=8, weeks=4) as started:
        yield started
        people = started.api.patients.find().rows
    secret = json.loads((started.data / "sandbox" / "credentials.json").read_text())["secret"]
    told = {text for one in people for text in (f"{one.first_name} {one.last_name}", one.email, one.phone) if text}
    assert len(told) > len(people)
    assert in_files(started.data, told | {secret}, "*.log") == []
    assert [text for text in in_files(started.data, {secret}) if "credentials.json" not in text] == []


OpenPage = Callable[..., Page]


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    """The watches of this test's contexts; anything that one of them noted fails the test."""
    kept: list[Watch] = []
    yield kept
    assert [trouble for watch in kept for trouble in watch.troubles] == []


@pytest.fixture
def open_page(browser: Browser, watches: list[Watch]) -> Iterator[OpenPage]:
    """`open_page(url, ...)`: a page in a context of its own, with Playwright's options for contexts."""
    contexts = []

    def make(home: str, **options: Any) -> Page:
        settings = {"base_url": home, "viewport": DESK, "reduced_motion": "reduce", **ABROAD, **options}
        context = browser.new_context(**settings)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watches.append(Watch(context, home))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage, daybook: House) -> Page:
    """A page of the one Daybook, nobody signed in yet."""
    return open_page(daybook.url)


@pytest.fixture(scope="session")
def keys(browser: Browser, daybook: House) -> dict[Role, Any]:
    """The cookies of each role's login, for tests that are not about signing in."""
    kept: dict[Role, Any] = {}
    for role in Role:
        context = browser.new_context(base_url=daybook.url)
        sign_in(context.new_page(), role, "/search/")
        kept[role] = context.storage_state()
        context.close()
    return kept


PageOf = Callable[[Role], Page]


@pytest.fixture
def page_of(open_page: OpenPage, daybook: House, keys: dict[Role, Any]) -> PageOf:
    """`page_of(role)`: a page of somebody who is signed in."""
    return lambda role: open_page(daybook.url, storage_state=keys[role])


@pytest.fixture
def watch(page: Page, watches: list[Watch]) -> Watch:
    """The watch of `page`, to name the statuses that a test provokes."""
    return watches[0]


@pytest.fixture(scope="session")
def quiet_days() -> Iterator[str]:
    """Working days behind the weeks that hold visits: nobody is busy, all hours are free."""
    return working_days(56, 1400)


def working_days(first: int, last: int) -> Iterator[str]:
    """The ISO dates of the working days so many days ahead."""
    today = datetime.now(UTC).date()
    ahead = (today + timedelta(days=days) for days in range(first, last))
    return (day.isoformat() for day in ahead if day.isoweekday() <= 5)


@pytest.fixture(scope="session")
def near_days() -> Iterator[str]:
    """The first of them: near enough for the worker's watch."""
    return working_days(22, 56)


@pytest.fixture
def near_day(near_days: Iterator[str]) -> str:
    """One of the first quiet days, which no other test books on."""
    return next(near_days)


@pytest.fixture
def quiet_day(quiet_days: Iterator[str]) -> str:
    """An ISO date that no other test books on."""
    return next(quiet_days)


@pytest.fixture(scope="session")
def patients(daybook: House) -> Iterator[Patient]:
    """The clinic's patients whose names say all there is to say: no two share one.

    When all have been chosen they come once more, for the last tests: on days of their own nobody meets.
    """
    rows = daybook.api.patients.find().rows
    names = [row.name for row in rows]
    known = [row for row in rows if names.count(row.name) == 1 and len(row.last_name) > 4]
    return chain(known, known)


@pytest.fixture
def patient(patients: Iterator[Patient]) -> Patient:
    """A patient that no other test chooses."""
    return next(patients)
