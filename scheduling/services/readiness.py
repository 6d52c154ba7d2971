"""Whether this process should be given requests: named checks, each yes or no, and nothing that tells how it is built.

The API's own state is told but decides nothing: while it is away, pages show what was kept, with its time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import structlog
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from scheduling.file_modes import too_wide

from . import connection, vitals

log = structlog.get_logger("daybook.ready")

ONLY_TOLD = frozenset({"api"})
API_MINUTES = 5


@lru_cache(maxsize=1)
def _known() -> frozenset[tuple[str, str]]:
    """The migrations of this code: they do not change while it runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def is_migrated() -> bool:
    """Whether the database has every migration of this code. Raises DatabaseError."""
    return _known() <= set(MigrationRecorder(connections["default"]).applied_migrations())


def is_reached() -> bool:
    """Whether the database answers. Raises DatabaseError."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def is_closed_to_others() -> bool:
    """Whether nobody but the owner may read what stands in DATA and `.env`. Raises OSError."""
    also = () if settings.LOCAL_ONLY else (settings.DATA, settings.BASE_DIR / ".env")
    return not too_wide(settings.DATA, *also)


def is_configured() -> bool:
    """Whether it is known which API to ask, and as whom."""
    try:
        connection.credentials()
    except connection.NotConfigured:
        return False
    return True


def is_worked(now: datetime) -> bool:
    """Whether a worker has finished a piece of work lately. Raises DatabaseError."""
    age = vitals.beat_age(now)
    return age is not None and age <= vitals.WORKER_RECENT


def api_answers(now: datetime) -> bool:
    """Whether the API answered when it was last asked, as far as is known: no call. Raises DatabaseError."""
    try:
        held_back = connection.client_for(connection.credentials()).state().open
    except connection.NotConfigured:
        return False
    lately = vitals.answers(now, API_MINUTES)
    return not held_back and not (lately.calls and lately.failed == lately.calls)


def look(now: datetime) -> dict[str, bool]:
    """Each check by its name, always the same names."""
    checks: dict[str, Callable[[], bool]] = {
        "database": is_reached,
        "migrations": is_migrated,
        "files": is_closed_to_others,
        "settings": is_configured,
        "worker": lambda: is_worked(now),
        "api": lambda: api_answers(now),
    }
    return {name: _passes(name, check) for name, check in checks.items()}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError) as broken:
        log.warning("check_failed", kind=name, exception_type=type(broken).__name__)
        return False


def is_ready(found: dict[str, bool]) -> bool:
    return all(good for name, good in found.items() if name not in ONLY_TOLD)
