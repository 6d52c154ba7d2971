"""Backups of PostgreSQL by its own client programs, where they are."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from . import audit_chain
from .backup_file import Manifest

# Options of DATABASE_URL that the programs know by a name of their own.
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


class ProgramFailed(Exception):
    """A program is not there or did not do its work; the text says which and what it said."""


def dump(target: Path, now: datetime, left_out: Sequence[str]) -> Manifest:
    """Dump into `target` without the rows of the tables `left_out`, all of one moment. Raises ProgramFailed."""
    program = _found("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        what = ["--format=custom", "--no-owner", "--no-privileges"]
        what += [f"--exclude-table-data={table}" for table in left_out]
        _run([program, *what, f"--snapshot={snapshot}", f"--file={target}"])
        return _told(cursor, now, left_out)


def _told(cursor: Any, now: datetime, left_out: Sequence[str]) -> Manifest:
    counts = {}
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  its own names
        counts[table] = 0 if table in left_out else int(cursor.fetchone()[0])
    cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app")
    return Manifest(now.isoformat(), "postgresql", dict(cursor.fetchall()), counts, audit_chain.last())


def put_back(source: Path) -> None:
    """Replace what is there by a dump, all or nothing. Raises ProgramFailed."""
    program = _found("pg_restore")
    how = ["--no-owner", "--no-privileges", "--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
    environment = _environment()
    connection.close()
    _run([program, *how, f"--dbname={environment['PGDATABASE']}", str(source)], environment)


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ProgramFailed(f"{program} is not on this machine: install PostgreSQL's client programs.")
    return path


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Nothing secret stands in the arguments, which every login of the machine may read."""
    own = os.environ | (environment or _environment())
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)  # noqa: S603  found above
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ProgramFailed(f"{Path(command[0]).name} ended with code {done.returncode}: {said[0] if said else ''}")


def _environment() -> dict[str, str]:
    """How the programs reach the same database: as the connection of this process does."""
    connection.ensure_connection()
    info = connection.connection.info
    told = {
        "PGHOST": info.host,
        "PGPORT": str(info.port),
        "PGUSER": info.user,
        "PGPASSWORD": info.password,
        "PGDATABASE": info.dbname,
    }
    options = connection.settings_dict.get("OPTIONS", {})
    more = {name: str(options[option]) for option, name in OPTIONS.items() if option in options}
    return {name: value for name, value in (told | more).items() if value}
