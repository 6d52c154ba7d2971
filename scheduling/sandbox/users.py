"""The rules of users (welkin-api 3): finding them by name or id, what a write changes, soft delete."""

import operator
from functools import reduce
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from . import errors, instants
from .bodies import NewUser, UserChange
from .caller import Caller
from .fields import parse_id, texts_of
from .models import Tenant, User
from .queries import UserList

COLUMNS = ("username", "email", "first_name", "last_name", "phone", "timezone", "locale", "credentials")
SORTABLE = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "username": "username",
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "id": "id",
}
TEXTS = ("username", "email", "first_name", "last_name")


def select(caller: Caller, wanted: UserList) -> QuerySet[User]:
    """The users of the tenant that match every parameter given; each word of `search` must be found somewhere."""
    rows = User.objects.filter(tenant=caller.tenant)
    if not wanted.include_deleted:
        rows = rows.filter(deleted=False)
    for word in wanted.search.split():
        rows = rows.filter(reduce(operator.or_, (Q(**{f"{name}__icontains": word}) for name in TEXTS)))
    exact = {"state": wanted.user_state, "email": wanted.email, "first_name": wanted.first_name}
    exact["last_name"] = wanted.last_name
    rows = rows.filter(**{f"{name}__iexact": text for name, text in exact.items() if text})
    if wanted.ids:
        rows = rows.filter(id__in=wanted.ids)
    return _by_details(rows, wanted)


def _by_details(rows: QuerySet[User], wanted: UserList) -> QuerySet[User]:
    """Parameters that look into the JSON column: few users, so they are read and tried one by one."""
    if not (wanted.region or wanted.role_name or wanted.seat_assigned is not None):
        return rows
    return rows.filter(id__in=[row.id for row in rows if _fits(row.details, wanted)])


def _fits(details: dict[str, Any], wanted: UserList) -> bool:
    roles = texts_of([role.get("permissionName") for role in details.get("roles", [])])
    regions = {str(place.get("name")): texts_of(place.get("territories")) for place in details.get("territories", [])}
    return (
        (not wanted.role_name or wanted.role_name in roles)
        and (wanted.seat_assigned is None or bool(details.get("seats")) == wanted.seat_assigned)
        and (not wanted.region or wanted.region in regions)
        and (not wanted.territories or bool(regions.get(wanted.region, set()) & set(wanted.territories)))
    )


def find(tenant: Tenant, key: str, kind: str) -> User:
    """A user by username, or by id with `kind` "ID"; without one both are tried. Raises Refusal 404."""
    rows = User.objects.filter(tenant=tenant)
    by_id = _by_id(rows, key)
    row = by_id if kind.upper() == "ID" else rows.filter(username=key).first() or by_id
    if row is None:
        raise errors.no_such_user()
    return row


def _by_id(rows: QuerySet[User], key: str) -> User | None:
    try:
        return rows.filter(id=parse_id(key)).first()
    except ValueError:
        return None


def create(caller: Caller, body: NewUser) -> User:
    """A new user; PROVISIONED unless a state is sent. Raises Refusal 400 for a taken username."""
    now = instants.now()
    row = User(tenant=caller.tenant, created_at=now, updated_at=now, created_by_name=caller.name)
    row.details = {"seatAssignAllowed": False}
    _fill(row, body.sent())
    return _saved(row, caller)


@transaction.atomic
def change(row: User, caller: Caller, fields: dict[str, Any]) -> User:
    """A user with these fields changed. Raises Refusal 400 for a taken username."""
    row = _locked(row)
    _fill(row, fields)
    return _saved(row, caller)


@transaction.atomic
def replace(row: User, caller: Caller, body: NewUser) -> User:
    """A user as the body says; optional fields left out are cleared (welkin-api 3). Raises Refusal 400."""
    row = _locked(row)
    row.details = {}
    cleared: dict[str, Any] = {name: "" for name in COLUMNS if name not in ("username", "email")}
    _fill(row, cleared | body.sent())
    return _saved(row, caller)


def remove(row: User, caller: Caller) -> None:
    """Soft delete, or the recorded 403 where the tenant wants it. Raises Refusal."""
    if caller.tenant.user_delete == Tenant.UserDelete.FORBIDDEN:
        raise caller.restricted()
    with transaction.atomic():
        row = _locked(row)
        row.deleted, row.state = True, User.State.INACTIVE
        _saved(row, caller)


def _locked(row: User) -> User:
    """The row as it is now, kept from other writers until the transaction ends: no change is lost to another."""
    row = User.objects.select_for_update().get(pk=row.pk)
    row.updated_at = instants.later(instants.now(), row.updated_at)
    return row


def _fill(row: User, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name in COLUMNS:
            setattr(row, name, value or "")
        elif name == "state" and value:
            row.state = value
        elif name == "enabled" and value is not None and not fields.get("state"):
            row.state = User.State.ACTIVE if value else User.State.INACTIVE
        elif name not in ("state", "enabled"):
            alias = UserChange.model_fields[name].alias or name
            row.details = {**row.details, alias: value} if value is not None else _without(row.details, alias)


def _without(details: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in details.items() if key != name}


def _saved(row: User, caller: Caller) -> User:
    row.updated_by_name = caller.name
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise errors.invalid("USER", {"username": "another user has it"}) from None
    return row
