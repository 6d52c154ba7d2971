"""Looks for known weaknesses of what a running Daybook is made of: pip-audit over requirements/run.txt.

It asks a source of advisories on the network. Where none answers it says that it did not look, which is no good news;
with REQUIRE_ADVISORIES=1 that is a failure.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parent / "run.txt"
OPTIONS = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10", "--format", "json")


def report(told: str) -> tuple[str, int]:
    """What the output of pip-audit says, and the code to end with."""
    needed = int(os.environ.get("REQUIRE_ADVISORIES") == "1")
    packages = _packages(told)
    # Where the source does not know a package at all, pip-audit skips it and calls that a success.
    skipped = ", ".join(package["name"] for package in packages if "vulns" not in package)
    looked = sum("vulns" in package for package in packages)
    if not looked:
        return "NOT LOOKED: no source of advisories could be asked. That says nothing about the packages.", needed
    found = [_line(package, weakness) for package in packages for weakness in package.get("vulns", ())]
    if found:
        return "\n".join(found), 1
    if skipped:
        return f"No known weakness in {looked} packages. NOT LOOKED at {skipped}.", needed
    return f"No known weakness in {looked} packages.", 0


def _packages(told: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return list(found)


def _line(package: dict[str, Any], weakness: dict[str, Any]) -> str:
    mended = ", ".join(weakness["fix_versions"]) or "no release"
    return f"{package['name']} {package['version']}: {weakness['id']}, mended in {mended}"


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "-r", str(PINS), *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own command
    sentence, code = report(done.stdout)
    sys.stdout.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
