"""The list of actions: makers by name, each of which turns its argument into what is done to a request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError, validate_call

from ..exchange import Act
from ..rules import Step

Maker = Callable[..., Act]


class NoSuchAction(ValueError):
    """The name is not known, or the argument does not fit; the text says what is wrong, never with values."""


@dataclass(frozen=True)
class _Entry:
    make: Maker
    background: bool
    whole: bool


_known: dict[str, _Entry] = {}


def action(*, background: bool = False, whole: bool = False) -> Callable[[Maker], Maker]:
    """Registers a maker under its function's name.

    `background`: such a rule acts beside others. `whole`: the argument is one value even if it is an object;
    elsewhere an object holds the maker's arguments by name.
    """

    def register(make: Maker) -> Maker:
        _known[make.__name__] = _Entry(validate_call(make), background, whole)
        return make

    return register


def build(name: str, *argument: Any) -> Step:
    """The step of an action. Raises NoSuchAction."""
    entry = _known.get(name)
    if entry is None:
        raise NoSuchAction(f"there is no action {name}")
    named = argument and isinstance(argument[0], dict) and not entry.whole
    try:
        act = entry.make(**argument[0]) if named else entry.make(*argument)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in found["loc"])
        raise NoSuchAction(f"{name}: {place}: {found['msg']}") from None
    return Step(name, act, entry.background)


def names() -> list[str]:
    """All actions there are."""
    return sorted(_known)
