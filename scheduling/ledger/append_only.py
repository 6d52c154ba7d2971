"""Tables whose rows are only ever added: the triggers that refuse everything else, on both databases.

PostgreSQL: a row trigger stops UPDATE and DELETE, TRUNCATE passes by those and has a statement trigger of its own.
SQLite: triggers stop UPDATE and DELETE; INSERT OR REPLACE deletes without them unless `recursive_triggers` is on (the
settings turn it on), so that an id which is there already is refused by a trigger too (measured in reliability 1.6).

A later migration that makes Django rebuild one of the tables on SQLite has to call `guard` again: a rebuilt table has
lost its triggers (a test looks for them).
"""

from typing import Any

TABLES = {"ledger_auditrecord": "id", "ledger_auditseal": "number"}
REFUSED = "append_only"

POSTGRES = f"""
CREATE OR REPLACE FUNCTION {REFUSED}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = '{REFUSED}: such rows are never changed or deleted', ERRCODE = '42501';
END $$;
"""


def guard(editor: Any) -> None:
    """Put the triggers on the tables. `editor` is a schema editor or anything with `execute` and `connection`."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES)
    for table, key in TABLES.items():
        for statement in _made(editor.connection.vendor, table, key):
            editor.execute(statement)


def unguard(editor: Any) -> None:
    """Take the triggers away: for undoing the migration, and for tests that forge."""
    for table in TABLES:
        for name in _names(editor.connection.vendor, table):
            on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _names(vendor: str, table: str) -> tuple[str, ...]:
    kinds = ("rows", "truncate") if vendor == "postgresql" else ("update", "delete", "again")
    return tuple(f"{table}_{kind}" for kind in kinds)


def _made(vendor: str, table: str, key: str) -> tuple[str, ...]:
    if vendor == "postgresql":
        rows, truncate = _names(vendor, table)
        return (
            f"CREATE TRIGGER {rows} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {REFUSED}()",
            f"CREATE TRIGGER {truncate} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {REFUSED}()",
        )
    update, delete, again = _names(vendor, table)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  our own names
    return (
        f"CREATE TRIGGER {update} BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {delete} BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {again} BEFORE INSERT ON {table} WHEN {there} {refuse}",
    )
