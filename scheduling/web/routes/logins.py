"""Logins, for administrators; and the page behind an invitation's link."""

from django.urls import path

from scheduling.web.views import logins

urlpatterns = [
    path("people/logins/", logins.index, name="logins"),
    path("people/logins/new/", logins.new, name="logins-new"),
    path("people/logins/<int:number>/", logins.edit, name="login-edit"),
    path("people/logins/<int:number>/do/", logins.do, name="login-do"),
    path("account/invitation/<str:token>/", logins.invitation, name="invitation"),
]
