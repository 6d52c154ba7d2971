"""Who calls: the bearer token of a request, checked at each call against the tenant and instance of the path."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from . import errors, tokens
from .models import ApiClient, Instance, Tenant
from .standing import standing


@dataclass(frozen=True, slots=True)
class Caller:
    """An API client that has shown a valid token, at the tenant and (where the path names one) the instance."""

    client: ApiClient
    tenant: Tenant
    place: Instance | None
    path: str

    @property
    def id(self) -> UUID:
        return self.client.id

    @property
    def name(self) -> str:
        """How the API writes the client where it writes a person's name."""
        return f"API_CLIENT:{self.client.name}"

    @property
    def instance(self) -> Instance:
        """The instance of the path; only for paths that have one."""
        if self.place is None:
            raise LookupError("this path names no instance")
        return self.place

    def restricted(self) -> errors.Refusal:
        """The 403 of an operation that is closed to API clients."""
        names = {
            "clientId": str(self.client.id),
            "clientName": self.client.name,
            "organizationName": self.tenant.name,
        }
        return errors.closed_to_clients(names, self.path)


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`; the caller becomes `request.auth`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller of this request. Raises Refusal 401 for the token, 404 for an unknown instance."""
        match: Any = request.resolver_match
        tenant, name = match.kwargs["tenant"], match.kwargs.get("instance")
        found = standing(tokens.holder(token, tenant), name or "")
        if found is None or found.client.tenant.name != tenant:
            raise errors.bad_token()
        if not found.client.enabled:
            raise errors.unknown_client()
        if name is not None and found.instance is None:
            raise errors.not_found("INSTANCE", "INSTANCE_NOT_FOUND", "Instance doesn't exist")
        return Caller(found.client, found.client.tenant, found.instance, request.path)


def caller_of(request: HttpRequest) -> Caller:
    """The caller that `Bearer` has put on the request."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller
