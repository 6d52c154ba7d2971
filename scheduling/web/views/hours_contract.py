"""How many hours a week somebody is engaged for: set by managers of the team and administrators."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.services import contracts, writes
from scheduling.web.forms.hours_contract import ContractForm
from scheduling.web.hours_words import length
from scheduling.web.htmx import DeskRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """Look at the contract hours of one clinician and set them; no call."""
    desk = request.desk
    clinician, minutes = contracts.to_change(desk, clinician_id)
    told = {"clinician": clinician, "hours": "" if minutes is None else length(minutes)}
    if request.method != "POST":
        told["form"] = ContractForm(desk=desk, initial={"intent": writes.mint(desk), "hours": told["hours"]})
        return render(request, "hours/editor_contract.html", told)
    form = ContractForm(request.POST, desk=desk)
    if not form.is_valid():
        return render(request, "hours/editor_contract.html", told | {"form": form}, status=422)
    done = contracts.set_minutes(desk, form.cleaned_data["intent"], clinician_id, form.cleaned_data["hours"])
    messages.success(request, _("The contract hours are saved.") if done else _("This was saved already."))
    return redirect("hours-of", clinician_id=clinician_id)
