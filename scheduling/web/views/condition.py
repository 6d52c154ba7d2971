"""What an orchestrator and a monitor ask: alive, ready, how it goes. Nobody signs in for these."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from scheduling.metrics import exposition
from scheduling.services import condition


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
    """200 where requests may be sent here, else 503; named answers of yes and no, and nothing about why."""
    told = condition.readiness(timezone.now())
    return JsonResponse(told, status=200 if told["ready"] else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for a monitor that knows METRICS_TOKEN; 404 for everybody else, and where none is set."""
    token = settings.METRICS_TOKEN
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not constant_time_compare(told, token):
        raise Http404
    return HttpResponse(exposition(condition.gauges(timezone.now())), content_type=CONTENT_TYPE_PLAIN_0_0_4)
