"""Signing in and out, and the own login. Only the parts of allauth that are offered have a route."""

from allauth.account import views as allauth_views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from django.conf import settings
from django.urls import URLPattern, path

from scheduling.web.views import accounts, own_account, second_factor

urlpatterns: list[URLPattern] = [
    path("account/", own_account.account, name="account"),
    path("account/sessions/end/", own_account.end_others, name="sessions-end"),
    path("account/sessions/<int:number>/end/", own_account.end_session, name="session-end"),
    path("account/login/", accounts.LoginPage.as_view(), name="account_login"),
    path("account/login/code/", second_factor.SecondStep.as_view(), name="mfa_authenticate"),
    path("account/logout/", accounts.LogoutPage.as_view(), name="account_logout"),
    path("account/stay/", accounts.stay, name="account-stay"),
    path("account/closed/", allauth_views.account_inactive, name="account_inactive"),
    path("account/password/", allauth_views.password_change, name="account_change_password"),
    path("account/password/set/", accounts.no_password, name="account_set_password"),
    path("account/confirm/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/second/", second_factor.second_factor, name="mfa_index"),
    path("account/second/app/", app.activate_totp, name="mfa_activate_totp"),
    path("account/second/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/second/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/second/passkeys/", second_factor.passkeys, name="mfa_list_webauthn"),
    path("account/second/passkeys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("account/second/passkeys/<int:pk>/name/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/second/passkeys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/signup/", accounts.no_signup, name="account_signup"),
    path("account/demo/", accounts.demo_login, name="demo-login"),
]

if settings.OIDC:
    from scheduling.web import oidc

    clinic = {"provider_id": oidc.PROVIDER}
    urlpatterns += [
        path("account/login/clinic/", oidc.to_provider, clinic, name="openid_connect_login"),
        path("account/login/clinic/back/", oidc.from_provider, clinic, name="openid_connect_callback"),
    ]
