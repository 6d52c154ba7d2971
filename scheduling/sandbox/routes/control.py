"""Test control: fresh tenants, only where the server was started with it (loopback)."""

import secrets

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ..answering import answer
from ..documents import NewTenant, TenantAnswer, answers
from ..tenants import establish, new_credentials

router = Router()


@router.post("/_sandbox/tenants", auth=None, response=answers(201, TenantAnswer), tags=["sandbox"])
def make_tenant(request: HttpRequest, body: NewTenant = NewTenant()) -> HttpResponse:
    """A tenant of its own for one test, with an instance and an API client."""
    credentials = new_credentials(f"t{secrets.token_hex(6)}")
    establish(
        credentials,
        enabled=body.enabled,
        external_id_unique=body.externalIdUnique,
        external_id_known=body.externalIdKnown,
        user_delete=body.userDelete,
        token_lifetime=body.tokenLifetime,
        page_limit=body.pageLimit,
    )
    told = {
        "url": f"{request.scheme}://{request.get_host()}",
        "tenant": credentials.tenant,
        "instance": credentials.instance,
        "client": credentials.client,
        "secret": credentials.secret,
    }
    return answer(told, status=201)
