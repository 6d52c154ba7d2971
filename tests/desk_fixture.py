"""A desk for service and view tests: a login of some role over a tenant of its own in the running sandbox."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.services import connection, mirror
from scheduling.services.desk import Desk, seat
from scheduling.welkin import Client, Credentials

NEW_YORK = ZoneInfo("America/New_York")


PASSWORD = "a long enough word"


@pytest.fixture
def credentials(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Credentials:
    """The credentials of this test's tenant, also for everything that asks the settings."""
    own = Credentials(
        url=sandbox.url, tenant=sandbox.tenant, instance=sandbox.instance, client=sandbox.client, secret=sandbox.secret
    )
    monkeypatch.setattr(connection, "credentials", lambda: own)
    return own


@pytest.fixture
def api(credentials: Credentials) -> Client:
    """A client on this test's tenant."""
    return connection.client_for(credentials)


MakeAccount = Callable[..., Account]


@pytest.fixture
def make_account(db: None) -> MakeAccount:
    """`make_account(Role.CLINICIAN, welkin_id=...)`: a login that may sign in."""

    def make(
        role: Role = Role.COORDINATOR, welkin_id: UUID | None = None, username: str = "", timezone: str = ""
    ) -> Account:
        return Account.objects.create_user(
            username=username or f"{role}-{Account.objects.count()}",
            password=PASSWORD,
            role=role,
            welkin_id=welkin_id,
            timezone=timezone,
        )

    return make


@pytest.fixture
def refresh(credentials: Credentials, api: Client, db: None) -> Callable[[], None]:
    """Read the tenant's people into the mirrors, as the worker does."""

    def run() -> None:
        scope, now = connection.scope_of(credentials), datetime.now(UTC)
        mirror.refresh_staff(api, scope, now)
        mirror.refresh_patients(api, scope, now)

    return run


@pytest.fixture
def make_team(credentials: Credentials, refresh: Callable[[], None]) -> Callable[..., Team]:
    """`make_team("Nursing", members=[user ids], keepers=[accounts])`, after reading the tenant's people."""

    def make(name: str, members: list[UUID], keepers: list[Account]) -> Team:
        refresh()
        team = Team.objects.create(scope=connection.scope_of(credentials), name=name)
        team.members.set(StaffMember.objects.filter(scope=team.scope, welkin_id__in=members))
        team.keepers.set(keepers)
        return team

    return make


@pytest.fixture
def desk_of(credentials: Credentials) -> Callable[..., Desk]:
    """`desk_of(account, now=...)`: a desk as the middleware makes one."""

    def make(account: Account, now: datetime | None = None) -> Desk:
        return seat(account, now=now or datetime.now(UTC), session="test-session")

    return make


@pytest.fixture
def sign_in(credentials: Credentials) -> Callable[[Account], Browser]:
    """`sign_in(account)`: Django's test browser with a session of that login."""

    def make(account: Account) -> Browser:
        browser = Browser()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return make


class _Calls(logging.Handler):
    """Collects what the client tells of its exchanges: "GET /{tenant}/..."."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.msg
        if isinstance(line, dict) and line.get("event") == "api_call":
            self.seen.append(f"{line['method']} {line['route']}")


@pytest.fixture
def api_calls(api: Client) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with api_calls() as seen: ...`: method and route of each call inside; the token is there before."""
    api.check()

    @contextmanager
    def watch() -> Iterator[list[str]]:
        handler, logger = _Calls(), logging.getLogger("daybook.api")
        logger.addHandler(handler)
        try:
            yield handler.seen
        finally:
            logger.removeHandler(handler)

    return watch


@pytest.fixture
def sign_in_now(credentials: Credentials) -> Callable[[Account], Browser]:
    """As `sign_in`, by name and password: sensitive pages do not ask again who it is."""

    def make(account: Account) -> Browser:
        browser = Browser()
        answer = browser.post("/account/login/", {"login": account.username, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    return make
