"""Passwords: which are taken, how they are kept, and that a password manager can fill them in."""

import re

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client as Browser

from scheduling import settings as real
from scheduling.accounts.models import Account

ADA = Account(username="ada.quill", first_name="Ada", last_name="Quillworthy", email="ada.quillworthy@harbor.example")
LEAKED = "password_leaked"

RULES = {
    "eleven characters": ("fern otters", ["password_too_short"]),
    "twelve characters": ("fern otters!", []),
    "only small letters": ("threeferryboats", []),
    "other alphabets": ("лодка под мостом", []),
    "a phrase with blanks": ("otters read old maps", []),
    "128 characters": ("fern otter " * 11 + "teapot.", []),
    "129 characters": ("fern otter " * 11 + "teapots.", ["password_too_long"]),
    "the user name": ("ada.quill.2026", ["password_too_similar"]),
    "the last name": ("quillworthy!!", ["password_too_similar"]),
    "the e-mail": ("quillworthy@harbor", ["password_too_similar"]),
    "in the list as it is": ("1qaz2wsx3edc", [LEAKED]),
    "in the list, in capitals": ("QwertyUiop123", [LEAKED]),
    "a short one with digits": ("Password20261", [LEAKED]),
    "a short one with signs": ("!!!sunshine!!!", [LEAKED]),
    "a short one, written otherwise": ("P@ssw0rd2026!", [LEAKED]),
    "a short one three times": ("monkeymonkeymonkey", [LEAKED]),
    "one sign all along": ("zzzzzzzzzzzzzz", [LEAKED]),
    "two in turn": ("ababababababab", [LEAKED]),
    "the name of the product": ("Daybook-2026!", [LEAKED]),
    "the name of the service, twice": ("welkinwelkin", [LEAKED]),
    "the name of the clinic": ("H4rb0rCl1n1c26", [LEAKED]),
    "a phrase with the clinic's name": ("otters in the harbor", []),
    "digits alone": ("739201846255", []),
}


@pytest.mark.parametrize(("password", "refused"), RULES.values(), ids=RULES)
def test_which_passwords_are_taken(password: str, refused: list[str]) -> None:
    codes = []
    try:
        validate_password(password, ADA)
    except ValidationError as errors:
        codes = [error.code for error in errors.error_list]
    assert codes == refused


def test_passwords_are_kept_by_argon2_and_older_ones_can_be_read(settings) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    kept, older = make_password("otters read old maps"), make_password("otters read old maps", hasher="pbkdf2_sha256")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("otters read old maps", kept)
    assert check_password("otters read old maps", older)


def test_an_older_hash_is_made_anew_at_the_next_sign_in(settings, make_account) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    account = make_account(username="ada")
    account.password = make_password("otters read old maps", hasher="pbkdf2_sha256")
    account.save()
    Browser().post("/account/login/", {"login": "ada", "password": "otters read old maps"})
    account.refresh_from_db()
    assert account.password.startswith("argon2$argon2id$")


def test_a_refused_password_is_told_in_words(make_account, sign_in) -> None:
    browser = sign_in(make_account(username="ada"))
    old = {"oldpassword": "a long enough word"}
    answer = browser.post("/account/password/", old | {"password1": "Password20261", "password2": "Password20261"})
    assert "built on a password that became public" in answer.content.decode()


AUTOCOMPLETE = {
    "/account/login/": {"login": "username", "password": "current-password"},
    "/account/password/": {
        "oldpassword": "current-password",
        "password1": "new-password",
        "password2": "new-password",
    },
}


@pytest.mark.parametrize(("address", "expected"), AUTOCOMPLETE.items(), ids=AUTOCOMPLETE)
def test_password_managers_know_the_fields(make_account, sign_in, address: str, expected: dict[str, str]) -> None:
    browser = Browser() if "login" in address else sign_in(make_account())
    html = browser.get(address).content.decode()
    fields = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input [^>]*>", html)]
    told = {field["name"]: field for field in fields if field.get("name") in expected}
    assert {name: field["autocomplete"] for name, field in told.items()} == expected
    assert [name for name in expected if "password" in name and "maxlength" in told[name]] == []
    assert "onpaste" not in html
