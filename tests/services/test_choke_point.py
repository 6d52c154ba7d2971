"""Every write goes through `writes.perform`: the client's writing methods are called nowhere else, never unaudited."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduling.services import (
    appointments,
    closing,
    invitations,
    writes,
)

ROOT = Path(__file__).resolve().parents[2] / "scheduling"
SERVICES = sorted(path for path in (ROOT / "services").glob("*.py") if path.name != "writes.py")
WRITES = {"create", "change", "replace", "cancel", "answer", "delete", "delete_by_name", "update_many"}
RESOURCES = {"events", "patients", "users", "hours", "records"}
# What takes a callable and runs it inside `perform`: the choke point and the two names it is reached by.
GATES = {"perform", "once", "Act"}


def is_client_write(node: ast.AST) -> bool:
    """`….events.create(…)` and the like: a writing method of a resource of the client."""
    call = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(call, ast.Attribute)
        and call.attr in WRITES
        and isinstance(call.value, ast.Attribute)
        and call.value.attr in RESOURCES
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.Lambda]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))


def name_of_call(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def gated(tree: ast.AST) -> set[str | int]:
    """Names of functions, and lambdas by their place, that are handed to a gate as what it shall do."""
    handed: set[str | int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of_call(node) in GATES:
            for given in (*node.args, *(each.value for each in node.keywords)):
                if isinstance(given, ast.Name):
                    handed.add(given.id)
                elif isinstance(given, ast.Lambda):
                    handed.add(given.lineno)
    return handed


def innermost(tree: ast.AST, wanted: ast.AST) -> ast.FunctionDef | ast.Lambda | None:
    around = [each for each in functions(tree) if any(node is wanted for node in ast.walk(each))]
    return max(
        around, key=lambda each: (each.lineno, -(each.end_lineno or 0), isinstance(each, ast.Lambda)), default=None
    )


def ungated_writes(source: str) -> list[int]:
    """The lines of writes that stand outside a function handed to a gate."""
    tree = ast.parse(source)
    handed = gated(tree)
    found = []
    for node in ast.walk(tree):
        if is_client_write(node):
            around = innermost(tree, node)
            key = around.name if isinstance(around, ast.FunctionDef) else around.lineno if around else ""
            if key not in handed:
                found.append(node.lineno)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_services_write_through_the_choke_point_only(path: Path) -> None:
    assert ungated_writes(path.read_text()) == []


def test_pages_never_call_the_client_to_write() -> None:
    found = {
        path.name: lines
        for path in (ROOT / "web").rglob("*.py")
        if (lines := [node.lineno for node in ast.walk(ast.parse(path.read_text())) if is_client_write(node)])  # type: ignore[attr-defined]
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def book(desk):\n    desk.client.events.create(1)\n", [2]),
        ("def book(desk):\n    def act():\n        desk.client.events.create(1)\n    perform(desk, act)\n", []),
        ("def book(desk):\n    def act():\n        desk.client.events.create(1)\n    act()\n", [3]),
        ("def stop(desk):\n    once(desk, Act(lambda: desk.client.events.cancel(1)))\n", []),
        ("def stop(desk):\n    run(lambda: desk.client.events.cancel(1))\n", [2]),
    ],
    ids=["bare", "handed", "not-handed", "lambda", "lambda-elsewhere"],
)
def test_the_walk_itself_sees_what_it_should(source: str, lines: list[int]) -> None:
    assert ungated_writes(source) == lines


WRITERS = (
    appointments.book,
    appointments.move,
    appointments.edit,
    closing.cancel,
    closing.mark,
    closing.attend,
    closing.delete,
    invitations.answer,
)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.__name__)
def test_every_writer_takes_the_forms_intent(writer: object) -> None:
    assert list(writer.__annotations__)[:2] == ["desk", "intent"]


def test_perform_takes_an_intent() -> None:
    assert "key" in writes.perform.__annotations__
