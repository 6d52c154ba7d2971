"""Pages never offer what would be refused: every role follows each kind of link and presses each kind of button."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import Resolver404, resolve

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.web import context
from tests.clinic_fixture import Office, at

from .board_reader import Element, read

pytestmark = pytest.mark.django_db
ROLES = list(Role)
REFUSED = frozenset({403, 404, 405, 500})
# Would end the session that looks around.
LEAVING = {"account_logout", "session-end", "sessions-end"}
PART = {"HX-Request": "true"}


@dataclass
class Visitor:
    """A login that looks around. `near`: how near each person's calendar is, for telling kinds of links apart."""

    browser: Browser
    near: dict[str, str]
    seen: set[object] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    forms: dict[object, str] = field(default_factory=dict)
    kinds: int = 0

    def kind(self, path: str) -> object:
        """The route and whose it is: links of one kind stand for each other."""
        parts = urlsplit(path)
        try:
            match = resolve(parts.path)
        except Resolver404:
            return parts.path
        whose = tuple(self.near.get(str(value), "") for value in match.kwargs.values())
        return match.view_name, whose

    def look_around(self, start: list[str]) -> None:
        waiting = [(path, "the start", {}) for path in start]
        while waiting:
            path, where, headers = waiting.pop(0)
            kind = (self.kind(path), bool(headers))
            if kind in self.seen or self._route(path) in LEAVING:
                continue
            self.seen.add(kind)
            answer = self.browser.get(path, headers=headers)
            self._judge("GET", path, where, answer)
            if answer.status_code in (301, 302):
                waiting.append((answer.headers["Location"], path, {}))
            elif "html" in answer.headers.get("Content-Type", ""):
                waiting += [(urljoin(path, to), path, how) for to, how in self._offers(read(answer), path)]

    def press(self) -> None:
        """Each kind of button, with nothing filled in: what is missing may be said, but not that it is not allowed."""
        for path in self.forms.values():
            if self._route(path) not in LEAVING:
                self._judge("POST", path, "a form", self.browser.post(path), REFUSED - {404})

    def _offers(self, page: Element, path: str) -> Iterator[tuple[str, dict[str, str]]]:
        for row in page.walk():
            if row.tag == "a" and row.attrs.get("href", "").startswith(("/", "?")) and "download" not in row.attrs:
                yield row.attrs["href"], {}
            if row.attrs.get("hx-get", "").startswith("/"):
                yield row.attrs["hx-get"], PART
            action = row.attrs.get("hx-post") or (
                row.attrs.get("action") if row.attrs.get("method") == "post" else None
            )
            if action is not None:
                to = urljoin(path, action)
                self.forms.setdefault(self.kind(to), to)

    def _route(self, path: str) -> str:
        kind = self.kind(path)
        return kind[0] if isinstance(kind, tuple) else ""

    def _judge(self, how: str, path: str, where: str, answer: Any, bad: frozenset[int] = REFUSED) -> None:
        self.kinds += 1
        if answer.status_code in bad:
            self.troubles.append(f"{how} {path}, offered by {where}: {answer.status_code}")


@pytest.fixture
def visitor(
    office: Office,
    make_account: Callable[..., Account],
    make_team: Callable[..., Any],
    sign_in_now: Callable[[Account], Browser],
) -> Callable[[Role], tuple[Visitor, list[str]]]:
    """A login of a role in a clinic with somebody of its own, of its team and of another, each with a visit."""
    clinic, ada, ben, far = office.clinic, office.ada, office.clinic.user("Ben"), office.clinic.user("Zelda")
    visits = [clinic.visit(person, office.theo, start=at(10)) for person in (ada, ben, far)]

    def make(role: Role) -> tuple[Visitor, list[str]]:
        own = ada if role == Role.CLINICIAN else None
        account = make_account(role, welkin_id=own, timezone="America/New_York")
        make_team("Care", members=[ada, ben], keepers=[account] if role != Role.CLINICIAN else [])
        near: dict[str, str] = dict(zip(map(str, (ada, ben, far)), ("own", "team", "other"), strict=True))
        near |= {str(visit.id): f"visit {whose}" for visit, whose in zip(visits, near.values(), strict=True)}
        # What the role has no reach to is no start: it is offered nowhere, or this test says so.
        desk = office.desk_of(account)
        seen = [person for person in (ada, ben, far) if desk.may("calendar.busy", person)]
        return Visitor(sign_in_now(account), near), starts(*seen) if seen else ["/"]

    return make


def starts(*people: UUID) -> list[str]:
    year, week, _day = at(10).date().isocalendar()
    return ["/", f"/day/{at(10).date()}/", *(f"/week/{person}/{year}-W{week:02}/" for person in people)]


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_offered_that_would_be_refused(
    visitor: Callable[[Role], tuple[Visitor, list[str]]], role: Role
) -> None:
    somebody, start = visitor(role)

    somebody.look_around(start)
    somebody.press()

    assert somebody.troubles == []
    assert somebody.kinds > 15


def test_an_offer_that_would_be_refused_is_noticed(
    visitor: Callable[[Role], tuple[Visitor, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a navigation that offers everything to everybody."""
    monkeypatch.setattr(context, "may_anyhow", lambda *_: True)
    somebody, _start = visitor(Role.AUDITOR)

    somebody.look_around(["/people/"])

    assert any("/utilisation/" in trouble for trouble in somebody.troubles)
