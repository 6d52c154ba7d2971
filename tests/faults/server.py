"""A sandbox that can be made to fail: one for the run, a tenant of its own for each test, every failure accounted for.

A module whose desks and pages are to sit on it says so with a fixture of its own:

    @pytest.fixture
    def sandbox(fault_sandbox: Sandbox) -> Sandbox:
        return fault_sandbox
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.sandbox_fixture import Sandbox, running, tenant_of

Json = Any
Do = str | dict[str, Any]
SECONDS = 60
EVENTS = "*/calendar/events"
ONE_EVENT = "*/calendar/events/*"
TOKENS = "admin/api_clients/*"


class NotConsumed(AssertionError):
    """A failure was injected that never happened: what the test then shows, it does not prove."""


class Faults:
    """The control room of a fault server, for one tenant (docs/faults.md)."""

    def __init__(self, place: Sandbox) -> None:
        self.place = place
        self._http = requests.Session()
        self._http.trust_env = False
        self._needed: dict[str, int] = {}
        self._gone: dict[str, Json] = {}
        self._may_fail: set[str] = set()

    def _ask(self, method: str, path: str, body: Json = None, **query: Any) -> Json:
        answer = self._http.request(method, f"{self.place.url}/{path}", json=body, params=query, timeout=SECONDS)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def rule(
        self,
        *do: Do,
        times: int | None = 1,
        at_least: int | None = None,
        may_fail: bool = False,
        **match: Any,
    ) -> str:
        """A rule of these actions; its id. `match`: method, path (a glob), header, nth, probability, seed.

        At the end of the test it must have acted `at_least` so often: without that, as often as `times`, or once.
        `may_fail`: an effect that could not be had (a write that was refused) is part of the test.
        """
        body = {"match": {"tenant": self.place.tenant, **match}, "do": list(do), "times": times}
        name = str(self._ask("POST", "_faults", body)["id"])
        self._needed[name] = at_least if at_least is not None else (times or 1)
        if may_fail:
            self._may_fail.add(name)
        return name

    def account(self, name: str) -> Json:
        """What the rule has done so far: seen, consumed, left, did, pending, failed."""
        return self._gone[name] if name in self._gone else self._ask("GET", f"_faults/{name}")

    def consumed(self, name: str) -> int:
        """How often the rule had its effect."""
        return int(self.account(name)["consumed"])

    def remove(self, name: str) -> None:
        """Takes one rule away; its account is kept."""
        self._gone[name] = self.account(name)
        self._ask("DELETE", f"_faults/{name}")

    def clear(self) -> None:
        """Takes all rules away: from now on the API works. The accounts are kept."""
        for name in self._needed:
            self._gone[name] = self.account(name)
        self._ask("DELETE", "_faults", tenant=self.place.tenant)

    def journal(self, after: int = 0) -> list[Json]:
        """Every write to an event that was applied, in order."""
        return list(self._ask("GET", "_faults/journal", tenant=self.place.tenant, after=after)["entries"])

    def dump(self) -> list[Json]:
        """All events as they are now."""
        return list(self._ask("GET", "_faults/dump", tenant=self.place.tenant)["events"])

    def requests(self, method: str = "", ending: str = "") -> list[Json]:
        """Every request that arrived, applied or not; of one method and with one ending of the path where given."""
        found = self._ask("GET", "_faults/requests", tenant=self.place.tenant)["requests"]
        return [one for one in found if method in ("", one["method"]) and one["path"].endswith(ending)]

    def token_calls(self) -> int:
        """How often a token was asked for."""
        return sum("admin/api_clients/" in one["path"] for one in self.requests("POST"))

    def mode(self, **switches: Any) -> Json:
        """Changes the tenant's switches (externalIdUnique, externalIdKnown, tokenLifetime, pageLimit, enabled)."""
        return self._ask("PATCH", f"_faults/tenants/{self.place.tenant}", switches)

    def check(self) -> None:
        """Raises NotConsumed where an injected failure did not happen as often as it should, or went wrong."""
        accounts = {name: self.account(name) for name in self._needed}
        missing = [told for name, told in accounts.items() if told["consumed"] < self._needed[name]]
        if missing:
            raise NotConsumed(f"not consumed: {missing}")
        failed = [told for name, told in accounts.items() if told["failed"] and name not in self._may_fail]
        if failed:
            raise NotConsumed(f"without effect: {failed}")


@pytest.fixture(scope="session")
def fault_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox with faults and test control, ended after the run."""
    with running(tmp_path_factory.mktemp("faults"), "--test-control", "--faults") as address:
        yield address


@pytest.fixture
def make_fault_sandbox(fault_server: str) -> Callable[..., Sandbox]:
    """`make_fault_sandbox(externalIdUnique=False)`: a fresh tenant with these switches."""
    return lambda **options: tenant_of(fault_server, **options)


@pytest.fixture
def fault_sandbox(make_fault_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A fresh tenant of the fault server."""
    return make_fault_sandbox()


@pytest.fixture
def faults(fault_sandbox: Sandbox) -> Iterator[Faults]:
    """The failures of this test's tenant. One that was injected and not consumed fails the test."""
    control = Faults(fault_sandbox)
    yield control
    control.check()
    control.clear()
