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
from pathlib import Path
from typing import Any

ROUNDS = 9


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


def drawers(browser: Any, day: date, key: str) -> tuple[str, dict[str, Callable[[], str]]]:
    """The page of that team's day, and ways to draw its board again: ours, and the floors."""
    from django.template.loader import render_to_string

    from scheduling.accounts.models import Density
    from scheduling.services import week as weeks
    from scheduling.web.board.page import day_board

    from .facts import columns_of
    from .floors import joined, templated

    answer = browser.get(f"/day/{day}/", {"team": key})
    page, request = answer.content.decode(), answer.wsgi_request
    found = weeks.day_of(request.desk, day, key)
    facts = columns_of(page)

    def ours() -> str:
        board = day_board(request.desk, found)
        told = {"board": board, "frame": board.frame, "densities": Density.choices, "go_date": board.anchor}
        return render_to_string("day/page.html#board", told, request)

    return page, {"ours": ours, "join": lambda: joined(facts), "template": lambda: templated(facts)}


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
        page, ways = drawers(browser, asked.day, team_of(size))
        (asked.out / f"day-{size}.html").write_text(page)
        told[size] = measured(ways)
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduling.settings")
    raise SystemExit(main())
