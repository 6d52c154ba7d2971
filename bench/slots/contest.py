"""What every contestant does: one process, one workload, a line of JSON for each thing that was timed.

`python -m bench.slots.floor WORKLOAD MODES REPEATS [PAIRS]`. MODES are joined by commas:

all      every start of everybody
first20  the twenty earliest starts over all clinicians
second   once more the twenty earliest, of another length, over what the first search left loaded
warm20   first20 in a process that has answered it once before: what it remembers is kept, all else begins anew
office20, office_second
         first20 and second by a search that begins when many are at work

Timing begins with what `load` made of the workload; making it is "decoding" and told apart. Each repeat begins anew.
Counted is the processor's time of this process, so that others on the machine disturb less; nobody here waits for
anything. With PAIRS the starts themselves go into that file. REPEATS may be "turns": then a mode is done once for each
line of the input that names it, so that contestants can take turns while the machine is equally busy for all of them.
"""

import gc
import heapq
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

COMMON_MODES = ("all", "first20", "second")
FURTHER_MODES = ("warm20", "office20", "office_second")  # by who has a `first`, in the first flavour only
MODES = (*COMMON_MODES, *FURTHER_MODES)
IN_TURN = "turns"
LIMIT = 20
SECOND_LENGTH = 45  # minutes; the first search asks for the 30 of the workload
PATIENCE = 1.0  # seconds of a mode after which a slow contestant has no more turns in a round
OFFICE_HOURS = datetime(2026, 10, 20, 15, 5, tzinfo=UTC)  # a Tuesday: morning in America, afternoon in London
EPOCH = date(1970, 1, 1).toordinal()

Pairs = Sequence[tuple[int, int]]  # (number of the clinician, UTC minute since 1970)


