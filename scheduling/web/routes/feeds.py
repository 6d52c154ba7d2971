"""Private calendar feeds, and a visit as a calendar file."""

from django.urls import path

from scheduling.web.views import feeds

urlpatterns = [
    path("account/feed/", feeds.page, name="feed"),
    path("account/feed/make/", feeds.make, name="feed-make"),
    path("account/feed/detail/", feeds.set_detail, name="feed-detail"),
    path("account/feed/close/", feeds.revoke, name="feed-revoke"),
    path("feeds/<str:token>.ics", feeds.file, name="feed-file"),
    path("appointments/<uuid:event_id>/visit.ics", feeds.visit, name="appointment-file"),
]
