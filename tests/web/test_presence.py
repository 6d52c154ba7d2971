"""The notice on the panel and the forms of a visit, and what pages ask in the background."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.domain.week import Week
from scheduling.ledger.models import Presence
from scheduling.web.presence import sentence
from tests.clinic_fixture import Office, at

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}
BACKGROUND = {**PART, "X-Background": "1"}
NAME = "Corinne Applewhite"


@pytest.fixture
def visit(office: Office) -> Event:
    Account.objects.filter(pk=office.coordinator.pk).update(first_name="Corinne", last_name="Applewhite")
    return office.clinic.visit(office.ada, office.theo, start=at(10))


@pytest.fixture
def ada(office: Office, sign_in: Callable[[Account], Browser], make_account: Callable[..., Account]) -> Browser:
    return sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))


def address(visit: Event | UUID, name: str = "appointment-presence") -> str:
    return reverse(name, args=[visit.id if isinstance(visit, Event) else visit])


def told(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"data-presence>.*?<p>(.*?)</p>", page)]


def asked(browser: Browser, visit: Event | UUID) -> list[str]:
    answer = browser.get(address(visit), headers=BACKGROUND)
    assert answer.status_code == 200
    return told(answer.content.decode())


def form_key(page: str) -> str:
    return re.search(r'data-form="([^"]+)"', page)[1]


@pytest.mark.parametrize("action", ["move", "edit", "cancel", "delete"])
def test_an_open_form_is_told_on_panel_and_forms_until_it_is_closed(
    office: Office, ada: Browser, visit: Event, api_calls: Any, action: str
) -> None:
    form = office.browser.get(address(visit, f"appointment-{action}"), headers=PART).content.decode()
    panel = ada.get(address(visit, "appointment"), headers=PART).content.decode()
    theirs = ada.get(address(visit, "appointment-edit")).content.decode()

    assert [told(form), *(len(told(page)) for page in (panel, theirs))] == [[], 1, 1]
    assert told(panel)[0].startswith(f"{NAME} has had this visit open for editing since ")
    assert 'role="status"' in panel
    with api_calls() as calls:
        key = form_key(form)
        kept = office.browser.post(address(visit), {"form": key}, headers=BACKGROUND)
        assert (kept.status_code, len(told(kept.content.decode())), len(asked(ada, visit))) == (200, 1, 1)
        gone = office.browser.post(address(visit), {"form": key, "gone": "1"}, headers=BACKGROUND)
        assert (gone.status_code, gone.content, asked(ada, visit)) == (204, b"", [])
    assert calls == []


@pytest.mark.parametrize("view", ["week", "day", "team"])
def test_an_open_form_is_told_at_the_visit_on_the_boards_of_others(
    office: Office, ada: Browser, visit: Event, view: str
) -> None:
    day = visit.when.start.date()
    path = {
        "week": reverse("week-of", args=[office.ada, str(Week.containing(day))]),
        "day": reverse("day-of", args=[day.isoformat()]),
        "team": reverse("team-of", args=[str(Week.containing(day))]) + "?view=visits",
    }[view]

    def marks(browser: Browser) -> list[str]:
        return re.findall(r'title="Open for editing: ([^"]+)"', browser.get(path).content.decode())

    before = marks(ada)
    page = office.browser.get(address(visit, "appointment-edit")).content.decode()
    assert (before, marks(ada), marks(office.browser)) == ([], [NAME], [])

    office.browser.post(address(visit), {"form": form_key(page), "gone": "1"}, headers=BACKGROUND)
    assert marks(ada) == []


def test_saving_without_script_ends_it(office: Office, ada: Browser, visit: Event) -> None:
    page = office.browser.get(address(visit, "appointment-edit")).content.decode()
    again = office.browser.post(address(visit, "appointment-edit"), fields_of(page) | {"title": "x" * 1000})
    assert (again.status_code, len(asked(ada, visit))) == (422, 1)

    saved = office.browser.post(address(visit, "appointment-edit"), fields_of(page) | {"title": "Second look"})

    assert (saved.status_code, asked(ada, visit)) == (302, [])


def test_signing_out_ends_it(office: Office, ada: Browser, visit: Event) -> None:
    office.browser.get(address(visit, "appointment-edit"))
    assert len(asked(ada, visit)) == 1

    office.browser.post(reverse("account_logout"))

    assert asked(ada, visit) == []


@pytest.mark.parametrize(
    ("role", "keeps", "many"),
    [
        pytest.param(Role.COORDINATOR, True, 1, id="who looks after the team"),
        pytest.param(Role.COORDINATOR, False, 0, id="who does not"),
        pytest.param(Role.MANAGER, True, 0, id="who sees no names"),
    ],
)
def test_who_may_not_see_the_visit_gets_the_answer_of_a_visit_that_is_not_there(
    office: Office, visit: Event, sign_in: Any, make_account: Any, make_team: Any, role: Role, keeps: bool, many: int
) -> None:
    viewer = make_account(role)
    make_team("Wound care", members=[office.ada], keepers=[viewer] if keeps else [])
    browser = sign_in(viewer)
    office.browser.get(address(visit, "appointment-move"), headers=PART)

    assert len(asked(browser, visit)) == many
    assert asked(browser, uuid4()) == []
    browser.post(address(visit), {"form": Presence.objects.get().intent, "gone": "1"}, headers=BACKGROUND)
    assert Presence.objects.get().seen_at is not None


NOON = datetime(2026, 11, 25, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("others", "zone", "expected"),
    [
        pytest.param({}, "America/New_York", "", id="nobody"),
        pytest.param(
            {"Ana Lima": 78}, "America/New_York", "Ana Lima has had this visit open for editing since 10:42.", id="one"
        ),
        pytest.param(
            {"Ana Lima": 78},
            "Asia/Kolkata",
            "Ana Lima has had this visit open for editing since 21:12.",
            id="on the clock of who looks",
        ),
        pytest.param(
            {"Ana Lima": 78},
            "Asia/Tokyo",
            "Ana Lima has had this visit open for editing since 00:42.",
            id="since midnight there",
        ),
        pytest.param(
            {"Ana Lima": 140},
            "Asia/Tokyo",
            "Ana Lima has had this visit open for editing since Wed 25 Nov 2026, 23:40.",
            id="since another day",
        ),
        pytest.param(
            {"Ana Lima": 78, "Ben Okoye": 60},
            "America/New_York",
            "Ana Lima (since 10:42) and Ben Okoye (since 11:00) have this visit open for editing.",
            id="two",
        ),
        pytest.param(
            {"A B": 5, "C D": 4, "E F": 3, "G H": 2, "I J": 1},
            "America/New_York",
            "A B (since 11:55), C D (since 11:56), E F (since 11:57) and 2 others have this visit open for editing.",
            id="many",
        ),
    ],
)
def test_the_sentence(make_account: Any, desk_of: Any, others: dict[str, int], zone: str, expected: str) -> None:
    person, event = uuid4(), uuid4()
    desk = desk_of(make_account(Role.CLINICIAN, welkin_id=person, timezone=zone), now=NOON)
    assert desk.zone == ZoneInfo(zone)
    for name, minutes in others.items():
        login = make_account()
        login.first_name, login.last_name = name.split()
        login.save()
        Presence.objects.create(
            scope=desk.scope, event=event, account=login, intent=name, people=[str(person)],
            since=NOON - timedelta(minutes=minutes), seen_at=NOON,
        )  # fmt: skip

    assert sentence(desk, event) == expected


@pytest.mark.parametrize(
    ("headers", "alive"),
    [pytest.param(BACKGROUND, False, id="as pages ask"), pytest.param(PART, True, id="as nobody asks (control)")],
)
def test_an_open_form_keeps_no_session_alive(
    office: Office, visit: Event, settings: Any, headers: dict[str, str], alive: bool
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        page = office.browser.get(address(visit, "appointment-edit"), headers=PART).content.decode()
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE - 1))
        assert office.browser.post(address(visit), {"form": form_key(page)}, headers=headers).status_code == 200
        clock.move_to(start + timedelta(seconds=settings.SESSION_IDLE + 1))
        assert (office.browser.get(address(visit), headers=PART).status_code == 200) == alive
