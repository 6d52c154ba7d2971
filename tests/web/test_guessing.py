"""Guessing passwords: it is slowed down for who guesses, never for who is guessed at, and tells nothing."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client as Browser

from scheduling.accounts.models import Account
from tests.web.test_headers import assert_headers

WORD = "a long enough word"
ATTACKER, VICTIM = "203.0.113.66", "192.0.2.7"
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
# As many wrong ones in five minutes as one address has for one name.
TRIES = 5
# A thousand in `make load`.
GUESSES = int(os.environ.get("GUESSES", "120"))


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(START, tick=False) as standing:
        yield standing
    cache.clear()


@pytest.fixture
def ada(make_account: Callable[..., Account]) -> Account:
    return make_account(username="ada")


def attempt(name: str, password: str, address: str, **more: Any) -> Any:
    return Browser(REMOTE_ADDR=address).post("/account/login/", {"login": name, "password": password}, **more)


def told(answer: Any) -> str:
    return re.search(r'role="alert">.*?<p>(.*?)</p>', answer.content.decode(), re.DOTALL)[1]


def is_in(answer: Any) -> bool:
    return answer.status_code == 302


WRONG = "The name or the password is wrong."
WAIT = "Too many wrong tries from your address. Wait five minutes, then try again."


def test_who_guesses_is_stopped_and_the_owner_elsewhere_is_not(ada: Account) -> None:
    words = [told(attempt("ada", f"guess {number}", ATTACKER)) for number in range(TRIES + 3)]
    assert words == [WRONG] * TRIES + [WAIT] * 3
    assert not is_in(attempt("ada", WORD, ATTACKER))
    assert is_in(attempt("ada", WORD, VICTIM))


def test_many_tries_from_many_addresses_do_not_lock_the_owner_out(ada: Account) -> None:
    for number in range(GUESSES):
        attempt("ada", f"guess {number}", f"203.0.{number // 250}.{number % 250 + 1}")
    assert is_in(attempt("ada", WORD, VICTIM))


def test_the_wait_is_over_after_five_minutes(ada: Account, clock: Any) -> None:
    for number in range(TRIES + 1):
        attempt("ada", f"guess {number}", VICTIM)
    clock.move_to(START + timedelta(minutes=5, seconds=1))
    assert is_in(attempt("ada", WORD, VICTIM))


def test_signing_in_rightly_uses_nothing_up(ada: Account) -> None:
    assert all(is_in(attempt("ada", WORD, VICTIM)) for _ in range(3 * TRIES))


def test_one_address_that_tries_many_names_is_stopped_too(ada: Account) -> None:
    words = [told(attempt(f"name-{number}", "guess", ATTACKER)) for number in range(31)]
    assert words == [WRONG] * 30 + [WAIT]
    assert is_in(attempt("ada", WORD, VICTIM))


def test_forged_addresses_do_not_make_another_browser_of_one(ada: Account) -> None:
    for number in range(TRIES):
        attempt("ada", "guess", ATTACKER, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert told(attempt("ada", "guess", ATTACKER, headers={"X-Forwarded-For": VICTIM})) == WAIT


def test_behind_a_named_proxy_each_browser_counts_for_itself(ada: Account, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    for number in range(TRIES + 1):
        attempt("ada", f"guess {number}", "10.0.0.1", headers={"X-Forwarded-For": ATTACKER})
    assert is_in(attempt("ada", WORD, "10.0.0.1", headers={"X-Forwarded-For": VICTIM}))


def test_addresses_of_one_ipv6_network_count_as_one(ada: Account) -> None:
    for number in range(TRIES):
        attempt("ada", "guess", f"2001:db8:1:2::{number + 1}")
    assert told(attempt("ada", "guess", "2001:db8:1:2::ffff")) == WAIT


def test_a_flood_of_requests_is_answered_with_a_time_to_come_back(ada: Account) -> None:
    answers = [attempt("ada", WORD, ATTACKER) for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {302}
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    assert_headers(answers[-1])
    part = attempt("ada", WORD, ATTACKER, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (429, False)


class Counting(MD5PasswordHasher):
    """Counts how often a password was hashed, which is what takes the time."""

    hashed: list[str] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


WHO = {
    "a wrong password": "ada",
    "an unknown name": "nobody",
    "a login that is switched off": "off",
    "one without a password": "demo",
    "an unknown e-mail": "nobody@harbor.example",
}


def test_all_who_may_not_get_the_same_answer_after_the_same_work(ada: Account, make_account, settings: Any) -> None:
    off, demo = make_account(username="off"), make_account(username="demo")
    Account.objects.filter(pk=off.pk).update(is_active=False)
    demo.set_unusable_password()
    demo.save()
    settings.PASSWORD_HASHERS = ["tests.web.test_guessing.Counting"]

    seen = {}
    for number, (who, name) in enumerate(WHO.items()):
        Counting.hashed.clear()
        answer = attempt(name, "a wrong one", f"192.0.2.{number + 10}")
        seen[who] = (answer.status_code, told(answer), len(Counting.hashed))

    assert seen == dict.fromkeys(WHO, (200, WRONG, 1))
