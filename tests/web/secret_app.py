"""The dashboard with one page more, which wants to know again who is there."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from scheduling.urls import handler400, handler403, handler404, handler429, handler500
from scheduling.web.sudo import fresh_sign_in

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]


@fresh_sign_in
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} the secret")


urlpatterns = [path("secret/", secret, name="secret"), path("", include("scheduling.web.urls"))]
