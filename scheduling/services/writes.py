"""The one choke point of every change (design 5 and 9): intent, claims, audit, the call, its outcome.

`perform` takes the intent of the form, refuses one that is not this login's, and replays the stored outcome when the
form was sent before. In one short transaction it opens the edit of the visit, takes the time that the change needs
(claims.py) and writes "requested"; then it notes that the request leaves, calls the API with nothing locked, and stores
outcome, claims and audit line in one transaction. It never says "failed" before that is known.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from scheduling.ledger.models import AuditRecord, Claim, Intent, OpenEdit
from scheduling.welkin.errors import NotFound, Refused, Unknown, WelkinError

from . import audit, claims, keeping, steps
from .claims import Wanted
from .desk import Desk
from .notsent import LedgerBusy as LedgerBusy
from .notsent import NotSent as NotSent
from .patience import patiently

# A submit is over after the write's deadline (8 s); one that is still "working" after this has died on the way.
LEASE = timedelta(seconds=30)
FIRST_LOOK = timedelta(seconds=1)
# A form that stands open for longer has to be opened again; a draft lives for a day.
KEEP_UNSENT = timedelta(days=3)
# How long a change is looked after whose ending the API did not tell: an effect may come later than anybody thinks.
WATCH = timedelta(hours=24)


class IntentRefused(Exception):
    """The form's intent is unknown, belongs to somebody else, or was used for something different."""


class LeaseLost(LedgerBusy):
    """This worker was away for so long that its change was given back, or taken up by another one."""


class EditOpen(NotSent):
    """Another change of this visit is under way. Not `working`: its outcome is not known, which may take long."""

    def __init__(self, *, working: bool) -> None:
        super().__init__("another change of this visit is open")
        self.working = working


class Overtaken(NotSent):
    """Another change of this visit was made after it was read: it must be read and judged again."""


class Ending(StrEnum):
    """How a change ended; MINTED: its form was never sent."""

    MINTED = "minted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Change:
    """What is about to be asked for. `content` identifies the request, so that one intent cannot serve two.

    `wanted` tells the time it takes, None where it takes none. `since` is the `mark_of` the visit before it was read;
    a change with one is the only one of its visit while it lasts. `sealed` is kept for sending it once more. `beside`
    are others in whose calendars it shows. `before_after` are values for the audit trail: field, before, after, none of
    them about a patient. `was` is what an undo needs of the visit as it is now (steps.py); None leaves no step.
    """

    action: str
    people: tuple[UUID, ...] = ()
    object_id: UUID | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    wanted: Callable[[], Wanted] | None = None
    since: int | None = None
    sealed: bytes | None = None
    beside: tuple[UUID, ...] = ()
    before_after: tuple[tuple[str, Any, Any], ...] = ()
    was: steps.Was | None = None

    @property
    def digest(self) -> str:
        told = [self.action, str(self.object_id or ""), {name: str(value) for name, value in self.content.items()}]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a change ended. `facts` are ids and codes for the page; `replayed`: the form had been sent before."""

    intent: str
    ending: Ending
    facts: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = False
    error: WelkinError | None = None

    @property
    def confirmed(self) -> bool:
        return self.ending is Ending.CONFIRMED


@patiently
def mint(desk: Desk) -> str:
    """A new intent for a form that is about to be shown: its key, for a hidden field. Raises LedgerBusy."""
    key = secrets.token_urlsafe(24)
    Intent.objects.create(key=key, account=desk.account, session=desk.session, minted_at=desk.now)
    return key


@patiently
def part_of(desk: Desk, key: str, number: int) -> str:
    """The intent of one part of a change that takes several calls, made when first asked for; the same each time.

    Raises LedgerBusy, and IntentRefused when the whole is not the login's own.
    """
    whole = find_intent(desk, key)
    part, _ = Intent.objects.get_or_create(
        key=f"{key}.{number}", account=desk.account, defaults={"session": whole.session, "minted_at": desk.now}
    )
    return part.key


@patiently
def mint_many(desk: Desk, count: int) -> list[str]:
    """Intents for the small forms of one page (answers, attendance), in one statement. Raises LedgerBusy."""
    keys = [secrets.token_urlsafe(24) for _ in range(count)]
    Intent.objects.bulk_create(
        Intent(key=key, account=desk.account, session=desk.session, minted_at=desk.now) for key in keys
    )
    return keys


def find_intent(desk: Desk, key: str) -> Intent:
    """The login's own intent. Raises IntentRefused for one that is not there or not theirs."""
    intent = Intent.objects.filter(key=key, account=desk.account).first()
    if intent is None:
        raise IntentRefused("This form is not known here. Open it again.")
    return intent


def outcome_of(intent: Intent, *, replayed: bool = True) -> Outcome:
    """The stored outcome; WORKING while the first submit is still on its way."""
    return Outcome(intent=intent.key, ending=Ending(intent.state), facts=intent.outcome, replayed=replayed)


def earlier(desk: Desk, key: str) -> Outcome | None:
    """What came of the form when it was sent before; None when it was not."""
    intent = find_intent(desk, key)
    return None if intent.state == Intent.State.MINTED else outcome_of(intent)


def _audit(desk: Desk, change: Change, phase: str, intent: str, code: str = "", object_id: str = "") -> None:
    told = audit_of(change) | {"object_id": object_id or str(change.object_id or "")}
    audit.note(desk, change.action, phase, **told, code=code, intent=intent)


def audit_of(change: Change) -> dict[str, Any]:
    """What the audit trail keeps of a change."""
    return {
        "people": audit.texts(change.people),
        "fields": list(change.fields),
        "before_after": [list(row) for row in change.before_after],
        "reason": change.reason,
    }


def mark_of(desk: Desk, object_id: UUID) -> int:
    """The last line of the audit trail about a visit: what stands after it was done since."""
    rows = AuditRecord.objects.filter(scope=desk.scope, object_id=str(object_id))
    return rows.order_by("-id").values_list("id", flat=True).first() or 0


@patiently
def _take(desk: Desk, key: str, change: Change) -> Outcome | None:
    """Take the intent and the time for this change, or tell the outcome of the submit that has it: one winner.

    Raises IntentRefused, EditOpen, Overtaken, LedgerBusy, and what judging the wanted time raises: then
    nothing is kept.
    """
    with transaction.atomic():
        intent = Intent.objects.select_for_update().filter(key=key, account=desk.account).first()
        if intent is None:
            raise IntentRefused("This form is not known here. Open it again.")
        if intent.state != Intent.State.MINTED:
            if intent.digest != change.digest:
                raise IntentRefused("This form was sent before with other content. Open it again.")
            return outcome_of(intent)
        Intent.objects.filter(pk=intent.pk).update(
            state=Intent.State.WORKING,
            scope=desk.scope,
            action=change.action,
            digest=change.digest,
            started_at=desk.now,
            lease_until=desk.now + LEASE,
            sealed=change.sealed,
        )
        if change.since is not None:
            _open_edit(desk, key, change)
        if change.wanted is not None:
            claims.reserve(desk, key, change.wanted())
        steps.begin(desk, key, change.action, change.object_id, change.fields, change.was)
        _audit(desk, change, "requested", key)
    return None


def _open_edit(desk: Desk, key: str, change: Change) -> None:
    """The one change of this visit that is under way. Raises EditOpen, Overtaken."""
    visit = str(change.object_id)
    row, made = OpenEdit.objects.get_or_create(
        scope=desk.scope, visit=visit, defaults={"intent": key, "opened_at": desk.now}
    )
    if not made and row.intent != key:
        state = Intent.objects.filter(key=row.intent).values_list("state", flat=True).first()
        raise EditOpen(working=state == Intent.State.WORKING)
    later = AuditRecord.objects.filter(scope=desk.scope, object_id=visit, id__gt=change.since)
    if later.filter(phase=Ending.CONFIRMED).exclude(intent=key).exists():
        raise Overtaken


