"""How many hours a week a clinician is engaged for. Welkin does not know it, so it is kept in a table of ours."""

from uuid import UUID

from django.db.models import QuerySet

from scheduling.directory.models import ContractHours
from scheduling.domain.person import User

from . import own_changes, people
from .desk import Desk
from .writes import Change

SEE, SET = "hours.see", "hours.contract"


def minutes_of(desk: Desk, clinician_id: UUID) -> int | None:
    """Minutes a week, None where nobody has set them. Raises NotAllowed; no call."""
    desk.require(SEE, clinician_id)
    return _rows(desk, clinician_id).values_list("minutes", flat=True).first()


def to_change(desk: Desk, clinician_id: UUID) -> tuple[User, int | None]:
    """Whose they are and the minutes, for somebody who is about to change them. Raises NotAllowed, NotFound."""
    desk.require(SET, clinician_id)
    return people.find_user(desk, clinician_id), minutes_of(desk, clinician_id)


def set_minutes(desk: Desk, intent: str, clinician_id: UUID, minutes: int | None) -> bool:
    """Set the minutes a week, or with None forget them; False where this form did it before.

    The audit trail has both values in minutes. Raises NotAllowed, IntentRefused, LedgerBusy.
    """
    desk.require(SET, clinician_id)
    before = minutes_of(desk, clinician_id)
    change = Change(
        action=SET,
        people=(clinician_id,),
        fields=("minutes",),
        content={"minutes": str(minutes)},
        before_after=(("minutes", before, minutes),),
    )
    return own_changes.once(desk, intent, change, lambda: _put(desk, clinician_id, minutes))


def _rows(desk: Desk, clinician_id: UUID) -> QuerySet[ContractHours]:
    return ContractHours.objects.filter(scope=desk.scope, clinician_id=clinician_id)


def _put(desk: Desk, clinician_id: UUID, minutes: int | None) -> str:
    if minutes is None:
        _rows(desk, clinician_id).delete()
    else:
        values = {"minutes": minutes, "set_at": desk.now, "set_by": desk.account}
        ContractHours.objects.update_or_create(scope=desk.scope, clinician_id=clinician_id, defaults=values)
    return str(clinician_id)
