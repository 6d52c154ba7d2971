"""A worker process: reads jobs from its standard input, a line of JSON each, and answers on its standard output."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django


def _jobs() -> dict[str, Callable[[dict[str, Any]], Any]]:
    from . import disarm, doing, dying, setting_up, settling

    return {
        "prepare": setting_up.prepare,
        "warm": setting_up.warm,
        "attempts": doing.attempts,
        "mixed": doing.mixed,
        "calls": doing.calls,
        "reconcile": settling.reconcile,
        "tend": settling.tend,
        "dump": settling.dump,
        "disarm": disarm.disarm,
        "die": dying.die,
    }


def _answer(jobs: dict[str, Callable[[dict[str, Any]], Any]], line: str) -> dict[str, Any]:
    job = json.loads(line)
    try:
        return {"told": jobs[job["do"]](job)}
    except Exception:  # noqa: BLE001  whatever it was is told to the one who asked
        return {"failed": traceback.format_exc()}


def main() -> None:
    """Standard output belongs to the answers: whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    django.setup()
    jobs = _jobs()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(jobs, line)) + "\n")


if __name__ == "__main__":
    main()
