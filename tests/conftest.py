"""Fixtures of all tests: the sandbox as a real server, logins and desks on it."""

import gc
from typing import Any

import pytest
from django.core.management.commands import flush
from hypothesis import settings

# Thousands of modules and fixtures live through the whole run: looking through them again and again is a tenth of it.
gc.set_threshold(100_000, 50, 100)

# A busy machine is no finding: what a property takes in time is a benchmark's business.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# The dear ones come first, so that none of the processes is left alone with one at the end.
FIRST = (
    *("test_backup", "test_races", "test_forms_survive", "test_agreement", "test_call_budget_fleet", "test_ambiguous"),
    *(
        "test_stalled_api",
        "test_clinic",
        "test_api_faults_writes",
        "test_transitions",
        "test_supervision",
        "test_offers",
    ),
    *("test_access", "test_headers", "test_stale", "test_usage"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in FIRST)


pytest_plugins = [
    "tests.canaries",
    "tests.sandbox_fixture",
    "tests.desk_fixture",
    "tests.clinic_fixture",
    "tests.garbled_fixture",
    "tests.postgres_fixture",
    "tests.faults.server",
]


_flush = flush.Command.handle


def _flush_with_the_trail(self: Any, **options: Any) -> None:
    """Tests without a transaction empty all tables, the audit trail too, whose triggers refuse that, and begin its
    numbers again: a number that was given and has no line is what a lost line looks like."""
    from tests.trail import open_trail

    with open_trail():
        _flush(self, **(options | {"reset_sequences": True}))


# In the tests alone: `manage.py flush` of a clinic is refused.
flush.Command.handle = _flush_with_the_trail
