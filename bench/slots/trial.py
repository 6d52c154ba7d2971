"""One run: the workloads and their right answers on disk, and the contestants taking turns."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..workload import Flavour, contest_shape
from . import reference
from .contest import COMMON_MODES, MODES, OFFICE_HOURS, PATIENCE, SECOND_LENGTH, Pairs, digest
from .field import ENTRIES, FLOOR, OURS, Entry, Failed, Player, answer
from .results import Measured, Results

SLOW, VERY_SLOW = 4.0, 10.0  # seconds in one cell: such a one plays in the first two rounds only, in the first only


@dataclass
class Course:
    """The workloads of a run on disk, and the right answer to each."""

    folder: Path
    flavours: Sequence[Flavour]
    sizes: Sequence[int]
    shapes: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[list[int]]] = field(default_factory=dict)

    def prepare(self) -> None:
        for flavour in self.flavours:
            shape = contest_shape(max(self.sizes), flavour)
            self.shapes[flavour] = shape
            self.rows[flavour, "first"] = reference.answers(shape)
            self.rows[flavour, "second"] = reference.answers(shape, SECOND_LENGTH)

    def workload(self, flavour: str, clinicians: int) -> Path:
        """The file with the first clinicians of this flavour."""
        path = self.folder / f"{flavour}-{clinicians}.json"
        if not path.exists():
            shape = self.shapes[flavour]
            cut = {name: shape[name][:clinicians] for name in ("clinicians", "kinds")}
            path.write_text(json.dumps({**shape, **cut}))
        return path

    def right(self, flavour: str, clinicians: int, mode: str) -> Pairs:
        rows = self.rows[flavour, "second" if mode.endswith("second") else "first"][:clinicians]
        if mode.startswith("office"):
            rows = reference.since(rows, OFFICE_HOURS)
        return reference.pairs(rows) if mode == "all" else reference.earliest(rows)


@dataclass
class Trial:
    """One run of the benchmark. `failed` tells why a contestant is out of it."""

    course: Course
    pythons: dict[str, str]
    results: Results = field(default_factory=Results)
    failed: dict[str, str] = field(default_factory=dict)
    _spent: dict[tuple[str, str, int], float] = field(default_factory=dict)
    _digests: dict[tuple[str, int, str], str] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        return [entry for entry in ENTRIES if entry.module in self.pythons and entry.module not in self.failed]

    def round(self, number: int) -> None:
        """Everybody on the first flavour; on the others the floor and ours, with the most clinicians."""
        plain, *others = self.course.flavours
        for clinicians in self.course.sizes:
            self.cell(number, plain, clinicians, [entry for entry in self.entries if clinicians <= entry.most])
        for flavour in others:
            pair = [entry for entry in self.entries if entry.module in (FLOOR, OURS)]
            self.cell(number, flavour, max(self.course.sizes), pair)

    def cell(self, number: int, flavour: str, clinicians: int, entries: Sequence[Entry]) -> None:
        """Let them take turns over one workload."""
        players: dict[str, Player] = {}
        for entry in entries:
            spent = self._spent.get((entry.module, flavour, clinicians), 0.0)
            if not (number >= 2 and spent > SLOW) and not (number >= 1 and spent > VERY_SLOW):
                with self._excluding(entry.module):
                    path = self.course.workload(flavour, clinicians)
                    players[entry.module] = Player(entry.module, self.pythons[entry.module], path)
        modes = MODES if flavour == self.course.flavours[0] else COMMON_MODES
        times = self._turns(players, modes, max(3, min(30, 300 // clinicians)))
        for name, player in players.items():
            self._spent[name, flavour, clinicians] = sum(sum(times.get((name, mode), ())) for mode in MODES)
            for line in player.finish():
                seconds = times[name, line["mode"]]
                self._note((name, flavour, clinicians, line["mode"]), number, seconds, line)

    def _turns(
        self, players: dict[str, Player], modes: Sequence[str], turns: int
    ) -> dict[tuple[str, str], list[float]]:
        """The seconds of each turn by player and mode; a slow one has fewer turns."""
        times: dict[tuple[str, str], list[float]] = {}
        for mode in modes:
            names = [name for name, player in players.items() if mode in player.modes]
            for turn in range(turns):
                for name in names if turn % 2 == 0 else reversed(names):
                    spent = times.setdefault((name, mode), [])
                    if sum(spent) < PATIENCE and name not in self.failed:
                        with self._excluding(name):
                            spent.append(players[name].once(mode))
        return times

    @contextmanager
    def _excluding(self, name: str) -> Iterator[None]:
        """Who fails in here is out."""
        try:
            yield
        except Failed as error:
            self.failed[name] = str(error)

    def _note(
        self, cell: tuple[str, str, int, str], number: int, seconds: Sequence[float], line: dict[str, Any]
    ) -> None:
        right = line["digest"] == self._digest(*cell[1:])
        for turn, each in enumerate(seconds):
            measured = Measured(*cell, number, each, right, turn, line["growth_kib"], line["decode_s"])
            self.results.rows.append(measured)

    def _digest(self, flavour: str, clinicians: int, mode: str) -> str:
        key = flavour, clinicians, mode
        if key not in self._digests:
            self._digests[key] = digest(self.course.right(*key))
        return self._digests[key]

    def differing(self, entry: Entry, flavour: str, clinicians: int, timezone: str = "") -> int | None:
        """How many of all starts differ from the reference's; None where it could not be run."""
        path = self.course.workload(flavour, clinicians)
        with self._excluding(entry.module):
            found = answer(self.pythons[entry.module], entry.module, path, "all", timezone=timezone)
            return reference.differing(found, self.course.right(flavour, clinicians, "all"))
        return None
