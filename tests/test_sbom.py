"""The bill of materials is in step with the pins, and says nothing of where packages come from."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
_where = spec_from_file_location("vulnerabilities", ROOT / "requirements/vulnerabilities.py")
assert _where is not None
assert _where.loader is not None
vulnerabilities = module_from_spec(_where)
_where.loader.exec_module(vulnerabilities)
TOLD: dict[str, Any] = json.loads((ROOT / "requirements/sbom.json").read_text())


def test_it_names_every_pin_and_every_vendored_package_and_no_other() -> None:
    pins = set(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE))
    vendored = {
        (part["package"], part["version"]) for part in json.loads((ROOT / "static/vendor/manifest.json").read_text())
    }

    found = [(part["name"], part["version"]) for part in TOLD["components"]]

    assert len(found) == len(set(found))
    assert set(found) == pins | vendored, "run `make sbom`"


def test_it_says_neither_where_nor_when() -> None:
    text = (ROOT / "requirements/sbom.json").read_text()

    assert re.findall(r"https?://[^\"]+", text) == ["http://cyclonedx.org/schema/bom-1.6.schema.json"]
    assert "timestamp" not in text


def test_it_is_cyclonedx() -> None:
    validation = pytest.importorskip("cyclonedx.validation.json")
    schema = pytest.importorskip("cyclonedx.schema")

    validator = validation.JsonStrictValidator(schema.SchemaVersion.V1_6)

    assert validator.validate_str(json.dumps(TOLD)) is None


GOOD = {"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": []}]}
BAD = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2", "3"]}]}]}
NOT_LOOKED = "NOT LOOKED: no source of advisories could be asked. That says nothing about the packages."
REPORTS: dict[str, tuple[str, str, tuple[str, int]]] = {
    "nothing known": (json.dumps(GOOD), "", ("No known weakness in 2 packages.", 0)),
    "a weakness": (json.dumps(BAD), "", ("a 1: X-1, mended in 2, 3", 1)),
    "a package that is not known there": (
        json.dumps({"dependencies": [*GOOD["dependencies"], {"name": "c", "skip_reason": "not found"}]}),
        "",
        ("No known weakness in 2 packages. NOT LOOKED at c.", 0),
    ),
    "a source that knows none of them": (
        json.dumps({"dependencies": [{"name": "c", "skip_reason": "not found"}]}),
        "",
        (NOT_LOOKED, 0),
    ),
    "no source": ("", "", (NOT_LOOKED, 0)),
    "no source, and one is needed": ("", "1", (NOT_LOOKED, 1)),
    "something else": ("[1]", "", (NOT_LOOKED, 0)),
}


@pytest.mark.parametrize(("told", "needed", "said"), REPORTS.values(), ids=REPORTS)
def test_what_the_look_for_weaknesses_says(
    monkeypatch: pytest.MonkeyPatch, told: str, needed: str, said: tuple[str, int]
) -> None:
    monkeypatch.setenv("REQUIRE_ADVISORIES", needed)
    assert vulnerabilities.report(told) == said
