"""Where the rows are in the answers of the API: three page envelopes and bare lists (welkin-api 1.1)."""

from collections.abc import Iterator
from typing import Any


def envelope_of(body: Any) -> Any:
    """The object that says how far a page goes; None for what is no page."""
    if not isinstance(body, dict):
        return None
    return body.get("metaInfo") or (body["data"] if isinstance(body.get("data"), dict) else body)


def rows_of(body: Any) -> list[Any] | None:
    """The list of rows itself, so that it can be changed in place; None where there is none."""
    if isinstance(body, list):
        return body
    if not isinstance(body, dict):
        return None
    inner = body["data"] if isinstance(body.get("data"), dict) else body
    found = inner.get("content", inner.get("data"))
    return found if isinstance(found, list) else None


def events_in(body: Any) -> Iterator[dict[str, Any]]:
    """Every event row, however deep."""
    if isinstance(body, list):
        for member in body:
            yield from events_in(member)
    elif isinstance(body, dict):
        if "eventType" in body and "startDateTime" in body:
            yield body
        for member in body.values():
            yield from events_in(member)
