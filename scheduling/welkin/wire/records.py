"""Records of custom data types (welkin-api 5). Their jsonBody is the one mapping that leaves this library."""

from types import MappingProxyType
from uuid import UUID

from pydantic import Field

from ..errors import Malformed
from ..values import Record, RecordResult
from .fields import Instant
from .reading import Reading, Row, read, strict


class RecordRow(Row):
    id: UUID
    patient_id: UUID | None = None
    cdt_name: str | None = None
    version: int | None = None
    json_body: dict[str, object] | None = None


class StampRow(Row):
    """The system fields of a jsonBody are snake_case, unlike everything else."""

    created_at: Instant | None = Field(default=None, validation_alias="created_at")
    updated_at: Instant | None = Field(default=None, validation_alias="updated_at")


class ResultStatusRow(Row):
    status: str | None = None


class ResultRow(Row):
    id: UUID
    json_body: dict[str, object] | None = None
    result: ResultStatusRow | None = None


def read_record(raw: object) -> Record:
    """Raises Malformed."""
    return _record(strict(RecordRow, raw, "a record"))


def scan_record(raw: object) -> tuple[Record | None, bool]:
    reading: Reading[RecordRow] = read(RecordRow, raw)
    return (_record(reading.row) if reading.row else None, reading.whole)


def read_results(raw: object) -> tuple[RecordResult, ...]:
    """The rows of a bulk update. Raises Malformed, because a row that cannot be read may not have been written."""
    rows = raw.get("rows") if isinstance(raw, dict) else None
    if not isinstance(rows, list):
        raise Malformed("no list of rows in 'rows'")
    return tuple(_result(strict(ResultRow, row, "a row of a bulk update")) for row in rows)


def _record(row: RecordRow) -> Record:
    body = row.json_body or {}
    stamps = read(StampRow, body).row or StampRow()
    return Record(
        id=row.id,
        patient_id=row.patient_id,
        name=row.cdt_name or "",
        version=row.version,
        fields=MappingProxyType(dict(body)),
        created_at=stamps.created_at,
        updated_at=stamps.updated_at,
    )


def _result(row: ResultRow) -> RecordResult:
    status = row.result.status if row.result else None
    return RecordResult(row.id, status or "", MappingProxyType(dict(row.json_body or {})))
