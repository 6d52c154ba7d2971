"""Named sets of people to look at side by side ("Tuesday team"): one's own, and those of others by their address.

A set gives no rights. Whoever opens one sees of its people those whose calendar they may see anyhow.
"""

import re
import secrets
from collections.abc import Collection
from uuid import UUID

from scheduling.directory.models import StaffMember, StaffSet
from scheduling.domain.person import User

from . import own_changes, people
from .desk import Desk
from .writes import Change

SEE = "calendar.busy"
SAVE, DELETE = "staff-set.save", "staff-set.delete"
KEY = re.compile(r"set-[A-Za-z0-9_-]{16}")


class NoSuchSet(Exception):
    """The set is not there, or is somebody else's."""


class NameTaken(Exception):
    """The login has another set of this name."""


def is_key(text: str) -> bool:
    """Whether an address may name a set so."""
    return bool(KEY.fullmatch(text))


def own(desk: Desk) -> tuple[StaffSet, ...]:
    """The sets of the login, by name."""
    return tuple(StaffSet.objects.filter(scope=desk.scope, owner=desk.account))


def find(desk: Desk, key: str) -> StaffSet | None:
    """A set by its key: one's own, or one that is shared; None for any other."""
    row = StaffSet.objects.filter(scope=desk.scope, key=key).first() if is_key(key) else None
    return row if row and (row.shared or row.owner_id == desk.account.pk) else None


def to_change(desk: Desk, key: str) -> StaffSet:
    """One's own set, to change it. Raises NoSuchSet."""
    row = find(desk, key)
    if row is None or row.owner_id != desk.account.pk:
        raise NoSuchSet(key)
    return row


def members(row: StaffSet) -> frozenset[UUID]:
    """Who is in it, also those that the viewer may not see."""
    return frozenset(row.people.values_list("welkin_id", flat=True))


def choosable(desk: Desk) -> tuple[User, ...]:
    """Who may be put into a set: the people of the boards whose calendar the login may see."""
    return tuple(user for user in people.clinicians(desk) if desk.may(SEE, user.id))


def save(desk: Desk, intent: str, key: str, name: str, chosen: Collection[UUID], *, shared: bool) -> str:
    """Make a set (an empty `key`) or change one's own; the key of it.

    Raises NoSuchSet, NameTaken, NotAllowed (somebody among them may not be seen), IntentRefused, LedgerBusy.
    """
    desk.require(SEE, *chosen)
    row = to_change(desk, key) if key else None
    made = key or f"set-{secrets.token_urlsafe(12)}"
    before = (row.name, row.shared, len(members(row))) if row else (None, None, None)
    change = Change(
        action=SAVE,
        people=tuple(sorted(chosen)),
        fields=("name", "people", "shared"),
        content={"key": key, "name": name, "people": sorted(map(str, chosen)), "shared": shared},
        before_after=tuple(zip(("name", "shared", "people"), before, (name, shared, len(chosen)), strict=True)),
    )
    own_changes.once(desk, intent, change, lambda: _put(desk, made, name, chosen, shared=shared))
    return StaffSet.objects.get(scope=desk.scope, owner=desk.account, name=name).key


def _put(desk: Desk, key: str, name: str, chosen: Collection[UUID], *, shared: bool) -> str:
    if StaffSet.objects.filter(scope=desk.scope, owner=desk.account, name=name).exclude(key=key).exists():
        raise NameTaken(name)
    values = {"name": name, "shared": shared}
    new = {**values, "scope": desk.scope, "owner": desk.account, "made_at": desk.now}
    row, _made = StaffSet.objects.update_or_create(key=key, defaults=values, create_defaults=new)
    row.people.set(StaffMember.objects.filter(scope=desk.scope, welkin_id__in=chosen))
    return str(row.pk)


def delete(desk: Desk, intent: str, key: str) -> bool:
    """Delete one's own set; False where this form did it before. Raises NoSuchSet, IntentRefused, LedgerBusy."""
    row = to_change(desk, key)
    change = Change(action=DELETE, content={"key": key}, before_after=(("name", row.name, None),))
    return own_changes.once(desk, intent, change, lambda: _drop(row))


def _drop(row: StaffSet) -> str:
    told = str(row.pk)
    row.delete()
    return told
