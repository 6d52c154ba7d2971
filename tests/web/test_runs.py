"""The pages of impact and runs: choices in a form, progress without script, undo, and who may see what."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from scheduling.accounts.roles import Role
from scheduling.directory.models import Closure, HoursLock
from scheduling.domain.event import EventType
from scheduling.ledger.models import Run
from scheduling.services import runs, work_hours
from scheduling.web.hours_words import range_in_words
from tests.clinic_fixture import NEW_YORK, Office, at, next_monday
from tests.services.run_steps import begin, cancel, mornings
from tests.web.form_reader import fields_of

pytestmark = pytest.mark.django_db
# The form and the question: hours twice, visits in portions of 62 days, slots, and colleagues on three days.
CALLS_TO_ASK = 16
CONFIRM = 'name="confirm" value="'


def asked(office: Office, **changed: str) -> tuple[str, dict[str, Any], str]:
    """The form of new hours that end at noon, as it asks before it saves: its address, fields and page."""
    url = reverse("hours-new", args=[office.ada])
    told = {name: values[-1] for name, values in fields_of(office.browser.get(url).content.decode()).items()}
    told |= {f"d{day}-0-end": "12" for day in range(1, 6)} | {"first": str(next_monday())}
    html = office.browser.post(url, told).content.decode()
    confirm = html.partition(CONFIRM)[2].partition('"')[0]
    return url, told | {"confirm": confirm}, html


def key_of(html: str) -> str:
    return html.partition('name="do-')[2].partition('"')[0]


def test_every_visit_needs_an_answer_before_hours_are_saved(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(13))
    url, told, html = asked(office)

    unsaid = office.browser.post(url, told)
    without_reason = office.browser.post(url, told | {f"do-{key_of(html)}": "cancel"})

    assert (unsaid.status_code, without_reason.status_code) == (422, 422)
    assert "Say what becomes of this visit." in unsaid.content.decode()
    assert "Give a reason" in without_reason.content.decode()
    assert len(work_hours.read(office.desk, office.ada).records) == 1


def test_a_slot_that_was_chosen_is_done_reported_and_undone_by_one_press(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    url, told, html = asked(office)
    slot = html.partition('value="at ')[2].partition('"')[0].replace("&#x2B;", "+")

    saved = office.browser.post(url, told | {f"do-{key_of(html)}": f"at {slot}"})
    report = office.browser.get(saved.url)
    again = office.browser.post(url, told | {f"do-{key_of(html)}": f"at {slot}"})
    page = report.content.decode()
    intent = page.partition('name="intent" value="')[2].partition('"')[0]
    back = office.browser.post(f"{saved.url}undo/", {"intent": intent})
    done = office.browser.post(f"{back.url}go/")

    assert saved.url.startswith("/runs/")
    assert ('data-run="over"' in page, page.count(">Done<")) == (True, 3)
    assert again.status_code == 302
    assert office.api.events.read(visit.id).when == visit.when
    assert (done.status_code, 'data-run="over"' in office.browser.get(back.url).content.decode()) == (302, True)


def test_the_page_goes_on_by_itself_and_by_a_button(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    url = reverse("run", args=[run])

    before = office.browser.get(url).content.decode()
    part = office.browser.post(f"{url}go/", headers={"HX-Request": "true"}).content.decode()

    assert ('data-run="open"' in before, "Go on" in before, "load delay" in before) == (True, True, True)
    assert ('data-run="over"' in part, "<html" in part) == (True, False)


def test_what_was_stopped_is_tried_again_by_a_button(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    url = reverse("run", args=[run])
    days = {"first": next_monday(), "last": next_monday(), "reason": "Payroll", "made_at": office.desk.now}
    lock = HoursLock.objects.create(scope=office.desk.scope, clinician_id=office.ada, **days)
    runs.advance(office.desk, run)

    page = office.browser.get(url).content.decode()
    lock.delete()
    pressed = office.browser.post(f"{url}resume/")
    office.browser.post(f"{url}go/")
    after = office.browser.get(url).content.decode()

    assert ("The hours are as they were before." in page, "Try the rest again" in page) == (True, True)
    assert (pressed.status_code, pressed.url) == (302, url)
    assert ("Try the rest again" in after, office.api.events.read(visit.id).live) == (False, False)


def test_a_run_of_others_is_not_there(office: Office, make_account: Any, sign_in: Any) -> None:
    run = begin(office, mornings(office))
    other = sign_in(make_account(Role.COORDINATOR))

    found = [other.get(reverse("run", args=[run])), other.post(reverse("run-go-on", args=[run]))]
    found += [other.post(reverse("run-undo", args=[run]), {"intent": "x"}), other.get(f"/runs/{uuid4()}/")]

    found += [other.post(reverse("run-resume", args=[run]))]

    assert [answer.status_code for answer in found] == [404] * 5


def test_locked_days_are_told_in_the_form(office: Office) -> None:
    HoursLock.objects.create(
        scope=office.desk.scope,
        clinician_id=office.ada,
        first=next_monday(),
        last=next_monday() + timedelta(days=4),
        reason="Payroll",
        made_at=office.desk.now,
        made_by=office.coordinator,
    )

    html = asked(office)[2]

    assert ("Payroll" in html, len(work_hours.read(office.desk, office.ada).records)) == (True, 1)


@pytest.mark.parametrize("answer", ["", "Yes"], ids=["asked", "granted"])
def test_a_leave_lists_its_visits_and_cancels_one(office: Office, answer: str) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    other = office.clinic.visit(office.ada, office.theo, start=at(10, day=2))
    boss = office.clinic.user("Bea")
    leave = office.clinic.visit(office.ada, start=at(9), minutes=480, staff=(boss,), type=EventType.LEAVE)
    if answer:
        office.api.events.answer(leave.id, boss, answer)
    url = reverse("impact-leave", args=[leave.id])

    html = office.browser.get(url).content.decode()
    told = {name: values[-1] for name, values in fields_of(html).items()}
    none = office.browser.post(url, told)
    sent = office.browser.post(url, told | {f"do-{key_of(html)}": "cancel", f"reason-{key_of(html)}": "Ada is away"})
    office.browser.post(f"{sent.url}go/")

    assert (str(visit.id) in html, str(other.id) in html, none.status_code) == (True, False, 422)
    assert office.api.events.read(visit.id).live is False
    assert "No visit falls into it" in office.browser.get(url).content.decode()


def test_a_closure_lists_the_visits_of_all_its_people(office: Office, api_calls: Callable[[], Any]) -> None:
    bea = office.clinic.user("Bea")
    mine = office.clinic.visit(office.ada, office.theo, start=at(10))
    hers = office.clinic.visit(bea, office.clinic.patient("Mia"), start=at(11))
    row = Closure.objects.create(
        scope=office.desk.scope, name="Moving", first=next_monday(), last=next_monday(), made_at=office.desk.now
    )

    html = office.browser.get(reverse("impact-closure", args=[row.pk])).content.decode()

    assert str(mine.id) in html
    assert ("Busy" in html) is (str(hers.id) in html)
    assert office.browser.get(reverse("impact-closure", args=[row.pk + 1])).status_code == 404


def test_the_clock_of_each_visit_is_named(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    _, _, html = asked(office)

    letters = visit.when.start.astimezone(NEW_YORK).tzname()
    assert f"13:00–13:30 {letters}</span>" in html
    assert "Times are on the clock of whoever each visit is with" in html


def test_two_visits_are_not_given_one_slot(office: Office) -> None:
    for hour in (13, 14):
        office.clinic.visit(office.ada, office.theo, start=at(hour))
    url, told, html = asked(office)
    keys = sorted({part.partition('"')[0] for part in html.split('name="do-')[1:]})
    same = {f"do-{key}": f"at {at(9).isoformat()}" for key in keys}

    answer = office.browser.post(url, told | same)

    assert (len(keys), answer.status_code, Run.objects.count()) == (2, 422, 0)
    assert answer.content.decode().count("This time overlaps the one that was given to the visit of Theo Marsh") == 2


def test_the_hours_page_leads_to_a_change_whose_page_was_closed(office: Office) -> None:
    run = begin(office, mornings(office))
    hours = reverse("hours-of", args=[office.ada])
    link = f'href="{reverse("run", args=[run])}"'

    begun = office.browser.get(hours).content.decode()
    runs.advance(office.desk, run)
    over = office.browser.get(hours).content.decode()

    assert ("A change is not finished" in begun, link in begun) == (True, True)
    assert "A change is not finished" not in over


def test_the_latest_run_is_offered_for_undo(office: Office) -> None:
    url, told, _ = asked(office)
    office.browser.post(url, told)

    latest = runs.latest_for(office.desk, office.ada)

    assert latest is not None
    assert 'name="intent"' in office.browser.get(reverse("run", args=[latest.id])).content.decode()


def test_a_lock_that_came_after_the_look_is_told_and_the_run_goes_on_when_it_is_lifted(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(13))
    run = begin(office, mornings(office), cancel(visit))
    url = reverse("run", args=[run])
    last = next_monday() + timedelta(days=4)
    lock = HoursLock.objects.create(
        scope=office.desk.scope,
        clinician_id=office.ada,
        first=next_monday(),
        last=last,
        reason="Payroll is done",
        made_at=office.desk.now,
        made_by=office.coordinator,
    )

    office.browser.post(f"{url}go/")
    stopped = office.browser.get(url).content.decode()
    stood = (len(work_hours.read(office.desk, office.ada).records), office.api.events.read(visit.id).live)
    HoursLock.objects.filter(pk=lock.pk).update(lifted_at=office.desk.now)
    lifted = office.browser.get(url).content.decode()
    office.browser.post(f"{url}resume/")
    office.browser.post(f"{url}go/")

    assert stood == (1, True), "nothing of it was done"
    for said in (range_in_words(next_monday(), last), "Payroll is done", f"Locked by {office.coordinator.username}"):
        assert said.lower() in stopped.lower()
    assert ("Try the rest again" in stopped, "has been lifted since" in lifted) == (True, True)
    assert runs.tell(office.desk, run).complete


def test_many_visits_are_asked_about_with_few_calls_and_offers_on_demand(
    office: Office, api_calls: Callable[[], Any], refresh: Callable[[], object]
) -> None:
    """Free times for the first twelve visits, for others where they are asked for; what was chosen stays."""
    colleague = office.clinic.user("Bea")
    refresh()
    people = office.coordinator.teams.get().members
    people.add(people.model.objects.get(welkin_id=colleague))
    for number in range(15):
        office.clinic.visit(office.ada, office.theo, start=at(13 + number // 5, day=number % 5))

    with api_calls() as seen:
        url, told, html = asked(office)
    later, given = re.findall(r'name="offer" value="([^"]+)"', html), key_of(html)
    typed = {f"do-{given}": f"with {colleague}", f"do-{later[0]}": "cancel", "offer": later[-1]}
    more = office.browser.post(url, told | typed)
    page = more.content.decode()

    assert (html.count('class="impact-visit"'), len(later)) == (15, 3)
    assert (len(seen), more.status_code) == (CALLS_TO_ASK, 200)
    assert [f'name="do-{key}" value="at ' in page for key in (given, *later)] == [False, False, False, True]
    assert f'name="do-{given}" value="with {colleague}" checked' in page
    assert f'name="do-{later[0]}" value="cancel" checked' in page
    assert "Say what becomes of this visit." not in page
    assert len(work_hours.read(office.desk, office.ada).records) == 1, "nothing was saved"
