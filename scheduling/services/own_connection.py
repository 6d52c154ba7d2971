"""A connection beside the request's, for a few rows that must neither wait for somebody's transaction nor end in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# Seconds that the database may take. What is counted here is no reason to keep a page waiting.
PATIENCE = 0.3


class OwnConnection:
    """Opened when it is first used, given back when anything breaks. One thread at a time: its owner sees to it."""

    def __init__(self) -> None:
        self._connection: BaseDatabaseWrapper | None = None

    @contextmanager
    def transaction(self) -> Iterator[CursorWrapper]:
        """One short one; whatever breaks it is undone with the connection. Raises DatabaseError."""
        connection = self._connection = self._connection or _opened()
        done = False
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
                if connection.vendor == "postgresql":
                    cursor.execute(f"SET LOCAL statement_timeout = {round(PATIENCE * 1000)}")
                yield cursor
                cursor.execute("COMMIT")
            done = True
        finally:
            if not done:
                self.close()

    def close(self) -> None:
        """Give the connection back; what was begun is undone."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _opened() -> BaseDatabaseWrapper:
    """A connection to our database that threads may share and that gives up soon."""
    connection = connections["default"].copy()
    soon = {"timeout": PATIENCE} if connection.vendor == "sqlite" else {"connect_timeout": 1}
    connection.settings_dict["OPTIONS"] = {**connection.settings_dict.get("OPTIONS", {}), **soon}
    connection.inc_thread_sharing()
    return connection
