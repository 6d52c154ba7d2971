"""For machines that start, watch and replace this one. They have no login, so each view says whom it answers."""

import hmac
import ipaddress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from scheduling.services import metrics_told, readiness
from scheduling.web.middleware.proxies import is_listed

SCHEME = "Bearer "


def has_token(request: HttpRequest) -> bool:
    """Whether it carries METRICS_TOKEN. Never where none is set; how long the look takes tells nothing of it."""
    told = request.headers.get("Authorization", "")
    right = f"{SCHEME}{settings.METRICS_TOKEN}".encode()
    return hmac.compare_digest(told.encode(), right) and bool(settings.METRICS_TOKEN)


def is_near(request: HttpRequest) -> bool:
    """Whether this machine or a listed one asks by itself. What a proxy passes on is somebody else's question."""
    peer = request.META.get("REMOTE_ADDR", "")
    if getattr(request, "was_forwarded", True):
        return False
    return is_listed(peer, tuple(settings.TRUSTED_PROXIES)) or _is_loopback(peer)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Named checks, each true or false: 200 where requests may come, else 503. Nothing there for strangers."""
    if not (is_near(request) or has_token(request)):
        raise Http404
    found = readiness.look(timezone.now())
    return JsonResponse(found, status=200 if readiness.is_ready(found) else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of docs/hardening.md, for whoever has METRICS_TOKEN; nothing there for anybody else."""
    if not has_token(request):
        raise Http404
    return HttpResponse(metrics_told.exposition(timezone.now()), content_type=CONTENT_TYPE_LATEST)
