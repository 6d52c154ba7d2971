"""Keeps what was typed into a form whose answer is no clear yes, whichever part of the application answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from scheduling.web import drafts

Handler = Callable[[HttpRequest], HttpResponse]


def keep_forms(get_response: Handler) -> Handler:
    """After the answer is made: a form that went through is forgotten, one that did not is kept (drafts.settle)."""

    def handle(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        drafts.settle(request, answer)
        return answer

    return handle
