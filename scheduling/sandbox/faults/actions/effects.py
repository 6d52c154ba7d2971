"""Whether, when and how often the request is applied, apart from what is told of it."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from ..answer import Answer, made
from ..exchange import Act, Exchange
from ..foreign import Elsewhere
from .registry import action

Next = Callable[[], Answer]
Status = Annotated[int, Field(ge=100, le=599)]
Seconds = Annotated[float, Field(ge=0, le=3600)]


@action()
def status(code: Status, headers: dict[str, str] | None = None, body: Any = "") -> Act:
    """Not applied, answered so."""

    def act(exchange: Exchange, go: Next) -> Answer:
        exchange.did()
        return made(code, body, headers)

    return act


@action()
def apply_then_status(code: Status, headers: dict[str, str] | None = None, body: Any = "") -> Act:
    """Applied, answered so. Counts where the API has said yes."""

    def act(exchange: Exchange, go: Next) -> Answer:
        _applied(exchange, go())
        return made(code, body, headers)

    return act


@action()
def retry_after(value: str | int | float | None, code: Status = 429) -> Act:
    """Not applied; the caller is told to wait."""
    headers = {} if value is None else {"Retry-After": str(value)}
    body = [{"errorCode": "TOO_MANY_REQUESTS", "componentType": "AUTH", "message": "Too many requests", "details": {}}]
    act: Act = status(code, headers, body)
    return act


@action()
def redirect(url: str, code: Status = 302) -> Act:
    """Not applied; the caller is sent elsewhere."""
    act: Act = status(code, {"Location": url})
    return act


@action()
def reset_before_apply() -> Act:
    """Nothing is done and the connection is reset."""

    def act(exchange: Exchange, go: Next) -> Answer:
        exchange.did()
        raise exchange.hang_up(reset=True)

    return act


@action()
def apply_then_reset() -> Act:
    """It is done, and the connection is reset instead of an answer."""

    def act(exchange: Exchange, go: Next) -> Answer:
        _applied(exchange, go())
        raise exchange.hang_up(reset=True)

    return act


@action()
def delay_apply(seconds: Seconds, then: Literal["reset", "close"] | Status = "reset") -> Act:
    """It is done so much later, in a thread of the server; now there is a reset, an end, or an error status."""

    def act(exchange: Exchange, go: Next) -> Answer:
        exchange.did()
        exchange.later(seconds)
        if isinstance(then, int):
            return made(then)
        raise exchange.hang_up(reset=then == "reset")

    return act


@action()
def foreign_write(
    when: Literal["before", "after"] = "before",
    method: Literal["POST", "PATCH", "DELETE"] = "POST",
    event: str = "",
    body: dict[str, Any] | None = None,
    copy: bool = False,
) -> Act:
    """Another API client writes an event just before or just after the request is applied."""

    def write(exchange: Exchange) -> None:
        answer = Elsewhere(exchange).write(method, event, dict(body or {}), copy=copy)
        if answer.status < 300:
            exchange.did()
        else:
            exchange.failed(f"the foreign {method} was answered with {answer.status}")

    def act(exchange: Exchange, go: Next) -> Answer:
        if when == "before":
            write(exchange)
            return go()
        answer = go()
        write(exchange)
        return answer

    return act


def _applied(exchange: Exchange, answer: Answer) -> None:
    if answer.status < 300:
        exchange.did()
    else:
        exchange.failed(f"the request was answered with {answer.status}")
