"""Refusals: what goes wrong at the API and how it is told, always as a JSON array (welkin-api 1.2)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from . import instants
from .answering import answer

# by the first segment behind the scope of a path
COMPONENTS = {"users": "USER", "by-filter": "PATIENT", "patients": "PATIENT", "calendar": "CALENDAR"}


class Refusal(Exception):
    """One refused request: status, errorCode, componentType, a sentence, and `{field: reason}`."""

    def __init__(
        self, status: int, code: str, component: str, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.component, self.message = status, code, component, message
        self.details = dict(details or {})
        self.dated = True

    def answer(self) -> HttpResponse:
        """The response that tells it."""
        body = {
            "errorCode": self.code,
            "componentType": self.component,
            "message": self.message,
            "details": self.details,
        }
        if self.dated:
            body["date"] = instants.written(instants.now())
        return answer([body], status=self.status)


def invalid(component: str, details: Mapping[str, Any]) -> Refusal:
    """400: a bad or missing field."""
    return Refusal(400, "VALIDATION_ERROR", component, "The request is not valid", details)


def not_found(component: str, code: str, message: str) -> Refusal:
    """404 of one kind of thing."""
    return Refusal(404, code, component, message)


def no_such_user() -> Refusal:
    return not_found("USER", "USER_NOT_FOUND", "User doesn't exist")


def no_such_patient() -> Refusal:
    return not_found("PATIENT", "PATIENT_NOT_FOUND", "Patient doesn't exist")


def no_such_event() -> Refusal:
    return not_found("CALENDAR", "CALENDAR_EVENT_NOT_FOUND", "Calendar event doesn't exist")


def no_such_hours() -> Refusal:
    return not_found("CALENDAR", "WORK_HOURS_NOT_FOUND", "Work hours don't exist")


def no_such_record() -> Refusal:
    return not_found("CDT", "DT_RECORD_NOT_FOUND", "DT record not found")


def bad_token() -> Refusal:
    return Refusal(401, "NOT_VALID_JSON_WEB_TOKEN", "AUTH", "The token is missing or not valid")


def expired_token() -> Refusal:
    return Refusal(401, "TOKEN_EXPIRED", "AUTH", "The token has expired")


def unknown_client() -> Refusal:
    return Refusal(401, "API_CLIENT_NOT_AUTHORIZED", "AUTH", "Unknown or disabled API client, or a wrong secret")


def closed_to_clients(client: Mapping[str, str], path: str) -> Refusal:
    """403 as it was recorded: details name the client, and there is no date."""
    refusal = Refusal(
        403,
        "ACCESS_FOR_API_CLIENT_RESTRICTED",
        "AUTH",
        "Access to this API is restricted for the APIClient",
        {**client, "clientType": "API_CLIENT", "requestURI": path},
    )
    refusal.dated = False
    return refusal


def component_of(request: HttpRequest) -> str:
    """The componentType a path belongs to, for errors found before any handler runs."""
    segments = request.path_info.split("/")[3:]
    if segments[:1] == ["patients"] and segments[2:3] in (["cdts"], ["cdt"]):
        return "CDT"
    return COMPONENTS.get(segments[0], "AUTH") if segments else "AUTH"
