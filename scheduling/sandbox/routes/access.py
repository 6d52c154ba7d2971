"""The token call (welkin-api 2) and the server's own health."""

import secrets as chance

from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Router

from .. import errors, instants, tokens
from ..answering import answer
from ..bodies import Secret
from ..documents import Health, TokenAnswer, answers
from ..models import ApiClient
from ..tenants import digest

router = Router()


@router.post("/{tenant}/admin/api_clients/{client}", auth=None, response=answers(200, TokenAnswer), tags=["token"])
def issue_token(request: HttpRequest, tenant: str, client: str, body: Secret) -> HttpResponse:
    """A bearer token for an API client and its secret."""
    row = ApiClient.objects.select_related("tenant").filter(tenant__name=tenant, name=client).first()
    if row is None or not row.enabled or not chance.compare_digest(row.secret_digest, digest(body.secret)):
        raise errors.unknown_client()
    return answer({"clientName": row.name, "token": tokens.issue(row, instants.now()), "enabled": True})


@router.get("/_sandbox/health", auth=None, response=answers(200, Health), tags=["sandbox"])
def health(request: HttpRequest) -> HttpResponse:
    """Whether the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return answer({"status": "ok"})
