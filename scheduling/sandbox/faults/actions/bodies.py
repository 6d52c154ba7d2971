"""What an answer says, bent: noise, other types, words nobody knows."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

from ... import instants
from ..answer import Answer
from ..exchange import Act, Exchange
from ..rows import events_in, rows_of
from .patching import Operation, patched
from .registry import action

Next = Callable[[], Answer]
PAGE = b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>"
STRANGE = {"eventStatus": "WAITLISTED", "eventType": "TELEHEALTH", "eventMode": "HOLOGRAM"}


def _bend(change: Callable[[Answer], Answer]) -> Act:
    """An action that only changes the answer, and counts where it has."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        bent = change(answer)
        if bent != answer:
            exchange.did()
        return bent

    return act


def _bend_json(change: Callable[[Any], Any]) -> Act:
    """The same for the JSON of a 2xx; `change` works in place or answers the new body."""

    def bend(answer: Answer) -> Answer:
        body = answer.json()
        if answer.status >= 300 or body is None:
            return answer
        bent = change(copy.deepcopy(body))
        return answer if bent == body else answer.with_json(bent)

    return _bend(bend)


@action()
def garbage(seed: int = 0) -> Act:
    """Noise of the same length, still called JSON."""
    return _bend(lambda answer: replace(answer, body=random.Random(seed).randbytes(len(answer.body) or 100)))  # noqa: S311


@action()
def html() -> Act:
    """A page of HTML with the same status."""
    return _bend(lambda answer: replace(answer.with_header("Content-Type", "text/html; charset=utf-8"), body=PAGE))


@action()
def bad_gzip() -> Act:
    """Says that it is gzip, and is not."""
    return _bend(lambda answer: answer.with_header("Content-Encoding", "gzip"))


@action()
def bom() -> Act:
    """A byte order mark before the JSON."""
    return _bend(lambda answer: replace(answer, body=b"\xef\xbb\xbf" + answer.body))


@action()
def wrong_type(content_type: str = "text/plain") -> Act:
    """The right body under a wrong content type."""
    return _bend(lambda answer: answer.with_header("Content-Type", content_type))


@action(whole=True)
def mutate(operations: list[Operation]) -> Act:
    """A JSON patch of the answer; `*` in a path is every member there."""
    return _bend_json(lambda body: patched(body, operations))


@action(whole=True)
def unknown_enum(words: dict[str, Any] | None = None) -> Act:
    """Event rows say words that are in no list."""

    def change(body: Any) -> Any:
        for row in events_in(body):
            row.update(words or STRANGE)
        return body

    return _bend_json(change)


@action()
def dup_ids(which: Literal["newer", "older"] = "newer") -> Act:
    """The first row of a list once more, with another title, changed an hour later or earlier."""
    shift = timedelta(hours=1 if which == "newer" else -1)

    def change(body: Any) -> Any:
        rows = rows_of(body)
        if rows:
            again = dict(rows[0])
            again["eventTitle"] = f"{which} twin"
            if isinstance(again.get("updatedAt"), str):
                again["updatedAt"] = instants.written(instants.parse(again["updatedAt"]) + shift)
            rows.append(again)
        return body

    return _bend_json(change)


@action()
def never_last() -> Act:
    """Every page says that another one follows."""

    def change(body: Any) -> Any:
        for place in (body, body.get("data"), body.get("metaInfo")) if isinstance(body, dict) else ():
            for name in ("last", "lastPage"):
                if isinstance(place, dict) and name in place:
                    place[name] = False
        return body

    return _bend_json(change)


@action()
def huge(number: int) -> Act:
    """The list has so many rows, or the one event so many participants; sent as it is made."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        body = answer.json()
        rows = rows_of(body)
        if rows is None and isinstance(body, dict):
            rows = body.get("participants")
        if not rows or answer.status >= 300:
            return answer
        exchange.did()
        return replace(answer, stream=_repeated(body, rows, number))

    return act


def _repeated(body: Any, rows: list[Any], number: int) -> Iterator[bytes]:
    """The text of the body with the first row so many times, each under an id of its own."""
    pattern, mark = rows[0], f"rows {uuid4()}"
    rows[:] = [mark]
    before, after = json.dumps(body).split(json.dumps(mark))
    yield before.encode()
    for place in range(number):
        row = {**pattern, "id": str(uuid4())} if isinstance(pattern, dict) else pattern
        yield (("," if place else "") + json.dumps(row)).encode()
    yield after.encode()
