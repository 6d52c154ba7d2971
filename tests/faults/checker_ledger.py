"""Our own side of the story for the checker: intents, claims, open edits and the audit trail, as plain JSON.

Needs a configured Django; the checker itself needs none.
"""

from typing import Any

from scheduling.ledger.models import AuditRecord, Claim, Intent, OpenEdit

from .history import instant

INTENT = ("key", "state", "action", "started_at", "settled_at", "lease_until", "sent_at", "sends", "outcome")
CLAIM = ("visit", "resource", "starts_at", "ends_at", "state", "overridden", "intent", "changed_at")
AUDIT = ("id", "at", "action", "phase", "object_id", "reason", "code", "intent")
EDIT = ("visit", "intent", "opened_at")


def ledger_dump(scope: str = "") -> dict[str, list[dict[str, Any]]]:
    """All that our tables say, of one tenant's scope or of all."""
    own = {"scope": scope} if scope else {}
    return {
        "intents": _rows(Intent.objects.filter(**own), INTENT),
        "claims": _rows(Claim.objects.filter(**own), CLAIM),
        "edits": _rows(OpenEdit.objects.filter(**own), EDIT),
        "audit": _rows(AuditRecord.objects.filter(**own).order_by("id"), (*AUDIT, "account_id")),
    }


def _rows(rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows.values(*names)]


def _plain(value: Any) -> Any:
    if hasattr(value, "astimezone"):
        return instant(value)
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
