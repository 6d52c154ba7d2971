"""Hours gained and lost before anything is saved: live beside the total, in previews, and asked about where unseen."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from scheduling.services import work_hours
from tests.clinic_fixture import Office, next_monday
from tests.web.form_reader import fields_of

pytestmark = pytest.mark.django_db
MONDAY = next_monday()
WEEK = {"kind": "OVERRIDE", "last": str(MONDAY + timedelta(days=6))}
SHORT_FRIDAYS = {"d5-0-end": "15:00"}
LONG_MONDAYS = {"d1-0-end": "19:00"}


def sent(office: Office, rest: str = "new/", **typed: str) -> dict[str, Any]:
    return fields_of(office.browser.get(f"/hours/{office.ada}/{rest}").content.decode()) | typed


def press(office: Office, fields: dict[str, Any], rest: str = "new/") -> Any:
    return office.browser.post(f"/hours/{office.ada}/{rest}", fields)


def part(html: str, name: str = 'id="hours-change"') -> str:
    """The text of the difference as somebody reads it."""
    inside = html.split(name, 1)[1].split("</div>", 1)[0].split(">", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


WEEKS = f"in the 8 weeks from {day_words(MONDAY)}"
TYPED = {
    "the same hours": (WEEK, ""),
    "less": (
        SHORT_FRIDAYS,
        f"16:00 hours less in the 8 weeks from {day_words(MONDAY + timedelta(days=4))} Fridays −2:00",
    ),
    "more": (LONG_MONDAYS, f"16:00 hours more {WEEKS} Mondays +2:00"),
    "both": (SHORT_FRIDAYS | LONG_MONDAYS, f"16:00 hours less 16:00 hours more {WEEKS} Mondays +2:00 Fridays −2:00"),
    "another place in the day": ({"d3-0-start": "10", "d3-0-end": "18"}, "Wednesdays −1:00 +1:00"),
    "one day only": (SHORT_FRIDAYS | {"last": str(MONDAY + timedelta(days=6))}, "2:00 hours less"),
    "one day in every week of three": (
        SHORT_FRIDAYS | {"kind": "OVERRIDE", "last": str(MONDAY + timedelta(days=20))},
        f"6:00 hours less from {day_words(MONDAY + timedelta(days=4))} to {day_words(MONDAY + timedelta(days=18))} "
        "Fridays −2:00",
    ),
    "what cannot be saved": (SHORT_FRIDAYS | {"d1-0-end": "noon"}, ""),
}


@pytest.mark.parametrize(("typed", "told"), TYPED.values(), ids=TYPED)
def test_the_difference_stands_beside_the_total_while_it_is_typed(
    office: Office, typed: dict[str, str], told: str
) -> None:
    answer = press(office, sent(office, **typed) | {"total": "1"})

    said = part(answer.content.decode())
    assert told in said if told else said == ""


SAVES = {
    "more hours": (LONG_MONDAYS, False, True),
    "fewer, as shown": (SHORT_FRIDAYS, True, True),
    "fewer, not shown": (SHORT_FRIDAYS, False, False),
}


@pytest.mark.parametrize(("typed", "looked", "saved"), SAVES.values(), ids=SAVES)
def test_lost_hours_are_asked_about_once_where_nobody_has_seen_them(
    office: Office, typed: dict[str, str], looked: bool, saved: bool
) -> None:
    fields = sent(office, **WEEK | typed)
    if looked:
        fields |= fields_of(press(office, fields | {"total": "1"}).content.decode())

    answer = press(office, fields)

    assert (len(work_hours.read(office.desk, office.ada).records) == 2) is saved
    if saved:
        return
    html = answer.content.decode()
    assert ("2:00 hours less" in part(html), "Before this is saved" in html) == (True, True)
    confirm = re.findall(r'name="confirm" value="(\w+)"', html)
    press(office, fields_of(html) | {"confirm": confirm[0]})
    assert len(work_hours.read(office.desk, office.ada).records) == 2


def test_other_hours_than_were_shown_are_asked_about(office: Office) -> None:
    shown = fields_of(press(office, sent(office, **WEEK | SHORT_FRIDAYS) | {"total": "1"}).content.decode())

    press(office, sent(office, **WEEK | SHORT_FRIDAYS | {"d4-0-end": "15:00"}) | shown)

    assert len(work_hours.read(office.desk, office.ada).records) == 1


def test_an_early_end_asks_with_what_is_lost(office: Office) -> None:
    (record,) = work_hours.read(office.desk, office.ada).records
    rest = f"{record.id}/end/"

    html = press(office, sent(office, rest, last=str(MONDAY)), rest).content.decode()

    assert ("Before this is saved" in html, "hours less" in html) == (True, True)
    assert work_hours.read(office.desk, office.ada).records[0].last == record.last


def test_weeks_that_take_turns_show_what_they_gain_and_lose(office: Office) -> None:
    last = str(MONDAY + timedelta(days=13))

    html = press(office, sent(office, "rotation/", b1="9-12", last=last), "rotation/").content.decode()

    assert "5:00 hours less" in part(html, 'class="hours-change"')
    week = f"{MONDAY + timedelta(days=7):%a} {(MONDAY + timedelta(days=7)).day}"
    assert week in part(html, 'class="hours-change"')


BUTTONS = {
    "a day off": ("off-5", "Fridays −8:00"),
    "another row": ("", "Mondays +2:00"),
    "a day for all weekdays": ("copy-1-weekdays", "Mondays to Fridays +2:00"),
}


@pytest.mark.parametrize(("button", "told"), BUTTONS.values(), ids=BUTTONS)
def test_a_button_of_a_day_tells_the_difference_that_it_makes(office: Office, button: str, told: str) -> None:
    pressed = {"do": button} if button else {"add": "2"}

    html = press(office, sent(office, **LONG_MONDAYS) | pressed).content.decode()

    assert told in part(html)
