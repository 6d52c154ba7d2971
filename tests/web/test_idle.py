"""Sessions end: after idle time, and after their longest time even when they are used."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account


@pytest.fixture
def signed_in(sign_in: Callable[[Account], Browser], make_account: Callable[..., Account]) -> Browser:
    return sign_in(make_account())


def still_in(browser: Browser, **headers: str) -> bool:
    return browser.get("/search/", headers=headers).status_code == 200


def test_an_idle_session_ends(signed_in: Browser, settings: Any) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        assert still_in(signed_in)
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE))
        assert still_in(signed_in)
        clock.move_to(start + timedelta(seconds=2 * settings.SESSION_IDLE + 1))
        assert not still_in(signed_in)


def test_asking_in_the_background_keeps_no_session_alive(signed_in: Browser, settings: Any) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        assert still_in(signed_in)
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE - 1))
        assert still_in(signed_in, **{"X-Background": "1"})
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE + 1))
        assert not still_in(signed_in)


def test_a_session_in_use_ends_after_its_longest_time(signed_in: Browser, settings: Any) -> None:
    start, step = timezone.now(), timedelta(seconds=settings.SESSION_IDLE - 1)
    uses = settings.SESSION_COOKIE_AGE // int(step.total_seconds())
    with time_machine.travel(start, tick=False) as clock:
        answers = []
        for number in range(uses + 2):
            clock.move_to(start + number * step)
            answers.append(still_in(signed_in))
    assert answers == [True] * (uses + 1) + [False]


def test_a_press_on_stay_is_use(signed_in: Browser, settings: Any) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        assert still_in(signed_in)
        for turn in (1, 2):
            clock.move_to(start + timedelta(seconds=turn * (settings.SESSION_IDLE - 1)))
            assert signed_in.post("/account/stay/").status_code == 204
        clock.move_to(start + timedelta(seconds=3 * (settings.SESSION_IDLE - 1)))
        assert still_in(signed_in)
