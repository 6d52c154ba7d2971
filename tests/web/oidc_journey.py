"""Signing in over a provider, as a child with settings of its own: prints what came of each journey as JSON.

The provider answers at the wire; its discovery, token and user documents are those of OpenID Connect Core 1.0.
"""

import json
import logging
import os
import re
import tempfile
from dataclasses import dataclass
from typing import Any

PROVIDER = "https://id.example"
os.environ.update(
    DEMO="0", DATA=tempfile.mkdtemp(), WELKIN_URL="", DATABASE_URL="", CACHE_URL="", MFA_REQUIRED="0",
    OIDC_SERVER_URL=PROVIDER, OIDC_CLIENT="daybook", OIDC_SECRET="kept", OIDC_NAME="Harbor Group",
    PUBLIC_URL="", ALLOWED_HOSTS="testserver,localhost", DJANGO_SETTINGS_MODULE="scheduling.settings",
)  # fmt: skip

import django  # noqa: E402
import responses  # noqa: E402

django.setup()
logging.disable()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from scheduling.accounts.models import Account  # noqa: E402


@dataclass
class Journey:
    """Who the provider says it is, and how it answers."""

    says: dict[str, Any]
    state: str = ""
    token_status: int = 200
    query: str = "code=c0de"


MAIL = "ada@harbor.example"
JOURNEYS = {
    "a verified address": Journey({"email": MAIL, "email_verified": True}),
    "in capitals": Journey({"email": MAIL.upper(), "email_verified": True}),
    "not verified": Journey({"email": MAIL, "email_verified": False}),
    "verified only by a word": Journey({"email": MAIL, "email_verified": "yes"}),
    "says nothing of it": Journey({"email": MAIL}),
    "nobody here": Journey({"email": "eve@harbor.example", "email_verified": True}),
    "of two logins": Journey({"email": "two@harbor.example", "email_verified": True}),
    "switched off": Journey({"email": "off@harbor.example", "email_verified": True}),
    "one of the demo": Journey({"email": "demo@harbor.example", "email_verified": True}),
    "no address": Journey({}),
    "with a second step": Journey({"email": "mfa@harbor.example", "email_verified": True}),
    "a forged state": Journey({"email": MAIL, "email_verified": True}, state="forged"),
    "cancelled": Journey({}, query="error=access_denied"),
    "the provider is broken": Journey({}, token_status=500),
}


def answers(journey: Journey) -> responses.RequestsMock:
    wire = responses.RequestsMock(assert_all_requests_are_fired=False)
    wire.get(
        f"{PROVIDER}/.well-known/openid-configuration",
        json={
            "issuer": PROVIDER,
            "authorization_endpoint": f"{PROVIDER}/authorize",
            "token_endpoint": f"{PROVIDER}/token",
            "userinfo_endpoint": f"{PROVIDER}/me",
            "jwks_uri": f"{PROVIDER}/keys",
        },
    )
    wire.post(f"{PROVIDER}/token", json={"access_token": "t0ken"}, status=journey.token_status)
    wire.get(f"{PROVIDER}/me", json={"sub": "1", **journey.says})
    return wire


def travel(journey: Journey) -> list[Any]:
    """Status and place of the last answer, and the name of who is signed in."""
    browser = Browser()
    with answers(journey):
        sent = browser.get("/account/login/clinic/?next=/search/").headers["Location"]
        state = journey.state or re.search(r"[?&]state=([^&]+)", sent)[1]
        answer = browser.get(f"/account/login/clinic/back/?{journey.query}&state={state}")
    number = browser.session.get("_auth_user_id")
    name = Account.objects.get(pk=number).username if number else ""
    return [answer.status_code, answer.headers.get("Location", ""), name]


def main() -> None:
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in ("ada", "two", "off", "demo", "mfa"):
        Account.objects.create_user(username=name, email=f"{name}@harbor.example", is_active=name != "off")
    Account.objects.filter(username="demo").update(demo=True)
    Account.objects.create_user(username="two.again", email="two@harbor.example")
    Authenticator.objects.create(user=Account.objects.get(username="mfa"), type="totp", data={"secret": "sealed"})
    before = Account.objects.count()
    came = {name: travel(journey) for name, journey in JOURNEYS.items()}
    page = Browser().get("/account/login/?next=/people/").content.decode()
    with answers(JOURNEYS["no address"]):
        sent = Browser().get("/account/login/clinic/").headers["Location"]
    with responses.RequestsMock():
        away = Browser().get("/account/login/clinic/").status_code
    told = {
        "came": came,
        "away": away,
        "made": Account.objects.count() - before,
        "offered": re.findall(r'href="(/account/login/clinic/[^"]*)">([^<]+)<', page),
        "asked": sorted(re.findall(r"[?&](\w+)=", sent)),
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
