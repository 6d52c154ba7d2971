"""What was tried in a race or a fault run, one JSON line for each attempt (reliability 4.4).

An attempt is one press of a button: what was asked for, what the form had shown, and what the person was told. Nothing
is judged here; that is the checker's work.
"""

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"
# Somebody else's program wrote to the calendar. Nothing was promised about that.
FOREIGN = "foreign"
# A stretch of time in which the API was down; `calls` says how many calls were meant.
OUTAGE = "outage"


def instant(moment: datetime) -> str:
    """A moment as the API prints it, so that it can be compared with a dump."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def digest(*args: object) -> str:
    """What tells one request from another, without saying whom it is about."""
    return hashlib.sha256(repr(args).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`changes` maps a part of the visit (`place`: [start, end, host], `status`, `title` ...) to what the form showed
    and what was asked for; `adds` are the people who should take part. `shown` is the U-class of reliability 2.0."""

    intent: str
    op: str
    start: datetime
    end: datetime
    outcome: str
    shown: str = ""
    user: str = ""
    worker: str = ""
    digest: str = ""
    event: str | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    adds: tuple[str, ...] = ()
    calls: int = 0
    code: str = ""

    def line(self) -> str:
        told = asdict(self) | {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return json.dumps(told)

    @classmethod
    def of(cls, line: str) -> "Attempt":
        told = json.loads(line)
        told |= {"start": datetime.fromisoformat(told["start"]), "end": datetime.fromisoformat(told["end"])}
        told |= {"adds": tuple(told["adds"]), "changes": {name: tuple(pair) for name, pair in told["changes"].items()}}
        return cls(**told)

    def meets(self, other: "Attempt") -> bool:
        """Whether both were under way at one moment."""
        return self.start <= other.end and other.start <= self.end


class Recorder:
    """Writes attempts to a file, from many threads; each line is there before the next step is taken."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()

    def note(self, attempt: Attempt) -> None:
        with self._lock:
            self._file.write(attempt.line() + "\n")


def read(paths: Iterable[Path]) -> list[Attempt]:
    """All attempts of these files by their start."""
    return sorted(_lines(paths), key=lambda attempt: attempt.start)


def _lines(paths: Iterable[Path]) -> Iterator[Attempt]:
    for path in paths:
        yield from (Attempt.of(line) for line in path.read_text().splitlines() if line)
