"""Forms that were not saved: going on with one, throwing one away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.services import drafts
from scheduling.web.drafts import address_of
from scheduling.web.htmx import DeskRequest, is_part, render_part


def lines(request: DeskRequest) -> HttpResponse:
    """The line of the frame, asked again when something may have been kept; a page for those who came by address.

    Changes nothing, and so answers the press that throws one away too.
    """
    return render_part(request, "drafts/page.html", {})


@require_safe
def go_on(request: DeskRequest, key: str) -> HttpResponse:
    """To the form, filled in as it was typed; to what came of it, where it was sent and that is not known yet."""
    kept = drafts.find(request.desk, key)
    address = address_of(kept) if kept else ""
    if kept and kept.open:
        return redirect("outcome", key)
    if not address:
        messages.info(request, _("This form is not kept any more."))
        return redirect("home")
    return redirect(address)


@require_POST
def throw_away(request: DeskRequest, key: str) -> HttpResponse:
    """Forget what was typed."""
    drafts.forget(request.desk, key)
    return lines(request) if is_part(request) else redirect("home")