@patiently
def _leave(desk: Desk, key: str) -> None:
    """Note that the request leaves now: from here on its outcome may be unknown. Raises LeaseLost, LedgerBusy."""
    with transaction.atomic():
        own = Intent.objects.filter(_own_attempt(desk), key=key, sent_at=None)
        if not own.update(sent_at=desk.now, sends=F("sends") + 1):
            raise LeaseLost("the lease ended before the request could leave")
        claims.turn(key, Claim.State.SENT, desk.now)


def _own_attempt(desk: Desk) -> Q:
    """This very submit of the form, and nobody has ended it: whoever was away for long may find another one there."""
    return Q(state=Intent.State.WORKING, started_at=desk.now)


@patiently
def settle(
    desk: Desk,
    key: str,
    change: Change,
    ending: Ending,
    facts: Mapping[str, Any],
    code: str = "",
    watch_until: datetime | None = None,
) -> Outcome:
    """Store the outcome with its claims and its audit line in one transaction; what is settled stays as it is told.

    `watch_until`: the ending was concluded, not told by the API, and is looked after until then; so is whatever was
    found, whoever found it.
    """
    with transaction.atomic():
        intent = Intent.objects.select_for_update().get(key=key)
        if intent.state in (Intent.State.CONFIRMED, Intent.State.REFUSED):
            return outcome_of(intent, replayed=False)
        told: dict[str, Any] = {"state": ending.value, "outcome": dict(facts), "settled_at": desk.now}
        told["look_at"] = desk.now + FIRST_LOOK if ending is Ending.UNKNOWN else None
        if ending is not Ending.UNKNOWN:
            found = intent.state == Intent.State.UNKNOWN and ending is Ending.CONFIRMED
            told |= {"sealed": None, "watch_until": desk.now + WATCH if found else watch_until}
        Intent.objects.filter(pk=intent.pk).update(**told)
        _settle_claims(desk, key, change, ending, facts)
        _settle_step(key, ending, facts)
        if ending is not Ending.REFUSED:
            keeping.changed(
                desk, (*change.people, *change.beside)
            )  # what pages keep of these calendars may be old from now on
        if intent.state != ending.value:
            _audit(desk, change, ending.value, key, code, _object_of(facts))
    return Outcome(intent=key, ending=ending, facts=facts)


def _settle_step(key: str, ending: Ending, facts: Mapping[str, Any]) -> None:
    if ending is Ending.CONFIRMED:
        steps.done(key, facts)
    elif ending is Ending.REFUSED:
        steps.dropped(key)


def _settle_claims(desk: Desk, key: str, change: Change, ending: Ending, facts: Mapping[str, Any]) -> None:
    if ending is Ending.UNKNOWN:
        claims.turn(key, Claim.State.UNKNOWN, desk.now)
        return
    if ending is Ending.REFUSED:
        claims.turn(key, Claim.State.REFUSED, desk.now)
    else:
        event, told = facts.get("event"), facts.get("updated")
        updated = datetime.fromisoformat(told) if told else None
        claims.confirm(desk.scope, key, change.action, UUID(event) if event else None, desk.now, updated)
        if event and change.action in claims.LEAVING:
            claims.leave(desk.scope, UUID(event), change.people, desk.now)
    OpenEdit.objects.filter(intent=key).delete()


def _object_of(facts: Mapping[str, Any]) -> str:
    """The id of the thing that was made or changed, by whichever name the facts tell it."""
    return next((str(facts[name]) for name in ("event", "patient", "user") if facts.get(name)), "")


def perform(desk: Desk, key: str, change: Change, act: Callable[[], Mapping[str, Any]]) -> Outcome:
    """Do one change through the API, once.

    `act` calls the API and returns ids and codes (no patient data) to remember. A clear no of the API (`Refused`,
    `NotFound`) ends REFUSED with the error in `Outcome.error`; an unknown outcome ends UNKNOWN; every other error of
    the client means that nothing was sent, frees intent and claims for another try and is raised; so is a `NotSent` of
    `act`. Raises IntentRefused, and EditOpen, Overtaken, LedgerBusy and what judging the wanted time raises: then
    nothing was begun.
    """
    replay = _take(desk, key, change)
    if replay is not None:
        return replay
    try:
        _leave(desk, key)
        facts = act()
    except (Refused, NotFound) as refused:
        told = _end(desk, key, change, Ending.REFUSED, {}, refused.code or type(refused).__name__)
        return replace(told, error=refused) if told.ending is Ending.REFUSED else told
    except Unknown as unknown:
        return replace(_end(desk, key, change, Ending.UNKNOWN, told_before(change), "unknown"), error=unknown)
    except (WelkinError, NotSent) as unsent:
        if not isinstance(unsent, LeaseLost):
            give_back(desk, key, change, type(unsent).__name__, only=_own_attempt(desk))
        raise
    return _end(desk, key, change, Ending.CONFIRMED, facts)


