# ruff: noqa: S608  the statements of a forger
"""The audit trail is only ever added to, and whatever happens to it by force is found and named."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from scheduling.ledger.append_only import TABLES
from scheduling.ledger.models import AuditCheck, AuditRecord, AuditSeal
from scheduling.services import audit, audit_chain, audit_verify, tasks
from tests.trail import open_trail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def from_one_on() -> None:
    """Ids begin at 1, as in a new database: tests whose rows were flushed leave SQLite's counter where it was."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'ledger_auditrecord'")


def write(count: int = 1, **told: Any) -> list[AuditRecord]:
    """So many lines of nobody, a second apart."""
    lines = [
        audit.line(
            None,
            **{"at": NOW + timedelta(seconds=number), "scope": "x", "action": "hours.set", "phase": "confirmed"}
            | {"people": ["Ana", "Zoë"], "before_after": [["day", None, 480]], "code": str(number)}
            | told,
        )
        for number in range(count)
    ]
    audit.write(*lines)
    return lines


def sealed(count: int = 5) -> list[AuditRecord]:
    lines = write(count)
    audit_chain.seal(NOW)
    return lines


def found() -> list[str]:
    return [str(broken) for broken in audit_verify.verify().broken]


# --- Only ever added -------------------------------------------------------------------------------------------------

FORGERIES = {
    "update": lambda: AuditRecord.objects.update(action="nothing"),
    "delete": lambda: AuditRecord.objects.first().delete(),
    "delete in bulk": lambda: AuditRecord.objects.all().delete(),
    "save": lambda: AuditRecord.objects.first().save(),
    "raw update": lambda: run("UPDATE ledger_auditrecord SET code = 'x'"),
    "raw delete": lambda: run("DELETE FROM ledger_auditrecord"),
    "replace": lambda: run("INSERT OR REPLACE INTO ledger_auditrecord SELECT * FROM ledger_auditrecord LIMIT 1"),
    "upsert": lambda: AuditRecord.objects.bulk_create(
        [AuditRecord.objects.first()], update_conflicts=True, update_fields=["code"], unique_fields=["id"]
    ),
    "update of a link": lambda: AuditSeal.objects.update(digest="x"),
    "delete of a link": lambda: AuditSeal.objects.all().delete(),
    "replace of a link": lambda: run("INSERT OR REPLACE INTO ledger_auditseal SELECT * FROM ledger_auditseal LIMIT 1"),
    "flush": lambda: run("DELETE FROM ledger_auditseal"),
}


def run(statement: str) -> None:
    """By force: somebody who has the file need not keep to checks either."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints=ON")
        cursor.execute(statement)
        cursor.execute("PRAGMA ignore_check_constraints=OFF")


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_the_database_refuses_whatever_is_no_new_line(forge: Callable[[], object]) -> None:
    sealed(2)
    before = list(AuditRecord.objects.values_list()), list(AuditSeal.objects.values_list())

    with pytest.raises((DatabaseError, IntegrityError), match="append_only"), transaction.atomic():
        forge()

    assert (list(AuditRecord.objects.values_list()), list(AuditSeal.objects.values_list())) == before


@pytest.mark.parametrize("forge", [FORGERIES["update"], FORGERIES["delete in bulk"], FORGERIES["replace"]])
def test_without_its_triggers_it_would_not(forge: Callable[[], object]) -> None:
    write(2)
    with open_trail():
        forge()


@pytest.mark.parametrize("table", TABLES)
def test_the_triggers_are_there(table: str) -> None:
    """A migration that makes Django rebuild a table would lose them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert {name for (name,) in cursor} == {f"{table}_{kind}" for kind in ("update", "delete", "again")}


def test_whoever_stands_in_the_trail_cannot_be_deleted(make_account: Callable[..., Any]) -> None:
    account = make_account()
    audit.write(audit.line(account, at=NOW, scope="x", action="a", phase="confirmed"))

    with pytest.raises(IntegrityError):
        account.delete()


# --- Sealing ---------------------------------------------------------------------------------------------------------


