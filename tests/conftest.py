"""Fixtures of all tests: the sandbox as a real server, logins and desks on it."""

from hypothesis import settings

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
