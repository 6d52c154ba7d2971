"""The page of the connection: how the API answered, the worker, what is kept, the queue, the trail."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.ledger.models import AuditCheck, Intent
from scheduling.services import connection, vitals
from scheduling.services.condition import MOST_WAITING
from scheduling.services.vitals import Answers
from scheduling.vitals.models import CallMinute
from scheduling.web import condition

Page = Callable[[], str]


@pytest.fixture
def page(credentials: Any, make_account: Any, sign_in: Any) -> Page:
    """`page()`: the connection page of an administrator."""
    browser: Browser = sign_in(make_account(Role.ADMINISTRATOR))
    return lambda: browser.get("/people/connection/").content.decode()


def stat(html: str, name: str) -> tuple[str, str, str]:
    """Tone, value and sentence of a figure."""
    pattern = rf'data-tone="(\w+)"><dt>[^<]*</dt><dd class="stat-text" data-metric="{name}">([^<]*)</dd>(.*?)</div>'
    found = re.search(pattern, html, re.DOTALL)
    assert found is not None, name
    return found.group(1), found.group(2), re.sub(r"<[^>]+>", "", found.group(3)).strip()


NOTHING = {
    "api-half": ("ok", "–", "nothing was asked in the last hour"),
    "api-most": ("ok", "–", "nothing was asked in the last hour"),
    "api-failed": ("ok", "–", "nothing was asked in the last hour"),
    "worker-beat": ("danger", "–", "it was never seen: start `python manage.py worker`"),
    "kept-age": ("warn", "–", "this week and the next are not kept yet: only pages that were opened stay readable"),
    "unknown-outcomes": ("ok", "0", "all settled"),
    "audit-check": ("warn", "–", "not yet: the worker does it every hour"),
}


def test_on_the_first_day(page: Page) -> None:
    html = page()

    assert {name: stat(html, name) for name in NOTHING} == NOTHING
    assert re.fullmatch(r"holds for \d+ (min|h|days) more", stat(html, "token-age")[2])
    assert 'id="unknown-outcomes"' not in html


def test_with_everything_in_order(page: Page, api: Any, clinic: Any, refresh: Any) -> None:
    from scheduling.services import kept

    now = datetime.now(UTC)
    clinic.user("Ada")
    refresh()
    kept.warm(api, connection.scope_of(connection.credentials()), now)
    vitals.beat(now)
    AuditCheck.objects.create(at=now - timedelta(minutes=20), number=1200)
    CallMinute.objects.create(minute=int(now.timestamp() // 60), within=200, failed=False, calls=19)
    CallMinute.objects.create(minute=int(now.timestamp() // 60), within=1000, failed=True, calls=1)

    html = page()

    assert stat(html, "api-half") == ("ok", "≤ 200 ms", "in the last hour")
    assert stat(html, "api-most") == ("ok", "≤ 200 ms", "in the last hour")
    assert stat(html, "api-failed") == ("danger", "5.0 %", "too many: 1 of 20 calls")
    assert stat(html, "worker-beat")[::2] == ("ok", "it is at work")
    assert stat(html, "kept-age")[::2] == ("ok", "this week and the next of everybody")
    assert stat(html, "audit-check") == ("ok", "20 min ago", "whole, 1200 lines")


def unknown(account: Any, action: str, minutes: int) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    Intent.objects.create(
        key=uuid4().hex, account=account, session="s", action=action, state="unknown", minted_at=at, started_at=at
    )


def test_the_queue_names_the_change_and_nobody(page: Page, make_account: Any) -> None:
    account = make_account(Role.COORDINATOR, username="cora")
    unknown(account, "appointment.book", 9)
    unknown(account, "something.new", 8)

    html = page()
    table = html[html.index('id="unknown-outcomes"') :]

    assert stat(html, "unknown-outcomes") == ("warn", "2", "being looked for: see below")
    assert 'href="#unknown-outcomes"' in html
    assert re.findall(r'<th scope="row">([^<]*)</th>', table) == ["Booking a visit", "Another change"]
    assert re.findall(r"<td>([^<]*)</td>", table)[:3] == ["9 min ago", "0 times", "at once"]
    assert "cora" not in table[: table.index("</section>")]


def test_a_long_queue_is_cut_and_says_so(page: Page, make_account: Any) -> None:
    account = make_account(Role.COORDINATOR)
    for number in range(MOST_WAITING + 3):
        unknown(account, "appointment.move", 100 - number)

    html = page()

    assert html.count('<th scope="row">') == MOST_WAITING
    assert "And 3 more." in html


def test_a_broken_trail_is_told(page: Page) -> None:
    trouble = "line 7 (link 7) is not as it was sealed"
    AuditCheck.objects.create(at=datetime.now(UTC), number=9, trouble=trouble)

    tone, _, sentence = stat(page(), "audit-check")

    assert (tone, sentence) == ("danger", f"it is not whole: {trouble}")


AGES = {0: "0 s", 59: "59 s", 60: "1 min", 3599: "59 min", 3600: "1 h", 172_799: "47 h", 172_800: "2 days"}


@pytest.mark.parametrize(("seconds", "words"), AGES.items(), ids=AGES.values())
def test_ages_in_words(seconds: int, words: str) -> None:
    assert condition.age(timedelta(seconds=seconds)) == words


FAILED: dict[str, tuple[int, int, str]] = {
    "few calls prove little": (2, 10, "ok"),
    "one in twenty": (1, 20, "danger"),
    "one in a hundred": (1, 100, "ok"),
}


@pytest.mark.parametrize(("failed", "calls", "tone"), FAILED.values(), ids=FAILED)
def test_when_failures_worry(failed: int, calls: int, tone: str) -> None:
    assert condition._answers(Answers(calls, failed, 100, 200))[2].tone == tone


BEATS = {None: "danger", 0: "ok", 180: "ok", 181: "danger"}


@pytest.mark.parametrize(("seconds", "tone"), BEATS.items(), ids=map(str, BEATS))
def test_when_the_worker_worries(seconds: int | None, tone: str) -> None:
    assert condition._worker(None if seconds is None else timedelta(seconds=seconds)).tone == tone


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_it_is_for_administrators(credentials: Any, make_account: Any, sign_in: Any, role: Role) -> None:
    assert sign_in(make_account(role)).get("/people/connection/").status_code == 403
