"""Find a slot."""

from django.urls import path

from scheduling.web.views import finding

urlpatterns = [
    path("find/", finding.find, name="find"),
]
