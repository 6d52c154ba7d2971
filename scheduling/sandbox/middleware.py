"""What holds for every answer, whichever part of the server made it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from . import errors

SENTENCES = {
    400: ("BAD_REQUEST", "The request is not valid"),
    404: ("NOT_FOUND", "No such address"),
    405: ("METHOD_NOT_ALLOWED", "This address does not take that method"),
    413: ("PAYLOAD_TOO_LARGE", "The body is too large"),
    500: ("INTERNAL_SERVER_ERROR", "The server failed"),
}


class ApiManners:
    """Both slash forms without a redirect, every error as the array, nothing cached (welkin-api 1, 1.2 and 12)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.rstrip("/") or "/"
        response = self._refused(request) or self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != "application/json":
            response = _as_array(request, response)
        response["Cache-Control"] = "no-cache, no-store"
        if request.method == "HEAD":
            response.content = b""
        return response

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        try:
            request.get_host()
        except DisallowedHost:
            return _told(request, 400)
        # PostgreSQL keeps no NUL in a text, so none is let in.
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _told(request, 400)
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdigit() or int(size) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return _told(request, 413)
        return None


def _as_array(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    told = _told(request, response.status_code)
    if "Allow" in response:
        told["Allow"] = response["Allow"]
    return told


def _told(request: HttpRequest, status: int) -> HttpResponse:
    code, sentence = SENTENCES.get(status, SENTENCES[400])
    return errors.Refusal(status, code, errors.component_of(request), sentence).answer()
