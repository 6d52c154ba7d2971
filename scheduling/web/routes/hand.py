"""Carrying a visit over a board, and its keys."""

from django.urls import path

from scheduling.web import keys, legal

urlpatterns = [
    path("keys/", keys.legend, name="keys"),
    path("appointments/<uuid:event_id>/places/", legal.places, name="appointment-places"),
]
