"""Every call goes through here: the deadline, the token, the one retry loop, and the one place where a status or a
broken connection becomes an error (reliability 2.0 and 4.2 D)."""

import threading
from collections.abc import Callable
from http import HTTPStatus

import requests
import urllib3
from requests.auth import AuthBase

from .auth import TOKEN_CODES, Bearer, Token, TokenHolder, read_token
from .breaker import Breaker
from .errors import HeldBack, Malformed, OutOfTime, Timeout, Unavailable, Unreachable, WelkinError
from .failures import Reply, broken, failure_of
from .limits import Limiter
from .policy import Deadline, Policy, Runtime
from .request import Answer, Credentials, Request
from .retry import Hold, RetryBucket, Tally, backoff, retry_after
from .transport import Exchange, TimedAdapter, current
from .values import Call, State

_CHUNK = 64 * 1024
_SOON = 0.001
_WAITING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_TOKEN_ROUTE = "/{tenant}/admin/api_clients/{client}"  # noqa: S105  a path, not a secret


class Session:
    """Thread-safe; make one for each process, after it was forked.

    It speaks to one host, follows no redirect, and takes nothing from the environment (no proxy, no netrc).
    """

    def __init__(
        self,
        credentials: Credentials,
        policy: Policy,
        runtime: Runtime,
        observe: Callable[[Call], None] | None,
        limiter: Limiter,
    ) -> None:
        self._credentials, self._policy, self._runtime, self._observe = credentials, policy, runtime, observe
        self._limiter = limiter
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = policy.ca_bundle or True
        self._http.headers.update({"Accept": "application/json", "User-Agent": "daybook"})
        for scheme in ("https://", "http://"):
            self._http.mount(scheme, TimedAdapter(policy.connections))
        self._connections = threading.BoundedSemaphore(policy.connections)
        self._tokens = TokenHolder(self._fetch_token, policy, runtime)
        self._bucket = RetryBucket(policy.bucket_capacity)
        self._breaker = Breaker(policy.breaker_failures, policy.breaker_pause, runtime.clock)
        self._hold, self._token_hold = Hold(runtime.clock), Hold(runtime.clock)
        self._tally = Tally(runtime.clock)

    def call(self, request: Request, deadline: Deadline) -> Answer:
        """The 2xx answer, or one of the errors of errors.py. Reads are retried within the deadline, writes never."""
        request.url(self._credentials)  # a name that cannot be asked for is not found, and costs nothing
        self._breaker.admit()
        try:
            token = self._tokens.token(deadline)
            answer = self._persist(request, token, deadline)
        except WelkinError as failure:
            self._breaker.record(failure)
            failure.at(request.method, request.route, None)
            raise
        self._breaker.record(None)
        return answer

    def sign_in(self, deadline: Deadline) -> None:
        """Makes sure of a token. Raises what the token call raised."""
        self._tokens.token(deadline)

    def state(self) -> State:
        age, left = self._tokens.age or (None, None)
        return State(
            probe_in=self._breaker.probe_in,
            bucket=self._bucket.level,
            bucket_capacity=self._policy.bucket_capacity,
            told_to_wait=self._hold.wait,
            last_minute=self._tally.last_minute,
            token_age=age,
            token_left=left,
        )

    def close(self) -> None:
        self._http.close()

    def _fetch_token(self, deadline: Deadline) -> Token:
        """The token call. It has no effect, so it may be tried again; its own 401 is final, or it would never end."""
        credentials = self._credentials
        request = Request(
            "POST",
            _TOKEN_ROUTE,
            path={"client": credentials.client},
            body={"secret": credentials.secret},
            signed=False,
        )
        answer = self._persist(request, None, deadline)
        try:
            return read_token(answer.json(), self._runtime.wall())
        except WelkinError as failure:
            raise failure.at(request.method, request.route, answer.status) from None

    def _persist(self, request: Request, token: Token | None, deadline: Deadline) -> Answer:
        """The loop: at most `attempts` exchanges, and one more after a token was refused."""
        taken = attempt = 0
        renewed = False
        while True:
            outcome = self._exchange(request, token, deadline)
            if isinstance(outcome, Answer):
                self._bucket.give_back(taken)
                return outcome
            if token and _token_refused(outcome):
                token, renewed = self._replacement(token, renewed, deadline), True
                if token is None:
                    raise outcome
                continue
            wait, cost = self._patience(request, outcome, attempt, deadline)
            if wait is None:
                raise outcome
            self._runtime.sleep(wait)
            taken, attempt = taken + cost, attempt + 1

    def _replacement(self, refused: Token, renewed: bool, deadline: Deadline) -> Token | None:
        """Another token after a 401, once for each call; None where that is pointless."""
        if renewed:
            return self._tokens.refuse(refused)
        return self._tokens.renew(refused, deadline)

    def _patience(
        self, request: Request, failure: WelkinError, attempt: int, deadline: Deadline
    ) -> tuple[float | None, int]:
        """How long to wait before trying again (None: do not) and what that costs. Writes are never tried again."""
        policy = self._policy
        if request.effect or attempt + 1 >= policy.attempts or not isinstance(failure, Unreachable | Unavailable):
            return None, 0
        if isinstance(failure, HeldBack | OutOfTime):
            return None, 0
        told = failure.retry_after if isinstance(failure, Unavailable) else None
        wait = told or backoff(attempt, base=policy.backoff_base, limit=policy.backoff_limit, dice=self._runtime.random)
        if wait >= deadline.remaining() or (told and told > policy.wait_limit):
            return None, 0
        cost = policy.timeout_cost if isinstance(failure, Timeout) else policy.retry_cost
        if not self._bucket.take(cost):
            self._breaker.trip()
            return None, 0
        return wait, cost

    def _exchange(self, request: Request, token: Token | None, deadline: Deadline) -> Answer | WelkinError:
        """One request and its answer, or the error as a value: raised here it would drag secrets along."""
        unsent = self._obey(request, deadline) or self._afford(request, deadline)
        if unsent:
            return unsent.at(request.method, request.route, None)
        if not self._connections.acquire(timeout=deadline.remaining()):
            return OutOfTime("no free connection within the deadline", method=request.method, route=request.route)
        try:
            reply = self._in_time(request, Bearer(token) if token else None, deadline)
        finally:
            self._connections.release()
        if isinstance(reply, WelkinError):
            return reply
        wall, limit = self._runtime.wall(), self._policy.retry_after_limit
        failure = failure_of(request, reply, wall=wall, limit=limit)
        if failure is None:
            return Answer(reply.status, reply.body)
        if reply.status in _WAITING:
            self._heed(request, reply.status, retry_after(reply.retry_after, now=wall, limit=limit))
        return failure

    def _heed(self, request: Request, status: int, seconds: float | None) -> None:
        """All threads wait as long as one was told; where the calls were too many, so do all processes.

        What the token route wants holds nobody back who has a good token: it counts its own calls (welkin-api 2).
        """
        self._hold_of(request).until(seconds)
        if request.signed and status == HTTPStatus.TOO_MANY_REQUESTS and seconds:
            self._limiter.told(seconds)

    def _hold_of(self, request: Request) -> Hold:
        return self._hold if request.signed else self._token_hold

    def _obey(self, request: Request, deadline: Deadline) -> WelkinError | None:
        """Nobody asks earlier than the API told any of us to: waits when it is short, else gives the error back."""
        return self._wait(self._hold_of(request).wait, "told to wait", request, deadline)

    def _afford(self, request: Request, deadline: Deadline) -> WelkinError | None:
        """One exchange of what all processes may make together: waits for it when it is short, else the error."""
        urgent = request.effect or not request.signed
        while wait := self._limiter.take(urgent=urgent):
            unsent = self._wait(wait, "all calls of this minute are spent", request, deadline)
            if unsent:
                return unsent
        return None

    def _wait(self, seconds: float, why: str, request: Request, deadline: Deadline) -> WelkinError | None:
        if seconds <= 0:
            return None
        if seconds > self._policy.wait_limit or seconds >= deadline.remaining() - self._needs(request):
            return HeldBack(why).after(seconds)
        self._runtime.sleep(seconds)
        return None

    def _needs(self, request: Request) -> float:
        """Seconds that must be left for it to be worth sending."""
        return self._policy.write_needs if request.effect else 0.0

    def _in_time(self, request: Request, auth: AuthBase | None, deadline: Deadline) -> Reply | WelkinError:
        """Sends it, if there is time: a change that is cut short would have an unknown outcome for nothing."""
        left = deadline.remaining()
        if left <= 0 or left < self._needs(request):
            return OutOfTime("too little time is left", method=request.method, route=request.route)
        self._tally.count()
        return self._send(request, auth, deadline)

    def _send(self, request: Request, auth: AuthBase | None, deadline: Deadline) -> Reply | WelkinError:
        exchange = Exchange(deadline)
        mark = current.set(exchange)
        began = self._runtime.clock()
        status: int | None = None
        distrusted = False
        try:
            response = self._open(request, auth, deadline)
            status = response.status_code
            return Reply(status, response.headers.get("Retry-After"), self._body(response, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, Timeout, Malformed) as failure:
            distrusted = isinstance(failure, requests.exceptions.SSLError) and not exchange.sent
            return broken(request, failure, exchange)
        finally:
            current.reset(mark)
            if self._observe and (exchange.sent or status is not None or distrusted):
                seconds = self._runtime.clock() - began
                self._observe(Call(request.method, request.route, status, seconds, distrusted))

    def _open(self, request: Request, auth: AuthBase | None, deadline: Deadline) -> requests.Response:
        content = request.content()
        prepared = self._http.prepare_request(
            requests.Request(
                request.method,
                request.url(self._credentials),
                data=content,
                headers={"Content-Type": "application/json"} if content is not None else {},
                auth=auth,
            )
        )
        remaining = max(deadline.remaining(), _SOON)  # a timeout of nothing is no timeout to the library
        connect = min(self._policy.connect_timeout, remaining)
        return self._http.send(prepared, stream=True, allow_redirects=False, timeout=(connect, remaining))

    def _body(self, response: requests.Response, deadline: Deadline) -> bytes:
        """The body, up to the limit and within the deadline; a connection with anything left unread is closed."""
        parts, size = [], 0
        with response:
            for part in response.iter_content(_CHUNK):
                parts.append(part)
                size += len(part)
                if size > self._policy.body_limit:
                    raise Malformed("the answer is too large")
                deadline.check()
        return b"".join(parts)


def _token_refused(failure: WelkinError) -> bool:
    """A 401 for the token: by its code, or by nothing that could be read (HTML, an empty body; fault F11)."""
    return failure.status == 401 and (failure.code in TOKEN_CODES or not failure.code)
