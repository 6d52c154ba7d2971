"""Booking, looking at and changing visits; invitations that wait."""

from django.http import Http404, HttpRequest, HttpResponse


def new(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def show(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def move(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def edit(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def cancel(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def mark(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def attendance(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def delete(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def answer(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def invitations(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
