"""What a clinic proposes for its visits: usual lengths and locations. For administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.services import visit_defaults
from scheduling.services.visit_defaults import DefaultsChanged
from scheduling.web.answers import set_field
from scheduling.web.forms.visit_defaults import DefaultsForm
from scheduling.web.htmx import DeskRequest

WRONG = 422


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest) -> HttpResponse:
    """Show them, and change them."""
    request.desk.require(visit_defaults.MANAGE)
    form = DefaultsForm(request.POST if request.method == "POST" else None, now=visit_defaults.of(request.desk))
    if form.is_valid() and _save(request, form):
        messages.success(request, _("It is saved: what is booked from now on begins with this."))
        return redirect("visit-defaults")
    return render(request, "people/visit_defaults.html", {"form": form}, status=WRONG if form.is_bound else 200)


def _save(request: DeskRequest, form: DefaultsForm) -> bool:
    """Whether it is saved; what forbids it becomes an error of the form."""
    try:
        visit_defaults.change(request.desk, form.wanted, form.cleaned_data["seen"])
    except DefaultsChanged as meanwhile:
        set_field(form, "seen", meanwhile.now.mark)
        form.add_error(None, _("Somebody changed this meanwhile. Save once more to replace that by what is here."))
        return False
    return True
