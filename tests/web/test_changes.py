"""One's own changes over HTTP: the toast of each kind of change, the list, the question, and what cannot be undone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event, EventStatus
from scheduling.ledger.models import Step
from scheduling.services import steps
from scheduling.web import history
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour
from tests.web.form_reader import fields_of
from tests.web.test_appointments_panel import ELSEWHERE, PART, page, small_form, tokens, unplug, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10))


@pytest.fixture
def moved(office: Office, visit: Event) -> str:
    """What was answered when the visit was moved to eleven."""
    html = page(office, visit, "move")
    told = fields_of(html) | {"start": ["11:00"]}
    return office.browser.post(url(visit, "move"), told, headers=ELSEWHERE).content.decode()


def offered(html: str) -> tuple[str, str]:
    """Address and intent of the one press in a toast."""
    found = re.search(r'hx-post="(/changes/\d+/undo/)".*?name="intent" value="([^"]+)"', html, re.DOTALL)
    assert found, html
    return found[1], found[2]


def press(office: Office, html: str, browser: Browser | None = None, **more: str) -> Any:
    address, intent = offered(html)
    return (browser or office.browser).post(address, {"intent": intent, **more}, headers=ELSEWHERE)


def now(office: Office, visit: Event) -> Event:
    return office.api.events.read(visit.id)


# --- The toast --------------------------------------------------------------------------------------------------------


def test_the_toast_of_a_move_takes_it_back_in_one_press_and_then_offers_to_do_it_again(
    office: Office, visit: Event, moved: str
) -> None:
    undone = press(office, moved)
    back = now(office, visit).when
    redone = press(office, undone.content.decode())
    again = now(office, visit).when
    undone_again = press(office, redone.content.decode())

    assert [answer.status_code for answer in (undone, redone, undone_again)] == [200, 200, 200]
    assert "Undone: it is where it was." in undone.content.decode()
    assert ">Redo</button>" in undone.content.decode()
    assert ">Undo</button>" in redone.content.decode()
    assert undone.headers["HX-Trigger"] == (
        '{"change-undone": true, "appointment-changed": true, "close-dialog": true}'
    )
    assert "undid a change: moved it; it was" in undone.content.decode()
    assert (back, again, now(office, visit).when) == (visit.when, half_hour(at(11)), visit.when)


def cancelled(office: Office, visit: Event) -> str:
    html = page(office, visit, "cancel")
    return office.browser.post(url(visit, "cancel"), tokens(html, reason="Ill"), headers=ELSEWHERE).content.decode()


def deleted(office: Office, visit: Event) -> str:
    html = page(office, visit, "delete")
    return office.browser.post(url(visit, "delete"), tokens(html, sure="on"), headers=ELSEWHERE).content.decode()


def edited(office: Office, visit: Event) -> str:
    told = fields_of(page(office, visit, "edit")) | {"title": ["Another title"]}
    return office.browser.post(url(visit, "edit"), told, headers=ELSEWHERE).content.decode()


def marked(office: Office, visit: Event) -> str:
    form = small_form(page(office, visit), "Took place")
    return office.browser.post(url(visit, "mark"), form, headers=ELSEWHERE).content.decode()


@pytest.mark.parametrize(
    ("act", "says", "past"),
    [
        (edited, "Undone: what stood there before is back.", False),
        (cancelled, "Undone: the visit is scheduled again.", False),
        (deleted, "Undone: it is booked again, as a new visit with a new id.", False),
        (marked, "Undone: the visit is scheduled as before.", True),
    ],
    ids=["edit", "cancel", "delete", "mark"],
)
def test_every_toast_offers_the_undo_and_it_says_what_it_did(
    office: Office, act: Callable[[Office, Event], str], says: str, past: bool
) -> None:
    hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    visit = office.clinic.visit(office.ada, office.theo, start=hour_ago if past else at(10))

    told = press(office, act(office, visit)).content.decode()

    assert says in told
    assert offered(told)


def test_what_cannot_be_undone_says_why_in_place_of_a_button(office: Office) -> None:
    past = office.clinic.visit(office.ada, start=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))

    told = cancelled(office, past)

    assert str(history.WHY[history.Why.OVER]) in told
    assert "/changes/" not in told.split("toasts")[1]


def test_without_script_the_next_page_leads_to_the_question(office: Office, visit: Event) -> None:
    html = office.browser.get(url(visit, "cancel")).content.decode()

    office.browser.post(url(visit, "cancel"), tokens(html, reason="Ill"))
    shown = office.browser.get(url(visit)).content.decode()
    link = re.search(r'href="(/changes/\d+/undo/)"[^>]*>Undo</a>', shown)
    assert link
    question = office.browser.get(link[1]).content.decode()
    answer = office.browser.post(link[1], fields_of(question))

    assert (answer.status_code, answer.headers["Location"]) == (302, url(visit))
    assert now(office, visit).known_status is EventStatus.SCHEDULED


def test_the_card_of_a_change_that_was_found_offers_it_too(office: Office, visit: Event, moved: str) -> None:
    intent, address = Step.objects.get().intent, offered(moved)[0]

    before = office.browser.get(f"/outcomes/{intent}/").content.decode()
    press(office, moved)
    after = office.browser.get(f"/outcomes/{intent}/").content.decode()

    assert (f'href="{address}"' in before, f'href="{address}"' in after) == (True, False)


# --- The list and the keys --------------------------------------------------------------------------------------------


def test_the_list_and_the_panel_offer_it_after_a_reload_until_it_is_undone(
    office: Office, visit: Event, moved: str
) -> None:
    address = offered(moved)[0]
    listed = office.browser.get("/changes/").content.decode()
    panel = page(office, visit)
    press(office, moved)

    assert (listed.count(f'href="{address}"'), panel.count(f'href="{address}"')) == (1, 1)
    for told in ("Moved (time)", "Theo Marsh · Wound check", "10:00–10:30"):
        assert told in listed
    after = office.browser.get("/changes/").content.decode()
    assert ("data-undone" in after, "Redo" in after, f'href="{address}"' in after) == (True, True, False)
    assert f'href="{address}"' not in page(office, visit)


def test_the_last_change_is_asked_for_by_its_key(office: Office, visit: Event, moved: str) -> None:
    nothing = office.browser.get("/changes/last/?redo", headers=PART).content.decode()
    asked = office.browser.get("/changes/last/", headers=PART).content.decode()
    press(office, moved)
    redo = office.browser.get("/changes/last/?redo", headers=PART).content.decode()

    assert "Nothing to do again" in nothing
    assert ("Undo this change?" in asked, "It goes back to" in asked) == (True, True)
    assert "Do this again?" in redo
    assert "Nothing to undo" in office.browser.get("/changes/last/", headers=PART).content.decode()


def test_nobody_sees_or_undoes_the_changes_of_others(
    office: Office,
    visit: Event,
    moved: str,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> None:
    other = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))
    address = offered(moved)[0]

    assert "Theo" not in other.get("/changes/").content.decode()
    assert (other.get(address).status_code, press(office, moved, other).status_code) == (404, 404)
    assert address not in other.get(url(visit)).content.decode()


# --- What stands against it -------------------------------------------------------------------------------------------


def test_somebodys_later_change_is_shown_and_stays(office: Office, visit: Event, moved: str) -> None:
    office.api.events.change(visit.id, EventChange(when=half_hour(at(15))))

    answer = press(office, moved)

    told = answer.content.decode()
    assert answer.status_code == 409
    assert "What came later" in told
    assert ("15:00–15:30" in told, "in Welkin" in told) == (True, True)
    assert 'type="submit"' not in told
    assert now(office, visit).when == half_hour(at(15))


def test_two_tabs_undo_once(office: Office, visit: Event, moved: str) -> None:
    address = offered(moved)[0]
    tabs = [fields_of(office.browser.get(address, headers=PART).content.decode()) for _tab in range(2)]

    answers = [office.browser.post(address, tab, headers=ELSEWHERE) for tab in tabs]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert str(history.WHY[history.Why.UNDONE]) in answers[1].content.decode()
    assert Step.objects.filter(undoes__isnull=False).count() == 1


def test_a_place_that_was_taken_meanwhile_asks_for_a_reason(office: Office, visit: Event, moved: str) -> None:
    office.clinic.visit(office.ada, start=at(10), title="Meeting")

    first = press(office, moved)
    left = now(office, visit).when
    second = press(office, moved, reason="Agreed with both")

    assert (first.status_code, left) == (422, half_hour(at(11)))
    assert "Ada Quill is busy 10:00–10:30: Meeting." in first.content.decode()
    assert (second.status_code, now(office, visit).when) == (200, visit.when)


def test_while_the_api_is_away_the_question_comes_back_and_the_same_form_goes_through_later(
    office: Office, visit: Event, moved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        unplug(away)
        unsent = press(office, moved)
    undone = press(office, moved)

    assert (unsent.status_code, "Undo this change?" in unsent.content.decode()) == (422, True)
    assert (undone.status_code, now(office, visit).when) == (200, visit.when)


def test_what_is_not_known_yet_cannot_be_undone(office: Office, visit: Event, moved: str) -> None:
    Step.objects.update(state=Step.State.OPEN)

    answer = press(office, moved)

    assert answer.status_code == 409
    assert str(history.WHY[history.Why.OPEN]) in answer.content.decode()
    assert now(office, visit).when == half_hour(at(11))


def test_steps_are_kept_for_a_week_and_no_name_stands_in_them(office: Office, visit: Event, moved: str) -> None:
    row = Step.objects.get()
    told = " ".join(str(getattr(row, field.name)) for field in Step._meta.fields if field.name != "sealed")

    assert not re.search("Theo|Marsh|Wound", told + str(bytes(row.sealed)))
    assert steps.forget(row.made_at + steps.KEPT_FOR - timedelta(minutes=1)) == 0
    assert steps.forget(row.made_at + steps.KEPT_FOR) == 1
