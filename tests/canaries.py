"""Names and secrets that must not come out, looked for in all that the whole run logs and answers.

The patients, titles and addresses of the tests' own clinics are the names; the secrets are those of every tenant that a
test makes, and whatever looks like a token of the API. A test that lets one of them out fails; one that is marked
`leaks` plants one, and fails where nobody notices. What whole houses leave behind, the browser's tests look through
(`in_files`).
"""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client

from scheduling.logs import LOGGING

# What tests/clinic_fixture.py calls patients and visits. Staff have addresses of this host.
NAMES = ("Theo", "Marsh", "Wound check", "harbor.example")
NAME = re.compile("|".join(map(re.escape, NAMES)), re.IGNORECASE)
TOKEN = re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}")
ADDRESS = re.compile(r"""\b(?:href|src|action|formaction|hx-[a-z-]+)="([^"]*)\"""")
CARRYING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Set-Cookie", "ETag")

secrets: set[str] = set()
found: list[str] = []


def note_secret(secret: str) -> None:
    """From now on it must not come out."""
    secrets.add(secret)


def secret_in(text: str) -> bool:
    return any(secret in text for secret in secrets) or TOKEN.search(text) is not None


class Ears(logging.Handler):
    """Reads each line as it is written to the log, and notes what must not stand there."""

    def __init__(self) -> None:
        super().__init__()
        told = {name: value for name, value in LOGGING["formatters"]["json"].items() if name != "()"}
        self.setFormatter(structlog.stdlib.ProcessorFormatter(**told))

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if NAME.search(line) or secret_in(line):
            found.append(f"log: {line}")


def look_at(answer: HttpResponse, asked: str = "") -> None:
    """Note a secret anywhere in an answer, and a name in an address that it holds; the one that was `asked` for is
    whose who asked."""
    headers = [f"{name}: {answer.headers[name]}" for name in CARRYING if name in answer.headers]
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    addresses = [*headers, *(address for address in ADDRESS.findall(text) if not address.startswith("data:"))]
    found.extend(f"address: {address}" for address in addresses if NAME.search(address) and address != asked)
    if secret_in("\n".join([text, *headers])):
        found.append("answer: a secret")


def in_files(folder: Path, forbidden: Iterable[str], names: str = "*") -> list[str]:
    """Files below a folder that hold one of these texts, or a token: each with what it holds."""
    told = []
    for file in sorted(file for file in folder.rglob(names) if file.is_file()):
        text = file.read_bytes().decode(errors="replace")
        told += [f"{file.name}: {each}" for each in forbidden if each in text]
        told += [f"{file.name}: a token"] if TOKEN.search(text) else []
    return told


_request = Client.request


def _listening(self: Client, **request: Any) -> Any:
    answer = _request(self, **request)
    look_at(answer, request.get("PATH_INFO", ""))
    return answer


def pytest_configure(config: pytest.Config) -> None:
    Client.request = _listening  # type: ignore[method-assign]
    ears = Ears()
    for name in ("", "daybook", "django.request"):
        logging.getLogger(name).addHandler(ears)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After each test: nothing came out, or what it planted was noticed."""
    result = yield
    told, planted = list(found), item.get_closest_marker("leaks") is not None
    found.clear()
    if planted != bool(told):
        pytest.fail("a planted leak was not noticed" if planted else "\n".join(["this came out:", *told[:5]]))
    return result
