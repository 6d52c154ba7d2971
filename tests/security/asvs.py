"""The coverage of OWASP ASVS 5.0.0, levels 1 and 2, as it is told in docs/asvs.csv.

Left out whole: V10 (OAuth; signing in over a provider is an optional extra that is allauth's) and V17 (WebRTC).
"""

import ast
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "asvs.csv"
# How many requirements of the levels 1 and 2 each chapter of the standard has.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}
HOW = ("test", "document", "reason", "does not apply", "open")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of the table. `evidence`: tests as `path::name`, or documents, with blanks between."""

    number: str
    level: int
    how: str
    evidence: str
    note: str

    @property
    def chapter(self) -> int:
        return int(self.number.split(".")[0])

    @property
    def applies(self) -> bool:
        return self.how != "does not apply"

    @property
    def met(self) -> bool:
        return self.how in ("test", "document", "reason")


def read(table: Path = TABLE) -> list[Requirement]:
    """The lines of the table, in its order."""
    with table.open(newline="") as lines:
        return [
            Requirement(row["requirement"], int(row["level"]), row["how"], row["evidence"], row["note"])
            for row in csv.DictReader(lines)
        ]


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(row: Requirement) -> list[str]:
    """What the line rests on and is not there: a test, a document, or a document that does not name it."""
    if row.how == "document":
        return [path for path in row.evidence.split() if not _tells(ROOT / path, row.number)]
    if row.how == "test":
        return [named for named in row.evidence.split() or ["no test"] if not _is_there(named)]
    return [] if len(row.note) >= 12 else ["no reason"]


def _tells(document: Path, number: str) -> bool:
    return document.is_file() and f"ASVS {number})" in document.read_text().replace(", ", ") ASVS ")


def _is_there(named: str) -> bool:
    path, _, name = named.partition("::")
    return (ROOT / path).is_file() and bool(name) and name in names_in(ROOT / path)
