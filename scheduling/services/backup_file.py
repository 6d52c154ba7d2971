"""The file that a backup is: one line that says what it is, one line of JSON (the manifest), the database, a digest.

    daybook-backup 1
    {"made_at": ..., "vendor": ..., "size": ..., "sha256": ..., "migrations": ..., "rows": ..., "audit": ...}
    <the database, `size` bytes>
    <SHA-256 of everything before, 64 hexadecimal digits>

Written with mode 0600 and never over another file. A flipped byte anywhere is refused before anything is read from it.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MAGIC = f"daybook-backup {FORMAT}\n".encode()
DIGEST_LENGTH = 64
CHUNK = 1024 * 1024
MOST_MANIFEST = 1024 * 1024


class NotABackup(Exception):
    """The file is no backup, is damaged, or is of a format that this code does not know; the text says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `migrations` names the newest of each app, `rows` counts those of each table.

    `audit` is number and digest of the last link of the audit trail: where the chain must end after a restore.
    """

    made_at: str
    vendor: str
    migrations: dict[str, str]
    rows: dict[str, int]
    audit: tuple[int, str]
    size: int = 0
    sha256: str = ""
    format: int = field(default=FORMAT)


def write(target: Path, manifest: Manifest, database: Path) -> Manifest:
    """Write the backup; the manifest with size and digest. Raises FileExistsError, OSError."""
    told = Manifest(**asdict(manifest) | {"size": database.stat().st_size, "sha256": _digest_of(database)})
    part = target.with_name(f"{target.name}.part")
    try:
        with _closed_file(part) as out, database.open("rb") as source:
            whole = hashlib.sha256()
            for piece in (MAGIC, json.dumps(asdict(told), sort_keys=True).encode() + b"\n", *_pieces(source)):
                whole.update(piece)
                out.write(piece)
            out.write(whole.hexdigest().encode())
            out.flush()
            os.fsync(out.fileno())
        os.link(part, target)  # fails where a file is there, unlike a rename
    finally:
        part.unlink(missing_ok=True)
    return told


def _closed_file(path: Path) -> IO[bytes]:
    """A new file that only its owner may open, whatever the umask. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def read(source: Path) -> Manifest:
    """The manifest of a backup whose every byte is as it was written. Raises NotABackup, OSError."""
    with source.open("rb") as file:
        return _checked(file, source.stat().st_size)


def unpack(source: Path, target: Path) -> Manifest:
    """Write the database of a backup into a new file of mode 0600. Raises NotABackup, FileExistsError, OSError."""
    with source.open("rb") as file:
        manifest = _checked(file, source.stat().st_size)
        file.seek(-DIGEST_LENGTH - manifest.size, os.SEEK_END)
        with _closed_file(target) as out:
            for piece in _pieces(file, manifest.size):
                out.write(piece)
    if _digest_of(target) != manifest.sha256:
        raise NotABackup("the database in it is not the one that its manifest tells of")
    return manifest


def _checked(file: IO[bytes], size: int) -> Manifest:
    if file.read(len(MAGIC)) != MAGIC:
        raise NotABackup(f"it is no backup of Daybook in format {FORMAT}")
    if size < len(MAGIC) + DIGEST_LENGTH:
        raise NotABackup("it was cut off")
    file.seek(0)
    whole = hashlib.sha256()
    for piece in _pieces(file, size - DIGEST_LENGTH):
        whole.update(piece)
    if file.read().decode("ascii", "replace") != whole.hexdigest():
        raise NotABackup("it is damaged: its digest is another one")
    file.seek(len(MAGIC))
    return _manifest(file.readline(MOST_MANIFEST))


def _manifest(line: bytes) -> Manifest:
    """Raises NotABackup."""
    try:
        told: dict[str, Any] = json.loads(line)
        number, digest = told["audit"]
        return Manifest(**told | {"audit": (number, digest)})
    except (ValueError, TypeError, KeyError) as odd:
        raise NotABackup("its manifest cannot be read") from odd


def _pieces(file: IO[bytes], size: int | None = None) -> Iterator[bytes]:
    """What comes next, up to `size` bytes or to the end, in portions."""
    left = size
    while piece := file.read(CHUNK if left is None else min(CHUNK, left)):
        left = None if left is None else left - len(piece)
        yield piece


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
