"""The drill: a clinic's data is backed up while somebody writes, and comes back whole in an empty place.

Each step is a program of its own, as an operator runs it.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scheduling.services.backup import LEFT_OUT
from tests.postgres_fixture import Cluster
from tests.services.backup_clinic import LINES

ROOT = Path(__file__).resolve().parents[2]
KEY = "the-same-key-on-every-machine-" + "k" * 40


@dataclass(frozen=True)
class House:
    """A data folder of its own, or a database of PostgreSQL, and the programs that work on it."""

    data: Path
    database: str = ""

    def run(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        """What a program printed; it ended with `code`."""
        own = {"DATA": str(self.data), "DATABASE_URL": self.database, "SECRET_KEY": KEY, "WELKIN_URL": ""}
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=kept | own,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def manage(self, *arguments: str, typed: str = "", code: int = 0) -> str:
        """A command. What Django checks of code and templates first is tried in test_settings.py."""
        name, *rest = arguments
        without = ["--skip-checks"] if name in ("migrate", "backup") else []
        return self.run("manage.py", name, *without, *rest, typed=typed, code=code)

    def copy(self, data: Path) -> "House":
        """A house with the same database."""
        data.mkdir(mode=0o700)
        house = House(data)
        shutil.copyfile(self.file, house.file)
        house.file.chmod(0o600)
        return house

    def tell(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run("-m", "tests.services.backup_clinic", "tell").splitlines()[-1])
        return told

    @property
    def file(self) -> Path:
        return self.data / "daybook.sqlite3"


def settled(data: Path, database: str = "") -> House:
    """A house with a clinic's data."""
    data.mkdir(mode=0o700)
    house = House(data, database)
    house.manage("migrate", "-v0")
    house.run("-m", "tests.services.backup_clinic", "make")
    return house


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A clinic on SQLite. Tests only read it."""
    return settled(tmp_path_factory.mktemp("clinic") / "data")


@pytest.fixture(scope="module")
def file(clinic: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    made = tmp_path_factory.mktemp("kept") / "backup"
    clinic.manage("backup", str(made))
    return made


@pytest.fixture
def empty(tmp_path: Path) -> House:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return House(folder)


ADD = "INSERT INTO vitals_callminute (minute, within, failed, calls) VALUES (?, 50, 0, 1)"


@contextmanager
def writing(file: Path) -> Iterator[list[int]]:
    """Inside, a thread goes on writing rows in pairs, each pair a transaction. Yields how many it has written."""
    ended, written = threading.Event(), [0]

    def go_on() -> None:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
            while not ended.is_set():
                database.execute("BEGIN IMMEDIATE")
                database.execute(ADD, [2 * written[0]])
                database.execute(ADD, [2 * written[0] + 1])
                database.execute("COMMIT")
                written[0] += 1

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield written
    finally:
        ended.set()
        thread.join(timeout=60)


def test_the_drill(clinic: House, tmp_path: Path, empty: House) -> None:
    house, kept = clinic.copy(tmp_path / "clinic"), tmp_path / "backup"
    with writing(house.file) as written:
        made = house.manage("backup", str(kept))

    restored = empty.manage("restore", str(kept))

    before, after = house.tell(), empty.tell()
    pairs = after["rows"].pop("vitals_callminute")
    assert written[0] > 0
    assert before["rows"].pop("vitals_callminute") == 2 * written[0]
    assert (pairs % 2, pairs <= 2 * written[0]) == (0, True)
    for table in LEFT_OUT:
        assert (before["rows"].pop(table), after["rows"].pop(table)) == (1, 0)
    assert after == before
    assert after["last"][0] == LINES
    assert after["sealed"] == {"n": 7}
    assert f"The audit trail ends with link {LINES}, {before['last'][1]}" in made
    assert "Rows and audit trail are as they were backed up." in restored
    assert empty.manage("audit", "verify").splitlines()[-1] == "whole"
    assert {oct(path.stat().st_mode & 0o777) for path in (kept, empty.file)} == {"0o600"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "clinic", "data"]


def test_neither_the_key_nor_a_session_is_in_it(file: Path) -> None:
    content = file.read_bytes()

    assert b"Quackenbush" in content
    assert KEY.encode() not in content
    assert b"a-cookie-that-is-good" not in content
    assert b"k" * 32 not in content


def test_a_backup_is_not_written_over_another(clinic: House, file: Path) -> None:
    before = file.read_bytes()

    told = clinic.manage("backup", str(file), code=1)

    assert f"{file} is there already: name another file." in told
    assert file.read_bytes() == before


def test_a_flipped_byte_is_refused_and_nothing_replaced(file: Path, tmp_path: Path, empty: House) -> None:
    damaged = tmp_path / "damaged"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)

    told = empty.manage("restore", str(damaged), code=1)

    assert "is refused: it is damaged: its digest is another one." in told
    assert not empty.file.exists()


# Arguments, what is typed -> code, whether the rows of the backup are there afterwards.
CONSENT: dict[str, tuple[list[str], str, int, bool]] = {
    "without a word": ([], "", 1, False),
    "yes is not replace": (["--yes"], "", 1, False),
    "another word": (["--replace"], "yes\n", 1, False),
    "the name of the database": (["--replace"], "daybook.sqlite3\n", 0, True),
    "by a program": (["--replace", "--yes"], "", 0, True),
}


@pytest.mark.parametrize(("arguments", "typed", "code", "replaced"), CONSENT.values(), ids=CONSENT)
def test_rows_are_replaced_with_consent_alone(
    clinic: House, file: Path, empty: House, arguments: list[str], typed: str, code: int, replaced: bool
) -> None:
    shutil.copyfile(clinic.file, empty.file)
    empty.file.chmod(0o600)
    with closing(sqlite3.connect(empty.file)) as database:
        database.execute("DELETE FROM directory_patiententry")
        database.commit()

    empty.manage("restore", str(file), *arguments, typed=typed, code=code)

    with closing(sqlite3.connect(empty.file)) as database:
        assert database.execute("SELECT count(*) FROM directory_patiententry").fetchone() == ((400 if replaced else 0),)


def test_a_database_in_use_is_left_alone(clinic: House, file: Path, tmp_path: Path) -> None:
    house = clinic.copy(tmp_path / "busy")
    with closing(sqlite3.connect(house.file, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        told = house.manage("restore", str(file), "--replace", "--yes", code=1)

    assert "The database is in use: end the dashboard and the worker, and try again." in told


def test_a_trail_that_was_broken_before_is_told(clinic: House, empty: House, tmp_path: Path) -> None:
    forged = clinic.copy(tmp_path / "forged")
    with closing(sqlite3.connect(forged.file)) as database:
        database.execute("DROP TRIGGER ledger_auditrecord_update")
        database.execute("UPDATE ledger_auditrecord SET role = 'auditor' WHERE id = 7")
        database.commit()
    forged.manage("backup", str(tmp_path / "backup"))

    told = empty.manage("restore", str(tmp_path / "backup"), code=1)

    assert "BROKEN: line 7 (link 7) is not as it was sealed" in told


def test_a_backup_of_a_later_release_is_refused(clinic: House, empty: House, tmp_path: Path) -> None:
    later = clinic.copy(tmp_path / "later")
    with closing(sqlite3.connect(later.file)) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', '2027-01-01')"
        )
        database.commit()
    later.manage("backup", str(tmp_path / "backup"))

    told = empty.manage("restore", str(tmp_path / "backup"), code=1)

    assert "It was made by another release of Daybook, with ledger.9999_later: restore it there." in told


def test_a_backup_of_an_earlier_release_is_brought_to_this_one(clinic: House, empty: House, tmp_path: Path) -> None:
    earlier = clinic.copy(tmp_path / "earlier")
    earlier.manage("migrate", "vitals", "zero", "-v0")
    earlier.manage("backup", str(tmp_path / "backup"))

    restored = empty.manage("restore", str(tmp_path / "backup"))

    assert "Rows and audit trail are as they were backed up." in restored
    assert empty.tell()["rows"]["vitals_callminute"] == 0


@pytest.mark.postgres
def test_the_drill_on_postgresql(postgres: Cluster, tmp_path: Path, file: Path) -> None:
    if shutil.which("pg_dump") is None:
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip)("pg_dump is not installed")
    house = settled(tmp_path / "clinic", postgres.database("backed_up"))
    other = House(tmp_path / "clinic", postgres.database("restored"))
    kept = tmp_path / "backup"
    house.manage("backup", str(kept))

    restored = other.manage("restore", str(kept))
    again = other.manage("restore", str(kept), code=1)
    other.manage("restore", str(kept), "--replace", "--yes")

    before, after = house.tell(), other.tell()
    for table in LEFT_OUT:
        assert (before["rows"].pop(table), after["rows"].pop(table)) == (1, 0)
    assert after == before
    assert (after["vendor"], after["last"][0]) == ("postgresql", LINES)
    assert "Rows and audit trail are as they were backed up." in restored
    assert "--replace puts the backup over them." in again
    assert b"a-cookie-that-is-good" not in kept.read_bytes()
    assert "It is a backup of sqlite" in other.manage("restore", str(file), "--replace", "--yes", code=1)


@pytest.mark.postgres
def test_without_its_programs_it_says_what_to_install(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    house = House(tmp_path, postgres.database("no_programs"))
    monkeypatch.setenv("PATH", str(tmp_path))

    told = house.manage("backup", str(tmp_path / "backup"), code=1)

    assert "pg_dump is not on this machine: install PostgreSQL's client programs." in told
    assert not (tmp_path / "backup").exists()
