"""JSON logs by allow-list: a field that is not named here never reaches a log line, so no patient data does.

What may be logged is decided once (design D12). A free text of the API, a URL with its query or a form value has no
name on the list and is dropped. Of an exception the type and the places in the code stay, never its message: messages
quote what was typed and what the API said. For the same reason a line of Django or of a library keeps its logger, its
level and the template of its sentence, without the values that would be filled in.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event", "level", "logger", "timestamp", "request_id", "user_id", "route", "method", "status", "code", "ms",
        "action", "outcome", "intent", "kind", "count", "exception_type", "places", "task", "address", "attempt",
        "api_calls", "number", "digest",
    }
)  # fmt: skip
OURS = "daybook"
DEEPEST = 12
BASE = Path(__file__).resolve().parent.parent

Line = MutableMapping[str, Any]


def places(error: BaseException) -> list[str]:
    """Where an exception went through the code, innermost last: file, line and function, no values and no source."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """The path inside the project or inside the installed packages: the machine's own folders are nobody's business."""
    path = Path(filename)
    if path.is_relative_to(BASE) and "site-packages" not in path.parts:
        return str(path.relative_to(BASE))
    return "/".join(path.parts[-2:])


def _types(error: BaseException) -> str:
    """The type, and those of what it was raised from: "IntegrityError < OperationalError"."""
    names = [type(error).__name__]
    seen = {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        names.append(type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return " < ".join(names)


def _error_of(line: Line) -> BaseException | None:
    told = line.get("exc_info")
    if told is True:
        told = sys.exc_info()
    if isinstance(told, tuple):
        told = told[1]
    return told if isinstance(told, BaseException) else None


def strip_exception(logger: Any, name: str, line: Line) -> Line:
    """An exception becomes its type and places. Nothing after this sees its message."""
    error = _error_of(line)
    line.pop("exc_info", None)
    line.pop("exception", None)
    if error is not None:
        line["exception_type"] = _types(error)
        line["places"] = places(error)
    return line


def strip_foreign_text(logger: Any, name: str, line: Line) -> Line:
    """A sentence from outside our own loggers stays as its template: "Not Found: %s" without the path."""
    record = line.get("_record")
    if not isinstance(record, logging.LogRecord) or record.name.split(".")[0] == OURS:
        return line
    template = isinstance(record.msg, str) and (bool(line.get("positional_args")) or record.msg in CONSTANT)
    line["event"] = record.msg if template else "message withheld"
    return line


# Sentences of libraries that hold no values although they take no arguments.
CONSTANT = frozenset({"Internal Server Error"})


def keep_allowed(logger: Any, name: str, line: Line) -> Line:
    """Drop every field that is not on the list."""
    return {key: value for key, value in line.items() if key in ALLOWED}


def configure_structlog() -> None:
    """Our own loggers (`structlog.get_logger("daybook....")`) go through the standard library's handlers."""
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
            "use_get_message": False,
            "pass_foreign_args": True,
            "processors": [
                strip_exception,
                strip_foreign_text,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                keep_allowed,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
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
