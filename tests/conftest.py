"""Fixtures of all tests: the sandbox as a real server, logins and desks on it."""

import gc

from hypothesis import settings

# Thousands of modules and fixtures live through the whole run: looking through them again and again is a tenth of it.
gc.set_threshold(100_000, 50, 100)

# A busy machine is no finding: what a property takes in time is a benchmark's business.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest_plugins = [
    "tests.sandbox_fixture",
    "tests.desk_fixture",
    "tests.clinic_fixture",
    "tests.garbled_fixture",
    "tests.postgres_fixture",
    "tests.faults.server",
]
