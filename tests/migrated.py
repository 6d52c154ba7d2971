"""An SQLite database with all tables, made once for all runs of the same migrations: making them takes seconds."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def _digest() -> str:
    files = [ROOT / "requirements" / "run.txt", *ROOT.glob("scheduling/**/*.py")]
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:24]


def lay_out(target: Path) -> None:
    """Put an empty database with all tables there. Two that make the first one at once do no harm."""
    kept = Path(tempfile.gettempdir()) / f"daybook-tables-{os.getuid()}-{_digest()}.sqlite3"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="daybook-tables-") as folder:
            made = Path(folder) / "made.sqlite3"
            own = {"DJANGO_SETTINGS_MODULE": "scheduling.settings", "DATABASE_URL": f"sqlite:///{made}", "DATA": folder}
            command = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
            subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True)
            whole = Path(tempfile.mkdtemp(prefix="daybook-tables-", dir=kept.parent)) / "whole.sqlite3"
            shutil.copyfile(made, whole)
            whole.replace(kept)
            whole.parent.rmdir()
    shutil.copyfile(kept, target)
    target.chmod(0o600)
