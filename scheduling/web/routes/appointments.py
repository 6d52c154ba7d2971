"""Booking, looking at and changing visits; invitations that wait."""

from django.urls import path

from scheduling.web.views import appointments

urlpatterns = [
    path("appointments/new/", appointments.new, name="appointment-new"),
    path("appointments/<uuid:event_id>/", appointments.show, name="appointment"),
    path("appointments/<uuid:event_id>/move/", appointments.move, name="appointment-move"),
    path("appointments/<uuid:event_id>/edit/", appointments.edit, name="appointment-edit"),
    path("appointments/<uuid:event_id>/cancel/", appointments.cancel, name="appointment-cancel"),
    path("appointments/<uuid:event_id>/mark/", appointments.mark, name="appointment-mark"),
    path("appointments/<uuid:event_id>/attendance/", appointments.attendance, name="appointment-attendance"),
    path("appointments/<uuid:event_id>/delete/", appointments.delete, name="appointment-delete"),
    path("appointments/<uuid:event_id>/answer/", appointments.answer, name="appointment-answer"),
    path("invitations/", appointments.invitations, name="invitations"),
]