def datetimes_as_minutes(starts: Iterable[datetime]) -> list[int]:
    return [int(start.timestamp()) // 60 for start in starts]


def same(data: Any) -> Any:
    return data


def nothing() -> None:
    """What a contestant forgets that remembers nothing."""


def seconds_as_minutes(starts: Iterable[int]) -> list[int]:
    return [start // 60 for start in starts]


@dataclass(frozen=True)
class Contestant:
    """One way to find free starts.

    `load`: the parsed workload -> what the search takes (not timed with it). `every`: that -> for each clinician the
    starts, in whatever form is natural here. `minutes`: such a row as UTC minutes. `first`: that -> the twenty
    earliest as (start, number of the clinician); without it, the best that a user of `every` can do is measured: ask
    for one day, then for two, four and so on, until twenty are there. `open` and `again`: what is done, untimed,
    before the second search, and the second search over what `open` gave. `later`: what `load` gave -> the same, the
    search beginning at OFFICE_HOURS. `forget`: clears what this process remembers from one search to the next; called
    before each repeat.
    """

    name: str
    version: str
    every: Callable[[Any], Sequence[Sequence[Any]]]
    minutes: Callable[[Sequence[Any]], list[int]]
    load: Callable[[dict[str, Any]], Any] = same
    first: Callable[[Any], Sequence[tuple[Any, int]]] | None = None
    open: Callable[[Any], Any] | None = None
    again: Callable[[Any], Sequence[tuple[Any, int]]] | None = None
    later: Callable[[Any], Any] | None = None
    forget: Callable[[], None] = nothing


def digest(pairs: Pairs) -> str:
    """Sixteen hex digits that stand for an answer: the SHA-256 of lines "<clinician> <UTC minute>"."""
    return sha256(_text(pairs).encode()).hexdigest()[:16]


def _text(pairs: Pairs) -> str:
    return "".join(f"{number} {minute}\n" for number, minute in pairs)


def narrowed(data: dict[str, Any], days: int) -> dict[str, Any]:
    """The same workload, of which only the first days are asked."""
    spec = data["spec"]
    end = date.fromisoformat(spec["window_start"][:10]) + timedelta(days=days)
    last = min(str(end), spec["last_local_date"])
    return {**data, "spec": {**spec, "window_end": f"{end}T00:00:00Z", "last_local_date": last}}


def in_office_hours(data: dict[str, Any]) -> dict[str, Any]:
    """The same workload, its search beginning at OFFICE_HOURS."""
    begin = {"window_start": f"{OFFICE_HOURS:%Y-%m-%dT%H:%M:%SZ}", "first_local_date": str(OFFICE_HOURS.date())}
    return {**data, "spec": {**data["spec"], **begin}}


def widening(contestant: Contestant) -> Callable[[dict[str, Any]], Pairs]:
    """The first twenty by way of `every`: one day, two days, four days, until there are twenty or no more days.

    A day's last starts wait for the next round: a later search might find one before them.
    """

    def search(data: dict[str, Any]) -> Pairs:
        begin = date.fromisoformat(data["spec"]["window_start"][:10]).toordinal() - EPOCH
        total = date.fromisoformat(data["spec"]["window_end"][:10]).toordinal() - EPOCH - begin
        days = 1
        while True:
            asked = min(days, total)
            latest = (begin + asked) * 1440 - data["spec"]["duration_min"]
            rows = contestant.every(narrowed(data, asked))
            found = [(m, i) for i, row in enumerate(rows) for m in contestant.minutes(row) if m <= latest]
            if len(found) >= LIMIT or asked == total:
                return [(i, m) for m, i in heapq.nsmallest(LIMIT, found)]
            days *= 2

    return search


@dataclass(frozen=True)
class Task:
    """One thing to time: what happens before (untimed), the timed call, and its answer as pairs."""

    before: Callable[[Any], Any]
    timed: Callable[[Any], Any]
    pairs: Callable[[Any], Pairs]


def _task(contestant: Contestant, mode: str) -> Task | None:
    def one_by_one(found: Sequence[tuple[Any, int]]) -> Pairs:
        return [(number, contestant.minutes([start])[0]) for start, number in found]

    def row_by_row(rows: Sequence[Sequence[Any]]) -> Pairs:
        return [(number, minute) for number, row in enumerate(rows) for minute in sorted(contestant.minutes(row))]

    if mode == "all":
        return Task(same, contestant.every, row_by_row)
    if mode == "first20" and not contestant.first:
        return Task(same, widening(contestant), same)
    steps = _steps(contestant, mode)
    return Task(*steps, one_by_one) if steps else None


def _steps(contestant: Contestant, mode: str) -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    """What is done untimed and what is timed where a contestant has a search of its own for the first twenty."""
    first, opens, again, later = contestant.first, contestant.open, contestant.again, contestant.later
    if mode == "first20" and first:
        return same, first
    if mode == "second" and opens and again:
        return opens, again
    if mode == "warm20" and first and contestant.forget is not nothing:
        return lambda data: (data, first(data))[0], first
    if mode == "office20" and first and later:
        return later, first
    if mode == "office_second" and opens and again and later:
        return lambda data: opens(later(data)), again
    return None


def answer(contestant: Contestant, data: Any, mode: str) -> Pairs | None:
    """What this contestant finds; None where it has no such mode."""
    task = _task(contestant, mode)
    return task.pairs(task.timed(task.before(data))) if task else None


def _memory(field: str) -> int | None:
    """A field of this process's memory in KiB (VmRSS now, VmHWM at most so far); None where the system has none."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), None)


def _forget_peak() -> None:
    """From now on VmHWM counts anew (Linux, `man 5 proc`, clear_refs)."""
    marks = Path("/proc/self/clear_refs")
    if marks.exists():
        marks.write_text("5")


class Stage:
    """One mode of one contestant, done as often as asked: its times, its memory and what it found last."""

    def __init__(self, contestant: Contestant, data: Any, mode: str) -> None:
        self.contestant, self.data, self.mode = contestant, data, mode
        self.task = _task(contestant, mode)
        self.times: list[float] = []
        self.found: Any = None
        self.growth: int | None = None
        self._base: int | None = None

    def once(self) -> float:
        """Do it anew; the seconds it took."""
        if self.task is None:
            raise LookupError(f"{self.contestant.name} has no {self.mode}")
        self.found = ready = None
        self.contestant.forget()
        ready = self.task.before(self.data)
        gc.collect()
        if not self.times:
            _forget_peak()
            self._base = _memory("VmRSS")
        began = time.process_time()
        self.found = self.task.timed(ready)
        self.times.append(time.process_time() - began)
        peak = _memory("VmHWM")
        self.growth = None if peak is None or self._base is None else peak - self._base
        return self.times[-1]

    @property
    def pairs(self) -> Pairs:
        return self.task.pairs(self.found) if self.task else []

    @property
    def line(self) -> dict[str, Any]:
        """What the process prints about it."""
        pairs = self.pairs
        return {
            "mode": self.mode,
            "times_s": self.times,
            "growth_kib": self.growth,
            "slots": len(pairs),
            "digest": digest(pairs),
        }


def _repeats(contestant: Contestant, data: Any, modes: Iterable[str], repeats: int) -> Iterator[Stage]:
    """Every mode this contestant has, so many times."""
    for mode in modes:
        stage = Stage(contestant, data, mode)
        for _ in range(repeats if stage.task else 0):
            stage.once()
        if stage.task:
            yield stage


def _turns(contestant: Contestant, data: Any) -> Iterator[Stage]:
    """A mode for each line of the input, done once when the line comes; the time is told at once."""
    stages: dict[str, Stage] = {}
    _tell({"ready": [mode for mode in MODES if _task(contestant, mode)]})
    for line in sys.stdin:
        stage = stages.setdefault(line.strip(), Stage(contestant, data, line.strip()))
        _tell({"seconds": stage.once()})
    yield from stages.values()


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def main(contestant: Contestant) -> None:
    path, modes, repeats, *into = sys.argv[1:]
    workload = json.loads(Path(path).read_text())
    began = time.process_time()
    data = contestant.load(workload)
    about = {"name": contestant.name, "version": contestant.version, "n": len(workload["clinicians"])}
    about["decode_s"] = time.process_time() - began if contestant.load is not same else None
    in_turn = repeats == IN_TURN
    stages = _turns(contestant, data) if in_turn else _repeats(contestant, data, modes.split(","), int(repeats))
    for stage in stages:
        _tell({**about, **stage.line})
        if into:
            Path(into[0]).write_text(_text(stage.pairs))
