"""Pairs of claims, and whether the database itself refuses the second: the same table for SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from scheduling.ledger.models import Claim
from scheduling.services.patience import GUARD

TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
ADA, BEN = UUID(int=1), UUID(int=2)


def claim(minute: int = 0, length: int = 30, **more: Any) -> Claim:
    """A claim of Ada's for visit "one", so many minutes after ten."""
    start = TEN + timedelta(minutes=minute)
    told = {"scope": "here", "resource": ADA, "visit": "one", "intent": "key", "changed_at": TEN, "state": "confirmed"}
    return Claim(starts_at=start, ends_at=start + timedelta(minutes=length), **(told | more))


# For each: the second claim and whether it is refused. The first is `claim()`, with what stands in FIRST.
SECOND: dict[str, tuple[Claim, bool]] = {
    "the same time": (claim(visit="two"), True),
    "its second half": (claim(15, visit="two"), True),
    "around it": (claim(-10, 60, visit="two"), True),
    "inside it": (claim(10, 5, visit="two"), True),
    "right after it": (claim(30, visit="two"), False),
    "right before it": (claim(-30, visit="two"), False),
    "another person": (claim(visit="two", resource=BEN), False),
    "another tenant": (claim(visit="two", scope="there"), False),
    "the same visit": (claim(15), False),
    "overridden": (claim(visit="two", overridden=True), False),
    **{f"a {state} one": (claim(visit="two", state=state), True) for state in Claim.LIVE},
    **{
        f"a {state} one": (claim(visit="two", state=state), False)
        for state in (Claim.State.REFUSED, Claim.State.RELEASED, Claim.State.EXPIRED)
    },
}
FIRST: dict[str, dict[str, Any]] = {
    "beside an overridden one": {"overridden": True},
    "beside a released one": {"state": "released"},
    "beside a refused one": {"state": "refused"},
}


def refuses(first: Claim, second: Claim) -> bool:
    """Whether the second is refused beside the first, and for this reason; nothing of either stays."""
    try:
        with transaction.atomic():
            Claim(**_values(first)).save()
            try:
                with transaction.atomic():
                    Claim(**_values(second)).save()
            except IntegrityError as refused:
                return GUARD in str(refused)
            return False
    finally:
        Claim.objects.all().delete()


def _values(row: Claim) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in Claim._meta.fields if field.name != "id"}


def revived() -> bool:
    """Whether a claim that was let go can come back to life over one that was taken since."""
    try:
        with transaction.atomic():
            old = claim(state="released")
            old.save()
            claim(visit="two").save()
            try:
                with transaction.atomic():
                    Claim.objects.filter(pk=old.pk).update(state="confirmed")
            except IntegrityError:
                return False
            return True
    finally:
        Claim.objects.all().delete()


def told() -> dict[str, Any]:
    """What this database says to all of them."""
    return {
        "second": {name: refuses(claim(), second) for name, (second, _) in SECOND.items()},
        "first": {name: refuses(claim(**first), claim(visit="two")) for name, first in FIRST.items()},
        "revived": revived(),
    }


EXPECTED = {
    "second": {name: refused for name, (_, refused) in SECOND.items()},
    "first": dict.fromkeys(FIRST, False),
    "revived": False,
}
