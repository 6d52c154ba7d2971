"""The audit trail for those who may read it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scheduling.services import audit_search, emergency
from scheduling.web.audit_page import lines_of, next_link
from scheduling.web.forms.audit import AuditForm
from scheduling.web.htmx import DeskRequest


@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """The newest lines, or those that were asked for; and whether the chain is whole."""
    form = AuditForm(request.GET, choices=audit_search.choices(request.desk))
    words = {"form": form, "chain": audit_search.chain(request.desk), "opened": emergency.unseen(request.desk)}
    if not form.is_valid():
        return render(request, "audit/page.html", words, status=422)
    found = audit_search.look(request.desk, form.wanted)
    words |= {"lines": lines_of(found), "next": next_link(request.GET, found.next), "asked": bool(form.changed_data)}
    return render(request, "audit/page.html", words)
