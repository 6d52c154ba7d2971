"""The dashboard's own tables on PostgreSQL: a child process migrates a private cluster and tries them."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.postgres_fixture import Cluster
from tests.sandbox_fixture import ROOT, Sandbox

from . import claim_cases

pytestmark = pytest.mark.postgres


@pytest.fixture
def told(postgres: Cluster, sandbox: Sandbox, clinic: Any, tmp_path: Path) -> dict[str, Any]:
    """What the script said about a clinic with one clinician with hours, one without, and a patient."""
    clinic.user("Ada"), clinic.user("Ben", hours=False), clinic.patient()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "scheduling.settings",
        "DATABASE_URL": postgres.database("dashboard"),
        "TENANT": json.dumps(asdict(sandbox)),
        "DATA": str(tmp_path),
        "DEMO": "1",
    }
    command = [sys.executable, "-m", "tests.services.on_postgres"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_writes_and_mirrors_on_postgres(told: dict[str, Any]) -> None:
    assert told["vendor"] == "postgresql"
    assert told["race"] == {
        "calls": 1,
        "replayed": [False] + [True] * 7,
        "phases": ["requested", "confirmed"],
        "state": "confirmed",
    }
    assert told["endings"] == ["refused", "unknown", "None"]
    assert told["mirrors"] == {
        "read": [2, 1],
        "hours": [True, False],
        "cut": ["Anne", 200, "Quill", 64, True],
        "at once": [900] * 8,
        "left": 900,
        "states": [["patients", 900], ["staff", 2]],
    }
    assert told["claims"] == claim_cases.EXPECTED
    assert told["one time"] == {"looked": ["confirmed"] + ["taken"] * 7, "blind": 1, "left": 1}
    assert told["run"] == {
        "stopped": ["failed", "skipped"],
        "resumed": ["again"] + ["not again"] * 7,
        "done": ["done", "done"],
        "undos": 1,
        "undone": ["done", "done"],
        "records": 1,
    }
    assert told["feed"] == {"numbers": [[0], [1], [2]]}
    assert told["emergency"] == {"opened": 1, "lines": 2}
    assert told["trail"] == {
        "sealed": True,
        "whole": True,
        "refused": [True] * 8,
        "found": ["changed", "missing"],
    }
    assert told["reads"] == {
        "newest": 7,
        "whole": True,
        "rows": [1, 1, 16],
        "mark": "8",
        "laid over": ["Wound check"],
        "forgotten": 19,
    }
