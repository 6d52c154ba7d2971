"""The boards in Chromium: until a page is complete, what it holds, and what a change of one visit costs."""

import re
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

ROUNDS = 5
DESK = {"width": 1440, "height": 900}
# From the beginning of the navigation until the frame after next: the last change is painted then.
PAINTED = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
})"""
ELEMENTS = "() => document.querySelectorAll('*').length"
OF_VISITS = "() => document.querySelectorAll('.v .c, .v .c *').length"
HEAP = "Runtime.getHeapUsage"


@dataclass(frozen=True, slots=True)
class Shown:
    """Medians of one page: milliseconds until complete, elements, those of visits, MiB of the script's heap."""

    complete: float
    elements: int
    of_visits: int
    heap: float


@contextmanager
def opened(browser: Browser, home: str, keys: Any) -> Iterator[Page]:
    """A page with an empty cache, signed in."""
    context = browser.new_context(base_url=home, viewport=DESK, storage_state=keys, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


def answering(page: Page, body: str, files: Path) -> None:
    """The page at /bench/ is this text, what it asks for below /peer/ lies in a folder, all else is Daybook's."""
    page.route("**/bench/", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))

    def file(route: Route) -> None:
        route.fulfill(path=files / "node_modules" / route.request.url.partition("/peer/")[2])

    page.route("**/peer/**", file)


def shown(browser: Browser, home: str, keys: Any, pages: Mapping[str, str], files: Path) -> dict[str, Shown]:
    """Each page by its name, shown in turns with an empty cache; the first turn is not counted."""
    seen: dict[str, list[Shown]] = {name: [] for name in pages}
    for turn in range(ROUNDS + 1):
        for name, body in pages.items():
            with opened(browser, home, keys) as page:
                answering(page, body, files)
                page.goto("/bench/", wait_until="load")
                complete = page.evaluate(PAINTED)
                if turn:
                    seen[name].append(_look(page, complete))
    return {name: _median(rows) for name, rows in seen.items()}


def _look(page: Page, complete: float) -> Shown:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send(HEAP)["usedSize"] / 2**20
    return Shown(complete, page.evaluate(ELEMENTS), page.evaluate(OF_VISITS), heap)


def _median(rows: list[Shown]) -> Shown:
    middle = (statistics.median(getattr(row, name) for row in rows) for name in Shown.__slots__)
    return Shown(*middle)  # type: ignore[arg-type]


# --- One changed visit -----------------------------------------------------------------------------------------------

ASK = "document.querySelector('#board-poll > [data-poll]').dispatchEvent(new Event('ask'))"
# How long the page works on an answer, and until what it changed is painted.
SWAPS = """() => {
  window.swaps = [];
  let begun = 0;
  document.addEventListener('htmx:before:swap', () => { begun = performance.now(); }, true);
  document.addEventListener('htmx:after:settle', () => {
    const worked = performance.now() - begun;
    requestAnimationFrame(() => requestAnimationFrame(() => window.swaps.push([worked, performance.now() - begun])));
  });
}"""
# From letting go of the mouse until the visit's new place is painted; and how much of it was waiting for answers.
DROPS = """(id) => {
  let begun = 0;
  window.drop = null;
  document.addEventListener('pointerup', () => { begun = performance.now(); }, { capture: true, once: true });
  const was = document.querySelector(`#board [data-event-id='${id}']`).dataset.start;
  new MutationObserver((_, observer) => {
    const now = document.querySelector(`#board [data-event-id='${id}']`);
    if (!now || now.dataset.start === was) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const since = performance.getEntriesByType('resource').filter((each) => each.startTime > begun);
      const asked = since.filter((each) => !each.name.includes('/static/'));
      const waited = asked.reduce((sum, each) => sum + each.responseEnd - each.startTime, 0);
      window.drop = [performance.now() - begun, waited];
    }));
  }).observe(document.getElementById('board'), { subtree: true, childList: true, attributes: true });
}"""


def swaps(page: Page, change: Callable[[], None], rounds: int = ROUNDS) -> tuple[float, float, int]:
    """Milliseconds of work, until painted, and bytes of the answer, for one visit that somebody else moved."""
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(len(answer.body())) if _asked(answer) else None)
    page.evaluate(SWAPS)
    for turn in range(1, rounds + 1):
        change()
        page.evaluate(ASK)
        page.wait_for_function(f"() => window.swaps.length >= {turn}")
    rows = page.evaluate("() => window.swaps")
    return statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows), max(answers)


def unchanged(page: Page) -> tuple[int, int]:
    """Status and bytes of the answer when nothing changed since."""
    with page.expect_response(_asked) as answer:
        page.evaluate(ASK)
    found = answer.value
    return found.status, 0 if found.status == 204 else len(found.body())


def _asked(answer: Any) -> bool:
    """Whether it is an answer to a board that asks by itself."""
    return "x-board" in answer.request.headers and re.search(r"/(day|week|team)/", answer.url) is not None
