"""JSON out: plain dicts straight to bytes. Answers of a thousand rows do not pass through a schema on their way."""

import json
from typing import Any

from django.http import HttpResponse


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON response."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return HttpResponse(text.encode(), status=status, content_type="application/json")


def nothing(status: int = 204) -> HttpResponse:
    """A response without a body and without a content type (welkin-api 1)."""
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response
