"""The file of a backup: what goes in comes out, any flipped or missing byte is refused, nobody else may open it."""

from pathlib import Path
from typing import Any

import pytest

from scheduling.services import backup_file
from scheduling.services.backup_file import Manifest, NotABackup

MANIFEST = Manifest("2026-11-23T09:00:00+00:00", "sqlite", {"ledger": "0011"}, {"ledger_intent": 3}, (7, "d" * 64))
DATABASE = bytes(range(256)) * 4


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "database").write_bytes(DATABASE)
    backup_file.write(tmp_path / "backup", MANIFEST, tmp_path / "database")
    return tmp_path / "backup"


def test_what_goes_in_comes_out(made: Path, tmp_path: Path) -> None:
    told = backup_file.unpack(made, tmp_path / "out")

    assert (tmp_path / "out").read_bytes() == DATABASE
    assert (told.rows, told.audit, told.migrations, told.size) == (
        MANIFEST.rows,
        MANIFEST.audit,
        MANIFEST.migrations,
        1024,
    )
    assert [oct(path.stat().st_mode & 0o777) for path in (made, tmp_path / "out")] == ["0o600", "0o600"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "database", "out"]


def test_it_is_never_written_over_another(made: Path, tmp_path: Path) -> None:
    before = made.read_bytes()

    with pytest.raises(FileExistsError):
        backup_file.write(made, MANIFEST, tmp_path / "database")

    assert made.read_bytes() == before


def test_any_flipped_byte_is_refused(made: Path) -> None:
    good, taken = made.read_bytes(), []
    for place in range(len(good)):
        made.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        try:
            backup_file.read(made)
        except NotABackup:
            continue
        taken.append(place)

    assert taken == []


CUT: dict[str, Any] = {
    "empty": (lambda _: b"", "it is no backup of Daybook in format 1"),
    "another file": (lambda _: b"SQLite format 3\0" * 20, "it is no backup of Daybook in format 1"),
    "a later format": (
        lambda good: good.replace(b"backup 1", b"backup 2", 1),
        "it is no backup of Daybook in format 1",
    ),
    "the head alone": (lambda good: good[:20], "it was cut off"),
    "without its end": (lambda good: good[:-1], "it is damaged: its digest is another one"),
    "with more behind": (lambda good: good + b"0", "it is damaged: its digest is another one"),
}


@pytest.mark.parametrize(("cut", "sentence"), CUT.values(), ids=CUT)
def test_what_is_no_whole_backup_says_so(made: Path, cut: Any, sentence: str) -> None:
    made.write_bytes(cut(made.read_bytes()))

    with pytest.raises(NotABackup, match=sentence):
        backup_file.read(made)
