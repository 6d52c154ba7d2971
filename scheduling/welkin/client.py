"""The client: one object for one tenant and instance, its endpoints grouped by resource."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self

from .core import Core
from .flights import Flights
from .limits import Limiter, Unlimited
from .places import Places
from .policy import Policy, Runtime
from .request import Credentials
from .resources.events import Events
from .resources.hours import Hours
from .resources.patients import Patients
from .resources.records import Records
from .resources.schedules import Schedules
from .resources.users import Users
from .session import Session
from .values import Call, State


class Client:
    """Speaks to the Welkin Health V8 API, or to a server that implements it.

    Thread-safe; keep one for each process and make it after the process was forked. `observe` is told of every HTTP
    exchange, in the caller's context even where pages are fetched in parallel; it must not raise.

    Every method takes `deadline`, the seconds the whole call may last with all its pages, retries and the token
    (None: 4 for reads, 8 for writes, see Policy; always cut to what is left of `within`), and raises only errors of
    `errors.py`, or ValueError for a draft that cannot be written (a time without a zone). `limiter` is asked before
    every exchange.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        policy: Policy = Policy(),  # noqa: B008  frozen
        observe: Callable[[Call], None] | None = None,
        runtime: Runtime = Runtime(),  # noqa: B008  frozen
        limiter: Limiter = Unlimited(),  # noqa: B008  has no state
    ) -> None:
        self._session = Session(credentials, policy, runtime, observe, limiter)
        self._pool = ThreadPoolExecutor(policy.connections, thread_name_prefix="welkin")
        self._places = Places(policy.places, policy.slow_after, runtime.clock)
        core = self._core = Core(self._session, policy, runtime, self._pool, self._places, Flights())
        self.credentials = credentials
        self.policy = policy
        self.users = Users(core)
        self.patients = Patients(core)
        self.records = Records(core)
        self.hours = Hours(core)
        self.events = Events(core)
        self.schedules = Schedules(core)

    def check(self, *, deadline: float | None = None) -> None:
        """Asks for a token and no more. Raises what is wrong: Unreachable, Timeout, UnknownTenant, BadCredentials."""
        reading = self._core.reading(deadline)
        with self._places.one(reading):
            self._session.sign_in(reading)

    def state(self) -> State:
        """How this process stands with the API right now: no call."""
        return replace(self._session.state(), places_taken=self._places.taken, places=self._places.limit)

    def close(self) -> None:
        """Ends the threads and closes the connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
