"""The table of rights that people read is the one that the code reads."""

from pathlib import Path

from scheduling.accounts.permissions import TABLE, Scope
from scheduling.accounts.roles import Role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
ROLES = (Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
WORDS = {Scope.NOBODY: "–", Scope.OWN: "own", Scope.TEAM: "team", Scope.ANY: "all"}


def test_the_page_tells_every_right() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `") and line.count("|") == 7]
    told = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]

    assert told == [[action, *(WORDS[row.get(role, Scope.NOBODY)] for role in ROLES)] for action, row in TABLE.items()]
