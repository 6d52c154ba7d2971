"""Settings of the sandbox alone: one app, one database, no sessions, no cookies, no templates.

`SANDBOX_DATA` names the data folder and is set by `python -m scheduling.sandbox`; `SANDBOX_DATABASE_URL` (PostgreSQL
or SQLite) replaces the SQLite file in that folder.
"""

from pathlib import Path
from typing import Any

import environ

env = environ.Env()

DATA = Path(env.str("SANDBOX_DATA", default="var/sandbox")).resolve()
HOST = env.str("SANDBOX_HOST", default="127.0.0.1")
TEST_CONTROL = env.bool("SANDBOX_TEST_CONTROL", default=False)
FAULTS = env.bool("SANDBOX_FAULTS", default=False)

DEBUG = False
# Nothing in the sandbox is signed with this: tokens have a key pair of their own in the data folder.
SECRET_KEY = "unused-by-the-sandbox"  # noqa: S105
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A page of a foreign site must not reach a server on loopback under a name of its own (DNS rebinding).
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if HOST in LOOPBACK else ["*"]

INSTALLED_APPS = ["scheduling.sandbox.apps.SandboxConfig"]
MIDDLEWARE = ["scheduling.sandbox.middleware.ApiManners"]
ROOT_URLCONF = "scheduling.sandbox.urls"
WSGI_APPLICATION = "scheduling.sandbox.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA / "sandbox.sqlite3"),
    # IMMEDIATE: a writer waits its turn at BEGIN instead of failing at its first write after a read.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    },
}
DATABASE_URL = env.str("SANDBOX_DATABASE_URL", default="")
DATABASES: dict[str, dict[str, Any]] = {"default": SQLITE if not DATABASE_URL else env.db_url_config(DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = bool(DATABASE_URL)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "sandbox %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A 4xx is an answer, not an incident; Django would log each of them.
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
