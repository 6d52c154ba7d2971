"""Takes the guard out, for the negative control: in this process alone and in the run's own database.

There is no setting for this, and never will be: a guard that can be switched off will be.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection as database

from scheduling.domain.event import Event
from scheduling.services import appointments, claims
from scheduling.welkin.errors import Unknown

GUARD = "claim_overlap"


def disarm(job: dict[str, Any]) -> bool:
    """`guard`: no locks, nothing seen of other claims. `database`: the constraint or the triggers are dropped.
    `blind`: a create whose answer was lost is sent again at once."""
    if job.get("guard"):
        claims.lock = lambda *_: None
        claims.held = lambda *_: ()
    if job.get("database"):
        with database.cursor() as cursor:
            for statement in _statements():
                cursor.execute(statement)
    if job.get("blind"):
        appointments.create = _blindly(appointments.create)
    return True


def _blindly(create: Callable[..., Event]) -> Callable[..., Event]:
    def again(*args: Any) -> Event:
        try:
            return create(*args)
        except Unknown:
            return create(*args)

    return again


def _statements() -> list[str]:
    if database.vendor == "postgresql":
        return [f"ALTER TABLE ledger_claim DROP CONSTRAINT {GUARD}"]
    return [f"DROP TRIGGER {GUARD}_{when}" for when in ("INSERT", "UPDATE")]
