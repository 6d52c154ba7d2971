"""What machines ask that start, watch and replace this one."""

from django.urls import path

from scheduling.web.views import operations

urlpatterns = [
    path("healthz", operations.health, name="health"),
    path("readyz", operations.ready, name="ready"),
    path("metrics", operations.metrics, name="metrics"),
]
