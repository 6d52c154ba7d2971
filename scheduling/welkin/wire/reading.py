"""Reads a row that may be bad in places: what cannot be read is taken out, the rest is kept, and it says so."""

import copy
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from ..errors import Malformed

_ROUNDS = 8

Path = tuple[int | str, ...]


class Row(BaseModel):
    """A row of the API. Values never show up in an error: they may be a patient's."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True, frozen=True
    )


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """The row, None where not even its required fields could be read, and the paths of what was taken out."""

    row: R | None
    flaws: tuple[Path, ...] = ()

    @property
    def whole(self) -> bool:
        return self.row is not None and not self.flaws


def read(model: type[R], raw: object) -> Reading[R]:
    """The row as the model. The common, sound row takes one pass in compiled code; only a bad one is pruned."""
    if not isinstance(raw, dict):
        return Reading(None)
    try:
        return Reading(model.model_validate(raw))
    except ValidationError:
        return _pruned(model, _tidy(copy.deepcopy(raw)))


def strict(model: type[R], raw: object, what: str) -> R:
    """The row, for single reads. Raises Malformed with the names of the fields that are missing or unreadable."""
    reading = read(model, raw)
    if reading.row is None:
        raise Malformed(f"{what} cannot be read")
    return reading.row


def _pruned(model: type[R], raw: dict[str, object]) -> Reading[R]:
    flaws: list[Path] = []
    for _ in range(_ROUNDS):
        try:
            return Reading(model.model_validate(raw), tuple(flaws))
        except ValidationError as failure:
            bad = {_culprit(error["type"], error["loc"]) for error in failure.errors(include_input=False)}
        removed = [_remove(raw, path) for path in sorted(bad, key=_last_first, reverse=True) if path]
        if () in bad or not any(removed):
            return Reading(None, tuple(flaws))
        flaws.extend(bad)
    return Reading(None, tuple(flaws))


def _culprit(kind: str, path: Path) -> Path:
    """What to take out: a required key that is missing spoils the object it should be in."""
    return path[:-1] if kind == "missing" else path


def _last_first(path: Path) -> tuple[tuple[int, str], ...]:
    """Sorts list positions by number, so that taking out from the end moves no other."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _remove(raw: object, path: Path) -> bool:
    """Takes out what stands at the path; False where nothing stands there."""
    *way, last = path
    try:
        for step in way:
            raw = raw[step]  # type: ignore[index]
        del raw[last]  # type: ignore[attr-defined]
    except (LookupError, TypeError):
        return False
    return True


def _tidy(raw: dict[str, object]) -> dict[str, object]:
    """Keys without blanks around them, so that a path of an error finds its key."""
    return {str(key).strip(): value for key, value in raw.items()}
