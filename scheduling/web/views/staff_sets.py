"""Sets of people: the list of one's own, the form of one, and the press that deletes it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.services import staff_sets, writes
from scheduling.web.forms.staff_sets import StaffSetForm
from scheduling.web.htmx import DeskRequest


@require_safe
def sets(request: DeskRequest) -> HttpResponse:
    """One's own sets, each with the ways to it."""
    rows = [(row, row.people.count()) for row in staff_sets.own(request.desk)]
    return render(request, "team/sets.html", {"rows": rows, "intent": writes.mint(request.desk)})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest, key: str = "") -> HttpResponse:
    """Make a set, or change one's own; then to the people of it."""
    desk = request.desk
    try:
        row = staff_sets.to_change(desk, key) if key else None
    except staff_sets.NoSuchSet as gone:
        raise Http404 from gone
    choosable = staff_sets.choosable(desk)
    if request.method != "POST":
        first = {"name": row.name, "shared": row.shared, "people": staff_sets.members(row)} if row else {}
        form = StaffSetForm(desk=desk, choosable=choosable, initial=first | {"intent": writes.mint(desk)})
        return render(request, "team/set.html", {"form": form, "row": row})
    form = StaffSetForm(request.POST, desk=desk, choosable=choosable)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = staff_sets.save(desk, told["intent"], key, told["name"], told["people"], shared=told["shared"])
        except staff_sets.NameTaken:
            form.add_error("name", _("You have another set of this name."))
        else:
            messages.success(request, _("The set is saved."))
            return redirect(f"{reverse('team')}?team={made}")
    return render(request, "team/set.html", {"form": form, "row": row}, status=422)


@require_POST
def delete(request: DeskRequest, key: str) -> HttpResponse:
    """Delete one's own set."""
    try:
        staff_sets.delete(request.desk, request.POST.get("intent", ""), key)
    except staff_sets.NoSuchSet:
        messages.info(request, _("This set is not there any more."))
    else:
        messages.success(request, _("The set is deleted."))
    return redirect("staff-sets")
