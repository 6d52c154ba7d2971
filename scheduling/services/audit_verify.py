"""Verifying the audit trail: every link over again, in pieces, so that a million lines fit into any memory.

What is found: a line that was changed, one that is gone, a link that was changed or is gone, a line that was slipped in
behind those already sealed, on SQLite also a line that was taken away before it was sealed (there ids have no gaps; on
PostgreSQL a transaction that did not come through leaves one, so that gaps prove nothing).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection

from scheduling.ledger.models import AuditCheck, AuditRecord

from . import audit_chain as chain

log = structlog.get_logger("daybook.audit")

CHUNK = 5000
AT = chain.COLUMNS.index("at")
# Told one by one up to so many; the rest is counted.
MOST_TOLD = 20
# Lines are sealed within a minute; one that claims to be this much older than what was sealed before it was forged.
OUT_OF_ORDER = timedelta(hours=1)
KEEP_CHECKS = timedelta(days=400)
SELECT = (
    f"SELECT s.number, s.record, s.digest, s.sealed_at, {chain.SELECTED} FROM ledger_auditseal s "  # noqa: S608
    "LEFT JOIN ledger_auditrecord r ON r.id = s.record WHERE s.number > %s ORDER BY s.number LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with one line or link. `kind`: changed, missing, link, slipped in, taken away, anchor."""

    kind: str
    record: int
    number: int = 0

    def __str__(self) -> str:
        return SENTENCES[self.kind].format(record=self.record, number=self.number)


SENTENCES = {
    "changed": "line {record} (link {number}) is not as it was sealed",
    "missing": "line {record} (link {number}) is missing",
    "link": "link {number} is missing",
    "slipped in": "line {record} (link {number}) was slipped in later than it says",
    "taken away": "line {record} was taken away before it was sealed",
    "anchor": "link {number} is not the one that the log stream tells",
}


@dataclass
class Report:
    """What a verification found. `number` and `digest` are the last link, `waiting` ids of lines without one."""

    number: int = 0
    digest: str = chain.BEGINNING
    broken: list[Broken] = field(default_factory=list)
    broken_count: int = 0
    waiting: list[int] = field(default_factory=list)
    # The line with the highest id so far and its moment.
    highest: int = 0
    newest: str = ""

    @property
    def whole(self) -> bool:
        return not self.broken_count

    def add(self, found: Broken) -> None:
        self.broken_count += 1
        if len(self.broken) < MOST_TOLD:
            self.broken.append(found)


def verify(anchor: tuple[int, str] | None = None) -> Report:
    """Look at everything. `anchor` is a number and a digest that a log line told. Changes nothing."""
    report = Report()
    for row in _rows():
        number, record, digest = row[:3]
        for lost in range(report.number + 1, min(number, report.number + MOST_TOLD + 1)):
            report.add(Broken("link", 0, lost))
        _look(report, row)
        if anchor and number == anchor[0] and digest != anchor[1]:
            report.add(Broken("anchor", record, number))
        report.number, report.digest = number, str(digest)
    if anchor and report.number < anchor[0]:
        report.add(Broken("anchor", 0, anchor[0]))
    report.waiting = chain.unsealed(all_of_them=True)
    for record in _gaps():
        report.add(Broken("taken away", record))
    return report


def _look(report: Report, row: tuple[Any, ...]) -> None:
    """Judge one link and its line."""
    number, record, digest, sealed_at, *content = row
    if content[0] is None:
        report.add(Broken("missing", record, number))
        return
    try:
        made = chain.link(report.digest, number, chain.instant(sealed_at), chain.canonical(content))
    except chain.Unreadable:
        made = None
    if made != digest:
        report.add(Broken("changed", record, number))
        return
    at = chain.instant(content[AT])
    if record > report.highest:
        report.highest, report.newest = record, at
    elif datetime.fromisoformat(report.newest) - datetime.fromisoformat(at) > OUT_OF_ORDER:
        report.add(Broken("slipped in", record, number))


def _rows() -> Iterator[tuple[Any, ...]]:
    """Number, record, digest, moment and the line of each link, in order."""
    after = -1
    while rows := _chunk(after, CHUNK):
        yield from rows
        after = rows[-1][0]


def _chunk(after: int, count: int) -> list[tuple[Any, ...]]:
    """The next links with their lines; one by one where a value in them cannot even be read."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(SELECT, [after, count])
            return cursor.fetchall()
        except (DatabaseError, ValueError):  # the driver itself reads moments
            if count == 1:
                return _unreadable(after)
    found: list[tuple[Any, ...]] = []
    for _ in range(count):
        rows = _chunk(after, 1)
        if not rows:
            break
        found += rows
        after = rows[0][0]
    return found


def _unreadable(after: int) -> list[tuple[Any, ...]]:
    """A link whose line holds bytes that are no text: judged as changed."""
    told = "SELECT number, record, {} FROM ledger_auditseal WHERE number > %s ORDER BY number LIMIT 1"
    with connection.cursor() as cursor:
        try:
            cursor.execute(told.format("digest"), [after])
            number, record, digest = cursor.fetchone()
        except DatabaseError:
            cursor.execute(told.format("''"), [after])
            number, record, digest = cursor.fetchone()
    return [(number, record, digest, None, record, *[None] * (len(chain.COLUMNS) - 1))]


def _gaps() -> list[int]:
    """On SQLite: ids that were given and have neither line nor link."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger_auditrecord'")
        row = cursor.fetchone()
        given = row[0] if row else 0
        held = AuditRecord.objects.count()
        if held == given:
            return []
        cursor.execute(
            "SELECT id FROM ledger_auditrecord UNION SELECT record FROM ledger_auditseal ORDER BY 1",
        )
        known = {number for (number,) in cursor}
    return [number for number in range(1, given + 1) if number not in known]


def keep_check(now: datetime) -> AuditCheck:
    """Verify and keep what was found, for the page. Forgets checks that are long over."""
    report = verify()
    found = str(report.broken[0]) if report.broken else ""
    if found:
        log.error("audit_broken", number=report.broken[0].number, count=report.broken_count)
    AuditCheck.objects.filter(at__lt=now - KEEP_CHECKS).delete()
    return AuditCheck.objects.create(at=now, number=report.number, trouble=found[:200])


def waiting_for_check() -> int:
    """How many lines were written since the last verification."""
    checked = AuditCheck.objects.order_by("-id").values_list("number", flat=True).first() or 0
    return max(0, AuditRecord.objects.count() - checked)
