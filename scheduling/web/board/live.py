"""What changed on a board since a page was made: nothing, some of its parts, or so much that it comes whole.

A page says what it holds by the marks of its parts in a header; a mark is a digest of what a part prints. So nothing is
kept on the server about any page, and whichever process answers comes to the same marks.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2s
from typing import Protocol

HEADER = "X-Board"
# An id of a part and its mark, as the page sends them: "c2026-11-23=5f2a9c01b7".
PAIR = re.compile(r"([\w-]+)=([0-9a-f]{10})")


class Part(Protocol):
    """A part of a board that can be replaced alone: its id in the page, and the mark of what it prints."""

    @property
    def id(self) -> str: ...
    @property
    def mark(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Loose:
    """A part that is no column: what it prints is told by a mark alone."""

    id: str
    mark: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds: the mark of its frame, and those of its parts by their ids."""

    frame: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """The ids of the parts that are not what the page holds. `whole`: its frame is another, so no part fits into it."""

    whole: bool
    ids: frozenset[str]

    @property
    def nothing(self) -> bool:
        return not (self.whole or self.ids)


def mark_of(*printed: object) -> str:
    """A short digest of what is printed. The values need a `repr` that says all there is to them."""
    return blake2s(repr(printed).encode(), digest_size=5).hexdigest()


def held(header: str) -> Held | None:
    """What a page told that it holds; None where it told nothing that can be read."""
    pairs = {found[1]: found[2] for found in PAIR.finditer(header)}
    frame = pairs.pop("frame", None)
    return Held(frame, pairs) if frame else None


def changes(told: Held, frame: str, parts: Iterable[Part]) -> Changes:
    """What has to be sent to a page that holds this, for a board of this frame and these parts."""
    now = {part.id: part.mark for part in parts}
    whole = told.frame != frame or told.parts.keys() != now.keys()
    return Changes(whole, frozenset(name for name, mark in now.items() if told.parts.get(name) != mark))
