"""The hash chain over the audit trail: sealed in batches by the worker, so that no write waits for a global order.

Link n is SHA-256 of (link n-1, n, when it was sealed, every column of the line). Lines are sealed in the order in which
they are found, so a transaction that ends late is simply sealed later; the numbers of the links have no gaps, and ids
that no transaction kept are missed by nobody. Rewriting all links after a change would pass: against that the last link
goes to the log stream now and then (the anchor), which whoever holds the database does not hold (reliability 3).
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.dateparse import parse_datetime

from scheduling.ledger.models import AuditRecord, AuditSeal

log = structlog.get_logger("daybook.audit")

BEGINNING = "0" * 64
BATCH = 1000
# How many batches one run seals at most; the next run goes on.
MOST_BATCHES = 100
# A transaction may end after others whose ids are higher. None of ours is open while this many lines are written.
LATE = 10_000
COLUMNS = tuple(column.attname for column in AuditRecord._meta.concrete_fields)
JSON_COLUMNS = frozenset({"people", "fields", "before_after"})
SELECTED = ", ".join(f"r.{name}" for name in COLUMNS)


class Unreadable(ValueError):
    """A value of a row is not what Daybook ever wrote."""


def instant(value: Any) -> str:
    """A moment as it enters the chain, from whichever form the database gives. Raises Unreadable."""
    told = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(told, datetime):
        raise Unreadable("not a moment")
    aware = told if told.tzinfo else told.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(row: Iterable[Any]) -> str:
    """The columns of a line as one text, the same on every database. Raises Unreadable."""
    told = []
    try:
        for name, value in zip(COLUMNS, row, strict=True):
            if name == "at":
                told.append(instant(value))
            elif name in JSON_COLUMNS and isinstance(value, str):
                told.append([] if value == "[]" else json.loads(value))
            else:
                told.append(value)
        return json.dumps(told, sort_keys=True, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as odd:
        raise Unreadable(type(odd).__name__) from odd


def link(before: str, number: int, sealed_at: str, content: str) -> str:
    """The digest of one link."""
    return hashlib.sha256(f"{before}\n{number}\n{sealed_at}\n{content}".encode()).hexdigest()


def last() -> tuple[int, str]:
    """Number and digest of the newest link; 0 and zeros for an empty chain."""
    newest = AuditSeal.objects.order_by("-number").values_list("number", "digest").first()
    return newest or (0, BEGINNING)


def unsealed(*, all_of_them: bool = False) -> list[int]:
    """Ids of lines without a link, oldest first; without `all_of_them` those that were written lately."""
    rows = AuditRecord.objects.filter(~Exists(AuditSeal.objects.filter(record=OuterRef("id"))))
    if not all_of_them:
        newest = AuditSeal.objects.aggregate(newest=Max("record"))["newest"] or 0
        rows = rows.filter(id__gt=newest - LATE)
    return list(rows.order_by("id").values_list("id", flat=True)[: None if all_of_them else BATCH])


def contents(ids: list[int]) -> dict[int, str]:
    """The canonical texts of these lines. Raises Unreadable."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SELECTED} FROM ledger_auditrecord r WHERE r.id IN ({marks})", ids)  # noqa: S608
        return {row[0]: canonical(row) for row in cursor.fetchall()}


def _seal_batch(now: datetime) -> int:
    """Seal up to BATCH lines in one transaction; 0 too where another worker was first."""
    try:
        with transaction.atomic():
            number, digest = last()
            ids = unsealed()
            texts, at, links = contents(ids), instant(now), []
            for record in ids:
                number += 1
                digest = link(digest, number, at, texts[record])
                links.append(AuditSeal(number=number, record=record, digest=digest, sealed_at=now))
            AuditSeal.objects.bulk_create(links)
    except IntegrityError:
        return 0
    return len(ids)


def seal(now: datetime) -> int:
    """Seal what was written since; how many lines. Tells the log stream the last link: the anchor."""
    count = 0
    for _ in range(MOST_BATCHES):
        sealed = _seal_batch(now)
        count += sealed
        if sealed < BATCH:
            break
    if count:
        number, digest = last()
        log.info("audit_anchor", number=number, digest=digest)
    return count


def anything_to_seal(now: datetime) -> bool:
    """Whether a line waits for its link."""
    newest = AuditRecord.objects.aggregate(newest=Max("id"))["newest"] or 0
    sealed = AuditSeal.objects.aggregate(newest=Max("record"))["newest"] or 0
    return newest != sealed or AuditRecord.objects.count() > AuditSeal.objects.count()
