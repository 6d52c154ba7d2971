"""Signing in: allauth's page with the one-press logins of demo mode."""

from dataclasses import dataclass
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.decorators import login_not_required
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.web.failures import Failure, show
from scheduling.web.htmx import is_part
from scheduling.web.middleware.idle import note_session
from scheduling.web.sessions import signed_in

WHAT_THEY_DO = {
    Role.COORDINATOR: _("Books, moves and answers visits of every team."),
    Role.CLINICIAN: _("Sees the own week and sets the own hours."),
    Role.MANAGER: _("Sees how the hours of the team are used, without patients' names."),
    Role.ADMINISTRATOR: _("Sees the people and whether the calendar service is reached."),
    Role.AUDITOR: _("Reads who did what, and nothing else."),
}


NO_PASSWORD = Failure(
    403,
    _("This login has no password"),
    _("It is one of the demo's: the login page signs you in with one press."),
    "errors/403.html",
)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A button of the login page."""

    username: str
    name: str
    role: str
    description: str | Promise


def demo_logins() -> list[DemoLogin]:
    """The demo's people in the order of the roles; none outside demo mode, whatever the database holds."""
    if not settings.DEMO:
        return []
    accounts = {account.role: account for account in Account.objects.filter(demo=True, is_active=True)}
    found = (accounts[role] for role in Role if role in accounts)
    return [
        DemoLogin(account.username, account.display_name, account.get_role_display(), WHAT_THEY_DO[Role(account.role)])
        for account in found
    ]


class LoginPage(allauth_views.LoginView):
    """The password form, in demo mode with the one-press logins above it; a part is the same over a page."""

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Signed in by another tab meanwhile: the page that asks can go on.
        if is_part(request) and request.user.is_authenticated:
            return signed_in(request)
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return ["account/login.html#part"] if is_part(self.request) else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "demo_logins": demo_logins(),
            "in_place": is_part(self.request),
            "oidc_name": settings.OIDC_NAME if settings.OIDC else "",
            "was_idle": "idle" in self.request.GET,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        return signed_in(self.request) if is_part(self.request) and self.request.user.is_authenticated else answer


class LogoutPage(allauth_views.LogoutView):
    """Signing out; the browser is told to forget all that it holds of this site."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return answer


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Whoever reads for long says that they are still there: the request is the use that keeps the session."""
    return HttpResponse(status=204)


@login_not_required
def no_signup(request: HttpRequest) -> HttpResponse:
    """Nobody signs up by themselves; the name exists because allauth's login page asks for it."""
    return redirect("account_login")


def no_password(request: HttpRequest) -> HttpResponse:
    """Where allauth sends a login without a password that wants to change it. None is set here."""
    return show(request, NO_PASSWORD)


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
    note_session(request)
    return signed_in(request) if is_part(request) else redirect(local_path(request.POST.get("next", "")))
