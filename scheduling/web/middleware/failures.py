"""Turns what services raise into a page or a part that says so in plain words. Nothing here becomes a bare 500."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from scheduling.services import security_events
from scheduling.services.desk import NotAllowed
from scheduling.services.patience import is_busy
from scheduling.services.sealing import NotReadable
from scheduling.services.writes import IntentRefused, LedgerBusy
from scheduling.web import failures
from scheduling.welkin.errors import WelkinError


class Failures(MiddlewareMixin):
    """Only what is expected is mapped; a mistake of ours stays an exception and is logged as one."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return self._denied(request, error)
        if isinstance(error, IntentRefused):
            return failures.show_used_form(request, getattr(request, "desk", None))
        if isinstance(error, LedgerBusy):
            return failures.show_busy(request)
        if is_busy(error):
            return failures.show_not_kept(request, error)
        if isinstance(error, NotReadable):
            return failures.show_other_key(request)
        if isinstance(error, WelkinError):
            return failures.show_api_failure(request, error)
        return None

    def _denied(self, request: HttpRequest, error: NotAllowed) -> HttpResponse:
        """The page that says no, once it is written down who asked for what."""
        desk = getattr(request, "desk", None)
        if desk is not None:
            try:
                route = request.resolver_match.view_name if request.resolver_match else ""
                security_events.denied(desk, error.action, route)
            except LedgerBusy:
                return failures.show_busy(request)
        return failures.show_not_allowed(request, error.action)
