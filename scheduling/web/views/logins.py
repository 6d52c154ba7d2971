"""Logins: the list, inviting, changing, and the page behind an invitation's link."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.accounts.models import Account
from scheduling.services import login_admin
from scheduling.services.desk import Desk
from scheduling.services.login_admin import NoSuchLink, NotPossible
from scheduling.web.forms.logins import LoginForm, PasswordForm
from scheduling.web.htmx import DeskRequest
from scheduling.web.middleware.desk import request_id
from scheduling.web.sudo import fresh_form, fresh_sign_in

OWN = gettext_lazy("That is your own login: another administrator has to do this.")
WHY_NOT: Mapping[str, str | Promise] = {
    "own": OWN,
    "role": gettext_lazy("You cannot take your own role away: another administrator has to do this."),
    "demo": gettext_lazy("This login is one of the demo's and has no password."),
}


@require_safe
def index(request: DeskRequest) -> HttpResponse:
    """All logins."""
    return render(request, "logins/list.html", {"rows": login_admin.rows(request.desk), "now": request.desk.now})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def new(request: DeskRequest) -> HttpResponse:
    """Invite somebody. The answer to the form is the only page that shows the link."""
    form = LoginForm(request.POST or None, desk=request.desk)
    if request.method != "POST":
        return render(request, "logins/edit.html", {"form": form})
    if not form.is_valid():
        return render(request, "logins/edit.html", {"form": form}, status=422)
    account, token = login_admin.invite(request.desk, form.cleaned_data["username"], form.wanted)
    return _link_page(request, account, token)


def _link_page(request: DeskRequest, account: Account, token: str) -> HttpResponse:
    link = f"{settings.PUBLIC_URL}{reverse('invitation', args=[token])}"
    return render(request, "logins/link.html", {"account": account, "link": link, "days": login_admin.LINK_LASTS.days})


def _found(desk: Desk, number: int) -> Account:
    try:
        return login_admin.find(desk, number)
    except Account.DoesNotExist as unknown:
        raise Http404 from unknown


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_form
def edit(request: DeskRequest, number: int) -> HttpResponse:
    """Change a login."""
    account = _found(request.desk, number)
    form = LoginForm(request.POST or None, desk=request.desk, account=account)
    words = {"form": form, "account": account, "own": account == request.desk.account}
    if request.method != "POST":
        return render(request, "logins/edit.html", words)
    if form.is_valid():
        try:
            login_admin.change(request.desk, account, form.wanted)
        except NotPossible as why:
            form.add_error("role", str(WHY_NOT[str(why)]))
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": account.display_name})
            return redirect("logins")
    return render(request, "logins/edit.html", words, status=422)


def _off(desk: Desk, account: Account) -> str:
    login_admin.switch(desk, account, on=False)
    return _("%(name)s may not sign in any more, and was signed out.")


def _on(desk: Desk, account: Account) -> str:
    login_admin.switch(desk, account, on=True)
    return _("%(name)s may sign in again.")


def _forget(desk: Desk, account: Account) -> str:
    login_admin.forget_second_step(desk, account)
    return _("%(name)s sets up a new second step at the next sign-in.")


def _sign_out(desk: Desk, account: Account) -> str:
    login_admin.sign_out(desk, account)
    return _("%(name)s is signed out everywhere.")


DEEDS: Mapping[str, Callable[[Desk, Account], str]] = {
    "off": _off,
    "on": _on,
    "forget": _forget,
    "sign-out": _sign_out,
}


@require_POST
@fresh_sign_in
def do(request: DeskRequest, number: int) -> HttpResponse:
    """One press: off, on, forget the second step, sign out, a new link."""
    account, deed = _found(request.desk, number), request.POST.get("deed", "")
    try:
        if deed == "link":
            return _link_page(request, account, login_admin.new_link(request.desk, account))
        if deed not in DEEDS:
            raise Http404
        messages.success(request, DEEDS[deed](request.desk, account) % {"name": account.display_name})
    except NotPossible as why:
        messages.error(request, str(WHY_NOT[str(why)]))
    return redirect("login-edit", number=account.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link sets the password; then they sign in as everybody does."""
    now = timezone.now()
    try:
        account = login_admin.invited(token, now)
        form = PasswordForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            login_admin.accept(token, form.cleaned_data["password"], now, request_id())
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect("account_login")
    except NoSuchLink:
        return render(request, "logins/no_link.html", status=404)
    except ValidationError as weak:
        form.add_error("password", weak)
    status = 422 if request.method == "POST" else 200
    return render(request, "logins/invitation.html", {"form": form, "account": account}, status=status)