def _end(desk: Desk, key: str, change: Change, ending: Ending, facts: Mapping[str, Any], code: str = "") -> Outcome:
    """Settle; where our own database does not take it, the outcome is as open as after a lost answer."""
    try:
        return settle(desk, key, change, ending, facts, code)
    except LedgerBusy:
        return Outcome(intent=key, ending=Ending.UNKNOWN, facts=told_before(change))


def again(desk: Desk, intent: Intent, change: Change, act: Callable[[], Mapping[str, Any]]) -> Outcome:
    """Send once more what was asked for, with the same marker, when the first time has certainly had no effect.

    At most once for each intent, whoever tries it: the count of sends decides. Raises Refused, NotFound, and every
    other WelkinError where nothing was sent.
    """
    own = Intent.objects.filter(pk=intent.pk, state=Intent.State.UNKNOWN, sends=intent.sends)
    if not own.update(sends=F("sends") + 1, sent_at=desk.now):
        return outcome_of(Intent.objects.get(pk=intent.pk))
    _audit(desk, change, "again", intent.key)
    try:
        facts = act()
    except Unknown:
        return Outcome(intent=intent.key, ending=Ending.UNKNOWN, facts=intent.outcome)
    except (Refused, NotFound):
        raise
    except WelkinError:
        Intent.objects.filter(pk=intent.pk).update(sends=F("sends") - 1)
        raise
    return settle(desk, intent.key, change, Ending.CONFIRMED, facts, "sent again", desk.now + WATCH)


def told_before(change: Change) -> dict[str, str]:
    """What a page may link to while the outcome is not known: the visit that was to be changed."""
    about_visit = change.object_id and change.action.startswith(("appointment.", "invitation."))
    return {"event": str(change.object_id)} if about_visit else {}


@patiently
def give_back(
    desk: Desk,
    key: str,
    change: Change,
    why: str,
    state: Claim.State = Claim.State.RELEASED,
    only: Q = Q(),  # noqa: B008  never changed
) -> bool:
    """Nothing reached the API: the same form may be sent again, and its time is free. One transaction.

    `only`: what must still hold of the intent. False where it does not, and then nothing was done.
    """
    with transaction.atomic():
        own = Intent.objects.filter(only, key=key)
        if not own.update(
            state=Intent.State.MINTED, digest="", started_at=None, lease_until=None, sent_at=None, sends=0, sealed=None
        ):
            return False
        claims.turn(key, state, desk.now)
        OpenEdit.objects.filter(intent=key).delete()
        steps.dropped(key)
        _audit(desk, change, "not sent", key, why)
    return True


def history(desk: Desk, object_id: UUID) -> list[AuditRecord]:
    """What was done through Daybook with one thing, oldest first."""
    return list(
        AuditRecord.objects.filter(scope=desk.scope, object_id=str(object_id)).select_related("account").order_by("id")
    )


OPEN = (Intent.State.WORKING, Intent.State.UNKNOWN)


def open_longer_than(desk_now: datetime, minutes: int) -> int:
    """How many changes have no known outcome for longer than so many minutes."""
    return Intent.objects.filter(state__in=OPEN, started_at__lt=desk_now - timedelta(minutes=minutes)).count()


def forget_unsent(now: datetime) -> int:
    """Delete the intents of forms that were opened long ago and never sent. How many there were."""
    return Intent.objects.filter(state=Intent.State.MINTED, minted_at__lt=now - KEEP_UNSENT).delete()[0]