def test_lines_are_sealed_once_in_their_order_and_the_chain_is_whole() -> None:
    lines = write(3)

    assert (audit_chain.seal(NOW), audit_chain.seal(NOW)) == (3, 0)
    assert list(AuditSeal.objects.order_by("number").values_list("number", "record")) == [
        (number, line.pk) for number, line in enumerate(lines, 1)
    ]
    assert audit_verify.verify().whole


def test_a_line_of_a_transaction_that_ended_late_is_sealed_late_and_nothing_is_wrong() -> None:
    first, late, third = write(3)
    with open_trail():
        run(f"DELETE FROM ledger_auditrecord WHERE id = {late.pk}")
    audit_chain.seal(NOW)
    late.save(force_insert=True)

    assert audit_chain.seal(NOW) == 1
    assert list(AuditSeal.objects.order_by("number").values_list("record", flat=True)) == [first.pk, third.pk, late.pk]
    assert found() == []


def test_the_worker_seals_and_leaves_an_anchor_in_the_log_stream(caplog: pytest.LogCaptureFixture) -> None:
    write(2)

    assert audit_chain.anything_to_seal(NOW)
    assert tasks.seal_trail.call("") == 2
    assert not audit_chain.anything_to_seal(NOW)

    [anchor] = [row.msg for row in caplog.records if isinstance(row.msg, dict) and row.msg["event"] == "audit_anchor"]
    assert (anchor["number"], anchor["digest"]) == audit_chain.last()


def test_a_chain_that_was_made_anew_is_told_by_its_anchor() -> None:
    sealed(4)
    anchor = audit_chain.last()
    with open_trail():
        AuditSeal.objects.all().delete()
        AuditRecord.objects.filter(code="2").update(code="9")
    audit_chain.seal(NOW)

    assert audit_verify.verify().whole
    told = audit_verify.verify(anchor)
    assert [broken.kind for broken in told.broken] == ["anchor"]
    assert [broken.kind for broken in audit_verify.verify((99, anchor[1])).broken] == ["anchor"]


def test_what_the_worker_verified_is_kept() -> None:
    sealed(3)
    assert tasks.verify_trail.call("") == 3
    write()

    check = AuditCheck.objects.get()
    assert (check.number, check.trouble, audit_verify.waiting_for_check()) == (3, "", 1)


# --- What is found ---------------------------------------------------------------------------------------------------

TAMPERED = {
    "a changed word": (
        "UPDATE ledger_auditrecord SET action = 'hours.see' WHERE id = {2}",
        ["line {2} (link 2) is not"],
    ),
    "a changed moment": ("UPDATE ledger_auditrecord SET at = '2026-11-23 11:00:00' WHERE id = {1}", ["line {1} (link"]),
    "bytes that are no text": (
        "UPDATE ledger_auditrecord SET reason = CAST(X'ff' AS TEXT) WHERE id = {3}",
        ["line {3} (link 3) is not"],
    ),
    "no list": ("UPDATE ledger_auditrecord SET people = '[' WHERE id = {3}", ["line {3} (link 3) is not as"]),
    "a line taken away": ("DELETE FROM ledger_auditrecord WHERE id = {4}", ["line {4} (link 4) is missing"]),
    "a link taken away": ("DELETE FROM ledger_auditseal WHERE number = 2", ["link 2 is missing", "line {3} (link 3)"]),
    "a changed link": (
        "UPDATE ledger_auditseal SET digest = 'f' WHERE number = 3",
        ["line {3} (link 3) is not", "line {4} (link 4) is not"],
    ),
    "a link's moment": ("UPDATE ledger_auditseal SET sealed_at = '2026-01-01' WHERE number = 2", ["line {2} (link 2)"]),
    "a line and its link": (
        "DELETE FROM ledger_auditseal WHERE number = 5; DELETE FROM ledger_auditrecord WHERE id = {5}",
        ["line {5} was taken away"],
    ),
    "two lines swapped": (
        "UPDATE ledger_auditrecord SET id = -1 WHERE id = {1}; UPDATE ledger_auditrecord SET id = {1} WHERE id = {2};"
        "UPDATE ledger_auditrecord SET id = {2} WHERE id = -1",
        ["line {1} (link 1) is not", "line {2} (link 2) is not"],
    ),
}


