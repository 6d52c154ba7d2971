"""Two people change the same visit: what each changed, what stays, what must be asked, and who it was (design 5.5).

All is decided by the token of the form, which says what each field was when it was shown, and by what was typed. So a
field that nobody touched here is never sent, and one that both changed is never overwritten without a question.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord, Intent, KeptEvent

from . import versions
from .desk import Desk
from .keeping import EVENT, unpacked
from .writes import Ending

# What is told to have been changed by others: answers and attendance come and go without anybody's editing.
TOLD = ("when", "host", "status", "people", *versions.WORDS)
# The key in an outcome's facts under which the digests of what an edit made stand.
MADE = "made"


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of a form's fields: `own` were changed in it, `stays` by others alone, `both` must be asked."""

    own: Mapping[str, str]
    stays: tuple[str, ...]
    both: tuple[str, ...]


def merge(event: Event, seen: str, fields: Mapping[str, str]) -> Merge:
    """Sort the typed fields (names of WORDS) by the token that was seen and by the visit as it is now.

    Where the token cannot be read, everything that differs must be asked.
    """
    theirs = versions.changed(seen, event, TOLD)
    own = {name: versions.plain(name, text) for name, text in fields.items()}
    own = {name: text for name, text in own.items() if not versions.is_as_seen(seen, name, text)}
    both = tuple(name for name in own if name in theirs and own[name] != now_of(event, name))
    return Merge(own, tuple(part for part in theirs if part not in own), both)


def now_of(event: Event, name: str) -> str:
    """One of the WORDS as it is now, as it is compared."""
    return versions.plain(name, versions.text_of(event, name))


def latest(desk: Desk, event: Event) -> Event:
    """The visit as it was read, or as the API answered our own last change where the reading lags behind that."""
    row = KeptEvent.objects.filter(scope=desk.scope, event=event.id).first()
    ours = unpacked(EVENT, row.sealed) if row and row.sealed else None
    if ours is None or ours.updated_at is None or event.updated_at is None:
        return event
    return ours if ours.updated_at > event.updated_at else event


# --- Who it was ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changer:
    """Who changed a part. No `name`: somebody in Welkin itself. `at` is None where only that is known.

    `own`: the same login did, in another tab.
    """

    name: str
    at: datetime | None
    own: bool = False


def changed_by(desk: Desk, event: Event, seen: str, parts: Iterable[str]) -> Mapping[str, Changer]:
    """Who made each part what it is now, by our own audit trail where it was through Daybook. Two queries, no call."""
    rows = AuditRecord.objects.filter(scope=desk.scope, object_id=str(event.id), phase=Ending.CONFIRMED)
    records = list(rows.select_related("account").order_by("-id")[:50])
    facts = dict(Intent.objects.filter(key__in=[row.intent for row in records]).values_list("key", "outcome"))
    ours = {_instant(told.get("updated")) for told in facts.values()}
    elsewhere = Changer("", None if event.updated_at in ours else event.updated_at)
    found = {}
    for part in parts:
        made = (row for row in records if _made(event, part, seen, row, facts.get(row.intent) or {}))
        row = next(made, None)
        found[part] = Changer(row.who, row.at, own=row.account == desk.account) if row else elsewhere
    return found


def _made(event: Event, part: str, seen: str, row: AuditRecord, facts: Mapping[str, object]) -> bool:
    """Whether this change of ours made the part what it is now: by its digest, or for a move by when it was saved."""
    made = facts.get(MADE)
    if isinstance(made, Mapping):
        return made.get(part) == versions.digest_of(event, part)
    updated, before = _instant(facts.get("updated")), versions.seen_at(seen)
    return part in row.fields and updated is not None and (before is None or updated > before)


def _instant(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) and told else None
