"""Patients and the staff directory."""

from django.urls import path

from scheduling.web.views import patients

urlpatterns = [
    path("patients/find/", patients.find, name="patient-find"),
    path("patients/new/", patients.new, name="patient-new"),
    path("patients/<uuid:patient_id>/", patients.show, name="patient"),
    path("people/", patients.people, name="people"),
    path("people/connection/", patients.connection, name="connection"),
]
