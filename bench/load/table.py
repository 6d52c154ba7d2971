"""One row for each proof: what was seen, what was asked, and whether it holds."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEAD = ("row", "figure", "bound", "pass", "seed", "seconds")


@dataclass(frozen=True, slots=True)
class Row:
    """`broken` are the checker's violations, told below the table."""

    name: str
    figure: str
    bound: str
    passed: bool
    seed: int
    seconds: float
    broken: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "yes" if self.passed else "NO"
        return (self.name, self.figure, self.bound, verdict, str(self.seed), f"{self.seconds:.0f}")


def text(rows: Sequence[Row], off: str) -> str:
    """The table, what was switched off, and what was broken."""
    cells = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    broken = [f"{row.name}: {what}" for row in rows for what in row.broken]
    return "\n".join((*lines, "", f"Switched off or scaled: {off}.", *broken))


def flat(broken: Mapping[str, Sequence[str]], most: int = 5) -> tuple[str, ...]:
    """The first violations of each invariant."""
    return tuple(f"{name} {what}" for name, found in broken.items() for what in found[:most])


def say(words: str) -> None:
    """How far a long run is, on standard error."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stderr.flush()


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
