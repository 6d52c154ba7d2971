"""The one choke point of every change (design 9): intent, audit, the call, its outcome.

`perform` takes the intent of the form, refuses one that is not this login's, replays the stored outcome when the form
was sent before, writes "requested" before the call and the outcome after it, and never says "failed" before it is
known. Nothing is locked while the API is being called: the intent is taken in a short transaction of its own.
Claims and undo grow behind this function without the views noticing.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin.errors import NotFound, Refused, Unknown, WelkinError

from .desk import Desk


class IntentRefused(Exception):
    """The form's intent is unknown, belongs to somebody else, or was used for something different."""


class NotSent(Exception):
    """What an `act` raises that finds, before it has sent anything, that it must not. Its form may be sent again."""


class Ending(StrEnum):
    """How a change ended; MINTED: its form was never sent."""

    MINTED = "minted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Change:
    """What is about to be asked for. `content` identifies the request, so that one intent cannot serve two."""

    action: str
    people: tuple[UUID, ...] = ()
    object_id: UUID | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)

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


def mint(desk: Desk) -> str:
    """A new intent for a form that is about to be shown: its key, for a hidden field."""
    key = secrets.token_urlsafe(24)
    Intent.objects.create(key=key, account=desk.account, session=desk.session, minted_at=desk.now)
    return key


def part_of(desk: Desk, key: str, number: int) -> str:
    """The intent of one part of a change that takes several calls, made when first asked for; the same each time.

    Raises IntentRefused when the whole is not the login's own.
    """
    whole = find_intent(desk, key)
    part, _ = Intent.objects.get_or_create(
        key=f"{key}.{number}", account=desk.account, defaults={"session": whole.session, "minted_at": desk.now}
    )
    return part.key


def mint_many(desk: Desk, count: int) -> list[str]:
    """Intents for the small forms of one page (answers, attendance), in one statement."""
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
    AuditRecord.objects.create(
        at=desk.now,
        account=desk.account,
        role=desk.account.role,
        scope=desk.scope,
        action=change.action,
        phase=phase,
        object_id=object_id or str(change.object_id or ""),
        people=[str(person) for person in change.people],
        fields=list(change.fields),
        reason=change.reason,
        code=code[:60],
        intent=intent,
        request_id=desk.request_id,
    )


def _take(desk: Desk, key: str, change: Change) -> Outcome | None:
    """Take the intent for this change, or tell the outcome of the submit that has it. One winner among many."""
    with transaction.atomic():
        intent = Intent.objects.select_for_update().filter(key=key, account=desk.account).first()
        if intent is None:
            raise IntentRefused("This form is not known here. Open it again.")
        if intent.state != Intent.State.MINTED:
            if intent.digest != change.digest:
                raise IntentRefused("This form was sent before with other content. Open it again.")
            return outcome_of(intent)
        Intent.objects.filter(pk=intent.pk).update(
            state=Intent.State.WORKING, action=change.action, digest=change.digest, started_at=desk.now
        )
        _audit(desk, change, "requested", key)
    return None


def settle(desk: Desk, key: str, change: Change, ending: Ending, facts: Mapping[str, Any], code: str = "") -> Outcome:
    """Store the outcome and its audit line in one transaction; what is settled already stays as it is told."""
    with transaction.atomic():
        intent = Intent.objects.select_for_update().get(key=key)
        if intent.state in (Intent.State.CONFIRMED, Intent.State.REFUSED):
            return outcome_of(intent, replayed=False)
        Intent.objects.filter(pk=intent.pk).update(state=ending.value, outcome=dict(facts), settled_at=desk.now)
        if intent.state != ending.value:
            _audit(desk, change, ending.value, key, code, _object_of(facts))
    return Outcome(intent=key, ending=ending, facts=facts)


def _object_of(facts: Mapping[str, Any]) -> str:
    """The id of the thing that was made or changed, by whichever name the facts tell it."""
    return next((str(facts[name]) for name in ("event", "patient") if facts.get(name)), "")


def perform(desk: Desk, key: str, change: Change, act: Callable[[], Mapping[str, Any]]) -> Outcome:
    """Do one change through the API, once.

    `act` calls the API and returns ids and codes (no patient data) to remember. A clear no of the API (`Refused`,
    `NotFound`) ends REFUSED with the error in `Outcome.error`; an unknown outcome ends UNKNOWN; every other error of
    the client means that nothing was sent, frees the intent for another try and is raised; so is a `NotSent` of `act`.
    Raises IntentRefused.
    """
    replay = _take(desk, key, change)
    if replay is not None:
        return replay
    try:
        facts = act()
    except (Refused, NotFound) as refused:
        told = settle(desk, key, change, Ending.REFUSED, {}, refused.code or type(refused).__name__)
        return Outcome(intent=key, ending=told.ending, error=refused)
    except Unknown as unknown:
        told = settle(desk, key, change, Ending.UNKNOWN, _told_before(change), "unknown")
        return Outcome(intent=key, ending=told.ending, facts=told.facts, error=unknown)
    except (WelkinError, NotSent) as unsent:
        _give_back(desk, key, change, unsent)
        raise
    return settle(desk, key, change, Ending.CONFIRMED, facts)


def _told_before(change: Change) -> dict[str, str]:
    """What a page may link to while the outcome is not known: the visit that was to be changed."""
    about_visit = change.object_id and change.action.startswith(("appointment.", "invitation."))
    return {"event": str(change.object_id)} if about_visit else {}


def _give_back(desk: Desk, key: str, change: Change, error: Exception) -> None:
    """Nothing reached the API: the same form may be sent again."""
    with transaction.atomic():
        Intent.objects.filter(key=key).update(state=Intent.State.MINTED, digest="", started_at=None)
        _audit(desk, change, "not sent", key, type(error).__name__)


def under_way(desk: Desk, key: str, object_id: UUID, within: timedelta) -> bool:
    """Whether another change of this visit was begun lately and is not settled: it may still have its effect.

    Asked from inside an `act`, when one's own line stands in the audit trail: of two that begin at once, at least one
    sees the other.
    """
    asked = AuditRecord.objects.filter(scope=desk.scope, object_id=str(object_id), phase="requested")
    asked = asked.filter(action__startswith="appointment.").exclude(intent=key)
    open_states = (Intent.State.WORKING, Intent.State.UNKNOWN)
    return Intent.objects.filter(
        key__in=asked.values("intent"), state__in=open_states, started_at__gt=desk.now - within
    ).exists()


def history(desk: Desk, object_id: UUID) -> list[AuditRecord]:
    """What was done through Daybook with one thing, oldest first."""
    return list(
        AuditRecord.objects.filter(scope=desk.scope, object_id=str(object_id)).select_related("account").order_by("id")
    )


def open_longer_than(desk_now: datetime, minutes: int) -> int:
    """How many changes have no known outcome for longer than so many minutes."""
    waiting = (Intent.State.WORKING, Intent.State.UNKNOWN)
    return Intent.objects.filter(state__in=waiting, started_at__lt=desk_now - timedelta(minutes=minutes)).count()
