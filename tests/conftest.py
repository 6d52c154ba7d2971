"""Fixtures of all tests: the sandbox as a real server, logins and desks on it."""

pytest_plugins = [
    "tests.sandbox_fixture",
    "tests.desk_fixture",
    "tests.clinic_fixture",
    "tests.garbled_fixture",
    "tests.postgres_fixture",
    "tests.faults.server",
]
