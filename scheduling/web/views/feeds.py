"""A clinician's calendar feed: the page of its owner, the file for whoever has its address, the file of one visit."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.domain.feed import Detail
from scheduling.services import feed_reading, feeds
from scheduling.services.connection import NotConfigured
from scheduling.services.desk import seat
from scheduling.web import feed_file, feed_page
from scheduling.web.forms.feeds import DetailForm
from scheduling.web.htmx import DeskRequest
from scheduling.web.middleware.desk import request_id
from scheduling.web.sudo import fresh_sign_in

# What a program is told to wait where the calendar cannot be read.
LATER = 600


@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """One's own feed: what it shows, since when, when it was last asked for."""
    return _page(request)


@require_POST
@fresh_sign_in
def make(request: DeskRequest) -> HttpResponse:
    """A feed, or a new address for it. The answer is the only page that ever shows the address."""
    form = DetailForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    made = feeds.make(request.desk, Detail(form.cleaned_data["detail"]))
    return _page(request, address=feed_page.address_of(made.token))


@require_POST
def set_detail(request: DeskRequest) -> HttpResponse:
    """Show more or less at the same address."""
    form = DetailForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        feeds.set_detail(request.desk, Detail(form.cleaned_data["detail"]))
    except feeds.NoSuchFeed:
        return _page(request, told=_("There is no feed any more: it was closed meanwhile."))
    return redirect(f"{reverse('feed')}?saved")


@require_POST
def revoke(request: DeskRequest) -> HttpResponse:
    """Close the feed."""
    feeds.revoke(request.desk)
    return redirect(f"{reverse('feed')}?closed")


def _page(
    request: DeskRequest, *, form: DetailForm | None = None, address: str = "", told: str = "", status: int = 200
) -> HttpResponse:
    feed = feeds.find(request.desk)
    form = form or DetailForm(initial={"detail": feed.detail if feed else Detail.BUSY})
    words = {"feed": feed, "form": form, "address": address, "told": told or feed_page.told(request.GET)}
    return render(request, "feeds/page.html", words, status=status)


@login_not_required
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The feed, for a program that knows its address and nothing else. Never an empty calendar for a failure."""
    now = timezone.now()
    try:
        feed = feeds.opened(token, now)
        desk = seat(feed.account, now=now, request_id=request_id())
        found = feed_reading.contents(desk, feed)
    except feeds.NoSuchFeed:
        return _plain(404, _("There is no calendar at this address."))
    except feeds.AskedTooOften as often:
        return _plain(429, _("Asked for too often. Ask again later."), often.retry_after)
    except (feed_reading.NotReadableNow, NotConfigured):
        return _plain(503, _("The calendar cannot be read just now. Ask again later."), LATER)
    return HttpResponse(
        feed_file.as_file(found.shown, found.zone),
        content_type=feed_file.CONTENT_TYPE,
        headers={"Content-Disposition": 'attachment; filename="calendar.ics"'},
    )


def _plain(status: int, sentence: str, retry_after: int | None = None) -> HttpResponse:
    """A sentence for a program and whoever reads its log."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def visit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """One visit as a file for the own calendar program."""
    shown = feed_reading.one_visit(request.desk, event_id)
    return HttpResponse(
        feed_file.as_file([shown], request.desk.zone, one=True),
        content_type=feed_file.CONTENT_TYPE,
        headers={"Content-Disposition": 'attachment; filename="visit.ics"'},
    )
