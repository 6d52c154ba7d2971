"""Rules: which requests they fit, how often they act, and the account of what they did."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from typing import Any


@dataclass(frozen=True)
class Match:
    """Which requests of a tenant a rule fits; empty means all. `path` and the values of `header` are globs."""

    tenant: str
    methods: tuple[str, ...] = ()
    path: str = "*"
    header: Mapping[str, str] = field(default_factory=dict)
    nth: tuple[int, ...] = ()
    probability: float = 1.0
    seed: int = 0

    def fits(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Method, path (behind the tenant, without the first slash) and headers (lower-case names)."""
        if self.methods and method not in self.methods:
            return False
        if not fnmatchcase(path, self.path):
            return False
        return all(fnmatchcase(headers.get(name.lower(), ""), glob) for name, glob in self.header.items())


@dataclass(frozen=True)
class Step:
    """One action of a rule: its name and what it does (see `exchange.Act`)."""

    name: str
    act: Callable[..., Any]
    background: bool = False


class Rule:
    """A rule and its account. Thread-safe."""

    def __init__(self, name: str, match: Match, steps: list[Step], times: int | None) -> None:
        self.name, self.match, self.steps, self.times = name, match, steps, times
        self._lock = threading.Lock()
        self._dice = random.Random(match.seed)  # noqa: S311  (no secret)
        self._seen = self._taken = self._consumed = self._pending = 0
        self._did: Counter[str] = Counter()
        self._failed: list[str] = []

    @property
    def background(self) -> bool:
        """Whether it may act beside others."""
        return all(step.background for step in self.steps)

    def see(self) -> bool:
        """Counts a request that fits; whether the rule's turn may come with it (nth and probability)."""
        with self._lock:
            self._seen += 1
            lucky = self._dice.random() < self.match.probability
            return lucky and (not self.match.nth or self._seen in self.match.nth)

    def take(self) -> bool:
        """Reserves one of its times, for one `Firing`; False when they are used up."""
        with self._lock:
            if self.times is not None and self._taken >= self.times:
                return False
            self._taken += 1
            return True

    def note(self, action: str, *, last: bool) -> None:
        """An action had its effect; with the last one of them the rule is consumed."""
        with self._lock:
            self._did[action] += 1
            self._consumed += last

    def give_back(self) -> None:
        """What `take` began came to nothing."""
        with self._lock:
            self._taken -= 1

    def await_effect(self) -> None:
        with self._lock:
            self._pending += 1

    def effect_landed(self) -> None:
        with self._lock:
            self._pending -= 1

    def fail(self, sentence: str) -> None:
        with self._lock:
            self._failed.append(sentence)

    def account(self) -> dict[str, Any]:
        """The account as it is told."""
        with self._lock:
            return {
                "id": self.name,
                "tenant": self.match.tenant,
                "seen": self._seen,
                "consumed": self._consumed,
                "left": None if self.times is None else self.times - self._taken,
                "did": dict(self._did),
                "pending": self._pending,
                "failed": list(self._failed),
            }


@dataclass
class Firing:
    """One time that a rule acts, and what has come of it so far."""

    rule: Rule
    open: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.open = {step.name for step in self.rule.steps}

    def did(self, action: str) -> None:
        """Told by the action itself, so that the account is right as soon as its effect is there."""
        if action in self.open:
            self.open.remove(action)
            self.rule.note(action, last=not self.open)

    def end(self) -> None:
        """The request is over: a time without all its effects does not count."""
        if self.open:
            self.rule.give_back()


class Book:
    """All rules of the server, by tenant, the oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._rules: dict[str, list[Rule]] = {}

    def add(self, match: Match, steps: list[Step], times: int | None) -> Rule:
        with self._lock:
            rule = Rule(f"r{next(self._numbers)}", match, steps, times)
            self._rules[match.tenant] = [*self._rules.get(match.tenant, []), rule]
            return rule

    def of(self, tenant: str) -> list[Rule]:
        return self._rules.get(tenant, [])

    def find(self, name: str) -> Rule | None:
        with self._lock:
            return next((rule for rules in self._rules.values() for rule in rules if rule.name == name), None)

    def remove(self, name: str) -> bool:
        """Takes a rule away; False where there is none of that name."""
        rule = self.find(name)
        if rule is None:
            return False
        with self._lock:
            self._rules[rule.match.tenant] = [one for one in self.of(rule.match.tenant) if one is not rule]
        return True

    def clear(self, tenant: str) -> None:
        with self._lock:
            self._rules.pop(tenant, None)

    def firing(self, tenant: str, method: str, path: str, headers: Mapping[str, str]) -> list[Firing]:
        """The rules that act on this request: those in the background, then the oldest of the others."""
        fitting = [rule for rule in self.of(tenant) if rule.match.fits(method, path, headers)]
        due = [rule for rule in fitting if rule.see()]
        beside = [Firing(rule) for rule in due if rule.background and rule.take()]
        alone = next((Firing(rule) for rule in due if not rule.background and rule.take()), None)
        return [*beside, alone] if alone else beside


book = Book()
