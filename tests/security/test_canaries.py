"""Controls of tests/canaries.py: leaks that are planted on purpose are noticed wherever they come out."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import override_settings
from django.urls import path

from tests import canaries

SECRET = "s3cret-of-no-tenant-at-all"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJlLW9mLW5vYm9keQ"
ANSWERS = {
    "a secret in a page": ({}, f"<p>{SECRET}</p>"),
    "a token in a page": ({}, f"<p>{TOKEN}</p>"),
    "a name in a link": ({}, '<a href="/search/?q=theo">'),
    "a name in an address of htmx": ({}, '<b hx-get="/patients/find/?q=Marsh">'),
    "a name in a redirect": ({"Location": "/search/?q=Theo"}, ""),
    "a name in a pushed address": ({"HX-Push-Url": "/patients/theo-marsh/"}, ""),
    "a token in a cookie": ({"Set-Cookie": f"t={TOKEN}"}, ""),
}
LINES = {
    "a name": lambda: structlog.get_logger("daybook.web").info("broken", code="Theo"),
    "an address": lambda: structlog.get_logger("daybook.web").info("broken", code="ada@harbor.example"),
    "a secret": lambda: structlog.get_logger("daybook.api").warning("broken", code=SECRET),
    "a token in a library's template": lambda: logging.getLogger("urllib3").error(f"{TOKEN} %s", 1),
}


@pytest.fixture(autouse=True)
def secret() -> Iterator[None]:
    canaries.note_secret(SECRET)
    yield
    canaries.secrets.discard(SECRET)


@login_not_required
def leak(request: HttpRequest, name: str) -> HttpResponse:
    headers, text = ANSWERS[name]
    return HttpResponse(text, headers=headers)


urlpatterns = [path("leak/<str:name>/", leak)]


@pytest.mark.leaks
@pytest.mark.django_db
@pytest.mark.parametrize("name", ANSWERS)
@override_settings(ROOT_URLCONF="tests.security.test_canaries", MIDDLEWARE=[])
def test_what_an_answer_lets_out(name: str) -> None:
    Browser().get(f"/leak/{name}/")


@pytest.mark.leaks
@pytest.mark.parametrize("write", LINES.values(), ids=LINES)
def test_what_the_log_lets_out(write: Any) -> None:
    write()


def test_what_a_house_leaves_behind(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text(f'{{"code": "Theo Marsh"}}\n{TOKEN}')
    (tmp_path / "rows.sqlite3").write_bytes(b"\x00" + SECRET.encode() + b"\xff")
    (tmp_path / "clean.log").write_text("nothing")

    found = canaries.in_files(tmp_path, ["Theo Marsh", SECRET])

    assert found == ["web.log: Theo Marsh", "web.log: a token", f"rows.sqlite3: {SECRET}"]
