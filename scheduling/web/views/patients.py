"""Patients and the staff directory."""

from django.http import Http404, HttpRequest, HttpResponse


def find(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def new(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def show(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404


def people(request: HttpRequest, **parts: object) -> HttpResponse:
    raise Http404
