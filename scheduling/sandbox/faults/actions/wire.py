"""How an answer comes over the wire: late, slowly, in part, or followed by the end of the connection."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Literal, NoReturn

from pydantic import Field

from ..answer import Answer
from ..exchange import Act, Exchange
from .registry import action

Next = Callable[[], Answer]
Seconds = Annotated[float, Field(ge=0, le=3600)]


def by_hand(
    exchange: Exchange, answer: Answer, *, upto: int | None = None, keep: bool = False, reset: bool = False
) -> NoReturn:
    """Writes an answer (so many bytes of its body) and ends the connection. Always raises HungUp."""
    with suppress(OSError):  # the caller may have gone
        exchange.connection.sendall(exchange.head(answer, keep=keep) + answer.body[:upto])
    raise exchange.hang_up(reset=reset)


@action()
def stall(seconds: Seconds, apply: Literal["before", "after", "never"] = "before") -> Act:
    """Not a byte for so long. The request is applied before the silence, after it, or never."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go() if apply == "before" else None
        exchange.did()
        if apply == "after":
            time.sleep(seconds)  # also when the caller has gone: that is the point of it
            return go()
        exchange.wait(seconds)
        if answer is None:
            raise exchange.hang_up(reset=True)
        return answer

    return act


@action()
def drip(rate: Annotated[float, Field(gt=0, le=1_000_000)], head: bool = False) -> Act:
    """So many bytes a second; the head comes at once unless it is to drip too."""

    def deliver(exchange: Exchange, answer: Answer) -> NoReturn:
        top = exchange.head(answer)
        slow = (top if head else b"") + answer.body
        with suppress(OSError):
            exchange.connection.sendall(b"" if head else top)
            for place in range(len(slow)):
                time.sleep(1 / rate)
                exchange.connection.sendall(slow[place : place + 1])
        raise exchange.hang_up(reset=False)

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        if answer.body or head:
            exchange.did()
        return replace(answer, deliver=lambda last: deliver(exchange, last))

    return act


@action()
def cut(upto: int | Annotated[float, Field(gt=0, lt=1)]) -> Act:
    """The head promises the whole body, and part of it comes. Counts where something is missing."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        end = _place(upto, len(answer.body))
        if end < len(answer.body):
            exchange.did()
        return replace(answer, deliver=lambda last: by_hand(exchange, last, upto=end))

    return act


def _place(upto: float, length: int) -> int:
    if isinstance(upto, float):
        return int(length * upto)
    return max(0, min(length, upto if upto >= 0 else length + upto))


@action()
def close_after(how: Literal["close", "reset"] = "close") -> Act:
    """A whole answer that promises to keep the connection, which then ends all the same."""

    def act(exchange: Exchange, go: Next) -> Answer:
        answer = go()
        exchange.did()
        return replace(answer, deliver=lambda last: by_hand(exchange, last, keep=True, reset=how == "reset"))

    return act
