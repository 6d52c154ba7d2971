"""The calls of a fleet of real processes, on SQLite and on PostgreSQL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.migrated import lay_out
from tests.sandbox_fixture import ROOT

LIMIT, SHARE, FOR_READS, PROCESSES = 900, 90, 72, 3
TABLE = "ledger_callbudget"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database."""
    if request.param == "sqlite":
        lay_out(tmp_path / "fleet.sqlite3")
        return f"sqlite:///{tmp_path / 'fleet.sqlite3'}"
    url = str(request.getfixturevalue("postgres").database(f"fleet_{uuid4().hex[:12]}"))
    migrate(environment(url, tmp_path))
    return url


def migrate(env: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"], cwd=ROOT, env=env, check=True)


def environment(url: str, data: Path) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "scheduling.settings", "DATABASE_URL": url, "DATA": str(data), "WELKIN_URL": ""}
    return os.environ | own


def take(url: str, data: Path, part: int, processes: int = PROCESSES) -> list[dict[str, int]]:
    """What so many processes got that ask in the same part of a minute."""
    command = [sys.executable, "-m", "tests.services.budget_process", str(LIMIT), str(part)]
    children = [
        subprocess.Popen(command, cwd=ROOT, env=environment(url, data), stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    return [json.loads(child.communicate(timeout=120)[0]) for child in children]


def test_a_fleet_takes_no_more_than_its_share(database: str, tmp_path: Path) -> None:
    got = take(database, tmp_path, 7)

    assert sum(told["reads"] + told["changes"] for told in got) <= SHARE
    assert sum(told["reads"] for told in got) >= FOR_READS // 2


def test_one_process_alone_gets_all_of_it(database: str, tmp_path: Path) -> None:
    assert take(database, tmp_path, 7, 1) == [{"reads": FOR_READS, "changes": SHARE - FOR_READS}]


@pytest.mark.postgres
def test_a_table_that_somebody_holds_keeps_nobody_waiting(postgres: object, tmp_path: Path) -> None:
    """The counter gives up soon, and the process goes on with its share of the fleet."""
    url = postgres.database("held")  # type: ignore[attr-defined]
    env = environment(url, tmp_path)
    migrate(env)
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="held") as holder:  # type: ignore[attr-defined]
        holder.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        got = take(url, tmp_path, 7, 1)

    assert got == [{"reads": FOR_READS // 8, "changes": SHARE // 8 - FOR_READS // 8}]
