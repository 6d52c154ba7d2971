"""Settings of the tests: the dashboard's own, in demo mode, with a database file and plain static files.

The environment is given before the real settings read it, so that a developer's `.env` or shell cannot reach a test.
"""

import os
import tempfile
from pathlib import Path

for _name in (
    "WELKIN_URL",
    "WELKIN_TENANT",
    "WELKIN_INSTANCE",
    "WELKIN_CLIENT",
    "WELKIN_SECRET",
    "DATABASE_URL",
    "CACHE_URL",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "OIDC_SERVER_URL",
):
    os.environ[_name] = ""
_folder = Path(tempfile.mkdtemp(prefix="daybook-tests-"))
os.environ.update(
    DEMO="1", DEBUG="0", DATA=str(_folder), SECRET_KEY="tests-only-" + "x" * 50, CLINIC_TIMEZONE="America/New_York"
)

from scheduling.settings import *  # noqa: E402, F403
from scheduling.settings import DATABASES, STORAGES  # noqa: E402

# A file, not memory: shared-cache table locks ignore the busy timeout when a live server and a test both write.
DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
(_folder / "static").mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# A thread has a connection of its own and would wait for the transaction of the test.
KEPT_THREADS = 0
# Logins of different tests have the same number, and are one to the counter.
RATE_LIMITS = dict.fromkeys(("export", "search", "figures", "find"), 1_000_000)
# Counting calls has a connection of its own, which would wait for it as well.
CALLS_KEPT_EVERY = 0
