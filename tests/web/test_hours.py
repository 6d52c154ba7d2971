"""The hours of a clinician over HTTP: the page, the form with its steps, rights, odd addresses."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.work_hours import DayHours, HoursType, RuleType, WorkHours
from scheduling.services import work_hours
from scheduling.welkin.drafts import WorkHoursDraft
from tests.clinic_fixture import Office, at, half_hour, next_monday
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found.group(1) if found else ""


def url(office: Office, rest: str = "") -> str:
    return f"/hours/{office.ada}/{rest}"


def records(office: Office) -> tuple[WorkHours, ...]:
    return work_hours.read(office.desk, office.ada).records


def fields(html: str) -> dict[str, str]:
    """What a browser would send for the form as it stands."""
    form = html[html.index("<form", html.index("hours-editor")) :]
    found = re.findall(r'<input[^>]*?name="([^"]+)"([^>]*)>', form)
    told = {name: re.search(r'value="([^"]*)"', rest) for name, rest in found if name != "kind"}
    return {name: match.group(1) if match else "" for name, match in told.items()} | {"kind": "DEFAULT"}


def opened(office: Office, rest: str = "new/") -> dict[str, str]:
    return fields(office.browser.get(url(office, rest)).content.decode())


def save(office: Office, rest: str = "new/", **values: str) -> Any:
    return office.browser.post(url(office, rest), opened(office, rest) | values)


def unspan(name: str) -> dict[str, str]:
    return {f"{name}-start": "", f"{name}-end": ""}


# --- Looking


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (PART, False)], ids=["page", "part"])
def test_page_and_part(office: Office, headers: dict[str, str], whole: bool) -> None:
    answer = office.browser.get(url(office), headers=headers)

    html = answer.content.decode()
    assert (answer.status_code, "<html" in html) == (200, whole)
    assert "On the clock of America/New_York." in html
    assert re.findall(r'data-date="([^"]+)"', html) == [str(day) for day in office.desk.this_week.days]


def test_the_page_costs_one_call_for_hours_and_one_for_leave(office: Office, api_calls: Callable[[], Any]) -> None:
    with api_calls() as seen:
        office.browser.get(url(office))

    assert seen == ["GET /{tenant}/{instance}/calendar/work-hours", "GET /{tenant}/{instance}/calendar/events"]


def test_records_of_every_kind_are_explained(office: Office) -> None:
    monday = next_monday()
    mornings = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))
    office.api.hours.create(
        WorkHoursDraft(office.ada, monday, monday, (DayHours(1, None, None),), rule=RuleType.OVERRIDE, name="PTO")
    )
    office.api.hours.create(
        WorkHoursDraft(office.ada, monday, None, mornings, type=HoursType.AVAILABILITY, encounters=("intake",))
    )
    office.api.hours.create(
        WorkHoursDraft(office.ada, monday, monday.replace(year=monday.year + 50, day=1), (*mornings, mornings[0]))
    )

    html = office.browser.get(url(office)).content.decode()

    assert re.findall(r'data-kind="([^"]+)"', html)[0] == "default"
    assert sorted(re.findall(r'data-kind="([^"]+)"', html)) == ["availability", "default", "default", "override"]
    for said in (
        "No hours: off on all these days",
        "It narrows the work hours and adds none. Encounters: intake.",
        "1 interval is there twice and counts once.",
        "which stands for none.",
        "until further notice",
    ):
        assert said in html, said


def test_a_week_with_a_clock_change_says_so(office: Office) -> None:
    html = office.browser.get(url(office, "?week=2026-W44")).content.decode()

    assert "The clock goes back by 1:00 h on Sunday 1 November (America/New_York)" in html


def test_somebody_without_hours_or_zone(office: Office, refresh: Callable[[], None]) -> None:
    bea = office.clinic.user("Bea", timezone=None, hours=False)
    refresh()

    html = office.browser.get(f"/hours/{bea}/").content.decode()

    assert ("No hours yet" in html, "No time zone set: the clinic" in html) == (True, True)


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("?week=2026-W53", 200),
        ("?week=1970-W01", 200),
        ("?week=2199-W52", 200),
        ("?week=2026-W54", 404),
        ("?week=0001-W01", 404),
        ("?week=9999-W01", 404),
        ("?week=x", 404),
        (f"{uuid4()}/", 404),
        (f"{uuid4()}/end/", 404),
        ("nonsense/", 404),
    ],
    ids=("53 weeks", "first", "last", "54 weeks", "year 1", "year 9999", "x", "no record", "no end", "no id"),
)
def test_addresses(office: Office, rest: str, status: int) -> None:
    assert office.browser.get(url(office, rest)).status_code == status


def test_an_unknown_clinician_is_not_found(office: Office) -> None:
    for rest in ("", "new/"):
        assert office.browser.get(f"/hours/{uuid4()}/{rest}").status_code in (403, 404)


def test_ones_own_hours_come_first(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    browser = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))

    assert browser.get("/hours/").headers["Location"] == url(office)
    assert f'data-clinician-id="{office.ada}"' in browser.get("/hours/?all").content.decode()
    assert f'data-clinician-id="{office.ada}"' in office.browser.get("/hours/").content.decode()
    assert office.browser.get(f"/hours/?person={office.ada}").headers["Location"] == url(office)
    assert office.browser.get("/hours/?person=x").status_code == 404


# --- Setting


def test_the_form_opens_with_the_hours_of_now(office: Office) -> None:
    told = opened(office)

    assert (told["first"], told["last"], told["d1-0-start"], told["d1-0-end"], told["d6-0-start"]) == (
        str(next_monday()),
        "",
        "09:00",
        "17:00",
        "",
    )


def test_new_regular_hours_are_asked_about_and_saved(office: Office) -> None:
    lost = office.clinic.visit(office.ada, office.theo, start=at(15))
    told = opened(office) | {"d1-0-end": "12", "d5-1-start": "18", "d5-1-end": "24"}

    asked = office.browser.post(url(office, "new/"), told)
    html = asked.content.decode()
    unsaved = len(records(office))
    kept = {"keep-others": "1", "reason-others": "Agreed with the patient"}
    saved = office.browser.post(url(office, "new/"), told | kept | {"confirm": hidden(html, "confirm")})

    assert (asked.status_code, unsaved, saved.status_code) == (200, 1, 302)
    assert 'data-stranded="1"' in html
    assert f'data-event-id="{lost.id}"' in html
    assert "The hours until now (Mondays to Fridays 09:00–17:00" in html
    assert [(row.first, row.last) for row in records(office)][1:] == [(next_monday(), None)]
    assert records(office)[0].last == next_monday() - timedelta(days=1)
    new = {(row.day, row.start, row.end) for row in records(office)[1].days}
    assert {(1, time(9), time(12)), (5, time(18), time(23, 59)), (7, None, None)} <= new


def test_a_confirmation_of_something_else_asks_again(office: Office) -> None:
    told = opened(office) | {"d1-0-end": "12"}
    html = office.browser.post(url(office, "new/"), told).content.decode()

    again = office.browser.post(url(office, "new/"), told | {"d1-0-end": "13", "confirm": hidden(html, "confirm")})

    assert (again.status_code, "Before this is saved" in again.content.decode(), len(records(office))) == (200, True, 1)


def test_a_second_press_saves_once(office: Office) -> None:
    told = opened(office) | {"d1-0-end": "12"}
    html = office.browser.post(url(office, "new/"), told).content.decode()
    confirmed = told | {"confirm": hidden(html, "confirm")}

    answers = [office.browser.post(url(office, "new/"), confirmed).status_code for _ in range(2)]

    assert (answers, len(records(office))) == ([302, 302], 2)


def test_with_htmx_the_page_is_left_by_a_redirect_of_its_own(office: Office) -> None:
    record = records(office)[0]
    rest = f"{record.id}/"

    answer = office.browser.post(url(office, rest), opened(office, rest), headers=PART)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, url(office))


def test_errors_come_back_beside_what_was_typed(office: Office) -> None:
    answer = save(office, **{"d1-0-start": "12", "d1-0-end": "nine", "d2-0-end": "9"})

    html = answer.content.decode()
    assert (answer.status_code, len(records(office))) == (422, 1)
    assert 'value="nine"' in html
    assert html.count("Type times like 09:00 or 17:30") == 2
    assert html.count("The end must be after the start.") == 2


def test_another_row_keeps_what_was_typed_and_checks_nothing(office: Office) -> None:
    answer = save(office, **{"d1-0-end": "nine", "add": "1"})

    html = answer.content.decode()
    assert (answer.status_code, 'value="nine"' in html, 'name="d1-3-start"' in html) == (200, True, True)
    assert "Please look at this again" not in html


def test_the_total_of_the_week_while_typing(office: Office) -> None:
    told = opened(office) | {"d1-0-end": "12:30", "total": "1"}

    html = office.browser.post(url(office, "new/"), told, headers=PART).content.decode()

    assert re.findall(r'data-metric="week-total">([^<]+)<', html) == ["35:30"]


def test_an_exception_needs_an_end_and_says_what_off_means(office: Office) -> None:
    off = {name: "" for number in range(1, 8) for name in unspan(f"d{number}-0")}

    endless = save(office, kind="OVERRIDE", name="PTO", **off)
    asked = save(office, kind="OVERRIDE", name="PTO", last=str(next_monday()), **off)

    assert (endless.status_code, asked.status_code, len(records(office))) == (422, 200, 1)
    assert "An exception needs a last day" in endless.content.decode()
    assert "All days are off: no hours are offered on these days" in asked.content.decode()


def test_an_edit_changes_the_record_in_place(office: Office) -> None:
    record = records(office)[0]
    rest = f"{record.id}/"
    told = opened(office, rest) | {"d5-0-end": "13"}

    asked = office.browser.post(url(office, rest), told)
    html = asked.content.decode()
    office.browser.post(url(office, rest), told | {"confirm": hidden(html, "confirm")})

    assert "This also changes days that are over" in html
    now = records(office)
    assert [(row.id, row.first, row.last) for row in now] == [(record.id, record.first, record.last)]
    assert [(day.day, day.end) for day in now[0].days][-1] == (5, time(13))


def test_odd_borders_of_others_stay_when_something_else_is_edited(office: Office) -> None:
    begin = datetime.combine(next_monday(), time(16, 23, 45), UTC)
    odd = WorkHoursDraft(office.ada, next_monday(), None, (DayHours(6, time(9), time(12)),), starts_at=begin)
    record = office.api.hours.create(odd)
    rest = f"{record.id}/"
    told = opened(office, rest) | {"name": "Saturdays"}

    answer = office.browser.post(url(office, rest), told)

    now = next(row for row in records(office) if row.id == record.id)
    assert answer.status_code == 302
    assert (now.name, now.starts_at, now.ends_at) == ("Saturdays", begin, None)
    assert [(day.day, day.start, day.end) for day in now.days] == [(6, time(9), time(12))]


def test_an_edit_of_something_that_changed_meanwhile_is_not_saved(office: Office) -> None:
    record = records(office)[0]
    rest = f"{record.id}/"
    told = opened(office, rest) | {"name": "Mine"}
    days = (DayHours(1, time(8), time(9)),)
    office.api.hours.replace(record.id, WorkHoursDraft(office.ada, record.first, record.last, days))

    answer = office.browser.post(url(office, rest), told)

    html = answer.content.decode()
    assert (answer.status_code, "Somebody has changed this record" in html, 'value="Mine"' in html) == (422, True, True)
    assert "The record says now: 08:00–09:00." in html
    assert html.count("The record says now: off.") == 4
    assert [(day.day, day.start) for day in records(office)[0].days] == [(1, time(8))]


@pytest.mark.parametrize("rest", ["", "end/"], ids=["edit", "end"])
def test_who_edits_with_somebody_else_sees_what_they_changed_beside_what_was_typed(office: Office, rest: str) -> None:
    """Two forms of one record are open; the first one saved is told to the second, which saves nothing."""
    record = records(office)[0]
    mine = opened(office, f"{record.id}/{rest}") | {"last": str(next_monday() + timedelta(days=30))}
    longer = opened(office, f"{record.id}/") | {"d1-0-end": "19:00"}
    html = office.browser.post(url(office, f"{record.id}/"), longer).content.decode()
    office.browser.post(url(office, f"{record.id}/"), longer | {"confirm": hidden(html, "confirm")})

    html = office.browser.post(url(office, f"{record.id}/{rest}"), mine).content.decode()

    told = " ".join(re.sub(r"<[^>]+>", " ", html.split("hours-others", 1)[1].split("</section>", 1)[0]).split())
    assert "coordinator-0 changed hours" in told
    assert "before: Mondays to Fridays 09:00–17:00" in told
    assert "after: Mondays 09:00–19:00 ; Tuesdays to Fridays 09:00–17:00" in told
    assert f'value="{mine["last"]}"' in html
    assert ("The record says now: 09:00–19:00." in html) is (rest == "")
    assert (records(office)[0].days[0].end, records(office)[0].last) == (time(19), record.last)


def test_ending_early_is_a_replace_with_an_earlier_day(office: Office) -> None:
    record = records(office)[0]
    rest = f"{record.id}/end/"
    lost = office.clinic.visit(office.ada, office.theo, start=at(15))
    told = opened(office, rest) | {"last": str(next_monday() - timedelta(days=1))}

    html = office.browser.post(url(office, rest), told).content.decode()
    kept = {"keep-others": "1", "reason-others": "Agreed with the patient"}
    office.browser.post(url(office, rest), told | kept | {"confirm": hidden(html, "confirm")})

    assert f'data-event-id="{lost.id}"' in html
    assert [(row.id, row.last) for row in records(office)] == [(record.id, next_monday() - timedelta(days=1))]


@pytest.mark.parametrize("last", [date(1999, 1, 1), date(2190, 1, 1)], ids=["before it begins", "later than it ends"])
def test_a_senseless_end_is_refused(office: Office, last: date) -> None:
    rest = f"{records(office)[0].id}/end/"

    assert save(office, rest, last=str(last)).status_code == 422


def test_a_form_without_its_intent_is_refused(office: Office) -> None:
    assert [save(office, intent=intent).status_code for intent in ("", "made-up")] == [422, 409]


# --- Rights


@pytest.mark.parametrize(
    ("role", "own", "seen", "changed"),
    [
        pytest.param(Role.CLINICIAN, True, 200, 200, id="the clinician"),
        pytest.param(Role.CLINICIAN, False, 403, 403, id="another clinician"),
        pytest.param(Role.COORDINATOR, False, 200, 403, id="coordinator of another team"),
        pytest.param(Role.MANAGER, False, 403, 403, id="manager of another team"),
        pytest.param(Role.ADMINISTRATOR, False, 200, 403, id="administrator"),
    ],
)
def test_who_may_do_what(
    office: Office,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
    own: bool,
    seen: int,
    changed: int,
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada if own else uuid4()))
    record = records(office)[0].id

    page = browser.get(url(office))
    pages = [browser.get(url(office, rest)).status_code for rest in ("new/", f"{record}/", f"{record}/end/")]
    posts = [browser.post(url(office, rest)).status_code for rest in ("new/", f"{record}/", f"{record}/end/")]

    assert (page.status_code, pages) == (seen, [changed] * 3)
    assert posts == ([422] * 3 if changed == 200 else [403] * 3)
    assert (f"/hours/{office.ada}/new/" in page.content.decode()) == (changed == 200)


def test_visits_are_busy_for_who_may_not_read_them(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(15))
    browser = sign_in(make_account(Role.CLINICIAN, welkin_id=office.ada))
    own = browser.get(url(office, "new/")).content.decode()

    html = browser.post(url(office, "new/"), fields(own) | {"d1-0-end": "12"}).content.decode()

    assert ("Theo Marsh" in html, "Wound check" in html) == (True, True)


# --- What could not be read


def broken(**fields: Any) -> Callable[[Any], Any]:
    """Work hours whose records hold these fields."""
    return lambda body: [row | {"details": [record | fields for record in row["details"]]} for row in body]


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (PART, False)], ids=["page", "part"])
def test_a_record_that_was_not_read_whole_cannot_be_changed(
    office: Office, garble: Garble, headers: dict[str, str], whole: bool
) -> None:
    before = records(office)
    forms = {rest: opened(office, rest) for rest in ("new/", f"{before[0].id}/", f"{before[0].id}/end/")}
    garble("/calendar/work-hours", broken(name=["no", "text"]))

    page = office.browser.get(url(office), headers=headers).content.decode()
    answers = [office.browser.post(url(office, rest), told, headers=headers) for rest, told in forms.items()]

    assert f"/hours/{office.ada}/{before[0].id}/" not in page
    for answer in answers:
        html = answer.content.decode()
        assert (answer.status_code, "<html" in html, "could not be read whole" in html) == (422, whole, True)
    assert office.browser.get(url(office, f"{before[0].id}/")).status_code == 200
    seen = office.api.hours.find([office.ada], half_hour(at(10)))
    assert [(row.first, row.last, row.days) for row in seen] == [(before[0].first, before[0].last, before[0].days)]


def test_a_lost_record_is_told_before_saving(office: Office, garble: Garble) -> None:
    told = opened(office) | {"d1-0-end": "17:30", "kind": "OVERRIDE", "last": str(next_monday() + timedelta(days=6))}
    garble(
        "/calendar/work-hours",
        lambda body: [row | {"details": [*row["details"], {"ruleType": "DEFAULT"}]} for row in body],
    )

    html = office.browser.post(url(office, "new/"), told).content.decode()

    assert "1 record of these hours could not be read: it may count instead." in html


def test_missing_visits_are_told_before_saving(office: Office, garble: Garble) -> None:
    told = opened(office) | {"first": str(next_monday() + timedelta(weeks=1)), "d6-0-start": "9", "d6-0-end": "12"}
    garble("/calendar/events", lambda body: body | {"totalElements": 7, "last": False})

    html = office.browser.post(url(office, "new/"), told).content.decode()

    assert "The calendar did not come whole: there may be more visits than are listed." in html


# --- Odd records


def test_an_entry_that_counts_for_nothing_is_no_change(
    office: Office, garble: Garble, api_calls: Callable[[], Any]
) -> None:
    odd = {"daysInfo": [{"day": 6, "startTime": "09:00:00", "endTime": "00:00:00"}]}
    garble("/calendar/work-hours", broken(**odd))
    rest = f"{records(office)[0].id}/"
    html = office.browser.get(url(office, rest)).content.decode()

    with api_calls() as seen:
        answer = office.browser.post(url(office, rest), fields(html))

    assert (fields(html)["d6-0-start"], "09:00–00:00 counts for nothing" in html) == ("", True)
    assert (answer.status_code, [call.split()[0] for call in seen]) == (302, ["GET"])


def test_hours_from_the_last_day_of_the_calendar_are_saved_and_shown(office: Office) -> None:
    saved = save(office, first="2199-12-31")

    assert (saved.status_code, saved.headers["Location"]) == (302, f"{url(office)}?week=2199-W52")
    assert office.browser.get(saved.headers["Location"]).status_code == 200


def test_a_range_is_never_broken_after_its_dash(office: Office) -> None:
    html = office.browser.get(url(office)).content.decode()

    assert '<span class="nowrap">09:00–17:00</span>' in html
