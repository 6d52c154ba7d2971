"""Circumstances in which a request is served; such a rule acts beside others."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, NoReturn, TypeVar

from pydantic import Field

from ... import conditions, errors
from ..answer import Answer
from ..exchange import Act, Exchange
from ..lag import Behind, behind
from .registry import action
from .wire import by_hand

Next = Callable[[], Answer]
T = TypeVar("T")

revoked: set[str] = set()
"""Digests of the Authorization headers that are no longer accepted."""


@action(background=True)
def latency(milliseconds: Annotated[float, Field(ge=0, le=600_000)]) -> Act:
    """A long line between the caller and the server: it waits before the request is applied."""

    def act(exchange: Exchange, go: Next) -> Answer:
        exchange.did()
        time.sleep(milliseconds / 1000)
        return go()

    return act


@action(background=True)
def replica_lag(seconds: Annotated[float, Field(gt=0, le=3600)]) -> Act:
    """Reads answer as of so many seconds ago."""

    def act(exchange: Exchange, go: Next) -> Answer:
        with during(behind, Behind(seconds, exchange.did)):
            return go()

    return act


@action(background=True)
def token_ttl(seconds: Annotated[int, Field(ge=1, le=86400)]) -> Act:
    """A token that is issued lives so long."""

    def act(exchange: Exchange, go: Next) -> Answer:
        with during(conditions.token_lifetime, seconds):
            answer = go()
        if "/admin/api_clients/" in exchange.environ["PATH_INFO"] and answer.status == 200:
            exchange.did()
        return answer

    return act


@action(background=True)
def clock_skew(seconds: Annotated[float, Field(ge=-(10**8), le=10**8)]) -> Act:
    """The server's clock is so much ahead (or, below zero, behind)."""

    offset = timedelta(seconds=seconds)

    def act(exchange: Exchange, go: Next) -> Answer:
        exchange.did()
        with during(conditions.clock_offset, offset):
            answer = go()
        if answer.stream is not None:
            return answer
        usual = answer.deliver or (lambda last: by_hand(exchange, last))

        def deliver(last: Answer) -> NoReturn:
            with during(conditions.clock_offset, offset):
                usual(last)

        return replace(answer, deliver=deliver)

    return act


@action()
def revoke_token() -> Act:
    """The token of this request is refused now and for good."""

    def act(exchange: Exchange, go: Next) -> Answer:
        header = exchange.environ.get("HTTP_AUTHORIZATION", "")
        if not header:
            return go()
        revoked.add(digest(header))
        exchange.did()
        return refused()

    return act


def digest(header: str) -> str:
    """What is kept of a token that was revoked."""
    return hashlib.sha256(header.encode()).hexdigest()


def refused() -> Answer:
    """The API's answer to a token that is not accepted."""
    told = errors.bad_token().answer()
    return Answer(told.status_code, [("Content-Type", "application/json")], told.content)


@contextmanager
def during(variable: ContextVar[T], value: T) -> Iterator[None]:
    """The variable has this value inside."""
    mark = variable.set(value)
    try:
        yield
    finally:
        variable.reset(mark)
