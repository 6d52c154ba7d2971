"""What stands on a drawn page: its columns, and of each visit what any other calendar would need to draw it too."""

import html
import re
from dataclasses import dataclass

COLUMN = re.compile(r'<section[^>]*\bdata-clinician-id="([^"]+)"[^>]*>(.*?)</section>', re.DOTALL)
VISIT = re.compile(
    r'<li class="([^"]*)" data-type="([^"]*)"><a id="([^"]*)" data-event-id="([^"]*)" data-status="([^"]*)"'
    r' data-start="([^"]*)" data-end="([^"]*)" href="([^"]*)"[^>]*? aria-label="([^"]*)"[^>]*>(.*?)</a></li>',
    re.DOTALL,
)
TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Visit:
    """One chip: its classes, what it is, from when to when (UTC, as text), its sentence and its words."""

    classes: str
    kind: str
    anchor: str
    event_id: str
    status: str
    start: str
    end: str
    url: str
    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One person and the visits in their column."""

    person: str
    visits: tuple[Visit, ...]


def columns_of(page: str) -> list[Column]:
    """The columns of a day, by person, as the page draws them."""
    return [Column(person, tuple(_visits(inside))) for person, inside in COLUMN.findall(page)]


def _visits(text: str) -> list[Visit]:
    return [
        Visit(*row[:8], sentence=html.unescape(row[8]), text=html.unescape(TAGS.sub("", row[9])))
        for row in VISIT.findall(text)
    ]


def without_visits(page: str) -> str:
    """The page with all its visits left out: what it weighs for its frame, hours and free time."""
    return VISIT.sub("", page)
