"""What changed since one last looked."""

from django.urls import path

from scheduling.web.views import since

urlpatterns = [
    path("since/", since.changes, name="since"),
    path("since/seen/", since.seen, name="since-seen"),
]
