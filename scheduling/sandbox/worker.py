"""Gunicorn's worker with threads, with its own refusals as the API's array: what no request could be made of."""

import contextlib
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from . import errors

TOO_LONG = {
    LimitRequestLine: (414, "URI_TOO_LONG", "The address is too long"),
    LimitRequestHeaders: (431, "HEADERS_TOO_LARGE", "The headers are too large"),
}


class Worker(ThreadWorker):
    """A worker whose answers to unreadable requests are no HTML (welkin-api 1.2 and 12)."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Tell a client why its bytes were no request; anything else that went wrong is a 500 and logged."""
        status, code, sentence = 400, "BAD_REQUEST", "This is not an HTTP request"
        if not isinstance(exc, ParseException):
            self.log.exception("Error handling request")
            status, code, sentence = 500, "INTERNAL_SERVER_ERROR", "The server failed"
        for kind, told in TOO_LONG.items():
            if isinstance(exc, kind):
                status, code, sentence = told
        body = errors.Refusal(status, code, "AUTH", sentence).answer().content
        head = f"HTTP/1.1 {status} {sentence}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        head += f"Cache-Control: no-cache, no-store\r\nContent-Length: {len(body)}\r\n\r\n"
        with contextlib.suppress(OSError):
            util.write_nonblock(client, head.encode() + body)
