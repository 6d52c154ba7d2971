"""What stands in the log: types, places, ids and route names. Never a name, a typed text or an address."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.contrib.auth.decorators import login_not_required
from django.test import Client as Browser
from django.test import override_settings
from django.urls import include, path

from scheduling.logs import LOGGING
from scheduling.services.connection import count_calls, note_call
from scheduling.welkin.values import Call

NAME = "Zebulon Quackenbush"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the configured handler writes, as one dictionary for each line."""
    stream = io.StringIO()
    formatter = LOGGING["formatters"]["json"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**{k: v for k, v in formatter.items() if k != "()"}))
    loggers = [logging.getLogger(name) for name in ("daybook", "django.request", "some.library", "django.security")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


class PatientError(Exception):
    pass


def fail(name: str) -> None:
    raise PatientError(f"cannot book for {name}")


def test_an_exception_leaves_its_type_and_its_places_but_not_its_message(lines: Lines) -> None:
    try:
        try:
            fail(NAME)
        except PatientError as first:
            raise ValueError(NAME) from first
    except ValueError:
        structlog.get_logger("daybook.web").exception("broken", patient=NAME, code="x")

    (line,) = lines()
    assert set(line) == {"event", "level", "logger", "timestamp", "code", "exception_type", "places"}
    assert line["exception_type"] == "ValueError < PatientError"
    assert [place.split(":")[0] for place in line["places"]] == ["tests/web/test_logs.py"]
    assert NAME not in json.dumps(line)


LIBRARY_LINES: dict[str, tuple[Callable[[logging.Logger], None], str]] = {
    "values are left out": (lambda log: log.error("Not Found: %s", f"/patients/{NAME}"), "Not Found: %s"),
    "a sentence without values is withheld": (lambda log: log.error(f"gone: {NAME}"), "message withheld"),
    "an object as message": (lambda log: log.error(ValueError(NAME)), "message withheld"),
}


@pytest.mark.parametrize(("write", "event"), LIBRARY_LINES.values(), ids=LIBRARY_LINES)
def test_a_library_keeps_its_template_only(lines: Lines, write: Callable[[logging.Logger], None], event: str) -> None:
    write(logging.getLogger("some.library"))
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == (event, "error", "some.library")
    assert NAME not in json.dumps(line)


def test_a_line_break_cannot_forge_a_second_line(lines: Lines) -> None:
    structlog.get_logger("daybook.web").info("event", code='x\n{"event": "forged"}')
    assert [line["event"] for line in lines()] == ["event"]


@login_not_required
def explode(request: Any) -> None:
    fail(request.POST.get("name", "") or NAME)


urlpatterns = [path("explode/", explode, name="explode"), path("", include("scheduling.web.urls"))]
handler500 = "scheduling.web.views.errors.broken"
handler404 = "scheduling.web.views.errors.not_found"


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.web.test_logs")
def test_a_name_in_an_exception_a_form_or_an_address_never_reaches_the_log(lines: Lines) -> None:
    browser = Browser(raise_request_exception=False)
    broken = browser.post(f"/explode/?q={NAME}", {"name": NAME}, headers={"X-Request-ID": NAME, "User-Agent": NAME})
    browser.get(f"/nothing/{NAME}/?q={NAME}")

    error, access, missing = lines()
    assert (error["event"], error["exception_type"]) == ("%s: %s", "PatientError")
    assert (access["event"], access["route"], access["status"]) == ("request", "explode", 500)
    assert (missing["event"], missing["status"]) == ("request", 404)
    assert access["request_id"] == error["request_id"]
    assert "Quackenbush" not in json.dumps(lines())
    assert access["request_id"] in broken.content.decode()
    assert "Quackenbush" not in broken.content.decode()


def test_an_api_that_cannot_be_trusted_is_a_line_of_its_own_and_no_call(lines: Lines) -> None:
    counted = count_calls()
    note_call(Call("POST", "/{tenant}/{instance}/patients", None, 0.2, distrusted=True))

    (line,) = lines()
    assert (line["event"], line["level"], counted) == ("api_not_trusted", "error", [])
