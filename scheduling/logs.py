"""JSON logs by allow-list: a field that is not named here never reaches a log line, so no patient data does.

What may be logged is decided once (design D12); a free text of the API, a URL with its query or a form value has no
name on the list and is dropped.
"""

from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "logger", "timestamp", "request_id", "user_id", "route", "method", "status", "code", "ms",
        "action", "outcome", "intent", "kind", "count", "exception_type", "task", "address", "attempt",
    }
)  # fmt: skip


def keep_allowed(logger: Any, name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list; of an exception only its type stays."""
    error = line.get("exc_info")
    if isinstance(error, BaseException):
        line["exception_type"] = type(error).__name__
    return {key: value for key, value in line.items() if key in ALLOWED}


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                keep_allowed,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "daybook": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # The request middleware writes raw paths and query strings; our own access line replaces it.
        "django_structlog": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
    },
}
