"""Reading JSON bodies: nothing comes in that one of the databases could not keep."""

import json
import math
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

DEEPEST = 100


class StrictJson(Parser):
    """JSON by the book: no NaN, no infinite number, no NUL and no half surrogate in a text, no bottomless nesting.

    PostgreSQL keeps no NUL, UTF-8 has no half surrogates, JSON columns take no NaN. Raises ValueError, which ninja
    tells as 400.
    """

    def parse_body(self, request: HttpRequest) -> Any:
        body = json.loads(request.body, parse_constant=_refused, parse_float=_finite)
        _check(body, DEEPEST)
        return body


def _refused(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds a NUL")
        value.encode()
    elif isinstance(value, dict | list):
        if not depth:
            raise ValueError("nested too deeply")
        for part in value if isinstance(value, list) else (*value.keys(), *value.values()):
            _check(part, depth - 1)
