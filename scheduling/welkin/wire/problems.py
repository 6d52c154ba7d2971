"""Error bodies: a JSON list of objects, or an object, a string, HTML, nothing (welkin-api 1.2). Never raises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import Malformed
from ..request import parse

_LONGEST = 500
_MOST_DETAILS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says. The words may hold personal data: never log them."""

    code: str = ""
    component: str = ""
    message: str = field(default="", repr=False)
    details: Mapping[str, str] = field(default_factory=dict, repr=False)


def read_problem(body: bytes) -> Problem:
    """The first problem of an error body; an empty one for whatever cannot be read."""
    try:
        parsed = parse(body)
    except Malformed:
        return Problem()
    first = parsed[0] if isinstance(parsed, list) and parsed else parsed
    if not isinstance(first, dict):
        return Problem(message=_text(first))
    return Problem(
        _text(first.get("errorCode")),
        _text(first.get("componentType")),
        _text(first.get("message")),
        _details(first.get("details")),
    )


def _details(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return {}
    return {_text(key): _text(reason) for key, reason in list(value.items())[:_MOST_DETAILS]}


def _text(value: object) -> str:
    """A text, cut; lists of texts joined; anything else is nothing to show."""
    if isinstance(value, list):
        return "; ".join(_text(part) for part in value[:5])[:_LONGEST]
    return value[:_LONGEST] if isinstance(value, str) else ""
