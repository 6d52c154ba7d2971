"""What somebody has seen of a visit, as a token for a form, and what has changed in it since (design 5, step 5).

The API has no conditional write and its `updatedAt` may have whole seconds only, so the token holds both: `updatedAt`,
and a short digest of each part of the content. Parts are compared one by one: an answer that came in meanwhile does
not stand against a new title, because a PATCH sends changed fields only.

Words are compared as a form can bring them back: browsers write other line ends, and blanks around a text say nothing.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from scheduling.domain import group
from scheduling.domain.event import Event, EventMode, EventType

DIGITS = 8
DETAILS = ("location", "remarks", "attachment")
# What can be changed as words, in the order of the form.
WORDS = ("title", "description", "type", "mode", *DETAILS, group.CAPACITY)
_KNOWN = MappingProxyType({"type": frozenset(EventType), "mode": frozenset(EventMode)})


def text_of(event: Event, name: str) -> str:
    """One of the WORDS of the visit as text. A number of places that is none reads as empty."""
    if name == group.CAPACITY:
        return str(group.capacity_of(event) or "")
    return event.detail(name) if name in DETAILS else str(getattr(event, name) or "")


def plain(name: str, text: str) -> str:
    """A text as it is compared and sent: no blanks around it, one line end, known types and modes in capitals."""
    told = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return told.upper() if told.upper() in _KNOWN.get(name, ()) else told


def _word(name: str) -> Callable[[Event], str]:
    return lambda event: plain(name, text_of(event, name))


PARTS: Mapping[str, Callable[[Event], object]] = MappingProxyType(
    {
        "when": lambda event: (event.when.start.isoformat(), event.when.end.isoformat(), event.all_day),
        "host": lambda event: event.host_id,
        "status": lambda event: event.known_status or event.status,
        "people": lambda event: sorted((str(row.person_id), row.role.lower()) for row in event.participants),
        "answers": lambda event: sorted((str(row.person_id), row.answer) for row in event.participants),
        "attendance": lambda event: sorted((str(row.person_id), row.attended) for row in event.participants),
        **{name: _word(name) for name in WORDS},
    }
)


def _digest(content: object) -> str:
    return hashlib.blake2s(repr(content).encode(), digest_size=DIGITS // 2).hexdigest()


def digest_of(event: Event, part: str) -> str:
    """A part of the visit as the token holds it."""
    return _digest(PARTS[part](event))


def version(event: Event) -> str:
    """The token of the visit as it was just read. It holds no words of the visit, only digests."""
    updated = event.updated_at.astimezone(UTC).isoformat() if event.updated_at else ""
    return f"{updated}~{''.join(digest_of(event, part) for part in PARTS)}"


def mixed(event: Event, before: Event, parts: Collection[str]) -> str:
    """The token of a visit of which these parts are as they are now, and all others as they were before."""
    digests = (digest_of(event if part in parts else before, part) for part in PARTS)
    return f"{version(event).partition('~')[0]}~{''.join(digests)}"


def _digests(seen: str) -> Mapping[str, str]:
    """The digests of a token by part; none of one that cannot be read."""
    told = seen.partition("~")[2]
    if len(told) != DIGITS * len(PARTS):
        return {}
    return {part: told[n * DIGITS : (n + 1) * DIGITS] for n, part in enumerate(PARTS)}


def changed(seen: str, event: Event, parts: Iterable[str] = tuple(PARTS)) -> tuple[str, ...]:
    """Which of the parts are no longer as they were seen; all of them for a token that cannot be read."""
    known = _digests(seen)
    return tuple(part for part in parts if known.get(part) != digest_of(event, part))


def is_as_seen(seen: str, name: str, text: str) -> bool:
    """Whether this text is what the token saw as that one of the WORDS; never for a token that cannot be read."""
    return _digests(seen).get(name) == _digest(plain(name, text))


def seen_at(seen: str) -> datetime | None:
    """The `updatedAt` of the visit that was seen, None where the API told none."""
    try:
        return datetime.fromisoformat(seen.partition("~")[0])
    except ValueError:
        return None
