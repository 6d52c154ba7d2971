"""Fixtures of the sandbox's own tests: the rules are tried on SQLite and on PostgreSQL alike."""

from collections.abc import Callable, Iterator

import pytest

from tests.postgres_fixture import Cluster
from tests.sandbox.api import Api
from tests.sandbox_fixture import running, tenant_of

BACK_ENDS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
MakeApi = Callable[..., Api]


@pytest.fixture(scope="session")
def sandbox_on_postgres(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a sandbox with test control over PostgreSQL."""
    folder = tmp_path_factory.mktemp("sandbox-postgres")
    with running(folder, "--test-control", database=postgres.database("sandbox")) as address:
        yield address


@pytest.fixture(params=BACK_ENDS)
def server(request: pytest.FixtureRequest) -> str:
    """The address of a sandbox, on each kind of database."""
    address: str = request.getfixturevalue("sandbox_server" if request.param == "sqlite" else "sandbox_on_postgres")
    return address


@pytest.fixture
def make_api(server: str) -> MakeApi:
    """`make_api(userDelete="forbidden")`: a caller of a fresh tenant with these switches."""
    return lambda **options: Api(tenant_of(server, **options))


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    """A caller of a fresh tenant."""
    return make_api()


@pytest.fixture
def sqlite_api(sandbox_server: str) -> Api:
    """A caller of a fresh tenant, for what does not depend on the database."""
    return Api(tenant_of(sandbox_server))
