"""The fault catalogue is whole, and every test that it names is there."""

import ast
from pathlib import Path

import pytest

from .catalogue import CATALOGUE, Row

TESTS = Path(__file__).resolve().parents[1]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing(row: Row) -> list[str]:
    """What the row names and is not there."""
    gone = []
    for named in row.tests:
        path, _, name = named.partition("::")
        there = (TESTS / path).is_file() and (not name or name in names_in(TESTS / path))
        gone += [] if there else [named]
    return gone


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=[f"F{number:02}" for number in CATALOGUE])
def test_each_row_has_tests_that_are_there_or_a_reason(row: Row) -> None:
    assert bool(row.tests) is not bool(row.why)
    assert missing(row) == []


def test_no_row_is_left_out() -> None:
    assert list(CATALOGUE) == list(range(1, 64))


def test_a_test_that_is_not_there_is_noticed() -> None:
    gone = ("faults/test_catalogue.py::test_that_nobody_wrote", "faults/nowhere.py")
    assert missing(Row("", gone)) == list(gone)


def test_every_test_that_is_named_after_a_row_is_of_a_row_that_names_its_file() -> None:
    """Of the tests of the API: a row that has one is not told to have none."""
    named = {number: " ".join(row.tests) for number, row in CATALOGUE.items()}
    for path in sorted((TESTS / "faults").glob("test_api_faults_*.py")):
        for name in names_in(path):
            first = name.removeprefix("test_f")[:2]
            assert path.name in named[int(first)], name
