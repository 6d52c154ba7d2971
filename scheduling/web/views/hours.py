"""The hours that a clinician works."""

from django.http import Http404, HttpRequest, HttpResponse


def own_hours(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def hours(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def new(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def edit(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
