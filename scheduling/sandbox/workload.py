"""A workload: users, patients, work hours and events as JSON under the API's field names, checked row by row.

Ids are optional. A row without one gets an id that follows from its content and place, so that loading the same file
again finds the same rows.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

from pydantic import ValidationError

from .fields import Body, Json, parse_id

B = TypeVar("B", bound=Body)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SECTIONS = ("users", "patients", "workHours", "events")


class WorkloadError(ValueError):
    """A workload that cannot be loaded; its text is one sentence for the person who asked."""


def read(path: Path) -> Json:
    """The workload of a JSON file. Raises WorkloadError for a file that is missing, not JSON, or not an object."""
    try:
        workload = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkloadError(f"The file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise WorkloadError(f"The file {path} is not JSON: {error}.") from error
    if not isinstance(workload, dict):
        raise WorkloadError(f"The file {path} must hold an object with {', '.join(SECTIONS)}.")
    return workload


def section(workload: Mapping[str, Any], name: str) -> list[Json]:
    """The rows of one section, none where it is missing. Raises WorkloadError for anything but a list of objects."""
    rows = workload.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise WorkloadError(f"{name} must be a list of objects.")
    return rows


def checked(body: type[B], row: Json, where: str) -> B:
    """The row as the body the API takes for it. Raises WorkloadError naming the place and the first thing wrong."""
    try:
        return body.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join([where, *(str(piece) for piece in first["loc"])])
        raise WorkloadError(f"{place}: {first['msg']}.") from error


def id_of(row: Json, key: str, owner: UUID, where: str) -> UUID:
    """The id under `key`, or one made from the owner, the place and the row. Raises WorkloadError for a broken id."""
    text = row.get(key)
    if text is None:
        return uuid5(owner, f"{where} {json.dumps(row, sort_keys=True)}")
    return as_id(text, f"{where}.{key}")


def as_id(text: object, where: str) -> UUID:
    """A UUID. Raises WorkloadError naming the place for anything else."""
    try:
        return parse_id(text)
    except ValueError as error:
        raise WorkloadError(f"{where}: {error}.") from error


def with_ids(value: Any, change: Callable[[str], str]) -> Any:
    """The same JSON with every UUID in it changed."""
    if isinstance(value, dict):
        return {key: with_ids(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [with_ids(item, change) for item in value]
    return change(value) if isinstance(value, str) and UUID_TEXT.fullmatch(value) else value
