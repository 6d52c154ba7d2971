"""Signing in beside allauth: the one-press logins of demo mode."""

from allauth.account.internal.decorators import login_not_required
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from scheduling.accounts.models import Account


@login_not_required
def no_signup(request: HttpRequest) -> HttpResponse:
    """Nobody signs up by themselves; the name exists because allauth's login page asks for it."""
    return redirect("account_login")


def local_path(path: str) -> str:
    """The path when it stays on this site, else home."""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@login_not_required
@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people. 404 outside demo mode, whatever the database holds."""
    if not settings.DEMO:
        raise Http404
    account = Account.objects.filter(username=request.POST.get("login", ""), demo=True, is_active=True).first()
    if account is None:
        raise Http404
    login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect(local_path(request.POST.get("next", "")))
