"""What the parts of the client share: sending, decoding, several at once, and lists."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import TypeVar

from .errors import Malformed, Timeout, Unknown
from .flights import Flights
from .limits import time_left
from .paging import walk
from .places import Places
from .policy import Deadline, Policy, Runtime
from .request import Answer, Request
from .session import Session
from .values import Listing
from .wire.pages import Page

T = TypeVar("T")

Scan = Callable[[object], tuple[T | None, bool]]
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Core:
    """The session with its decoding helpers. Every `deadline` is in seconds for the whole call, None the default."""

    session: Session
    policy: Policy
    runtime: Runtime
    pool: ThreadPoolExecutor
    places: Places
    flights: Flights

    def reading(self, seconds: float | None) -> Deadline:
        return self.deadline(seconds, self.policy.read_deadline)

    def writing(self, seconds: float | None) -> Deadline:
        return self.deadline(seconds, self.policy.write_deadline)

    def deadline(self, seconds: float | None, default: float) -> Deadline:
        """What the caller gives, else that of the class; never more than is left of the whole work (`within`)."""
        given, left = default if seconds is None else seconds, time_left()
        return Deadline.after(given if left is None else min(given, left), self.runtime.clock)

    def read(self, request: Request, decode: Callable[[object], T], deadline: Deadline) -> T:
        """The decoded answer of one read, never a shared one. Raises Malformed with the place where it came from."""
        with self.places.one(deadline):
            return self._read(request, decode, deadline)

    def _read(self, request: Request, decode: Callable[[object], T], deadline: Deadline) -> T:
        answer = self.session.call(request, deadline)
        try:
            return decode(answer.json())
        except Malformed as failure:
            raise failure.at(request.method, request.route, answer.status) from None

    def write(self, request: Request, decode: Callable[[object], T], seconds: float | None) -> T:
        """The decoded answer of one write. A 2xx that cannot be read has probably been done: Unknown."""
        return self.decoded(request, self.send(request, seconds), decode)

    def send(self, request: Request, seconds: float | None) -> Answer:
        """A write whose answer nobody reads."""
        deadline = self.writing(seconds)
        try:
            with self.places.one(deadline):
                return self.session.call(replace(request, effect=True), deadline)
        finally:
            self.flights.forget()

    def decoded(self, request: Request, answer: Answer, decode: Callable[[object], T]) -> T:
        try:
            return decode(answer.json())
        except Malformed as failure:
            unknown = Unknown(failure.what, method=request.method, route=request.route, status=answer.status)
        raise unknown

    def pages(
        self,
        requests: Sequence[Request],
        envelope: Callable[[object], Page],
        scan: Scan[T],
        deadline: Deadline,
        *,
        sort: str,
        fresh: bool = False,
    ) -> Listing[T]:
        """All pages of all requests as one listing; `sort` keeps the order still while pages are turned.

        Joins the same listing of another caller that is under way, unless it must be `fresh`.
        """

        def read() -> Listing[T]:
            return self._pages(requests, envelope, scan, deadline, sort)

        return self._shared(requests, read, deadline, fresh=fresh)

    def _shared(self, requests: Sequence[Request], read: Callable[[], T], deadline: Deadline, *, fresh: bool) -> T:
        if not requests:
            return read()
        with self.places.one(deadline):
            return self.flights.share(_key(requests), read, deadline, fresh=fresh)

    def _pages(
        self,
        requests: Sequence[Request],
        envelope: Callable[[object], Page],
        scan: Scan[T],
        deadline: Deadline,
        sort: str,
    ) -> Listing[T]:
        def fetcher(request: Request) -> Callable[[int], Page]:
            return lambda number: self._read(self._page(request, number, sort), envelope, deadline)

        walked = walk(
            [fetcher(request) for request in requests], lambda tasks: self.together(tasks, deadline), self.policy
        )
        return listed(map(scan, walked.rows), total=walked.total, complete=walked.complete)

    def _page(self, request: Request, number: int, sort: str) -> Request:
        extra = (("page", str(number)), ("size", str(self.policy.page_size)), ("sort", sort))
        return replace(request, query=(*request.query, *extra))

    def arrays(
        self,
        requests: Sequence[Request],
        decode: Callable[[object], T],
        deadline: Deadline,
        *,
        fresh: bool = False,
    ) -> list[T]:
        """The decoded answers of reads that are not paged, fetched together, in the order asked; shared as `pages` are.

        `decode` must say the same to all who ask the same.
        """

        def task(request: Request) -> Callable[[], T]:
            return lambda: self._read(request, decode, deadline)

        def read() -> list[T]:
            return self.together([task(request) for request in requests], deadline)

        return self._shared(requests, read, deadline, fresh=fresh)

    def together(self, tasks: Sequence[Callable[[], T]], deadline: Deadline) -> list[T]:
        """The results of all tasks in their order; the first error ends it. A single task runs right here.

        Each runs in a copy of the caller's context, so that `observe` knows on whose behalf.
        """
        if len(tasks) <= 1:
            return [task() for task in tasks]
        futures = [self.pool.submit(copy_context().run, task) for task in tasks]
        done, waiting = wait(futures, timeout=deadline.remaining(), return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
        failed = next((error for error in map(_error, done) if error), None)
        if failed:
            raise failed
        if waiting:
            raise Timeout("not everything came within the deadline")
        return [future.result() for future in futures]

    def batches(self, ids: Iterable[object]) -> list[tuple[str, ...]]:
        """The ids as texts, each once and sorted, in portions that keep the request line short (design 6)."""
        texts, size = tuple(sorted(set(map(str, ids)))), self.policy.ids_per_query
        return [texts[start : start + size] for start in range(0, len(texts), size)]


def _key(requests: Sequence[Request]) -> Hashable:
    """What a listing asks for."""
    return tuple((request.method, request.route, *request.path.values(), *request.query) for request in requests)


def _error(future: "Future[T]") -> BaseException | None:
    return None if future.cancelled() else future.exception()


def listed(scanned: Iterable[tuple[T | None, bool]], *, total: int | None = None, complete: bool = True) -> Listing[T]:
    """A listing of what could be read, with the number of rows that could not, or not whole."""
    results = list(scanned)
    rows = tuple(row for row, _ in results if row is not None)
    bad = sum(not whole for _, whole in results)
    return Listing(rows, bad, len(results) if total is None else total, complete)


def given(**values: str | None) -> Query:
    """The query parameters that have a value."""
    return tuple((name, value) for name, value in values.items() if value)
