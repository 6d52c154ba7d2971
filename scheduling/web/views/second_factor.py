"""The second step of signing in, over a page too, and the page where the steps are set up."""

from allauth.mfa.base import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from scheduling.services import factors
from scheduling.web.htmx import is_part
from scheduling.web.sessions import signed_in


class SecondStep(allauth_views.AuthenticateView):
    """A code or a passkey after the password; a part is the same over a page whose session has ended."""

    def get_template_names(self) -> list[str]:
        return ["mfa/authenticate.html#part"] if is_part(self.request) else super().get_template_names()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(**kwargs) | {"in_place": is_part(self.request)}

    def form_valid(self, form: object) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        return signed_in(self.request) if is_part(self.request) and self.request.user.is_authenticated else answer


def second_factor(request: HttpRequest) -> HttpResponse:
    """Which second steps the login has, and how to set one up."""
    return render(request, "mfa/index.html", {"factors": factors.of(request.user)})  # type: ignore[arg-type]


def passkeys(request: HttpRequest) -> HttpResponse:
    """Where allauth leads to after a change of a passkey: they stand with the other second steps."""
    return redirect(reverse("mfa_index"))
