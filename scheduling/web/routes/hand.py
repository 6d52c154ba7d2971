"""Carrying a visit over a board."""

from django.urls import path

from scheduling.web import legal

urlpatterns = [
    path("appointments/<uuid:event_id>/places/", legal.places, name="appointment-places"),
]