@pytest.mark.parametrize(("forgery", "told"), TAMPERED.values(), ids=TAMPERED)
def test_whatever_was_done_by_force_is_named(forgery: str, told: list[str]) -> None:
    ids = ["", *(line.pk for line in sealed(5))]
    with open_trail():
        for statement in forgery.format(*ids).split(";"):
            run(statement)

    said = found()
    assert len(said) == len(told)
    assert all(sentence.startswith(start.format(*ids)) for sentence, start in zip(said, told, strict=True))


def test_a_line_that_is_taken_away_before_it_is_sealed_leaves_a_gap() -> None:
    _, second = write(2)
    with open_trail():
        run(f"DELETE FROM ledger_auditrecord WHERE id = {second.pk}")

    assert found()[-1] == f"line {second.pk} was taken away before it was sealed"


def test_a_line_slipped_in_behind_others_is_told() -> None:
    _, gap, _ = write(3)
    with open_trail():
        run(f"DELETE FROM ledger_auditrecord WHERE id = {gap.pk}")
    audit_chain.seal(NOW)
    gap.at = NOW - timedelta(days=3)
    gap.save(force_insert=True)
    audit_chain.seal(NOW)

    assert found() == [f"line {gap.pk} (link 3) was slipped in later than it says"]


def test_the_command_names_the_first_broken_line_and_what_waits_and_says_so_by_its_exit_code() -> None:
    lines = sealed(3)
    [waiting] = write()
    said = StringIO()
    call_command("audit", "verify", stdout=said)
    assert said.getvalue().endswith(f"not sealed yet: 1 lines ({waiting.pk})\nwhole\n")

    with open_trail():
        AuditRecord.objects.filter(pk=lines[1].pk).update(phase="refused")
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", stdout=said)
    broken = [text for text in said.getvalue().splitlines() if text.startswith("BROKEN")]
    assert (ended.value.code, broken) == (1, [f"BROKEN: line {lines[1].pk} (link 2) is not as it was sealed"])


# --- Random edits ----------------------------------------------------------------------------------------------------


def edits(dice: random.Random) -> Callable[[], None]:
    """One random edit by force: a byte of a line, a line less, two lines swapped, a link changed or less."""
    row, other = dice.sample(list(AuditRecord.objects.order_by("id")), 2)
    column = dice.choice(["action", "phase", "scope", "code", "people", "before_after", "at", "role"])

    def flip() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM ledger_auditrecord WHERE id = %s", [row.pk])
            told = bytearray(str(cursor.fetchone()[0]).encode() or b" ")
            told[dice.randrange(len(told))] ^= 1 << dice.randrange(7)
        run(f"UPDATE ledger_auditrecord SET {column} = CAST(X'{told.hex()}' AS TEXT) WHERE id = {row.pk}")

    def swap() -> None:
        for statement in (f"-1 WHERE id = {row.pk}", f"{row.pk} WHERE id = {other.pk}", f"{other.pk} WHERE id = -1"):
            run(f"UPDATE ledger_auditrecord SET id = {statement}")

    def drop() -> None:
        run(f"DELETE FROM ledger_auditrecord WHERE id = {row.pk}")

    def drop_both() -> None:
        run(f"DELETE FROM ledger_auditrecord WHERE id = {row.pk}")
        run(f"DELETE FROM ledger_auditseal WHERE record = {row.pk}")

    def bend() -> None:
        run(f"UPDATE ledger_auditseal SET digest = 'f' || substr(digest, 1, 63) || 'x' WHERE record = {row.pk}")

    def rewire() -> None:
        run(f"UPDATE ledger_auditseal SET record = 1000000 WHERE record = {row.pk}")

    return dice.choice([flip, flip, flip, swap, drop, drop_both, bend, rewire])


def test_fifty_random_edits_are_all_found() -> None:
    """The short form of what `make load` does a thousand times."""
    sealed(30)
    dice = random.Random(8)
    assert found() == []
    missed = []
    for number in range(50):
        with open_trail(), transaction.atomic():
            edit = edits(dice)
            edit()
            if not found():
                missed.append((number, edit.__name__))
            transaction.set_rollback(True)

    assert missed == []
    assert found() == []
