"""What docs/asvs.csv says of OWASP ASVS 5: what a line rests on is there, and no more is open."""

from collections import Counter

import pytest

from .asvs import CHAPTERS, HOW, ROOT, Requirement, missing, read

ROWS = read()


def test_each_requirement_of_the_chapters_is_told_once() -> None:
    assert Counter(row.chapter for row in ROWS) == CHAPTERS
    assert len({row.number for row in ROWS}) == len(ROWS)
    assert {row.how for row in ROWS} <= set(HOW)


@pytest.mark.parametrize("row", [row for row in ROWS if row.how != "open"], ids=lambda row: row.number)
def test_what_a_line_rests_on_is_there(row: Requirement) -> None:
    assert missing(row) == []


def test_nine_of_ten_are_met_and_nothing_of_level_1_is_open() -> None:
    applying = [row for row in ROWS if row.applies]
    still_open = [row for row in applying if not row.met]
    assert len(still_open) <= 0.1 * len(applying)
    assert [row.number for row in still_open if row.level == 1] == []


def test_the_page_tells_how_many_are_open() -> None:
    applying = [row for row in ROWS if row.applies]
    still_open = [row.number for row in applying if not row.met]
    told = f"{len(still_open)} of the {len(applying)} that apply are open ({', '.join(still_open)})"
    assert told in (ROOT / "docs/hardening.md").read_text()


@pytest.mark.parametrize(
    "row",
    [
        Requirement("6.2.1", 1, "test", "tests/security/test_asvs.py::test_that_nobody_wrote", ""),
        Requirement("6.2.1", 1, "test", "tests/security/test_asvs.py", ""),
        Requirement("6.2.1", 1, "test", "", ""),
        Requirement("6.2.1", 1, "document", "docs/nowhere.md", ""),
        Requirement("99.2.1", 1, "document", "README.md", ""),
        Requirement("6.2.1", 1, "reason", "", "so it is"),
    ],
    ids=["a test that is none", "a file alone", "no test", "no document", "a document without it", "no reason"],
)
def test_what_is_not_there_is_noticed(row: Requirement) -> None:
    assert missing(row) != []
