"""Signing in and out. Only the parts of allauth that are offered have a route."""

from allauth.account import views as allauth_views
from django.urls import path

from scheduling.web.views import accounts

urlpatterns = [
    path("account/login/", accounts.LoginPage.as_view(), name="account_login"),
    path("account/logout/", allauth_views.logout, name="account_logout"),
    path("account/closed/", allauth_views.account_inactive, name="account_inactive"),
    path("account/password/", allauth_views.password_change, name="account_change_password"),
    path("account/password/set/", accounts.no_password, name="account_set_password"),
    path("account/confirm/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("account/signup/", accounts.no_signup, name="account_signup"),
    path("account/demo/", accounts.demo_login, name="demo-login"),
]
