"""Emergency access: opening it, ending it, and looking at what others opened."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.services import emergency
from scheduling.services.desk import OPEN
from scheduling.web.forms.emergency import EmergencyForm
from scheduling.web.htmx import DeskRequest
from scheduling.web.sessions import page_behind


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: DeskRequest) -> HttpResponse:
    """What it is, and the reason for opening it."""
    request.desk.require(OPEN)
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        emergency.open_access(request.desk, form.cleaned_data["reason"])
        return redirect("week")
    words = {"form": form, "minutes": emergency.LASTS.seconds // 60}
    return render(request, "emergency/page.html", words, status=422 if form.errors else 200)


@require_POST
def end(request: DeskRequest) -> HttpResponse:
    """End it, and show the page again as it is without."""
    emergency.end(request.desk)
    return redirect(page_behind(request))


@require_safe
def over(request: DeskRequest) -> HttpResponse:
    """What a page asks by itself when its time should be over: then it loads itself again, without names."""
    return HttpResponse(status=204, headers={} if request.desk.emergency else {"HX-Refresh": "true"})


@require_POST
def seen(request: DeskRequest, number: int) -> HttpResponse:
    """Somebody who reads the trail has looked at it."""
    try:
        emergency.see(request.desk, number)
    except emergency.NoSuchAccess:
        raise Http404 from None
    return redirect("audit")
