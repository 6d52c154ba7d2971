"""Draws a day for more and more people as the server does, and keeps the pages: `python -m bench.board.draw`.

A process of its own over the data of a running Daybook: its settings are those of the environment. Prints JSON.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

ROUNDS = 9
# Weeks of one person each, of about 25 visits.
WEEKS = 50


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--host", required=True, help="as which the pages are asked for")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", required=True)
    return parser.parse_args()


def team_of(count: int) -> str:
    """The key of a team of so many people, kept by the coordinator of the demo."""
    from scheduling.accounts.models import Account
    from scheduling.directory.models import StaffMember, Team

    name = f"The first {count}"
    people = StaffMember.objects.filter(welkin_id__in=_clinicians()).order_by("pk")
    team, _made = Team.objects.get_or_create(scope=people[0].scope, name=name)
    team.members.set(people[:count])
    team.keepers.add(Account.objects.get(username="demo.coordinator"))
    return str(team.pk)


def _clinicians() -> list[Any]:
    """Those who are in any team of the demo: they have hours and visits."""
    from scheduling.directory.models import Team

    return list(Team.objects.values_list("members__welkin_id", flat=True).distinct())


Way = Callable[[], str]


def drawer(request: Any, template: str, make: Callable[[], Any]) -> Way:
    """A way to work out a board and draw it as the view does."""
    from django.template.loader import render_to_string

    from scheduling.accounts.models import Density

    def draw() -> str:
        board = make()
        told = {"board": board, "frame": board.frame, "densities": Density.choices, "go_date": board.anchor}
        return render_to_string(template, told, request)

    return draw


def ways_of(page: str, ours: Way) -> dict[str, Way]:
    """Ours, and the floors over the visits of the page."""
    from .facts import columns_of
    from .floors import joined, templated

    facts = columns_of(page)
    return {"ours": ours, "join": lambda: joined(facts), "template": lambda: templated(facts)}


def of_a_day(browser: Any, day: date, key: str) -> tuple[str, dict[str, Way]]:
    """The page of that team's day, and the ways to draw its board again."""
    from scheduling.services import week as weeks
    from scheduling.web.board.page import day_board

    answer = browser.get(f"/day/{day}/", {"team": key})
    request = answer.wsgi_request
    found = weeks.day_of(request.desk, day, key)
    page = answer.content.decode()
    return page, ways_of(page, drawer(request, "day/page.html#board", lambda: day_board(request.desk, found)))


def of_weeks(browser: Any, day: date, count: int) -> tuple[str, dict[str, Way]]:
    """The weeks of so many people, one board after another: the pages as one text, and the ways to draw all again."""
    from scheduling.domain.week import Week
    from scheduling.services import week as weeks
    from scheduling.web.board.page import week_board

    pages, drawn = [], []
    week = Week.containing(day)
    for person in sorted(set(_clinicians()))[:count]:
        answer = browser.get(f"/week/{person}/{week}/")
        request, found = answer.wsgi_request, weeks.week_of(answer.wsgi_request.desk, person, week)
        pages.append(answer.content.decode())
        drawn.append(drawer(request, "week/page.html#board", partial(week_board, request.desk, found)))
    whole = "".join(pages)
    return whole, ways_of(whole, lambda: "".join(draw() for draw in drawn))


def measured(ways: dict[str, Callable[[], str]]) -> dict[str, float]:
    """Median seconds of the processor of each way, taken in turns after one that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            if turn:
                taken[name].append(time.process_time() - begun)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> int:
    asked = options()
    import django

    django.setup()
    from django.test import Client

    from scheduling.accounts.models import Account

    browser = Client(HTTP_HOST=asked.host)
    coordinator = Account.objects.get(username="demo.coordinator")
    browser.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    told = {}
    for size in asked.sizes:
        page, ways = of_a_day(browser, asked.day, team_of(size))
        (asked.out / f"day-{size}.html").write_text(page)
        told[f"day-{size}"] = measured(ways)
    page, ways = of_weeks(browser, asked.day, WEEKS)
    (asked.out / "weeks.html").write_text(page)
    told["weeks"] = measured(ways)
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduling.settings")
    raise SystemExit(main())
