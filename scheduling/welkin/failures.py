"""What a status or a broken connection means: the table of reliability 2.0, for reads and for writes.

Nothing here raises or chains: the exceptions of requests and urllib3 quote addresses, headers and bodies.
"""

from dataclasses import dataclass, field
from http import HTTPStatus

import requests
import urllib3

from .errors import (
    BadCredentials,
    Forbidden,
    Malformed,
    NotAuthorized,
    NotFound,
    Refused,
    Timeout,
    Unavailable,
    Unknown,
    UnknownInstance,
    UnknownTenant,
    Unreachable,
    WelkinError,
)
from .request import Request
from .retry import retry_after
from .transport import Exchange
from .wire.problems import Problem, read_problem

_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError, Timeout)
_UNREADABLE = (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError, Malformed)
_AFTER_SENDING = (requests.ReadTimeout, requests.exceptions.ChunkedEncodingError, *_UNREADABLE)


@dataclass(frozen=True, slots=True)
class Reply:
    """Whatever the far end answered."""

    status: int
    retry_after: str | None
    body: bytes = field(repr=False)


def failure_of(request: Request, reply: Reply, *, wall: float, limit: float) -> WelkinError | None:
    """The error a status stands for, None for a 2xx. `wall` is epoch seconds, `limit` the longest Retry-After."""
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    problem = read_problem(reply.body)
    failure = _token_failure(reply.status, problem) if not request.signed else None
    failure = failure or _failure(request, reply.status, problem)
    failure.code, failure.message = problem.code, problem.message
    if isinstance(failure, Unavailable):
        failure.after(retry_after(reply.retry_after, now=wall, limit=limit))
    return failure.at(request.method, request.route, reply.status)


def _failure(request: Request, status: int, problem: Problem) -> WelkinError:
    match status:
        case 401 if problem.code == "API_CLIENT_NOT_AUTHORIZED":
            return BadCredentials("the API client is not accepted")
        case 404 if problem.code == "INSTANCE_NOT_FOUND":
            return UnknownInstance("no such instance")
        case 401:
            return NotAuthorized("not accepted")
        case 403:
            return Forbidden("closed to this API client")
        case 404 | 410:
            return NotFound("not found")
        case 429:
            return Unavailable("too many requests")
        case _ if 400 <= status < 500 and status != 408:
            return Refused("refused").because(problem.details)
        case _ if request.effect:
            return Unknown("outcome not known")
        case _ if status == 408 or status >= 500:
            return Unavailable("not working")
        case _:
            return Malformed("neither an answer nor an error")


def _token_failure(status: int, problem: Problem) -> WelkinError | None:
    """The token call has its own reading of a 4xx (welkin-api 1.2 and 2); None where it is like any other call."""
    if status in (400, 401, 403, 422):
        return BadCredentials("the API client is not accepted")
    if status in (404, 405, 410):
        return UnknownTenant("no token to be had for this tenant")
    return None


def broken(request: Request, cause: Exception, exchange: Exchange) -> WelkinError:
    """The error for a connection that did not bring an answer. Only the name of the cause is kept."""
    timed_out = _is_timeout(cause)
    what = type(cause).__name__
    if request.effect and (exchange.sent or isinstance(cause, _AFTER_SENDING)):
        failure: WelkinError = Unknown(what)
    elif timed_out:
        failure = Timeout(what)
    elif isinstance(cause, _UNREADABLE):
        failure = Malformed(cause.what if isinstance(cause, Malformed) else what)
    else:
        failure = Unreachable(what)
    return failure.at(request.method, request.route, None)


def _is_timeout(cause: Exception) -> bool:
    """requests dresses a timeout within the body up as a connection error."""
    inner = cause.args[0] if cause.args else None
    return isinstance(cause, _TIMEOUTS) or isinstance(inner, _TIMEOUTS)
