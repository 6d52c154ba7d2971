"""The roles that docs/hardening.md tells to make: the dashboard's works, and cannot touch the audit trail's past."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.postgres_fixture import Cluster
from tests.services.test_backup import House

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]


def statements() -> list[str]:
    """What stands in the page, one statement each, without comments and commands of psql."""
    block = re.search(r"```sql\n(.*?)```", (ROOT / "docs/hardening.md").read_text(), re.DOTALL)
    assert block is not None
    lines = [line for line in block.group(1).splitlines() if not line.startswith(("--", "\\"))]
    return " ".join(lines).split(";")[:-1]


@pytest.fixture(scope="module")
def house(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A dashboard of the role `daybook` over tables that `daybook_owner` made, with a line in its trail."""
    before = [statement for statement in statements() if statement.strip().startswith("CREATE")]
    after = [statement for statement in statements() if statement not in before]
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="postgres", autocommit=True) as root:
        for statement in before:
            root.execute(statement)  # type: ignore[call-overload]  our own page
    data = tmp_path_factory.mktemp("roles")
    data.chmod(0o700)
    House(data, f"postgres://daybook_owner@/daybook?host={postgres.folder}").manage("migrate", "-v0")
    with psycopg.connect(host=str(postgres.folder), user="daybook_owner", dbname="daybook", autocommit=True) as owner:
        for statement in after:
            owner.execute(statement)  # type: ignore[call-overload]
    own = House(data, f"postgres://daybook@/daybook?host={postgres.folder}")
    own.run("-m", "tests.services.backup_clinic", "make")
    return own


def test_the_dashboard_writes_and_verifies_the_trail(house: House) -> None:
    assert house.manage("audit", "verify").splitlines()[-1] == "whole"


FORBIDDEN = [
    "UPDATE ledger_auditrecord SET role = 'auditor' WHERE id = 1",
    "DELETE FROM ledger_auditrecord WHERE id = 1",
    "DELETE FROM ledger_auditseal WHERE number = 1",
    "TRUNCATE ledger_auditrecord CASCADE",
    "ALTER TABLE ledger_auditrecord DISABLE TRIGGER ALL",
    "DROP TRIGGER ledger_auditrecord_rows ON ledger_auditrecord",
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP TABLE ledger_auditseal",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("statement", FORBIDDEN, ids=[statement[:50] for statement in FORBIDDEN])
def test_the_dashboard_cannot_change_what_was_written(house: House, postgres: Cluster, statement: str) -> None:
    with (
        psycopg.connect(host=str(postgres.folder), user="daybook", dbname="daybook") as own,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        own.execute(statement)  # type: ignore[call-overload]
