"""The operator's page tells of every log field, event, figure and setting that there is, and of no other."""

import re
from pathlib import Path

import pytest

from scheduling.logs import ALLOWED
from scheduling.services import metrics, metrics_told

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/hardening.md").read_text()
SOURCES = [path for path in (ROOT / "scheduling").rglob("*.py") if "sandbox" not in path.parts]
NAMED = re.compile(r"`([a-z_]+)`")


def table(heading: str) -> set[str]:
    """The names in the first column of the table whose head begins with this word."""
    rows = PAGE.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {name for row in rows for name in NAMED.findall(row.split("|")[1])}


def test_every_field_of_the_log() -> None:
    assert table("field") == ALLOWED


def test_every_event_of_the_log() -> None:
    calls = re.compile(r"\blog\.(?:info|warning|error|exception)\(\s*\"([a-z_]+)\"")
    assert table("event") == {event for path in SOURCES for event in calls.findall(path.read_text())}


def test_every_figure() -> None:
    counted = {family.name for family in metrics.REGISTRY.collect()}
    looked_up = set(re.findall(r'_gauge\(\s*"([a-z_]+)"', Path(metrics_told.__file__).read_text()))

    assert table("figure") == counted | {f"daybook_{name}" for name in looked_up}


@pytest.mark.parametrize("page", ["README.md", "docs/hardening.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_every_setting_of_the_environment_is_in_the_readme() -> None:
    settings = (ROOT / "scheduling/settings.py").read_text()
    names = set(re.findall(r'(?:env\.\w+|whole_number)\("([A-Z_]+)"', settings))
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "README.md").read_text()))

    assert names - told == set()


def test_what_make_offers_is_told() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())  # type: ignore[union-attr]

    assert targets == phony
