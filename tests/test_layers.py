"""Imports point inwards; the sandbox stands alone (design 1). The contracts are in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_layer_contracts_are_kept() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_settings_read_the_environment() -> None:
    """Of the process: `environ` of WSGI is another thing."""
    reading = r"os\.environ\.get|os\.environ\[[^]]+\](?! =)|from os import [^\n]*environ|getenv|environ\.Env\("
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "scheduling").rglob("*.py")
        if re.search(reading, path.read_text())
    }
    assert readers == {"scheduling/settings.py", "scheduling/sandbox/settings.py"}
