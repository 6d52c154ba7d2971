"""Figures for machines that watch this one (docs/hardening.md lists them).

Labels come from closed sets: names of routes, templates of the API's addresses, words of this file. Never an id, a path
or a text that somebody typed.

Only what serves or works counts (`begin`): a command that ends at once would leave a file for nothing. Where
METRICS_TOKEN is set, each process keeps its counts in a file of METRICS_FOLDER and any of them tells the sum of all.
"""

from prometheus_client import CollectorRegistry, Gauge, Histogram

from scheduling.welkin import Call, State

REGISTRY = CollectorRegistry()
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
REQUESTS = Histogram(
    "daybook_request_seconds",
    "Requests by name of the route, method and class of the status.",
    ("route", "method", "status"),
    buckets=SECONDS,
    registry=REGISTRY,
)
CALLS = Histogram(
    "daybook_api_call_seconds",
    "Exchanges with the API by template of the address and outcome.",
    ("endpoint", "outcome"),
    buckets=SECONDS,
    registry=REGISTRY,
)
HELD_BACK = Gauge(
    "daybook_api_held_back",
    "1 while a process keeps calls back: its breaker is open, or the API told it to wait.",
    ("by",),
    multiprocess_mode="livemax",
    registry=REGISTRY,
)
# Where no route was found.
NO_ROUTE = "none"


class _Counting:
    """Whether this process counts."""

    begun = False


def begin() -> None:
    """From now on this process counts."""
    _Counting.begun = True


def is_counting() -> bool:
    return _Counting.begun


def note_request(route: str, method: str, status: int, seconds: float) -> None:
    """`route` is the name of the route, empty where there is none; `method` is one of a closed set."""
    if _Counting.begun:
        REQUESTS.labels(route or NO_ROUTE, method, f"{status // 100}xx").observe(seconds)


def note_call(call: Call) -> None:
    if _Counting.begun:
        CALLS.labels(f"{call.method} {call.route}", outcome_of(call.status)).observe(call.seconds)


def note_state(state: State) -> None:
    """How this process stands with the API, after it made calls."""
    if _Counting.begun:
        HELD_BACK.labels("breaker").set(state.open)
        HELD_BACK.labels("api").set(state.told_to_wait > 0)


def outcome_of(status: int | None) -> str:
    """One word for how an exchange ended."""
    if status is None:
        return "no answer"
    if status == 429:
        return "too many"
    return {2: "answered", 4: "refused", 5: "broken"}.get(status // 100, "other")
