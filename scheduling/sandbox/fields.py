"""Types of the fields that come in: strict where JSON is strict, tolerant only where welkin-api says so."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from . import instants

ID_LENGTH = 36


def parse_id(text: object) -> UUID:
    """A UUID in its usual form of 36 characters, any case. Raises ValueError for anything else."""
    if isinstance(text, UUID):
        return text
    if not isinstance(text, str) or len(text) != ID_LENGTH or text.count("-") != 4:
        raise ValueError("must be a UUID")
    return UUID(text)


def one_of(*words: str) -> Callable[[object], object]:
    """A validator for one word of a list in any letter case, answered in the list's case; null passes."""
    known = {word.lower(): word for word in words}

    def check(value: object) -> object:
        if value is None:
            return None
        if not isinstance(value, str) or value.lower() not in known:
            raise ValueError(f"must be one of {', '.join(word or 'an empty text' for word in words)}")
        return known[value.lower()]

    return check


def listed(*words: str, null: bool = True) -> WithJsonSchema:
    """The words of `one_of` as the document shows them, each in its own letter case."""
    word = {"type": "string", "enum": list(words)}
    return WithJsonSchema({"anyOf": [word, {"type": "null"}]} if null else word)


def _zone(name: object) -> object:
    if isinstance(name, str) and instants.zone_named(name) is None:
        raise ValueError("must be an IANA time zone")
    return name


def _commas(values: object) -> object:
    """A list parameter: one comma-joined text, the parameter repeated, or both. No text at all is no list."""
    if not isinstance(values, list):
        return values
    return [piece for value in values for piece in str(value).split(",") if piece]


Instant = Annotated[
    datetime, BeforeValidator(instants.parse), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day = Annotated[date, BeforeValidator(instants.parse_date), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[UUID, BeforeValidator(parse_id), WithJsonSchema({"type": "string", "format": "uuid"})]
Line = Annotated[str, StringConstraints(max_length=255)]
Name = Annotated[str, StringConstraints(max_length=255, min_length=1)]
Zone = Annotated[str, BeforeValidator(_zone)]
Ids = Annotated[list[Id], BeforeValidator(_commas)]
Words = Annotated[list[str], BeforeValidator(_commas)]
Json = dict[str, Any]


def texts_of(value: object) -> set[str]:
    """The texts of a list that came in as it liked; anything else in it counts for nothing."""
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()


class Body(BaseModel):
    """A JSON body: unknown keys are ignored, values are not coerced from other JSON types."""

    model_config = ConfigDict(extra="ignore", strict=True, populate_by_name=False)

    def sent(self) -> dict[str, Any]:
        """The fields that were in the request, null ones included, by their Python names."""
        return {name: getattr(self, name) for name in self.model_fields_set}
