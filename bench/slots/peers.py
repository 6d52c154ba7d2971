"""The libraries that are measured beside the engine, in a virtual environment of their own: never in `.venv`."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ROOT / "requirements" / "bench.txt"
FOLDER = ROOT / ".venv-bench"
PATIENCE = 180.0  # seconds for the whole installation


def interpreter() -> tuple[str | None, str]:
    """The Python that has the peers, installed first where that is needed, or None; and a sentence about it."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "bench.stamp"
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return str(python), ""
    print(f"Installing {PINS.name} into {FOLDER.name} ...", file=sys.stderr)
    problem = _create() or fill(str(python), PINS)
    if problem:
        shutil.rmtree(FOLDER, ignore_errors=True)
        return None, f"the peers could not be installed ({problem})"
    stamp.write_text(wanted)
    return str(python), ""


def _create() -> str:
    """Make the environment anew; what went wrong, or nothing."""
    try:
        venv.create(FOLDER, clear=True, with_pip=shutil.which("uv") is None)
    except (subprocess.SubprocessError, OSError) as error:
        return str(error)
    return ""


def fill(python: str, pins: Path) -> str:
    """Install pinned packages for this Python; what went wrong, or nothing."""
    uv = shutil.which("uv")
    quiet = ["-q", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"]
    command = [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", *quiet]
    try:
        done = subprocess.run(
            [*command, "--require-hashes", "-r", str(pins)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.SubprocessError, OSError) as error:
        return str(error)
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return lines[-1] if done.returncode else ""
