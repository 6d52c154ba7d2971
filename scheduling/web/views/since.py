"""What changed in one's own weeks since one last looked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.services import since
from scheduling.web.htmx import DeskRequest
from scheduling.web.since import page_of


@require_safe
def changes(request: DeskRequest) -> HttpResponse:
    """All of it, with the press that says it is seen."""
    return render(request, "since/page.html", {"page": page_of(request.desk, since.read(request.desk))})


@require_POST
def seen(request: DeskRequest) -> HttpResponse:
    """From now on only what changes later is told. More that came meanwhile is shown first."""
    if since.seen(request.desk, request.POST.get("token", "")):
        messages.success(request, _("Seen. Only what changes from now on is told."))
        return redirect("week")
    messages.info(request, _("This is not what you saw: look once more, something changed meanwhile."))
    return redirect("since")
