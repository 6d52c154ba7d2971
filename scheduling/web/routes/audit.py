"""The audit trail."""

from django.urls import path

from scheduling.web.views import audit

urlpatterns = [
    path("audit/", audit.page, name="audit"),
]
