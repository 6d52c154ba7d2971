"""What a request costs the database: a fixed number of queries, by index alone. No clock is involved."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.sandbox.inside import FEW, MANY
from tests.sandbox_fixture import ROOT

# The API client with its tenant and the instance, then what the request is about. The pages here are not full: a read
# page then tells the total.
QUERIES = {
    "users": 2,
    "patients": 2,
    "events": 5,  # page, participants, users, patients
    "events of people": 5,
    "schedules": 4,  # events, hosts, hours
    "full schedules": 6,
    "summary": 3,  # events, hours
}
# Index, its first column, and how many queries walk the window (once for a page that is not full).
OVERLAP = {
    "events": ("event_window", "instance_id", 1),
    "events of people": ("participant_window", "person_id", 1),
    "schedules": ("participant_window", "person_id", 1),
    "full schedules": ("participant_window", "person_id", 1),
    "summary": ("participant_window", "person_id", 1),
}
BY_KEY = re.compile(r"SEARCH \w+ USING INDEX sqlite_autoindex_\w+ \(id=\?\)")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the sandbox does inside, for a small and a large tenant."""
    command = [sys.executable, "-m", "tests.sandbox.inside", str(tmp_path_factory.mktemp("inside"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("name", QUERIES)
def test_a_page_takes_a_fixed_number_of_queries(inside: dict[str, Any], name: str, count: int) -> None:
    seen = inside[f"{name} ({count})"]
    assert (seen["status"], seen["rows"], seen["queries"]) == (200, count, QUERIES[name])


@pytest.mark.parametrize("name", OVERLAP)
def test_a_window_is_a_range_of_an_index_for_each_length_class(inside: dict[str, Any], name: str) -> None:
    index, first, queries = OVERLAP[name]
    lines = [line for plan in inside[f"{name} ({MANY})"]["plans"] for line in plan if f" {index} (" in line]
    both_ends, one_end = (
        f"{index} ({first}=? AND span=? AND {ends})" for ends in ("starts_at>? AND starts_at<?", "starts_at<?")
    )
    assert [line[line.index(index) :] for line in lines] == [*[both_ends] * 4, one_end] * queries


@pytest.mark.parametrize("name", OVERLAP)
def test_people_are_read_by_their_keys(inside: dict[str, Any], name: str) -> None:
    plans = inside[f"{name} ({MANY})"]["plans"][1:]
    people = [plan for plan in plans if " sandbox_user " in plan[0] or " sandbox_patient " in plan[0]]
    assert [plan for plan in people if not BY_KEY.fullmatch(" ".join(plan))] == []


@pytest.mark.parametrize("name", QUERIES)
def test_no_table_is_read_from_end_to_end(inside: dict[str, Any], name: str) -> None:
    lines = [line for plan in inside[f"{name} ({MANY})"]["plans"] for line in plan]
    assert [line for line in lines if line.startswith("SCAN")] == []
