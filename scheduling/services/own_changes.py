"""Changes of our own tables alone: once for each form, in one transaction with their lines of the audit trail.

Nothing goes to the API, so there is no unknown outcome: a change is done, or nothing of it is.
"""

from collections.abc import Callable

from django.db import transaction

from scheduling.ledger.models import Intent

from . import audit
from .desk import Desk
from .patience import patiently
from .writes import Change, IntentRefused, audit_of


@patiently
def once(desk: Desk, key: str, change: Change, act: Callable[[], str], code: str = "") -> bool:
    """Do `act` unless this form did it before; False where it did. `act` returns the id of what it made or changed.

    `code` tells in a word what the audit trail shall say besides.

    Raises IntentRefused, LedgerBusy, and what `act` raises; nothing is kept then.
    """
    with transaction.atomic():
        intent = Intent.objects.select_for_update().filter(key=key, account=desk.account).first()
        if intent is None:
            raise IntentRefused("This form is not known here. Open it again.")
        if intent.state != Intent.State.MINTED:
            if intent.digest != change.digest:
                raise IntentRefused("This form was sent before with other content. Open it again.")
            return False
        _note(desk, key, change, act(), code)
        Intent.objects.filter(pk=intent.pk).update(
            state=Intent.State.CONFIRMED,
            scope=desk.scope,
            action=change.action,
            digest=change.digest,
            started_at=desk.now,
            settled_at=desk.now,
        )
    return True


def _note(desk: Desk, key: str, change: Change, object_id: str, code: str) -> None:
    """A line before and a line after, as for every other change."""
    audit.note_done(desk, change.action, object_id=object_id, **audit_of(change), code=code, intent=key)
