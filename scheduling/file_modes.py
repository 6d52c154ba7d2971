"""Files that name patients or hold keys are their owner's alone. Standard library only: the settings ask it first."""

from pathlib import Path

ANYBODY_ELSE = 0o077
SECRET = ("secret-key", "*.sqlite3", "*.sqlite3-*", "*.log", "sandbox/credentials.json", "sandbox/*.sqlite3*")


def too_wide(data: Path, *also: Path) -> list[Path]:
    """What others than the owner may open, of the files in the folder `data` and of `also`.

    What is not there is not wide. Raises OSError where the folder cannot be looked into.
    """
    found = [*also, *(path for pattern in SECRET for path in sorted(data.glob(pattern)))]
    return [path for path in found if path.exists() and path.stat().st_mode & ANYBODY_ELSE]
