"""Emergency access."""

from django.urls import path

from scheduling.web.views import emergency

urlpatterns = [
    path("emergency/", emergency.page, name="emergency"),
    path("emergency/end/", emergency.end, name="emergency-end"),
    path("emergency/over/", emergency.over, name="emergency-over"),
    path("emergency/<int:number>/seen/", emergency.seen, name="emergency-seen"),
]
