"""What the database says of a caller at this moment, in one plain statement.

Every request asks this first, so it is asked without building a query. Nothing
is kept between requests: another process on the same database may take a client or a switch away at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model

from .models import ApiClient, Instance, Tenant

MODELS: tuple[type[Model], ...] = (ApiClient, Tenant, Instance)


@dataclass(frozen=True, slots=True)
class Standing:
    """An API client with its tenant on it, and the instance that was asked for, where the tenant has it."""

    client: ApiClient
    instance: Instance | None


def standing(client: UUID, instance: str) -> Standing | None:
    """The client of this id and its tenant's instance of that name; None for an unknown client."""
    asked = [instance, ApiClient._meta.get_field("id").get_db_prep_value(client, connection)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), asked)
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    program, tenant, place = (_built(model, [next(values) for _ in _columns(model)]) for model in MODELS)
    program.tenant = tenant
    if place is not None:
        place.tenant = tenant
    return Standing(program, place)


@cache
def _columns(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    return tuple(model._meta.concrete_fields)


@cache
def _statement(vendor: str) -> str:
    quoted = connection.ops.quote_name
    client, tenant, instance = (quoted(model._meta.db_table) for model in MODELS)
    wanted = ", ".join(
        f"{quoted(model._meta.db_table)}.{quoted(str(field.column))}" for model in MODELS for field in _columns(model)
    )
    return (
        f"SELECT {wanted} FROM {client} JOIN {tenant} ON {tenant}.id = {client}.tenant_id "  # noqa: S608
        f"LEFT JOIN {instance} ON {instance}.tenant_id = {tenant}.id AND {instance}.name = %s WHERE {client}.id = %s"
    )


def _built(model: type[Model], values: Sequence[Any]) -> Any:
    """The row of a model from what the driver gave, None where the join found none."""
    fields = _columns(model)
    if values[0] is None:
        return None
    return model.from_db(
        connection.alias,
        [field.attname for field in fields],
        [field.to_python(v) for field, v in zip(fields, values, strict=True)],
    )
