"""Welkin users and what visits begin with, for administrators."""

from django.urls import path

from scheduling.web.views import users, visit_defaults

urlpatterns = [
    path("people/users/new/", users.new, name="user-new"),
    path("people/visits/", visit_defaults.edit, name="visit-defaults"),
    path("people/users/<uuid:user_id>/", users.edit, name="user-edit"),
]
