"""Booking, looking at and changing visits; invitations that wait."""

from django.urls import path

from scheduling.web import presence
from scheduling.web.views import appointments, booking, closing, editing, invitations, joining, restoring

urlpatterns = [
    path("appointments/new/", booking.new, name="appointment-new"),
    path("appointments/new/check/", booking.check, name="appointment-check"),
    path("appointments/<uuid:event_id>/", appointments.show, name="appointment"),
    path("appointments/<uuid:event_id>/move/", appointments.move, name="appointment-move"),
    path("appointments/<uuid:event_id>/move/check/", appointments.check_move, name="appointment-move-check"),
    path("appointments/<uuid:event_id>/edit/", editing.edit, name="appointment-edit"),
    path("appointments/<uuid:event_id>/join/", joining.join, name="appointment-join"),
    path("appointments/<uuid:event_id>/cancel/", closing.cancel, name="appointment-cancel"),
    path("appointments/<uuid:event_id>/restore/", restoring.restore, name="appointment-restore"),
    path("appointments/<uuid:event_id>/delete/", closing.delete, name="appointment-delete"),
    path("appointments/<uuid:event_id>/mark/", closing.mark, name="appointment-mark"),
    path("appointments/<uuid:event_id>/attendance/", closing.attendance, name="appointment-attendance"),
    path("appointments/<uuid:event_id>/presence/", presence.told, name="appointment-presence"),
    path("appointments/<uuid:event_id>/answer/", invitations.answer, name="appointment-answer"),
    path("invitations/", invitations.waiting, name="invitations"),
    path("invitations/later/", invitations.later, name="invitations-later"),
    path("invitations/answers/", invitations.answer_selected, name="invitations-answers"),
    path("invitations/answers/undo/", invitations.undo_selected, name="invitations-undo"),
]
