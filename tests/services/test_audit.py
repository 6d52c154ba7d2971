"""One place writes the audit trail, every line knows where it came from, and without a line nothing is done."""

import ast
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.services import audit, own_changes, writes
from scheduling.services.desk import Desk
from scheduling.services.whence import asked_from
from scheduling.services.writes import Change

ROOT = Path(__file__).resolve().parents[2] / "scheduling"
CHANGE = Change(action="appointment.cancel", object_id=uuid4())
WRITERS = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete", "bulk_update"}


@pytest.fixture
def desk(desk_of: Callable[..., Desk], make_account: Callable[..., Any]) -> Desk:
    return desk_of(make_account())


def makers(source: str) -> list[int]:
    """The lines that make a line of the trail, or change one."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if _makes(call.func)]


def _makes(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr in WRITERS and "AuditRecord" in ast.unparse(called.value)
    return isinstance(called, ast.Name) and called.id == "AuditRecord"


def test_one_module_makes_the_lines() -> None:
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if makers(path.read_text())}
    assert found == {"services/audit.py"}


@pytest.mark.parametrize(
    "source",
    ["AuditRecord(a=1)", "AuditRecord.objects.create(a=1)", "AuditRecord.objects.filter(a=1).update(b=2)"],
)
def test_the_scan_sees_them(source: str) -> None:
    assert makers(source) == [1]
    assert makers("AuditRecord.objects.filter(a=1).first()") == []


def test_a_line_tells_where_it_was_asked_from(desk: Desk) -> None:
    with asked_from("203.0.113.7"):
        audit.note(desk, "hours.set")
    audit.note(desk, "hours.set")

    assert list(AuditRecord.objects.order_by("id").values_list("from_address", flat=True)) == ["203.0.113.7", ""]


@pytest.fixture
def full(db: None) -> None:
    """The trail takes no line: as with a disk that is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'full'); END"
        )


def test_without_a_line_the_api_is_not_called(desk: Desk, full: None) -> None:
    key, calls = writes.mint(desk), []

    def act() -> Mapping[str, Any]:
        calls.append(1)
        return {}

    with pytest.raises(DatabaseError, match="full"):
        writes.perform(desk, key, CHANGE, act)

    assert (calls, Intent.objects.get(key=key).state) == ([], Intent.State.MINTED)


def test_without_a_line_our_own_tables_stay_as_they_are(desk: Desk, full: None) -> None:
    key = writes.mint(desk)

    def act() -> str:
        type(desk.account).objects.filter(pk=desk.account.pk).update(first_name="Changed")
        return "x"

    with pytest.raises(DatabaseError, match="full"):
        own_changes.once(desk, key, CHANGE, act)

    desk.account.refresh_from_db()
    assert desk.account.first_name == ""
