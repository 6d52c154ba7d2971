"""How long a page may take, whatever the API does: 4 s where it only reads, 8 s where it changes something (I8)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from scheduling.welkin import within

READ_SECONDS, WRITE_SECONDS = 4.0, 8.0
# What is kept back for everything that is no call: our own tables and the page itself.
RESERVE = 0.5
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked by POST so that no name stands in an address, or because the form is sent along; nothing is changed.
ONLY_LOOKING = frozenset({"search", "find", "patient-find", "appointment-check", "appointment-move-check"})

Handler = Callable[[HttpRequest], HttpResponse]


def is_reading(request: HttpRequest) -> bool:
    """Whether nothing can be changed by it: by its method, or by its route."""
    if request.method in READING:
        return True
    try:
        return resolve(request.path_info).view_name in ONLY_LOOKING
    except Resolver404:
        return True


class AnswerInTime:
    """Every call that is made of the API for a request ends so early that the page can still be answered in time."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = READ_SECONDS if is_reading(request) else WRITE_SECONDS
        with within(seconds - RESERVE):
            return self.get_response(request)
