"""The week of one person and the day of a team."""

from django.http import Http404, HttpRequest, HttpResponse


def own_week(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def this_week(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def week(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def today(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def day(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
