"""What changed since one last looked: told once, with the old time and by whom, without a call more than the week."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import LastLook
from scheduling.domain.event import Answer, Event
from scheduling.domain.interval import Interval
from scheduling.ledger.models import KeptRead
from scheduling.services import connection, places, since
from scheduling.services import week as weeks
from scheduling.services.desk import Desk
from scheduling.services.hours_plan import draft_of
from scheduling.services.places import ClosureDraft
from scheduling.services.sealing import unseal
from scheduling.welkin import EventChange
from tests.clinic_fixture import BEGUN, NEW_YORK, Office, at, half_hour, next_monday

from .board_reader import read
from .form_reader import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(office: Office, make_account: Any) -> Account:
    account: Account = make_account(Role.CLINICIAN, welkin_id=office.ada, timezone="America/New_York")
    return account


@pytest.fixture
def mine(ada: Account, sign_in: Any) -> Browser:
    browser: Browser = sign_in(ada)
    return browser


def own_week(office: Office) -> str:
    return f"/week/{office.ada}/{next_monday():%G-W%V}/"


def forget_reads() -> None:
    """As if half a minute went by: what is kept is read again."""
    KeptRead.objects.all().delete()


def line(office: Office, browser: Browser) -> str:
    forget_reads()
    found = read(browser.get(own_week(office))).all("data-since")
    return found[0].text if found else ""


def told(browser: Browser) -> list[tuple[str, str]]:
    forget_reads()
    page = read(browser.get("/since/"))
    return [(row.attrs["data-change"], row.text) for row in page.all("data-change")]


def press_seen(browser: Browser) -> Any:
    token = fields_of(browser.get("/since/").content.decode())["token"]
    return browser.post("/since/seen/", {"token": token}, follow=True)


def day(number: int = 0) -> str:
    on = next_monday() + timedelta(days=number)
    return f"{on:%A} {on.day} {on:%B}"


def test_the_first_look_says_nothing_and_is_sealed(office: Office, mine: Browser) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))

    assert line(office, mine) == ""
    [row] = LastLook.objects.all()
    assert b"Theo" not in bytes(row.sealed)
    assert "Theo Marsh" in str(unseal(row.sealed))
    assert "Nothing has changed" in mine.get("/since/").content.decode()


def moved(office: Office, event: Event) -> None:
    office.api.events.change(event.id, EventChange(when=half_hour(at(14))))


def cancelled(office: Office, event: Event) -> None:
    office.api.events.cancel(event.id)


def deleted(office: Office, event: Event) -> None:
    office.api.events.delete(event.id)


CHANGES: list[tuple[Callable[[Office, Event], None], str, str]] = [
    (moved, "moved", "Moved Theo Marsh · Wound check {day}, 10:00–10:30 before: → {day}, 14:00–14:30"),
    (cancelled, "cancelled", "Cancelled Theo Marsh · Wound check {day}, 10:00–10:30"),
    (deleted, "gone", "No longer in your calendar Theo Marsh · Wound check {day}, 10:00–10:30"),
]


@pytest.mark.parametrize(("change", "kind", "text"), CHANGES, ids=[kind for _change, kind, _text in CHANGES])
def test_what_others_change_in_welkin_is_told_until_it_is_seen(
    office: Office, mine: Browser, change: Callable[[Office, Event], None], kind: str, text: str
) -> None:
    event = office.clinic.visit(office.ada, office.theo, start=at(10))
    line(office, mine)
    change(office, event)

    assert line(office, mine) == "1 change since you last looked"
    assert told(mine) == [(kind, text.format(day=day()))]
    assert "Seen. Only what changes" in press_seen(mine).content.decode()
    assert (line(office, mine), told(mine)) == ("", [])


def test_a_new_visit_says_who_booked_it(office: Office, mine: Browser) -> None:
    line(office, mine)
    page = office.browser.get(
        f"/appointments/new/?clinician={office.ada}&start={at(10):%Y-%m-%dT%H:%M:%SZ}&patient={office.theo}"
    )
    fields = fields_of(page.content.decode())
    assert office.browser.post("/appointments/new/", {**fields, "step": ["book"]}).status_code == 302

    [(kind, text)] = told(mine)
    assert (kind, f"by {office.coordinator.display_name}, " in text) == ("new", True)


def test_what_i_do_myself_is_no_news(office: Office, mine: Browser) -> None:
    line(office, mine)
    page = mine.get(
        f"/appointments/new/?clinician={office.ada}&start={at(10):%Y-%m-%dT%H:%M:%SZ}&patient={office.theo}"
    )
    answer = mine.post("/appointments/new/", {**fields_of(page.content.decode()), "step": ["book"]})

    assert (answer.status_code, told(mine)) == (302, [])


def test_an_answer_to_my_visit_is_told(office: Office, mine: Browser) -> None:
    ben = office.clinic.user("Ben")
    event = office.clinic.visit(office.ada, office.theo, start=at(10), staff=(ben,))
    line(office, mine)
    office.api.events.answer(event.id, ben, Answer.YES)

    [(kind, text)] = told(mine)
    assert (kind, "said yes" in text) == ("answered", True)


def test_hours_that_somebody_changed_are_told_by_day(office: Office, mine: Browser) -> None:
    line(office, mine)
    now = datetime.now(UTC)
    [record] = office.api.hours.find([office.ada], Interval(now, now + timedelta(days=7))).rows
    without_tuesday = tuple(each for each in record.days if each.day != 2)
    office.api.hours.replace(record.id, replace(draft_of(record), days=without_tuesday))

    [(kind, text)] = told(mine)
    assert (kind, f"{day(1)}: 09:00–17:00 → off" in text) == ("hours", True)


def test_a_day_that_is_closed_and_opened_again_is_told(
    office: Office, mine: Browser, make_account: Any, desk_of: Any
) -> None:
    keeper = make_account(Role.ADMINISTRATOR)
    line(office, mine)
    draft = ClosureDraft("Drill", None, next_monday(), next_monday())
    made = places.save_closure(desk_of(keeper), draft)
    [(kind, text)] = told(mine)
    assert (kind, "Closed Drill" in text, day() in text) == ("closed", True, True)
    assert f"by {keeper.display_name}, " in text

    press_seen(mine)
    places.delete_closure(desk_of(keeper), made.pk)
    [(kind, text)] = told(mine)
    assert (kind, "Open again Drill" in text, "before:" in text) == ("open", True, True)


def test_more_that_came_meanwhile_is_shown_before_it_counts_as_seen(office: Office, mine: Browser) -> None:
    line(office, mine)
    office.clinic.visit(office.ada, office.theo, start=at(10))
    forget_reads()
    token = fields_of(mine.get("/since/").content.decode())["token"]
    office.clinic.visit(office.ada, office.theo, start=at(12))
    forget_reads()

    answer = mine.post("/since/seen/", {"token": token}, follow=True)

    assert "look once more" in answer.content.decode()
    assert len(told(mine)) == 2


def test_looking_costs_no_call_beyond_the_week(office: Office, mine: Browser, api_calls: Any) -> None:
    line(office, mine)
    office.clinic.visit(office.ada, office.theo, start=at(10))
    forget_reads()

    with api_calls() as seen:
        mine.get(own_week(office))
    assert len(seen) == 2
    with api_calls() as seen:
        mine.get("/since/")
        press_seen(mine)
        mine.get(f"/week/{office.ada}/{next_monday() + timedelta(weeks=2):%G-W%V}/")
    assert seen == []


def test_the_weeks_of_others_say_nothing(office: Office, ada: Account, make_account: Any, sign_in: Any) -> None:
    office.browser.get(own_week(office))
    assert LastLook.objects.count() == 0
    for role, person in ((Role.COORDINATOR, None), (Role.MANAGER, office.ada)):
        browser = sign_in(make_account(role, welkin_id=person))
        assert browser.get("/since/").status_code == 403


def test_in_an_outage_nothing_is_called_gone(
    office: Office, ada: Account, desk_of: Any, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    # Six minutes around a Sunday's midnight would be two weeks: what is read later is not what was kept.
    noon = datetime.combine(BEGUN, time(12), NEW_YORK).astimezone(UTC)
    desk: Desk = desk_of(ada, now=noon)
    this = weeks.week_holding(next_monday())
    assert weeks.week_of(desk, office.ada, this).news == 0
    monkeypatch.setattr(connection, "credentials", lambda: replace(credentials, url="http://127.0.0.1:9"))
    later = desk_of(ada, now=noon + timedelta(minutes=6))

    found = since.read(later)

    assert (found.age.stale, found.news) == (True, ())


def test_an_outage_with_nothing_kept_says_when_it_asked_and_marks_nothing_as_seen(
    office: Office, mine: Browser, credentials: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    line(office, mine)
    [before] = LastLook.objects.values_list("looked_at", flat=True)
    forget_reads()
    monkeypatch.setattr(connection, "credentials", lambda: replace(credentials, url="http://127.0.0.1:9"))

    shown, pressed = mine.get("/since/"), mine.post("/since/seen/", {"token": "-"})

    texts = ("The calendar service cannot be reached", "Asked at ", "You last looked at ", "Nothing was marked as seen")
    for answer in (shown, pressed):
        page = answer.content.decode()
        assert (answer.status_code, [text for text in texts if text not in page]) == (503, [])
    assert list(LastLook.objects.values_list("looked_at", flat=True)) == [before]
