"""Leave over HTTP: the form and what it says before it is sent, the list, and the inbox that grants it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventType
from scheduling.domain.interval import Interval
from tests.clinic_fixture import Office, at, next_monday

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def boss(office: Office, make_account: Callable[..., Account], make_team: Callable[..., Any]) -> Account:
    """Dana, who manages Ada's team."""
    account = make_account(Role.MANAGER, welkin_id=office.clinic.user("Dana", hours=False))
    make_team("Wound care", members=[office.ada], keepers=[account])
    return account


@pytest.fixture
def dana(boss: Account, sign_in: Callable[[Account], Browser]) -> Browser:
    return sign_in(boss)


@pytest.fixture
def ada(
    office: Office, boss: Account, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> Browser:
    """Ada's own browser."""
    return sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada, timezone="America/New_York"))


def filled(browser: Browser, **more: str) -> dict[str, Any]:
    day = next_monday().isoformat()
    return {**fields_of(browser.get("/leave/new/").content.decode()), "first": day, "last": day, **more}


def leave_of(office: Office) -> list[Event]:
    window = Interval(at(0), at(0) + timedelta(days=14))
    return [event for event in office.api.events.find(window, include_cancelled=True).rows if event.is_leave]


def test_whole_days_are_asked_for_in_one_event(office: Office, ada: Browser) -> None:
    answer = ada.post("/leave/new/", filled(ada, last=(next_monday() + timedelta(days=1)).isoformat()))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/leave/")
    asked = leave_of(office)
    assert [(event.all_day, event.when.duration, event.title) for event in asked] == [
        (True, timedelta(days=2), "Vacation")
    ]
    assert "Asked for" in ada.get("/leave/").content.decode()


def test_the_visits_in_it_are_counted_by_day_before_anything_is_sent(office: Office, ada: Browser) -> None:
    for hour in (10, 11):
        office.clinic.visit(office.ada, office.theo, start=at(hour))
    sent = filled(ada)

    asked = ada.post("/leave/new/", sent).content.decode()

    assert ("2 booked visits lie in this time" in asked, "Ask all the same" in asked, leave_of(office)) == (
        True,
        True,
        [],
    )
    confirm = re.search(r'name="confirm" value="([^"]*)"', asked)
    assert confirm
    assert ada.post("/leave/new/", {**fields_of(asked), "confirm": confirm[1]}).status_code == 302
    assert len(leave_of(office)) == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"first": ""}, "Choose a date."),
        ({"first": "2001-01-01", "last": "2001-01-01"}, "Choose today or a later day."),
        ({"last": "2001-01-01"}, "The last day lies before the first."),
        ({"first": "2199-01-01", "last": "2199-01-02"}, "up to 300 days ahead"),
        ({"starts": "09:00"}, "Give both times"),
        ({"starts": "12:00", "ends": "09:00"}, "It ends before it begins."),
        ({"kind": "other"}, "Say in a few words what it is."),
        ({"manager": "00000000-0000-4000-8000-000000000000"}, "Select a valid choice"),
    ],
    ids=["no-day", "past", "reversed", "too-far", "one-time", "backwards", "no-words", "stranger"],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(ada: Browser, more: dict[str, str], told: str) -> None:
    answer = ada.post("/leave/new/", filled(ada, note="By train", **more))

    assert (answer.status_code, told in answer.content.decode(), "By train" in answer.content.decode()) == (
        422,
        True,
        True,
    )


def test_a_part_of_a_day_is_asked_for(office: Office, ada: Browser) -> None:
    ada.post("/leave/new/", filled(ada, starts="13:00", ends="17:00", kind="other", other="Course"))

    assert [(event.all_day, event.when.start, event.title) for event in leave_of(office)] == [(False, at(13), "Course")]


def test_other_leave_in_the_time_is_named(ada: Browser) -> None:
    ada.post("/leave/new/", filled(ada))

    answer = ada.post("/leave/new/", filled(ada))

    assert (answer.status_code, "There is other leave in this time already: Vacation" in answer.content.decode()) == (
        422,
        True,
    )


