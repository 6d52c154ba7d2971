"""Signing in over the clinic's own provider. The journeys run in a child, because the settings decide what is there."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client as Browser

from tests.test_settings import ROOT, ask
from tests.web import test_headers

IN = [302, "/search/", "ada"]
NOT_KNOWN = [403, "", ""]
FAILED = [502, "", ""]
EXPECTED = {
    "a verified address": IN,
    "in capitals": IN,
    "not verified": NOT_KNOWN,
    "verified only by a word": NOT_KNOWN,
    "says nothing of it": NOT_KNOWN,
    "nobody here": NOT_KNOWN,
    "of two logins": NOT_KNOWN,
    "switched off": NOT_KNOWN,
    "one of the demo": NOT_KNOWN,
    "no address": NOT_KNOWN,
    "with a second step": [302, "/account/login/code/", ""],
    "a forged state": FAILED,
    "cancelled": FAILED,
    "the provider is broken": FAILED,
}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    child = [sys.executable, "-m", "tests.web.oidc_journey"]
    answer = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return json.loads(answer.stdout.splitlines()[-1])


@pytest.mark.parametrize("journey", EXPECTED)
def test_only_who_has_a_login_signs_in_over_the_provider(told: dict[str, Any], journey: str) -> None:
    assert told["came"][journey] == EXPECTED[journey]


def test_a_provider_that_is_away_is_told_in_words(told: dict[str, Any]) -> None:
    assert told["away"] == 502


def test_every_journey_is_expected_and_no_login_was_made(told: dict[str, Any]) -> None:
    assert (set(told["came"]), told["made"]) == (set(EXPECTED), 0)


def test_the_sign_in_page_offers_it_where_it_is_configured(told: dict[str, Any]) -> None:
    assert told["offered"] == [["/account/login/clinic/?next=/people/", "Sign in over Harbor Group"]]


def test_the_provider_is_asked_with_a_state_and_a_challenge(told: dict[str, Any]) -> None:
    assert {"state", "code_challenge", "code_challenge_method"} <= set(told["asked"])


@pytest.mark.django_db
def test_elsewhere_there_is_neither_button_nor_route() -> None:
    assert "/account/login/clinic/" not in Browser().get("/account/login/").content.decode()
    assert "openid_connect_login" not in test_headers.ROUTES


UNSAFE = {
    "without its secret": ({"OIDC_SERVER_URL": "https://id.example", "OIDC_CLIENT": "daybook"}, "needs OIDC_CLIENT"),
    "without encryption": (
        {"OIDC_SERVER_URL": "http://id.example", "OIDC_CLIENT": "daybook", "OIDC_SECRET": "kept"},
        "must start with https://",
    ),
}


@pytest.mark.parametrize(("environment", "words"), UNSAFE.values(), ids=UNSAFE)
def test_a_provider_that_is_half_told_refuses_to_start(tmp_path: Any, environment: dict[str, str], words: str) -> None:
    child = ask("1", tmp_path, **environment)
    assert (child.returncode, words in child.stderr) == (1, True)
