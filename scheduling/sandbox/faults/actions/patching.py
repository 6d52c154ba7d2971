"""The three operations of a JSON patch (RFC 6902) that faults need, with `*` for every member of a list or object."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Operation(BaseModel):
    """One change. `path` is a JSON pointer (RFC 6901)."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["add", "replace", "remove"]
    path: str
    value: Any = None


def patched(body: Any, operations: list[Operation]) -> Any:
    """The body with all operations done; places that are not there are left alone."""
    for operation in operations:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation.path.split("/")[1:]]
        if not steps:
            body = operation.value
        else:
            _change(body, steps, operation)
    return body


def _change(place: Any, steps: list[str], operation: Operation) -> None:
    step, *rest = steps
    for key in _keys(place, step):
        if not rest:
            _at(place, key, operation)
        elif _is_there(place, key):
            _change(place[key], rest, operation)


def _keys(place: Any, step: str) -> list[Any]:
    """The members that a step means, last ones first, so that removing one moves no other."""
    if isinstance(place, dict):
        return list(place) if step == "*" else [step]
    if isinstance(place, list):
        if step == "*":
            return list(reversed(range(len(place))))
        return [len(place)] if step == "-" else [int(step)] if step.isdecimal() else []
    return []


def _at(place: Any, key: Any, operation: Operation) -> None:
    there = _is_there(place, key)
    if operation.op == "remove":
        if there:
            del place[key]
    elif operation.op == "add" and isinstance(place, list):
        place.insert(key, operation.value)
    elif there or operation.op == "add":
        place[key] = operation.value


def _is_there(place: Any, key: Any) -> bool:
    return key in place if isinstance(place, dict) else key < len(place)
