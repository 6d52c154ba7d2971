"""Backups of our own database, and getting one back (docs/hardening.md tells the drill).

The secret key is not in a backup: what is sealed with it (drafts, kept answers) stays unreadable without the key, which
is kept elsewhere. Sessions are left out, so that nobody signs in with what stands in a file. Everything else names
patients as the database does.
"""

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader

from . import audit_verify, backup_file, backup_postgres, readiness
from .audit_verify import Report
from .backup_file import Manifest, NotABackup

log = structlog.get_logger("daybook.backup")

# Who has the key of a session has the session.
LEFT_OUT = ("django_session", "usersessions_usersession")
# Rows of these are there after `migrate`, or are nobody's work.
NOBODYS = frozenset(
    {
        *("django_migrations", "django_content_type", "auth_permission", *LEFT_OUT),
        *("vitals_beat", "vitals_callminute"),
    }
)
SECONDS = 10.0


class NotDone(Exception):
    """Nothing was written or replaced; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. `differing` tables do not have the rows that the manifest tells."""

    manifest: Manifest
    differing: tuple[str, ...]
    trail: Report

    @property
    def whole(self) -> bool:
        return not self.differing and self.trail.whole


def make(target: Path, now: datetime) -> Manifest:
    """Back up into a new file, while others go on writing. Raises NotDone."""
    if target.exists():
        raise NotDone(f"{target} is there already: name another file.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / "database"
            written = backup_file.write(target, _copied(copy, now), copy)
    except FileExistsError as there:
        raise NotDone(f"{target} is there already: name another file.") from there
    except backup_postgres.ProgramFailed as told:
        raise NotDone(str(told)) from told
    except (OSError, sqlite3.Error) as closed:
        raise NotDone(f"{target} cannot be written ({type(closed).__name__}): name another folder.") from closed
    log.info("backup_made", count=sum(written.rows.values()), number=written.audit[0], digest=written.audit[1])
    return written


def _copied(copy: Path, now: datetime) -> Manifest:
    """A consistent copy of the database at `copy`, and what it holds."""
    database = connections["default"]
    if database.vendor == "postgresql":
        return backup_postgres.dump(copy, now, LEFT_OUT)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(database.settings_dict["NAME"])) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        for table in LEFT_OUT:
            target.execute(f"DELETE FROM {table}")  # noqa: S608  our own words
        target.commit()
        target.execute("VACUUM")  # what was deleted is not in the file either
        return _told(target, now)


def _told(database: sqlite3.Connection, now: datetime) -> Manifest:
    def rows(question: str) -> list[tuple[Any, ...]]:
        return database.execute(question).fetchall()

    tables = [name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table'") if name[:7] != "sqlite_"]
    counts = {name: int(rows(f'SELECT count(*) FROM "{name}"')[0][0]) for name in tables}  # noqa: S608  its own names
    migrations = dict(rows("SELECT app, max(name) FROM django_migrations GROUP BY app"))
    last = rows("SELECT number, digest FROM ledger_auditseal ORDER BY number DESC LIMIT 1")
    number, digest = last[0] if last else (0, audit_verify.chain.BEGINNING)
    return Manifest(now.isoformat(), "sqlite", migrations, counts, (int(number), digest))


def look(source: Path) -> Manifest:
    """What a backup holds, after every byte of it was checked, and that it is for this code and database.

    Raises NotDone.
    """
    try:
        manifest = backup_file.read(source)
    except NotABackup as odd:
        raise NotDone(f"{source} is refused: {odd}.") from odd
    except OSError as closed:
        raise NotDone(f"{source} cannot be read ({type(closed).__name__}).") from closed
    vendor = connections["default"].vendor
    if manifest.vendor != vendor:
        raise NotDone(f"It is a backup of {manifest.vendor}, and DATABASE_URL names {vendor}.")
    known = set(MigrationLoader(None).graph.nodes)
    newer = sorted(f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known)
    if newer:
        raise NotDone(f"It was made by another release of Daybook, with {', '.join(newer)}: restore it there.")
    return manifest


def rows_in_the_way() -> int:
    """How many rows of people's work a restore would replace. Raises DatabaseError."""
    return sum(count for table, count in _counts().items() if table not in NOBODYS)


def _counts() -> dict[str, int]:
    database = connections["default"]
    with database.cursor() as cursor:
        counts = {}
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {database.ops.quote_name(table)}")  # noqa: S608  its own names
            counts[table] = int(cursor.fetchone()[0])
    return counts


def restore(source: Path) -> Restored:
    """Put the backup in the place of whatever the database holds, bring it to this code's form, verify the trail.

    Raises NotDone, where nothing was replaced.
    """
    manifest = look(source)
    _replace(source)
    differing = _differing(manifest.rows, _counts())
    if not readiness.is_migrated():
        call_command("migrate", verbosity=0)
    number, digest = manifest.audit
    report = audit_verify.verify((number, digest) if number else None)
    log.info("backup_restored", count=sum(manifest.rows.values()), number=report.number, digest=report.digest)
    return Restored(manifest, differing, report)


def _differing(told: Mapping[str, int], found: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(table for table, count in told.items() if found.get(table) != count))


def _replace(source: Path) -> None:
    """Raises NotDone."""
    database = connections["default"]
    try:
        if database.vendor == "postgresql":
            with tempfile.TemporaryDirectory(prefix="backup-") as folder:
                unpacked = Path(folder) / "database"
                backup_file.unpack(source, unpacked)
                backup_postgres.put_back(unpacked)
        else:
            _replace_sqlite(source, Path(database.settings_dict["NAME"]))
    except (NotABackup, backup_postgres.ProgramFailed) as told:
        raise NotDone(str(told)) from told
    except (sqlite3.Error, OperationalError) as busy:
        raise NotDone("The database is in use: end the dashboard and the worker, and try again.") from busy


def _replace_sqlite(source: Path, target: Path) -> None:
    """By SQLite's own means: one transaction, so that it is the old database or the new one whatever happens."""
    connections["default"].close()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as folder:
        unpacked = Path(folder) / "database"
        backup_file.unpack(source, unpacked)
        target.touch(mode=0o600)
        with closing(sqlite3.connect(unpacked)) as new, closing(sqlite3.connect(target, timeout=SECONDS)) as old:
            if new.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NotABackup("the database in it is damaged")
            old.execute("BEGIN IMMEDIATE")  # refuses at once where somebody writes
            old.execute("ROLLBACK")
            new.backup(old)
