"""Keeps what was typed into a form whose answer is no clear yes, whichever part of the application answered."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from scheduling.web import drafts

Handler = Callable[[HttpRequest], HttpResponse]


class KeepForms:
    """After the answer is made: a form that went through is forgotten, one that did not is kept (drafts.settle).

    A page that is about to be left for want of use sends its forms with the header `X-Keep-Form`: these are kept, and
    nothing of what they ask for is done (static/js/idle.js).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        drafts.settle(request, answer)
        return answer

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or "X-Keep-Form" not in request.headers:
            return None
        drafts.keep_typed(request)
        return HttpResponse(status=204)
