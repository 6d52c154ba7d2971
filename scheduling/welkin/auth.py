"""The token: fetched once for all threads, renewed before it ends, and put on each request."""

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import jwt
from requests import PreparedRequest
from requests.auth import AuthBase

from .errors import BadCredentials, Malformed, NotAuthorized, Timeout, WelkinError
from .policy import Deadline, Policy, Runtime

TOKEN_CODES = frozenset({"NOT_VALID_JSON_WEB_TOKEN", "TOKEN_EXPIRED"})
_SHARE_OF_LIFE = 0.2
_RENEWAL_PAUSE = 5.0
# What an early renewal may take of the time of the call that happens to make it: the old token is still good.
_SHARE_OF_TIME = 0.25


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; `lifetime` in seconds from its issue, None where it does not say."""

    value: str = field(repr=False)
    lifetime: float | None = None


class Bearer(AuthBase):
    """Puts one token on a request. An auth object, because a netrc entry would replace a plain header."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.value}"
        return request


def read_token(body: object, wall: float) -> Token:
    """The token of an answer (welkin-api 2). `wall` is epoch seconds.

    Raises BadCredentials where the client is switched off, Malformed where there is no token. The lifetime is
    `exp - iat`, so a wrong clock on either side does no harm; the signature is the server's business.
    """
    if not isinstance(body, dict):
        raise Malformed("the token answer is no object")
    if body.get("enabled") is False:
        raise BadCredentials("the API client is switched off")
    value = body.get("token")
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise Malformed("no token in the answer")
    return Token(value, _lifetime(value, wall))


def _lifetime(value: str, wall: float) -> float | None:
    try:
        claims = jwt.decode(value, options={"verify_signature": False})
        lifetime = float(claims["exp"]) - float(claims.get("iat", wall))
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
        return None
    return lifetime if lifetime > 0 else None


class TokenHolder:
    """Hands out the token. One thread at a time fetches; the rest use the old one while it lasts, or wait.

    `fetch` makes the token call, which itself never asks for a token.
    """

    def __init__(self, fetch: Callable[[Deadline], Token], policy: Policy, runtime: Runtime) -> None:
        self._fetch, self._policy, self._runtime = fetch, policy, runtime
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._fetched_at = self._renew_at = self._ends_at = 0.0
        self._failure: WelkinError | None = None
        self._fetches = 0
        self._believe_refusal_until = 0.0

    def token(self, deadline: Deadline) -> Token:
        """The current token, fetched or renewed when due. Raises what the token call raised."""
        now = self._runtime.clock()
        token = self._token
        if token and now < self._renew_at:
            return token
        if token and now < self._ends_at:
            return self._renew_early(token, deadline)
        return self._wait(None, deadline)

    @property
    def age(self) -> tuple[float, float] | None:
        """How old the token is and how long it still holds, in seconds; None where there is none that holds."""
        now = self._runtime.clock()
        return (now - self._fetched_at, self._ends_at - now) if self._token and now < self._ends_at else None

    def renew(self, refused: Token, deadline: Deadline) -> Token | None:
        """A token other than the refused one; None while a fresh token was refused moments ago."""
        if self._runtime.clock() < self._believe_refusal_until:
            return None
        return self._wait(refused, deadline)

    def refuse(self, refused: Token) -> Token | None:
        """A second token was refused: the one that another thread has fetched since, else None.

        Where there is none, nobody asks for new ones for a while: they would be refused as well.
        """
        current = self._token
        if current is not None and current is not refused:
            return current
        self._pause()
        return None

    def _pause(self) -> None:
        self._believe_refusal_until = self._runtime.clock() + self._policy.refusal_pause

    def _renew_early(self, old: Token, deadline: Deadline) -> Token:
        """A new token if this thread gets to fetch it; whatever goes wrong, the old one is good until its end."""
        if not self._lock.acquire(blocking=False):
            return old
        try:
            if self._token is not old:
                return self._token or old
            return self._fetched(Deadline.after(deadline.remaining() * _SHARE_OF_TIME, self._runtime.clock))
        except WelkinError:
            self._renew_at = self._runtime.clock() + _RENEWAL_PAUSE
            return old
        finally:
            self._lock.release()

    def _wait(self, refused: Token | None, deadline: Deadline) -> Token:
        seen = self._fetches
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise Timeout("no token within the deadline")
        try:
            now = self._runtime.clock()
            if self._token and self._token is not refused and now < self._ends_at:
                return self._token
            if self._failure and (self._fetches != seen or self._is_believed(now)):
                raise copy.copy(self._failure)  # shared with those who waited for the same fetch
            return self._fetched(deadline)
        finally:
            self._lock.release()

    def _is_believed(self, now: float) -> bool:
        return isinstance(self._failure, NotAuthorized) and now < self._believe_refusal_until

    def _fetched(self, deadline: Deadline) -> Token:
        """Makes the token call and keeps its outcome. The lock is held."""
        try:
            token = self._fetch(deadline)
        except WelkinError as failure:
            self._failure = copy.copy(failure)
            if isinstance(failure, NotAuthorized):
                self._pause()
            raise
        finally:
            self._fetches += 1
        self._keep(token)
        return token

    def _keep(self, token: Token) -> None:
        lifetime = token.lifetime or self._policy.token_lifetime
        early = min(self._policy.renew_before, lifetime * _SHARE_OF_LIFE) * (1 + 0.1 * self._runtime.random())
        now = self._runtime.clock()
        self._token, self._failure = token, None
        self._fetched_at, self._renew_at, self._ends_at = now, now + lifetime - early, now + lifetime
