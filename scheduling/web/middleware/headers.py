"""Headers that every answer carries, whichever part of the application made it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]


def answer_headers(get_response: Handler) -> Handler:
    """Nothing dynamic is ever kept by a browser or a proxy: pages name patients. Static files have their own rule."""

    def handle(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if not request.path.startswith("/static/"):
            answer.headers["Cache-Control"] = "no-store"
            patch_vary_headers(answer, ["HX-Request", "Cookie"])
        return answer

    return handle
