"""Leave."""

from django.urls import path

from scheduling.web.views import leave

urlpatterns = [
    path("leave/", leave.overview, name="leave"),
    path("leave/new/", leave.new, name="leave-new"),
    path("leave/<uuid:event_id>/withdraw/", leave.withdraw, name="leave-withdraw"),
]
