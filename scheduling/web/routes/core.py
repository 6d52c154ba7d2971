"""Home, search, date jump, the outcome of a change; what programs ask."""

from django.urls import path

from scheduling.web.views import condition, core

urlpatterns = [
    path("", core.home, name="home"),
    path("healthz", condition.health, name="health"),
    path("readyz", condition.ready, name="ready"),
    path("metrics", condition.metrics, name="metrics"),
    path("search/", core.search, name="search"),
    path("go/", core.go, name="go"),
    path("outcomes/<str:key>/", core.outcome, name="outcome"),
]
