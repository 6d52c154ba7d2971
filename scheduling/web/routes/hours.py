"""The hours that a clinician works."""

from django.urls import path

from scheduling.web.views import hours, hours_contract, hours_copy, hours_editing, hours_locks, rotations

urlpatterns = [
    path("hours/", hours.own_hours, name="hours"),
    path("hours/locks/", hours_locks.locks, name="hours-locks"),
    path("hours/locks/<int:number>/lift/", hours_locks.lift, name="hours-lock-lift"),
    path("hours/teams/<int:number>/delegate/", hours_locks.delegate, name="hours-delegate"),
    path("hours/<uuid:clinician_id>/", hours.hours, name="hours-of"),
    path("hours/<uuid:clinician_id>/history/", hours.history, name="hours-history"),
    path("hours/<uuid:clinician_id>/copy/", hours_copy.copy, name="hours-copy"),
    path("hours/<uuid:clinician_id>/rotation/", rotations.rotation, name="hours-rotation"),
    path("hours/<uuid:clinician_id>/new/", hours_editing.new, name="hours-new"),
    path("hours/<uuid:clinician_id>/contract/", hours_contract.contract, name="hours-contract"),
    path("hours/<uuid:clinician_id>/<uuid:record_id>/", hours_editing.edit, name="hours-edit"),
    path("hours/<uuid:clinician_id>/<uuid:record_id>/end/", hours_editing.end, name="hours-end"),
]
