"""`make bench`: the boards, drawn, sent, shown and changed, beside floors (and with PEERS=1 beside other calendars)."""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from scheduling.accounts.roles import Role
from scheduling.domain.person import Patient
from tests.browser import chromium, house
from tests.browser.bench import MINUTE, Bench, Place
from tests.browser.steps import instant, sign_in

from ..slots.report import table
from . import browse, floors, peers
from .facts import columns_of, without_visits
from .peers import Peer
from .sent import weight

# Styles and scripts of EventCalendar 5.10.1 by gzip, for runs without PEERS=1: those with it weigh what npm brought.
LIGHTEST = 44_901
# At most so much of the other's time, by its name and the people of the day; the floor's holds for all sizes.
FLOOR_GOAL = 1.25
GOALS = {("FullCalendar 6 premium", 200): 0.13}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 50, 200], help="people of a day")
    parser.add_argument("--peers", action="store_true", default=os.environ.get("PEERS") == "1")
    return parser.parse_args()


def working_day() -> date:
    """Wednesday of the next week: the demo is busy then, and nothing of it is over."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=9 - today.isoweekday())


def drawn(started: house.House, data: Path, day: date, sizes: list[int], out: Path) -> dict[str, dict[str, float]]:
    """Seconds of the processor by page and way; the pages lie in the folder then."""
    port = started.url.rpartition(":")[2]
    sandbox = str(started.api.credentials.url).rpartition(":")[2]
    env = house.environment(data, int(port), SANDBOX_PORT=sandbox, DJANGO_SETTINGS_MODULE="scheduling.settings")
    asked = ["--day", str(day), "--host", f"localhost:{port}", "--out", str(out), "--sizes", *map(str, sizes)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.board.draw", *asked], env=env, cwd=house.ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def squeezed(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


def tell_drawing(times: dict[str, dict[str, float]], out: Path) -> None:
    rows = []
    for name, told in times.items():
        page = (out / f"{name}.html").read_text()
        columns = columns_of(page)
        visits, people = sum(len(column.visits) for column in columns), len({column.person for column in columns})
        whole, frame = squeezed(page), squeezed(without_visits(page))
        what = "the weeks of" if name == "weeks" else "a day of"
        rows.append(
            [
                f"{what} {people} people, {visits} visits",
                f"{told['ours'] * 1000:.1f}",
                f"{told['join'] / told['ours']:.2f}",
                f"{told['template'] / told['ours']:.2f}",
                f"{told['ours'] * 1e6 / visits:.0f}",
                f"{(whole - frame) / visits:.0f}",
                f"{whole / visits:.0f}",
            ]
        )
    ratios = ["join: ours (goal >= 0.5)", "template: ours"]
    print(table(["server", "ms", *ratios, "us/visit", "gzip B/visit (goal <= 60)", "page B/visit"], rows))
    print("The join gets ready words, ours works them out.")
    print()


def tell_shown(
    browser: Browser, started: house.House, keys: Any, pages: dict[int, str], day: date, others: list[Peer], out: Path
) -> None:
    rows = []
    for size, page in pages.items():
        facts = columns_of(page)
        visits = sum(len(column.visits) for column in facts)
        contest = {"floor: boxes": floors.plain(facts), "Daybook": page}
        contest |= {peer.name: peers.page_of(peer, facts, str(day)) for peer in others}
        seen = browse.shown(browser, started.url, keys, contest, out)
        ours = seen["Daybook"]
        for name, one in seen.items():
            mine = f"{one.of_visits / visits:.2f}" if name == "Daybook" else ""
            ratio = f"{ours.complete / one.complete:.2f}"
            times = [f"{one.complete:.0f}", ratio, goal_of(name, size)]
            rows.append([f"{size} people: {name}", *times, f"{one.elements}", mine, f"{one.heap:.1f}"])
    times = ["complete ms", "ours: it", "goal"]
    print(table(["Chromium, a day", *times, "elements", "per visit (goal <= 2)", "heap MiB"], rows))
    print("Ours draws hours, free time, headings and closures too; the floor draws boxes of visits alone.")
    print()


def goal_of(name: str, size: int) -> str:
    goal = FLOOR_GOAL if name.startswith("floor") else GOALS.get((name, size))
    return "" if goal is None else f"<= {goal}"


def tell_weight(started: house.House, page: str, lightest: int) -> None:
    """Ours in both encodings, beside the bytes of the lightest other calendar in gzip."""
    rows = []
    for encoding in ("gzip", "br"):
        size = weight(started.url, page, encoding)
        rows.append([f"styles and scripts, {encoding}", f"{size / 1000:.1f}", f"{size / lightest:.2f}"])
    print(table(["sent", "kB", "of EventCalendar's gzip (goal <= 0.5)"], rows))
    print(f"EventCalendar's: {lightest / 1000:.1f} kB")
    print()


def drop(bench: Bench, here: Place, there: Place) -> list[float]:
    """Carry the visit by the mouse; milliseconds until its new place is painted, and those of waiting for answers."""
    page, grip = bench.page, 10 * MINUTE
    page.evaluate(browse.DROPS, str(bench.visit.id))
    x, y = bench.press(here.later(grip))
    page.mouse.move(x + 3, y + 8, steps=2)
    bench.fits.first.wait_for(state="attached")
    bench.carry(there.later(grip))
    page.mouse.up()
    page.wait_for_function("() => window.drop")
    page.wait_for_timeout(300)
    return list(page.evaluate("() => window.drop"))


def tell_changes(page: Page, started: house.House, patients: list[Patient]) -> None:
    """One visit dragged by oneself, one moved by somebody else, and nothing."""
    today = datetime.now(UTC).date()
    quiet = today + timedelta(days=70 - today.isoweekday() + 2)
    bench = Bench(page, started, patients[0], quiet.isoformat())
    drops = []
    for turn in range(browse.ROUNDS):
        # There and back: a quarter of an hour later, and the next time earlier.
        here, there = (bench.home.later((turn + more) % 2 * 15 * MINUTE) for more in (0, 1))
        drops.append(drop(bench, here, there))
    drops.sort()
    whole, asked = drops[len(drops) // 2]
    print(
        table(
            ["a move by hand", "ms"],
            [["drop to repaint", f"{whole:.0f}"], ["of it waiting for answers", f"{asked:.0f}"]],
        )
    )
    print(f"unchanged board: status and bytes {browse.unchanged(page)}")

    theirs, steps = page.context.new_page(), count()

    def change() -> None:
        """As another coordinator does it, by the form."""
        start = bench.start + (2 + next(steps) % 2) * 15 * MINUTE
        theirs.goto(f"/appointments/{bench.visit.id}/move/?start={instant(start)}")
        theirs.get_by_role("button", name="Move", exact=True).click()
        theirs.locator("#toasts").get_by_text("Moved").first.wait_for()

    worked, painted, size = browse.swaps(page, change)
    rows = [["work", f"{worked:.1f}"], ["painted", f"{painted:.1f}"], ["bytes of the answer", f"{size}"]]
    print(table(["a visit moved by somebody else", "ms"], rows))


def main() -> int:
    asked = options()
    asked.day = working_day()
    path = chromium.find()
    if path is None:
        print(chromium.MISSING)
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="daybook-board-") as folder,
        house.running(Path(folder) / "data", clinicians=max(asked.sizes), weeks=3) as started,
        chromium.browser(path) as browser,
    ):
        out = Path(folder)
        times = drawn(started, out / "data", asked.day, asked.sizes, out)
        pages = {size: (out / f"day-{size}.html").read_text() for size in asked.sizes}
        context = browser.new_context(base_url=started.url, viewport=browse.DESK)
        page = context.new_page()
        sign_in(page, Role.COORDINATOR)
        keys = context.storage_state()
        tell_drawing(times, out)
        others = peers.installed(out) if asked.peers else []
        if not asked.peers:
            print("other calendars: not run (PEERS=1 brings them by npm into a temporary folder)")
        tell_shown(browser, started, keys, pages, asked.day, others, out)
        weights = {peer.name: peers.weight(peer, out) for peer in others}
        tell_weight(started, pages[min(asked.sizes)], weights.get("EventCalendar", LIGHTEST))
        tell_changes(page, started, started.api.patients.find().rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
