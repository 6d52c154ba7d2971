"""Makes static/css/grid.css: rows, spans, lanes and shares as classes, because the policy forbids inline styles.

A class only sets a custom property; board.css says what a row or a lane looks like. So density, paper and the phone
change one rule and not three hundred.
"""

from collections.abc import Iterator
from pathlib import Path

from .chips import MOST_LANES

# A day of 26 hours in units of five minutes: two clock changes of an hour in one week still fit.
MOST_UNITS = 26 * 12
PATH = Path(__file__).resolve().parents[3] / "static" / "css" / "grid.css"
HEAD = "/* Made by `python manage.py gridcss`: r row, h height, n lanes, l lane, w lanes wide, p percent. */"


def rules() -> Iterator[str]:
    """One rule a line; units are five minutes."""
    for name, first, last, step in (
        ("r", 0, MOST_UNITS, 1),
        ("h", 1, MOST_UNITS, 1),
        ("n", 2, MOST_LANES, 1),
        ("l", 0, MOST_LANES - 1, 1),
        ("w", 2, MOST_LANES, 1),
        ("p", 0, 100, 5),
    ):
        yield from (f".{name}{value}{{--{name}:{value}}}" for value in range(first, last + 1, step))


def text() -> str:
    """The whole stylesheet."""
    return "\n".join((HEAD, "@layer board {", *rules(), "}", ""))
