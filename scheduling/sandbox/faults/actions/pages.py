"""Lists that do not hold still while their pages are turned (reliability F21, F22)."""

import random
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from ..answer import Answer
from ..exchange import Act, Exchange
from ..foreign import Elsewhere
from ..rows import rows_of
from .registry import action

Next = Callable[[], Answer]
Few = Annotated[int, Field(ge=1, le=1000)]
COPIED = ("startDateTime", "endDateTime", "hostId", "eventTitle", "eventType", "eventMode", "eventStatus")


def _number(exchange: Exchange) -> int:
    text = exchange.query.get("page", ["0"])[0]
    return int(text) if text.isdecimal() else 0


def _all_rows(exchange: Exchange) -> list[Any]:
    """The whole list, from as many pages as it takes."""
    rows: list[Any] = []
    for number in range(10_000):
        found = rows_of(exchange.read(page=str(number), size="1000").json())
        if not found:
            break
        rows += found
    return rows


@action()
def shuffle_pages() -> Act:
    """Each page is cut from the list in a new order. Counts where there is an order to change."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        body = answer.json()
        shown = rows_of(body)
        if exchange.method != "GET" or not shown:
            return answer
        rows = _all_rows(exchange)
        if len(rows) > 1:
            exchange.did()
        random.Random().shuffle(rows)  # noqa: S311  (no secret)
        shown[:] = rows[: len(shown)]
        return answer.with_json(body)

    return act


@action()
def insert_between_pages(number: Few = 1) -> Act:
    """Before a page behind the first is read, somebody puts events at the front of the list."""

    def insert(exchange: Exchange, rows: list[Any]) -> bool:
        body = {name: rows[0].get(name) for name in COPIED}
        keys = ("participantId", "participantRole")
        body["participants"] = [{key: row[key] for key in keys} for row in rows[0]["participants"]]
        return all(Elsewhere(exchange).write("POST", "", body, copy=False).status < 300 for _ in range(number))

    return _between(insert)


@action()
def delete_between_pages(number: Few = 1) -> Act:
    """Before a page behind the first is read, somebody deletes events at the front of the list."""

    def delete(exchange: Exchange, rows: list[Any]) -> bool:
        gone = [Elsewhere(exchange).write("DELETE", row["id"], {}, copy=False) for row in rows[:number]]
        return any(answer.status < 300 for answer in gone)  # of two pages read at once, one finds the rows gone

    return _between(delete)


def _between(change: Callable[[Exchange, list[Any]], bool]) -> Act:
    """An action that changes the list once a page behind the first is asked for; for lists of events."""

    def act(exchange: Exchange, go: Next) -> Answer:
        if exchange.method == "GET" and _number(exchange) > 0:
            rows = rows_of(exchange.read(page="0").json())
            if rows and change(exchange, rows):
                exchange.did()
        return go()

    return act
