"""The one place where lines of the audit trail are written (a test looks for others).

A line that cannot be written raises, and whoever wrote it is in a transaction with what the line is about: no audit, no
change. What a line may hold is told by its model; names of patients never stand in one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scheduling.accounts.models import Account
from scheduling.ledger.models import AuditRecord

from . import whence

if TYPE_CHECKING:
    from .desk import Desk

REQUESTED, CONFIRMED = "requested", "confirmed"
# Nothing was asked for and nothing was changed: somebody looked. Histories of visits pass over such lines.
READ = "read"
LONGEST_CODE, LONGEST_ID = 60, 64


def line(
    account: Account | None, *, at: datetime, scope: str, action: str, phase: str, code: str = "", **told: Any
) -> AuditRecord:
    """A line, not written yet. `told` are further columns of the model."""
    return AuditRecord(
        at=at,
        account=account,
        role=account.role if account else "",
        scope=scope,
        action=action,
        phase=phase,
        code=code[:LONGEST_CODE],
        from_address=whence.address() or "",
        **told,
    )


def line_of(desk: "Desk", action: str, phase: str, **told: Any) -> AuditRecord:
    """A line about what this desk asked for."""
    common: dict[str, Any] = {"at": desk.now, "scope": desk.scope, "request_id": desk.request_id}
    return line(desk.account, action=action, phase=phase, **common, **told)


def write(*lines: AuditRecord) -> None:
    """Write lines in their order. Raises DatabaseError."""
    for each in lines:
        each.save(force_insert=True)


def note(desk: "Desk", action: str, phase: str = CONFIRMED, **told: Any) -> None:
    """Write one line about what this desk asked for. Raises DatabaseError."""
    write(line_of(desk, action, phase, **told))


def note_done(desk: "Desk", action: str, **told: Any) -> None:
    """A line before and a line after, for what is done in the same transaction. Raises DatabaseError."""
    write(*(line_of(desk, action, phase, **told) for phase in (REQUESTED, CONFIRMED)))


def texts(values: Iterable[object]) -> list[str]:
    """Ids as the trail keeps them."""
    return [str(value) for value in values]