def test_where_nobody_can_grant_the_page_says_so_plainly(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    html = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada)).get("/leave/new/").content.decode()
    assert ("Nobody can be asked" in html, "<textarea" in html) == (True, False)


def test_a_coordinator_asks_for_one_of_the_team(office: Office, boss: Account) -> None:
    sent = filled(office.browser)
    assert sent["clinician"] == [str(office.ada)]
    assert office.browser.post("/leave/new/", sent).status_code == 302


def answer_fields(html: str) -> dict[str, str]:
    """What the form of several sends with every row ticked."""
    keys = re.findall(r'name="pick" value="([^"]*)"', html)
    hidden = dict(re.findall(r'name="((?:intent|seen)-[^"]*)" value="([^"]*)"', html))
    return {"pick": keys, **hidden}  # type: ignore[dict-item]


def test_the_manager_sees_title_and_person_and_no_patient(office: Office, ada: Browser, dana: Browser) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    office.clinic.visit(
        office.ada,
        start=at(9),
        minutes=480,
        staff=(office.clinic.names["Dana"],),
        type=EventType.LEAVE,
        title="Conference",
    )

    html = dana.get("/invitations/").content.decode()

    for told in ("Conference", "with Ada Quill", "1 booked visit lies in this time", "<svg viewBox"):
        assert told in html
    assert "Theo" not in html


def inbox_of(browser: Browser) -> str:
    return browser.get("/invitations/").content.decode()


def undo_fields(html: str) -> dict[str, str]:
    form = re.search(r'action="/invitations/answers/undo/".*?</form>', html, re.DOTALL)
    assert form, html
    steps = re.findall(r'name="step" value="([^"]*)"', form[0])
    return {"step": steps, **dict(re.findall(r'name="(intent-[^"]*)" value="([^"]*)"', form[0]))}  # type: ignore[dict-item]


@pytest.mark.parametrize(("said", "word"), [("Yes", "granted"), ("No", "refused")])
def test_several_are_answered_at_once(office: Office, dana: Browser, said: str, word: str) -> None:
    for hour in (9, 13):
        office.clinic.visit(office.ada, start=at(hour), staff=(office.clinic.names["Dana"],), type=EventType.LEAVE)
    sent = answer_fields(dana.get("/invitations/").content.decode())

    told = dana.post("/invitations/answers/", {**sent, "answer": said}, headers=PART).content.decode()

    assert ("2 answers are recorded" in told, "Nothing waits for an answer" in told) == (True, True)
    assert dana.get("/leave/").content.decode().count(f'data-state="{word}"') == 2
    undone = dana.post("/invitations/answers/undo/", undo_fields(told), headers=PART).content.decode()
    assert ("Undone: 2 answers are as before." in undone, "2 answers are waited for" in undone) == (True, True)
    assert dana.get("/leave/").content.decode().count('data-state="asked"') == 2


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_of_several_answers_those_are_undone_that_nobody_changed_since(
    office: Office, dana: Browser, boss: Account, script: bool
) -> None:
    assert boss.welkin_id
    kept, back = (
        office.clinic.visit(office.ada, start=at(hour), staff=(boss.welkin_id,), type=EventType.LEAVE)
        for hour in (9, 13)
    )
    sent = answer_fields(dana.get("/invitations/").content.decode())
    headers = PART if script else {}
    told = dana.post("/invitations/answers/", {**sent, "answer": "Yes"}, headers=headers).content.decode()
    office.api.events.answer(kept.id, boss.welkin_id, "Maybe")

    undone = dana.post("/invitations/answers/undo/", undo_fields(told), headers=headers).content.decode()

    assert ("Undone: 1 answer is as before. 1 was not undone." in undone, 'href="/changes/"' in undone) == (True, True)
    answers = [office.api.events.read(event.id).staff[1].answer for event in (kept, back)]
    assert answers == ["Maybe", ""]


