"""Every way a call can end badly, in one tree.

    WelkinError                   method, route, status, the API's own code and message
      Unreachable                 no answer, and nothing was changed: DNS, refused, cut off
        Timeout                   the answer did not come within the deadline (a slow API)
          OutOfTime               nothing was sent: too little was left of the deadline
      Unavailable                 429 or 5xx after the retries, or the breaker is open; `retry_after` seconds if told
        HeldBack                  nothing was sent: we were told to wait, spent our calls, or too many wait already
      NotAuthorized               401 after one renewal
        BadCredentials            wrong secret, unknown or switched-off API client
        UnknownTenant             the token route is not there: wrong tenant, or not this API at all
        UnknownInstance           the tenant is there, this instance of it is not
        Forbidden                 403: the operation is closed to this API client
      NotFound                    404, 410
      Refused                     other 4xx: the API said no; `reason` and `details` say why
      Malformed                   an answer that cannot be read; names fields, never values
      Unknown                     a write that may or may not have happened

`str(error)` is safe to log: it holds the method, the route template, the status and the code. `message`, `reason` and
`details` are the API's words and may name a patient: show them to the person who asked, never log them. No error
keeps the exception it came from: those of the HTTP library quote whole addresses, headers and bodies.
"""

from collections.abc import Mapping
from types import MappingProxyType


class WelkinError(Exception):
    """A call did not do what was asked. `code` and `message` are the API's own, empty where it gave none."""

    def __init__(
        self,
        what: str = "",
        *,
        method: str = "",
        route: str = "",
        status: int | None = None,
        code: str = "",
        message: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.method = method
        self.route = route
        self.status = status
        self.code = code
        self.message = message

    def __str__(self) -> str:
        parts = (self.what, self.method, self.route, str(self.status or ""), self.code)
        return " ".join(part for part in parts if part)

    def at(self, method: str, route: str, status: int | None) -> "WelkinError":
        """The same error, saying where it happened unless it already does."""
        self.method, self.route = self.method or method, self.route or route
        self.status = self.status if self.status is not None else status
        return self


class Unreachable(WelkinError):
    """No answer came. For a write: nothing had been sent, so nothing was changed."""


class Timeout(Unreachable):
    """No whole answer within the deadline: the API is slow, or the address swallows what is sent to it."""


class OutOfTime(Timeout):
    """There was too little time left to begin. Nothing was sent, and it says nothing about the API."""


class Unavailable(WelkinError):
    """The API asks to be left alone or is broken; nothing was changed. `retry_after` is in seconds, None if unsaid."""

    retry_after: float | None = None

    def after(self, seconds: float | None) -> "Unavailable":
        self.retry_after = seconds
        return self


class HeldBack(Unavailable):
    """We did not ask, so as not to ask too much. Nothing was sent, and it says nothing about the API."""


class NotAuthorized(WelkinError):
    """The API does not accept who we are, or not for this."""


class BadCredentials(NotAuthorized):
    """The secret is wrong, or the API client is unknown or switched off (welkin-api 2)."""


class UnknownTenant(NotAuthorized):
    """There is no token route for this tenant at this address."""


class UnknownInstance(NotAuthorized):
    """The tenant has no such instance."""


class Forbidden(NotAuthorized):
    """403: the operation is closed to this API client (welkin-api 1.2)."""


class NotFound(WelkinError):
    """There is no such thing, or no longer."""


class Refused(WelkinError):
    """The API said no and changed nothing. `details` maps field names to reasons."""

    details: Mapping[str, str] = MappingProxyType({})

    @property
    def reason(self) -> str:
        """The API's own words; may hold personal data."""
        return self.message

    def because(self, details: Mapping[str, str]) -> "Refused":
        self.details = MappingProxyType(dict(details))
        return self


class Malformed(WelkinError):
    """An answer that cannot be read. Never to be taken for an empty one."""


class Unknown(WelkinError):
    """A write whose outcome is not known: it may have happened, may not, or may still happen.

    Look before doing it again (reliability 4.2 B).
    """
