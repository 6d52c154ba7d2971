"""How the hours are used."""

from django.http import Http404, HttpRequest, HttpResponse


def week(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
