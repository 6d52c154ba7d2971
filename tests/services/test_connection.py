"""One client for each set of credentials in a process, and how it stands with the API."""

import os
import threading
from dataclasses import replace

import pytest

from scheduling.services import connection
from scheduling.services.call_budget import FleetBudget, key_of
from scheduling.welkin import Credentials, Unlimited
from scheduling.welkin.errors import Unreachable

HERE = Credentials("http://127.0.0.1:9", "harbor", "one", "DAYBOOK", "a-very-secret-word")


@pytest.fixture
def clients() -> connection.Clients:
    return connection.Clients()


def test_the_same_credentials_have_the_same_client(clients):
    assert clients.of(HERE) is clients.of(replace(HERE))


@pytest.mark.parametrize("other", ["tenant", "instance", "client", "secret"])
def test_other_credentials_have_another_with_a_token_of_its_own(clients, other):
    own, others = clients.of(HERE), clients.of(replace(HERE, **{other: "other"}))

    assert own is not others
    assert own._session._tokens is not others._session._tokens


def test_many_threads_that_ask_first_at_once_get_one(clients):
    barrier, got = threading.Barrier(16), []

    def ask() -> None:
        barrier.wait(10)
        got.append(clients.of(HERE))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(map(id, got))) == 1


def test_the_last_few_clients_are_kept(clients):
    first = clients.of(HERE)
    for number in range(connection.KEPT_CLIENTS - 1):
        clients.of(replace(HERE, tenant=str(number)))
    assert clients.of(HERE) is first
    clients.of(replace(HERE, tenant="one more"))

    assert (clients.of(HERE) is first, len(clients._made)) == (True, connection.KEPT_CLIENTS)


def told_by_a_child(ask) -> str:
    """What `ask` says in a process forked from this one."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, ask().encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as words:
        told = words.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_makes_its_own_even_while_the_parent_makes_one():
    before = connection.client_for(HERE)

    def ask() -> str:
        own = connection.client_for(HERE)
        return f"{own is not before} {own._pool is not before._pool} {own._session._http is not before._session._http}"

    with connection._clients._lock:  # a fork may come at any moment
        assert told_by_a_child(ask) == "True True True"


def test_half_of_the_threads_may_wait_for_the_api(settings, clients):
    settings.WEB_THREADS = 8
    assert clients.of(HERE).state().places == 4
    settings.WEB_THREADS = 1
    assert clients.of(replace(HERE, tenant="small")).state().places == 1


def test_the_sandbox_has_no_limit_unless_one_is_set(settings):
    assert isinstance(connection.limiter_for(HERE), Unlimited)
    settings.WELKIN_CALLS_PER_MINUTE = 900
    assert isinstance(connection.limiter_for(HERE), FleetBudget)


def test_the_state_tells_of_this_process(monkeypatch):
    monkeypatch.setattr(connection, "credentials", lambda: replace(HERE, tenant="nobody there"))
    for _ in range(2):
        with pytest.raises(Unreachable):
            connection.connect().check()

    told = connection.state()

    assert (told.here.open, told.here.last_minute, told.per_minute, told.fleet) == (False, 6, None, None)
    assert told.here.bucket < told.here.bucket_capacity


def test_the_state_tells_of_the_fleet_where_a_limit_is_kept(transactional_db, settings, monkeypatch):
    settings.WELKIN_CALLS_PER_MINUTE = 900
    monkeypatch.setattr(connection, "credentials", lambda: replace(HERE, tenant="limited"))
    budget = connection.limiter_for(connection.credentials())
    assert budget.take(urgent=False) == 0

    told = connection.state()
    budget.close()

    assert (told.per_minute, told.fleet) == (900, 4)  # a whole portion is taken at once
    assert key_of(HERE) != key_of(connection.credentials())