def test_a_manager_undoes_one_answer_and_finds_it_among_their_changes(
    office: Office, dana: Browser, boss: Account
) -> None:
    assert boss.welkin_id
    told = {"type": EventType.LEAVE, "title": "Conference"}
    event = office.clinic.visit(office.ada, start=at(9), staff=(boss.welkin_id,), **told)
    sent = dict(re.findall(r'name="(intent|seen|person|from)" value="([^"]*)"', inbox_of(dana)))
    here = {**PART, "HX-Current-URL": "http://testserver/invitations/"}

    toast = dana.post(f"/appointments/{event.id}/answer/", {**sent, "answer": "No"}, headers=here).content.decode()
    listed = dana.get("/changes/").content.decode()
    [offer] = re.findall(r'hx-post="(/changes/\d+/undo/)".*?name="intent" value="([^"]+)"', toast, re.DOTALL)
    undone = dana.post(offer[0], {"intent": offer[1]}, headers=here)

    assert ("Conference" in listed, f"/appointments/{event.id}/" in listed) == (True, False)
    assert (undone.status_code, "Undone: the answer is as before." in undone.content.decode()) == (200, True)
    assert "change-undone" in undone.headers["HX-Trigger"]
    assert "Conference" in inbox_of(dana)


def test_what_could_not_be_recorded_stays_ticked_with_its_reason(office: Office, dana: Browser) -> None:
    first, second = (
        office.clinic.visit(office.ada, start=at(hour), staff=(office.clinic.names["Dana"],), type=EventType.LEAVE)
        for hour in (9, 13)
    )
    sent = answer_fields(dana.get("/invitations/").content.decode())
    sent[next(name for name in sent if name.startswith(f"seen-{second.id}"))] = "x"

    told = dana.post("/invitations/answers/", {**sent, "answer": "Yes"}, headers=PART).content.decode()

    assert re.findall(r'value="([^"_]*)_[^"]*" form="batch" checked', told) == [str(second.id)]
    assert ("1 answer is recorded" in told, "Somebody changed this visit meanwhile" in told) == (True, True)
    assert office.api.events.read(first.id).staff[1].answer == "Yes"


def test_a_granted_leave_is_refused_after_all(office: Office, dana: Browser, boss: Account) -> None:
    assert boss.welkin_id
    event = office.clinic.visit(office.ada, start=at(9), staff=(boss.welkin_id,), type=EventType.LEAVE)
    office.api.events.answer(event.id, boss.welkin_id, "Yes")
    sent = dict(re.findall(r'name="(intent|seen|person|from)" value="([^"]*)"', dana.get("/leave/").content.decode()))

    answer = dana.post(f"/appointments/{event.id}/answer/", {**sent, "answer": "No"})

    assert (answer.headers["Location"], office.api.events.read(event.id).live) == ("/leave/", False)


def test_leave_is_taken_back_after_asking(office: Office, ada: Browser) -> None:
    ada.post("/leave/new/", filled(ada))
    (asked,) = leave_of(office)
    address = f"/leave/{asked.id}/withdraw/"

    answer = ada.post(address, fields_of(ada.get(address).content.decode()), follow=True)

    assert ("Taken back" in answer.content.decode(), office.api.events.read(asked.id).live) == (True, False)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_others_may_neither_ask_nor_take_back(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    event = office.clinic.visit(office.ada, start=at(9), type=EventType.LEAVE)
    browser = sign_in(make_account(role))

    told = [browser.get(path).status_code for path in ("/leave/new/", f"/leave/{event.id}/withdraw/", "/leave/")]

    assert told == [403, 403, 200]


def ids_in(html: str) -> set[UUID]:
    return {UUID(text) for text in re.findall(r'data-leave-id="([^"]+)"', html)}


def test_leave_of_other_teams_is_not_listed(
    office: Office, dana: Browser, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    event = office.clinic.visit(office.ada, start=at(9), type=EventType.LEAVE)
    stranger = sign_in(make_account(Role.CLINICIAN, welkin_id=office.clinic.user("Eve")))

    assert ids_in(dana.get("/leave/").content.decode()) == {event.id}
    assert ids_in(stranger.get("/leave/").content.decode()) == set()
