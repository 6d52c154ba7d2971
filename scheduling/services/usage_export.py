"""Taking figures out of Daybook is written down: who, when, whose, of which time. No audit, no file."""

from collections.abc import Iterable
from uuid import UUID

from . import audit
from .desk import Desk

EXPORT = "utilisation.export"


def note(desk: Desk, name: str, people: Iterable[UUID], asked: list[str]) -> None:
    """One line in the audit trail for a file of this name, of what was `asked` for (rows, switches).

    Raises DatabaseError where it cannot be written.
    """
    audit.note(desk, EXPORT, object_id=name[: audit.LONGEST_ID], people=audit.texts(people), fields=asked)
