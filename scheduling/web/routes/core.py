"""Home, search, date jump, the outcome of a change."""

from django.urls import path

from scheduling.web.views import core

urlpatterns = [
    path("", core.home, name="home"),
    path("search/", core.search, name="search"),
    path("go/", core.go, name="go"),
    path("outcomes/<str:key>/", core.outcome, name="outcome"),
]
