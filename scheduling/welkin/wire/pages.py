"""The three page envelopes and the bare arrays (welkin-api 1.1), all as one value."""

from dataclasses import dataclass, field

from ..errors import Malformed


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came. `size` is the granted page size, `last` and `total` None where the API did not say."""

    rows: list[object] = field(repr=False)
    size: int | None
    total: int | None
    last: bool | None


def spring(body: object) -> Page:
    """Envelope A: patients and events."""
    envelope = _object(body)
    return Page(
        _rows(envelope, "content"),
        _number(envelope.get("size")),
        _number(envelope.get("totalElements")),
        _flag(envelope.get("last")),
    )


def meta(body: object) -> Page:
    """Envelope B: users."""
    envelope = _object(body)
    info = envelope.get("metaInfo")
    told = info if isinstance(info, dict) else {}
    return Page(
        _rows(envelope, "data"),
        _number(told.get("pageSize")),
        _number(told.get("totalElements")),
        _flag(told.get("lastPage")),
    )


def record_page(body: object) -> Page:
    """Envelope C: custom data types, an envelope A inside `data`."""
    return spring(_object(body).get("data"))


def array(body: object) -> Page:
    """A bare array is one whole page."""
    if not isinstance(body, list):
        raise Malformed("a list was expected")
    return Page(body, None, len(body), True)


def _object(body: object) -> dict[str, object]:
    if not isinstance(body, dict):
        raise Malformed("an object was expected")
    return body


def _rows(envelope: dict[str, object], key: str) -> list[object]:
    """The rows. An envelope without them is no empty page: it would look like a free calendar."""
    rows = envelope.get(key)
    if not isinstance(rows, list):
        raise Malformed(f"no list of rows in '{key}'")
    return rows


def _number(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    return number if number >= 0 else None


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None
