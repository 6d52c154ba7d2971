"""How the hours are used."""

from django.urls import path

from scheduling.web.views import utilisation

urlpatterns = [
    path("utilisation/", utilisation.week, name="utilisation"),
]
