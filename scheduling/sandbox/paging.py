"""The three page envelopes of the API and the sort parameter (welkin-api 1 and 1.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from . import errors

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are wanted: `number` counts from 0, `size` is clamped by the tenant's limit already."""

    number: int
    size: int
    sorted: bool = False

    @classmethod
    def asked(cls, number: int, size: int, limit: int, *, sorted: bool = False) -> "Page":
        """The page asked for; a size outside 1..limit becomes the nearest allowed one."""
        return cls(number, max(1, min(size, limit)), sorted)

    @property
    def offset(self) -> int:
        return self.number * self.size

    def of(self, rows: QuerySet[M] | Sequence[M]) -> tuple[list[M], int]:
        """The rows of this page and the total; a first page not full needs no count, one past the end no read."""
        found = list(rows[: self.size]) if self.number == 0 else []
        if self.number == 0 and len(found) < self.size:
            return found, len(found)
        total = rows.count() if isinstance(rows, QuerySet) else len(rows)
        if self.number == 0:
            return found, total
        if self.offset >= total:
            return [], total
        return list(rows[self.offset : self.offset + self.size]), total


def spring(page: Page, content: Sequence[Any], total: int) -> dict[str, Any]:
    """Envelope A, of patients and events."""
    order = {"sorted": page.sorted, "unsorted": not page.sorted, "empty": not page.sorted}
    return {
        "content": content,
        "pageable": {
            "sort": order,
            "pageNumber": page.number,
            "pageSize": page.size,
            "offset": page.offset,
            "paged": True,
            "unpaged": False,
        },
        "last": page.offset + page.size >= total,
        "totalElements": total,
        "totalPages": _pages(page, total),
        "first": page.number == 0,
        "sort": order,
        "number": page.number,
        "numberOfElements": len(content),
        "size": page.size,
        "empty": not content,
    }


def meta_info(page: Page, data: Sequence[Any], total: int) -> dict[str, Any]:
    """Envelope B, of users."""
    return {
        "data": data,
        "metaInfo": {
            "page": page.number,
            "pageSize": page.size,
            "totalElements": total,
            "numberOfElements": len(data),
            "firstPage": page.number == 0,
            "lastPage": page.offset + page.size >= total,
            "totalPages": _pages(page, total),
        },
    }


def order_by(sort: Sequence[str], columns: Mapping[str, str], component: str) -> list[str]:
    """Columns for `order_by` from `sort=field,asc|desc` (repeats rank); the id settles ties.

    Raises Refusal 400 for a field that is not in `columns` or another direction.
    """
    order = []
    for text in sort:
        field, _, direction = text.partition(",")
        if field not in columns or direction.lower() not in ("", "asc", "desc"):
            raise errors.invalid(component, {"sort": f"cannot sort by {text!r}"})
        order.append(("-" if direction.lower() == "desc" else "") + columns[field])
    return [*order, "id"] if order else []


def _pages(page: Page, total: int) -> int:
    return -(-total // page.size)
