"""How often one login may ask for what costs much: by class of cost, in the cache that all processes share.

A minute is a window. Where the cache does not answer, a process counts for itself: the limit is then looser by the
number of processes, and never gone.
"""

from enum import StrEnum

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

WINDOW = 60


class Cost(StrEnum):
    """What makes a request dear: names of settings.RATE_LIMITS."""

    EXPORT = "export"
    SEARCH = "search"
    FIGURES = "figures"
    FIND = "find"


# Names of routes. What is not here costs little, or is bounded by the calls that it may make (design 6).
ROUTES = {
    "search": Cost.SEARCH,
    "patient-find": Cost.SEARCH,
    "find": Cost.FIND,
    "utilisation": Cost.FIGURES,
    "utilisation-visits": Cost.FIGURES,
    "usage": Cost.FIGURES,
    "usage-parts": Cost.FIGURES,
    "usage-csv": Cost.EXPORT,
    "usage-xlsx": Cost.EXPORT,
}
_here = LocMemCache("limits", {})


def wait(cost: Cost, account: int, now: float) -> int:
    """Count one request; 0 where it may be answered, else the whole seconds until the next may. `now` is since 1970."""
    window, gone = divmod(int(now), WINDOW)
    taken = _count(f"limit:{cost}:{account}:{window}")
    return 0 if taken <= settings.RATE_LIMITS[cost] else WINDOW - gone


def _count(key: str) -> int:
    """How often this key was counted, this time included."""
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        return int(cache.incr(key))
    except ValueError:  # it went away between the two, or keeps nothing at all
        _here.add(key, 0, timeout=2 * WINDOW)
        return int(_here.incr(key))
