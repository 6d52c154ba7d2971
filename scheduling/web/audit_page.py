"""The lines of the audit trail as its page prints them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from scheduling.accounts.roles import Role
from scheduling.ledger.models import AuditRecord
from scheduling.services.audit_search import Found
from scheduling.web import audit_words
from scheduling.web.words import Word


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `about`: ids with the name where one is known; `changes`: what stood there before and after."""

    record: AuditRecord
    who: str
    role: Word
    did: Word
    ended: Word
    tone: str
    about: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def has_more(self) -> bool:
        row = self.record
        return bool(self.about or self.changes or row.fields or row.reason or row.code or row.request_id)


def lines_of(found: Found) -> list[Line]:
    return [_line(row, found.names) for row in found.rows]


def _line(row: AuditRecord, names: Mapping[str, str]) -> Line:
    ids = dict.fromkeys(filter(None, [row.object_id, *row.people]))
    return Line(
        record=row,
        who=row.who or _("Nobody known"),
        role=Role(row.role).label if row.role in Role else row.role,
        did=audit_words.action(row.action),
        ended=audit_words.phase(row.phase),
        tone=audit_words.TONES.get(row.phase, ""),
        about=tuple((each, names.get(each, "")) for each in ids),
        changes=tuple(_change(each) for each in row.before_after if isinstance(each, list) and len(each) == 3),
    )


def _change(told: list[object]) -> tuple[str, str, str]:
    name, before, after = ("–" if value is None else str(value) for value in told)
    return name, before, after


def next_link(query: QueryDict, before: int | None) -> str:
    """The address of the page after; empty where there is none."""
    if before is None:
        return ""
    told = query.copy()
    told["before"] = str(before)
    return f"?{told.urlencode()}"
