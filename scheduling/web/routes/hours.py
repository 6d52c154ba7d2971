"""The hours that a clinician works."""

from django.urls import path

from scheduling.web.views import hours, hours_editing

urlpatterns = [
    path("hours/", hours.own_hours, name="hours"),
    path("hours/<uuid:clinician_id>/", hours.hours, name="hours-of"),
    path("hours/<uuid:clinician_id>/new/", hours_editing.new, name="hours-new"),
    path("hours/<uuid:clinician_id>/<uuid:record_id>/", hours_editing.edit, name="hours-edit"),
    path("hours/<uuid:clinician_id>/<uuid:record_id>/end/", hours_editing.end, name="hours-end"),
]
