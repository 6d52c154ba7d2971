"""What a clinic says once for all its visits: how long one of each type usually is, and where one may take place.

Both are proposals: another length may be chosen, another location typed. They are ours alone and go to no API. A change
is one transaction with its line in the audit trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import transaction

from scheduling.directory.models import VisitDefaults
from scheduling.domain.event import EventType

from . import audit
from .desk import Desk
from .marks import mark_of

MANAGE = "clinic.manage"
# What holds until somebody says otherwise, in minutes.
SHIPPED: Mapping[str, int] = MappingProxyType({EventType.APPOINTMENT.value: 30, EventType.GROUP_THERAPY.value: 60})
MOST_LOCATIONS = 200


class DefaultsChanged(Exception):
    """Somebody else changed them since the form was opened. `now` is how they are."""

    def __init__(self, now: "Defaults") -> None:
        super().__init__("changed meanwhile")
        self.now = now


@dataclass(frozen=True, slots=True)
class Defaults:
    """Minutes by type of event, and locations in their order."""

    lengths: Mapping[str, int]
    locations: tuple[str, ...]

    def length_of(self, kind: str) -> int:
        """The usual minutes of a type; of one that has none, those of an appointment."""
        return self.lengths.get(kind, self.lengths[EventType.APPOINTMENT.value])

    @property
    def told(self) -> dict[str, Any]:
        """As the audit trail keeps it: one value for each type, and the locations as one text."""
        return {**{kind.lower(): self.lengths[kind] for kind in SHIPPED}, "locations": "; ".join(self.locations)}

    @property
    def mark(self) -> str:
        """Changes whenever they do; a form carries it, so that nobody overwrites what they have not seen."""
        return mark_of(self.told)


def of(desk: Desk) -> Defaults:
    """What is proposed to everybody who books. One query."""
    row = VisitDefaults.objects.filter(scope=desk.scope).first()
    return Defaults({**SHIPPED, **row.lengths}, tuple(row.locations)) if row else Defaults(SHIPPED, ())


def change(desk: Desk, wanted: Defaults, seen: str) -> bool:
    """Make them so; whether anything differs. Raises NotAllowed, DefaultsChanged."""
    desk.require(MANAGE)
    with transaction.atomic():
        VisitDefaults.objects.get_or_create(scope=desk.scope)
        row = VisitDefaults.objects.select_for_update().get(scope=desk.scope)
        now = of(desk)
        if now == wanted:
            return False
        if now.mark != seen:
            raise DefaultsChanged(now)
        row.lengths, row.locations = dict(wanted.lengths), list(wanted.locations)
        row.save(update_fields=["lengths", "locations"])
        was, told = now.told, wanted.told
        other = [[name, was[name], told[name]] for name in told if was[name] != told[name]]
        fields = [name for name, *_values in other]
        audit.note(desk, "visits.defaults", object_id="visits", fields=fields, before_after=other)
    return True
