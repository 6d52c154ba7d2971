"""The API as one document: its routes, and every way a request can be refused as the API's array (welkin-api 1.2)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from . import errors
from .caller import Bearer
from .parsing import StrictJson
from .routes import access, control, events, hours, patients, records, schedules, users

api = NinjaAPI(
    title="Daybook sandbox: Welkin Health V8 calendar API",
    version="8",
    description="An embedded server of the calendar part of the API. All paths also answer with a trailing slash.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Bearer(),
    parser=StrictJson(),
)
for _router in (
    access.router,
    users.router,
    patients.router,
    records.router,
    hours.router,
    events.router,
    schedules.router,
):
    api.add_router("", _router)
if settings.TEST_CONTROL:
    api.add_router("", control.router)
if settings.FAULTS:
    from .routes import faults

    api.add_router("", faults.router)


@api.exception_handler(errors.Refusal)
def refused(request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
    return refusal.answer()


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return errors.bad_token().answer()


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return errors.invalid(errors.component_of(request), dict(map(_told, error.errors))).answer()


@api.exception_handler(HttpError)
def not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
    component = errors.component_of(request)
    return errors.Refusal(error.status_code, "VALIDATION_ERROR", component, "The body is not valid JSON").answer()


def _told(error: dict[str, Any]) -> tuple[str, str]:
    """`{field: reason}` of one finding; the first part of its place says only where ninja looked."""
    place = [str(part) for part in error["loc"][1:] if part not in ("body", "wanted", "viewer", "key")]
    return ".".join(place) or "body", str(error["msg"]).removeprefix("Value error, ")
