"""Repeatable chance: a stream of choices and an id, each for a key.

Every person, week and visit draws from a stream of its own, so adding a clinician does not reshuffle the others.
Only `random.random()` is used: its sequence for an integer seed is the same in every Python release.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Stream:
    """Choices that depend on the key alone."""

    def __init__(self, *key: object) -> None:
        seed = int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], "big")
        self._random = random.Random(seed)  # noqa: S311 (invented data, nothing secret)

    def chance(self, share: float) -> bool:
        """True in this share of all calls."""
        return self._random.random() < share

    def below(self, bound: int) -> int:
        """A whole number from 0 to bound - 1."""
        return int(self._random.random() * bound)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, all equally likely."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices, each as likely as its weight says."""
        left = self._random.random() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """All of them in another order."""
        rest = list(choices)
        for end in range(len(rest) - 1, 0, -1):
            other = self.below(end + 1)
            rest[end], rest[other] = rest[other], rest[end]
        return rest


def identity(*key: object) -> str:
    """A lower-case UUID that depends on the key alone (welkin-api 1: ids)."""
    text = hashlib.sha256(repr(key).encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
