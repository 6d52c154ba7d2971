"""What somebody typed into a form whose outcome was not a clear yes, kept sealed for 24 hours (reliability 4.2 H).

A draft is the login's own, in its own scope, and belongs to the intent of its form. An intent that the API refused
cannot be sent again: the form goes on under the `next_intent`, and the draft with it. The same one each time, so that
one draft opened in two tabs still makes one visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scheduling.accounts.models import Account
from scheduling.ledger.models import Draft, Intent

from . import writes
from .desk import Desk, seat
from .patience import patiently
from .sealing import NotReadable, seal, unseal
from .writes import Ending

KEPT_FOR = timedelta(hours=24)
# So much typed text is kept of one form (characters); a form of ours holds far less.
LONGEST = 64 * 1024
AGAIN = "~"
# What in the address of a form names the one visit or record that it is about.
OF_ONE = {"event_id", "record_id"}

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that is kept: where it can be opened again, and what is known of its sending by now."""

    key: str
    route: str
    arguments: Mapping[str, str]
    saved_at: datetime
    ending: Ending

    @property
    def open(self) -> bool:
        """It was sent, and what came of it is not known yet: it must not be sent again."""
        return self.ending in (Ending.UNKNOWN, Ending.WORKING)


def _line(key: str) -> Q:
    """The drafts of one form, whichever of its intents they were kept under."""
    first = key.partition(AGAIN)[0]
    return Q(intent=first) | Q(intent__startswith=f"{first}{AGAIN}")


def next_intent(desk: Desk, key: str) -> str:
    """The intent by which a form goes on whose own one is used up. Raises IntentRefused for somebody else's."""
    before = writes.find_intent(desk, key)
    first, _, number = key.partition(AGAIN)
    follower, _ = Intent.objects.get_or_create(
        key=f"{first}{AGAIN}{int(number or 1) + 1}",
        account=desk.account,
        defaults={"session": before.session, "minted_at": desk.now},
    )
    return follower.key


@patiently
def save(desk: Desk, intent: str, route: str, arguments: Mapping[str, str], fields: Fields) -> None:
    """Keep what a form sent, in place of what was kept of it before; more than LONGEST is not kept.

    Raises IntentRefused for an intent that is not the login's own, LedgerBusy.
    """
    writes.find_intent(desk, intent)
    told = {name: list(values) for name, values in fields.items()}
    if sum(len(text) for values in told.values() for text in values) > LONGEST:
        return
    with transaction.atomic():
        Draft.objects.filter(_line(intent), account=desk.account).delete()
        Draft.objects.create(
            account=desk.account,
            scope=desk.scope,
            intent=intent,
            route=route,
            arguments=dict(arguments),
            sealed=seal(told),
            saved_at=desk.now,
        )


def save_for_owner(
    now: datetime, intent: str, route: str, arguments: Mapping[str, str], fields: Fields
) -> Account | None:
    """Keep a form that came after its session had ended, for whoever opened it; None where that is nobody.

    Only one that has not been sent yet. `now` is aware. Raises LedgerBusy, NotConfigured.
    """
    minted = Intent.objects.filter(key=intent, state=Intent.State.MINTED, account__is_active=True)
    found = minted.select_related("account").first()
    if found is not None:
        save(seat(found.account, now=now), intent, route, arguments, fields)
    return found.account if found else None


def is_own(account: Account, intent: str) -> bool:
    """Whether the login opened the form of this intent."""
    return Intent.objects.filter(key=intent, account=account).exists()


@patiently
def forget(desk: Desk, intent: str) -> None:
    """Its form went through, or was thrown away. Raises LedgerBusy."""
    Draft.objects.filter(_line(intent), account=desk.account).delete()


@patiently
def forget_same(desk: Desk, saved: str, route: str, arguments: Mapping[str, str]) -> None:
    """The form of a visit or record was saved by the intent `saved`: what was kept of the same form before is over.

    Not what was kept since, what is still being found out, nor what was typed for a new one. Raises LedgerBusy.
    """
    at = Intent.objects.filter(key=saved, account=desk.account).values_list("settled_at", flat=True).first()
    if at is None or not OF_ONE & set(arguments):
        return
    waiting = Intent.objects.filter(account=desk.account, state__in=(Ending.UNKNOWN, Ending.WORKING)).values("key")
    same = Draft.objects.filter(account=desk.account, scope=desk.scope, route=route, arguments=dict(arguments))
    same.filter(saved_at__lte=at).exclude(intent__in=waiting).delete()


def of(desk: Desk) -> list[Kept]:
    """The login's own forms that are kept, the latest first. What was found to be saved since is not among them."""
    own = Draft.objects.filter(account=desk.account, scope=desk.scope, saved_at__gt=desk.now - KEPT_FOR)
    rows = list(own.defer("sealed").order_by("-saved_at", "-id"))
    if not rows:
        return []
    intents = Intent.objects.filter(key__in=[row.intent for row in rows], account=desk.account)
    endings = {key: Ending(state) for key, state in intents.values_list("key", "state")}
    kept = [
        Kept(row.intent, row.route, row.arguments, row.saved_at, endings.get(row.intent, Ending.MINTED)) for row in rows
    ]
    return [each for each in kept if each.ending is not Ending.CONFIRMED]


def find(desk: Desk, key: str) -> Kept | None:
    """One of them by its intent, None where it is not kept (any more)."""
    return next((kept for kept in of(desk) if kept.key == key), None)


def reopen(desk: Desk, kept: Kept) -> dict[str, list[str]]:
    """What was typed, with the intent to send it by. Empty where it cannot be read. Not for one that is `open`."""
    row = Draft.objects.filter(account=desk.account, scope=desk.scope, intent=kept.key).first()
    try:
        fields: dict[str, list[str]] = unseal(row.sealed) if row else {}
    except NotReadable:
        return {}
    key = next_intent(desk, kept.key) if kept.ending is Ending.REFUSED else kept.key
    return fields | {"intent": [key]} if fields else {}


def purge(now: datetime) -> int:
    """Forget what was kept long enough, and what was found to be saved since. How many. `now` is aware."""
    saved = Intent.objects.filter(state=Intent.State.CONFIRMED).values("key")
    gone, _ = Draft.objects.filter(Q(saved_at__lte=now - KEPT_FOR) | Q(intent__in=saved)).delete()
    return gone
