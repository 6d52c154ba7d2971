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
    print(f"Installing {PINS.relative_to(ROOT)} into {FOLDER.name} ...", file=sys.stderr)
    problem = _install(python)
    if problem:
        shutil.rmtree(FOLDER, ignore_errors=True)
        return None, f"the peers could not be installed ({problem})"
    stamp.write_text(wanted)
    return str(python), ""


def _install(python: Path) -> str:
    """What went wrong, or nothing."""
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "-q", "--python", str(python)]
    else:
        quiet = ["-q", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"]
        command = [str(python), "-m", "pip", "install", *quiet]
    try:
        venv.create(FOLDER, clear=True, with_pip=uv is None)
        done = subprocess.run(
            [*command, "--require-hashes", "-r", str(PINS)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.SubprocessError, OSError) as error:
        return str(error)
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return lines[-1] if done.returncode else ""
