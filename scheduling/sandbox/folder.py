"""The data folder: readable by its owner alone, with files that are written once and kept."""

import os
from collections.abc import Callable
from pathlib import Path


def make_private(folder: Path) -> None:
    """The folder with mode 0700, made if need be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def write_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a file; where there is none, `make()` writes it (0600). Of two writers the first one wins."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(make())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
