"""Writes requirements/sbom.json: what a running Daybook is made of, as CycloneDX tells it. `make sbom`.

From the pinned requirements and the vendored files, in one order and without a time, so that the same pins give the
same bytes. Addresses of package indexes are left out; the digests of each file stand in requirements/run.txt.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
PINS, VENDORED, WRITTEN = HERE / "run.txt", HERE.parent / "static/vendor/manifest.json", HERE / "sbom.json"
KEPT = ("type", "name", "version", "purl")


def python_parts() -> list[dict[str, str]]:
    """The pinned packages, as cyclonedx-py reads them. Raises CalledProcessError."""
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(PINS)]
    done = subprocess.run([*command, "--output-reproducible", "--of", "JSON"], check=True, capture_output=True)  # noqa: S603
    found: list[dict[str, Any]] = json.loads(done.stdout)["components"]
    return [{name: part[name] for name in KEPT} for part in found]


def vendored_parts() -> list[dict[str, str]]:
    """What browsers get of others' code."""
    told: list[dict[str, str]] = json.loads(VENDORED.read_text())
    return [
        {"type": "library", "name": name, "version": version, "purl": f"pkg:npm/{quote(name)}@{version}"}
        for name, version in sorted({(part["package"], part["version"]) for part in told})
    ]


def document() -> str:
    """The whole bill of materials as text."""
    parts = sorted([*python_parts(), *vendored_parts()], key=lambda part: part["purl"])
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "daybook", "bom-ref": "daybook"}},
        "components": [{**part, "bom-ref": part["purl"]} for part in parts],
    }
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    made = document()
    WRITTEN.write_text(made)
    sys.stdout.write(f"{WRITTEN.relative_to(HERE.parent)}: {made.count('purl')} parts\n")
