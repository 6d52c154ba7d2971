"""What somebody has seen of a visit, as a token for a form, and what has changed in it since (design 5, step 5).

The API has no conditional write and its `updatedAt` may have whole seconds only, so the token holds both: `updatedAt`,
and a short digest of each part of the content. Parts are compared one by one: an answer that came in meanwhile does
not stand against a new title, because a PATCH sends changed fields only.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from types import MappingProxyType

from scheduling.domain.event import Event

DIGITS = 8

PARTS: Mapping[str, Callable[[Event], object]] = MappingProxyType(
    {
        "when": lambda event: (event.when.start.isoformat(), event.when.end.isoformat(), event.all_day),
        "host": lambda event: event.host_id,
        "status": lambda event: event.known_status or event.status,
        "people": lambda event: sorted((str(row.person_id), row.role.lower()) for row in event.participants),
        "answers": lambda event: sorted((str(row.person_id), row.answer) for row in event.participants),
        "attendance": lambda event: sorted((str(row.person_id), row.attended) for row in event.participants),
        "title": lambda event: event.title,
        "description": lambda event: event.description,
        "type": lambda event: event.known_type or event.type,
        "mode": lambda event: (event.mode or "").upper(),
        "location": lambda event: event.detail("location"),
        "remarks": lambda event: event.detail("remarks"),
        "attachment": lambda event: event.detail("attachment"),
        "capacity": lambda event: str(event.additional.get("capacity") or ""),
    }
)


def _digest(event: Event, part: str) -> str:
    return hashlib.blake2s(repr(PARTS[part](event)).encode(), digest_size=DIGITS // 2).hexdigest()


def version(event: Event) -> str:
    """The token of the visit as it was just read. It holds no words of the visit, only digests."""
    updated = event.updated_at.astimezone(UTC).isoformat() if event.updated_at else ""
    return f"{updated}~{''.join(_digest(event, part) for part in PARTS)}"


def changed(seen: str, event: Event, parts: Iterable[str] = tuple(PARTS)) -> tuple[str, ...]:
    """Which of the parts are no longer as they were seen; all of them for a token that cannot be read."""
    digests = seen.partition("~")[2]
    if len(digests) != DIGITS * len(PARTS):
        return tuple(parts)
    known = {part: digests[n * DIGITS : (n + 1) * DIGITS] for n, part in enumerate(PARTS)}
    return tuple(part for part in parts if known[part] != _digest(event, part))
