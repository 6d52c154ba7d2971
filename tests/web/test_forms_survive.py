"""Whatever goes wrong with a form, what was typed is in the answer or kept, and it may be sent again as the same form.

Every form that has typed text meets every fault of reliability 2.0 (U2, U3, U4, U6, U7, U8, a refusal), through a
sandbox that really fails. Then the kept form is opened, sent, and goes through: once.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client as Browser
from django.utils.deprecation import MiddlewareMixin

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import EventType
from scheduling.domain.interval import Interval
from scheduling.domain.week import Week
from scheduling.ledger.models import Claim, Draft, Intent, OpenEdit
from scheduling.services import changing, connection, runs
from scheduling.services.sealing import unseal
from scheduling.web import drafts, failures
from scheduling.web.clock import stamp
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour, next_monday
from tests.faults.server import Faults
from tests.sandbox_fixture import Sandbox

from .form_reader import fields_of
from .test_headers import patterns

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
WORDS = 'A "long" talk & more'
CHANGING = ["POST", "PATCH", "PUT", "DELETE"]
# Forms of one press: nothing is typed, so nothing is kept. They are answered by the panel as it is.
PRESSES = {"appointment-mark", "appointment-attendance", "appointment-answer"}
# Steps and questions that are asked by POST, and what the kept forms themselves offer.
NO_WRITES = {
    "search", "find", "people", "patient-find", "appointment-check", "appointment-move-check", "demo-login",
    "draft-throw-away", "appointment-presence", "appointment-places", "account-stay", "session-end", "sessions-end",
}  # fmt: skip
# Have test files of their own.
ELSEWHERE = {
    "appointment-restore", "overlap-keep", "closure-new", "closure-edit", "closure-delete", "closure-back", "place-new",
    "keys", "board-look", "staff-set-new", "staff-set-edit", "staff-set-delete",
    "place-edit", "holiday-set", "since-seen", "leave-withdraw", "leave-new", "invitations-answers", "invitations-undo",
    "hours-locks", "hours-lock-lift", "hours-delegate", "hours-contract", "impact-leave", "impact-closure", "run-go-on",
    "run-undo", "run-resume", "place-delete", "change-undo",
    "feed-make", "feed-detail", "feed-revoke", "usage-again", "emergency", "emergency-end", "emergency-seen",
    "logins-new", "login-edit", "login-do", "invitation",
    "team-new", "team-edit", "team-delete", "user-new", "user-edit", "visit-defaults",
}  # fmt: skip


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@pytest.fixture
def dead_api(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`dead_api()`: from now on nobody listens where the API was."""

    def end() -> None:
        dead = replace(connection.credentials(), url="http://127.0.0.1:9")
        monkeypatch.setattr(connection, "credentials", lambda: dead)

    return end


@dataclass
class Opened:
    """A form as somebody has it before them, filled in."""

    address: str
    fields: dict[str, Any]
    event: Any = None

    @property
    def intent(self) -> str:
        return str(self.fields["intent"][0])


@dataclass(frozen=True)
class Form:
    """One write form: how it is opened and filled in, which field holds what was typed, and what it changes."""

    route: str
    open: Callable[[Office], Opened]
    typed: tuple[str, str]
    writes: str = "*/calendar/events*"
    place: bool = False
    visit: bool = True


def filled(office: Office, address: str, query: str = "", **typed: str) -> Opened:
    html = office.browser.get(f"{address}{query}", headers=PART).content.decode()
    return Opened(address, fields_of(html) | {name: [value] for name, value in typed.items()})


def booking(office: Office) -> Opened:
    query = f"?clinician={office.ada}&start={stamp(at(10))}&patient={office.theo}"
    return filled(office, "/appointments/new/", query, title=WORDS, step="book")


def of_visit(way: str, **typed: str) -> Callable[[Office], Opened]:
    def opened(office: Office) -> Opened:
        event = office.clinic.visit(office.ada, office.theo, start=at(9))
        form = filled(office, f"/appointments/{event.id}/{way}/", **typed)
        form.event = event
        return form

    return opened


def moving(office: Office) -> Opened:
    return of_visit("move", start="10:00")(office)


def joining(office: Office) -> Opened:
    event = office.clinic.visit(office.ada, start=at(10), type=EventType.GROUP_THERAPY, additional={"capacity": 3})
    form = filled(office, f"/appointments/{event.id}/join/", f"?patient={office.theo}", reason=WORDS, step="join")
    form.event = event
    return form


def new_hours(office: Office) -> Opened:
    last = (next_monday() + timedelta(days=18)).isoformat()
    return filled(
        office, f"/hours/{office.ada}/new/", "?kind=OVERRIDE", name=WORDS, kind="OVERRIDE", last=last,
        **{"d1-0-start": "09:00", "d1-0-end": "16:00"},
    )  # fmt: skip


def hours_of(way: str, **typed: str) -> Callable[[Office], Opened]:
    def opened(office: Office) -> Opened:
        now = datetime.now(UTC)
        [record] = office.api.hours.find([office.ada], Interval(now, now + timedelta(days=7))).rows
        return filled(office, f"/hours/{office.ada}/{record.id}/{way}", **typed)

    return opened


def looked_at(office: Office, address: str, query: str = "", **typed: str) -> Opened:
    """A form whose first press shows what changes, as it stands then."""
    form = filled(office, address, query, **typed)
    html = office.browser.post(address, form.fields, headers=PART).content.decode()
    return Opened(address, form.fields | fields_of(html))


def copying(office: Office) -> Opened:
    office.clinic.work(office.ada, time(8), time(12))
    week = Week.containing(next_monday() - timedelta(weeks=5))
    target = str(Week.containing(next_monday() + timedelta(weeks=1)))
    return looked_at(office, f"/hours/{office.ada}/copy/", f"?week={week}", name=WORDS, weeks=target)


def rotating(office: Office) -> Opened:
    last = (next_monday() + timedelta(days=13)).isoformat()
    return looked_at(office, f"/hours/{office.ada}/rotation/", name=WORDS, count="2", b1="12-20", last=last)


LAST = (next_monday() + timedelta(days=30)).isoformat()
FORMS = [
    Form("appointment-new", booking, ("title", WORDS), place=True, visit=False),
    Form("appointment-move", moving, ("start", "10:00"), place=True),
    Form("appointment-edit", of_visit("edit", title=WORDS), ("title", WORDS)),
    Form("appointment-cancel", of_visit("cancel", reason=WORDS), ("reason", WORDS)),
    Form("appointment-delete", of_visit("delete"), ("now_title", "Wound check")),
    Form("appointment-join", joining, ("reason", WORDS)),
    Form("hours-new", new_hours, ("name", WORDS), "*/calendar/work-hours*", visit=False),
    Form("hours-edit", hours_of("", name=WORDS), ("name", WORDS), "*/calendar/work-hours*", visit=False),
    Form("hours-copy", copying, ("name", WORDS), "*/calendar/work-hours*", visit=False),
    Form("hours-rotation", rotating, ("name", WORDS), "*/calendar/work-hours*", visit=False),
    Form("hours-end", hours_of("end/", last=LAST), ("last", LAST), "*/calendar/work-hours*", visit=False),
    Form(
        "patient-new",
        lambda office: filled(office, "/patients/new/", first_name=WORDS, last_name="Ek"),
        ("first_name", WORDS),
        "*/patients*",
        visit=False,
    ),
]


def each(forms: list[Form]) -> Any:
    return pytest.mark.parametrize("form", forms, ids=[form.route for form in forms])


def sent(browser: Browser, opened: Opened, *, part: bool = True) -> Any:
    """Press the button; where a question is asked first (hours that strand visits), say yes."""
    headers = PART if part else {}
    answer = browser.post(opened.address, opened.fields, headers=headers)
    confirm = fields_of_buttons(answer.content.decode()).get("confirm", "")
    if answer.status_code == 200 and confirm:
        answer = browser.post(opened.address, {**opened.fields, "confirm": confirm}, headers=headers)
    return answer


def fields_of_buttons(html: str) -> dict[str, str]:
    start = html.find('name="confirm" value="')
    return {"confirm": html[start + 22 :].partition('"')[0]} if start >= 0 else {}


def kept(opened: Opened) -> Draft | None:
    return Draft.objects.filter(intent__startswith=opened.intent).first()


def reopened(office: Office, browser: Browser, opened: Opened) -> Opened:
    """The kept form, as its link opens it."""
    draft = kept(opened)
    assert draft is not None
    answer = browser.get(f"/drafts/{draft.intent}/", follow=True)
    address = answer.redirect_chain[-1][0].partition("?")[0]
    assert (answer.status_code, address) == (200, opened.address)
    html = answer.content.decode()
    part = html[html.index('<main id="main"') : html.index("</main>")]
    return Opened(address, {**opened.fields, **fields_of(part)}, opened.event)


def assert_typed(form: Form, opened: Opened, html: str, *, same_intent: bool) -> None:
    """The answer is the form, with what was typed, and the intent by which it may be sent."""
    told = fields_of(html)
    name, value = form.typed
    assert told.get(name) == [value]
    assert (told["intent"] == [opened.intent]) is same_intent


def assert_goes_through(office: Office, form: Form, opened: Opened, *, same_intent: bool = True) -> None:
    """The kept form holds what was typed; sent again it is done, and not kept any more."""
    again = reopened(office, office.browser, opened)
    name, value = form.typed
    assert again.fields[name] == [value]
    assert (again.intent == opened.intent) is same_intent
    answer = sent(office.browser, again)
    assert answer.status_code in (200, 204), answer.content.decode()
    assert Intent.objects.get(key=again.intent).state == Intent.State.CONFIRMED
    assert kept(opened) is None


# --- The walk ---------------------------------------------------------------------------------------------------------


def takes_posts(view: Any) -> bool:
    """Whether one of our views takes a POST, as its decorator says. The pages of allauth are no forms of ours."""
    if not getattr(view, "__module__", "").startswith("scheduling.") or not inspect.isfunction(view):
        return False
    return "POST" in inspect.getclosurevars(view).nonlocals.get("request_method_list", ())


def test_every_route_that_writes_is_in_the_table() -> None:
    posts = {pattern.name or "" for pattern in patterns() if takes_posts(pattern.callback)}

    assert posts - PRESSES - NO_WRITES - ELSEWHERE == {form.route for form in FORMS}
    assert posts >= PRESSES
    assert set(drafts.FORMS) >= {form.route for form in FORMS}


# --- U2: taken --------------------------------------------------------------------------------------------------------


@each([form for form in FORMS if form.place])
def test_a_place_that_was_taken_meanwhile(office: Office, form: Form) -> None:
    opened = form.open(office)
    office.clinic.visit(office.ada, start=at(10))

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, 'data-conflict="CLINICIAN_BUSY"' in html) == (422, True)
    assert_typed(form, opened, html, same_intent=True)
    assert (
        'data-conflict="CLINICIAN_BUSY"'
        in office.browser.get(f"/drafts/{opened.intent}/", follow=True).content.decode()
    )


@each([form for form in FORMS if form.place])
def test_a_conflict_while_somebody_is_still_choosing_keeps_nothing(office: Office, form: Form) -> None:
    office.clinic.visit(office.ada, start=at(10))
    opened = form.open(office)

    answer = office.browser.post(f"{opened.address}check/", opened.fields, headers=PART)

    assert (answer.status_code, "data-conflict" in answer.content.decode()) == (200, True)
    assert not Draft.objects.exists()


def test_a_mistake_in_a_field_keeps_nothing(office: Office) -> None:
    opened = booking(office)

    answer = office.browser.post(opened.address, {**opened.fields, "start": "25:99"}, headers=PART)

    assert (answer.status_code, Draft.objects.exists()) == (422, False)


# --- U3: not saved, safe to try again ---------------------------------------------------------------------------------


@each(FORMS)
def test_what_was_not_sent_is_in_the_answer_and_goes_through_later(office: Office, faults: Faults, form: Form) -> None:
    opened = form.open(office)
    faults.rule({"status": 429}, method=CHANGING, path=form.writes, times=None)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert str(failures.UNREACHABLE.title) in html
    assert_typed(form, opened, html, same_intent=True)
    faults.clear()
    assert_goes_through(office, form, opened)


@each([form for form in FORMS if not form.route.startswith("hours-")])
def test_while_the_api_is_away_the_form_comes_back(office: Office, dead_api: Callable[[], None], form: Form) -> None:
    opened = form.open(office)
    dead_api()

    answer = sent(office.browser, opened)

    assert answer.status_code == 422
    assert str(failures.UNREACHABLE.title) in answer.content.decode()
    assert_typed(form, opened, answer.content.decode(), same_intent=True)
    assert kept(opened) is not None


@each([form for form in FORMS if form.route.startswith("hours-")])
def test_while_the_api_is_away_the_form_of_hours_stays_where_it_is(
    office: Office, dead_api: Callable[[], None], form: Form
) -> None:
    """Without the record there is no editor to print: the page keeps its form and says so, or gets it back."""
    opened = form.open(office)
    dead_api()

    part, page = sent(office.browser, opened), sent(office.browser, opened, part=False)

    assert (part.status_code, "notice" in part.headers["HX-Trigger"]) == (503, True)
    assert_typed(form, opened, page.content.decode(), same_intent=True)
    assert kept(opened) is not None


def under_way(office: Office, opened: Opened, state: str) -> Intent:
    """Somebody else's change of the visit, in this state."""
    other = Intent.objects.create(
        key=f"other-{state}", account=office.coordinator, minted_at=office.desk.now, state=state, session=""
    )
    OpenEdit.objects.create(
        scope=office.desk.scope, visit=str(opened.event.id), intent=other.key, opened_at=office.desk.now
    )
    return other


@each([form for form in FORMS if form.visit])
def test_while_another_change_is_not_known_yet(office: Office, form: Form) -> None:
    opened = form.open(office)
    under_way(office, opened, Intent.State.UNKNOWN)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, "Another change of this visit is being saved just now" in html) == (409, True)
    assert_typed(form, opened, html, same_intent=True)
    OpenEdit.objects.all().delete()
    assert_goes_through(office, form, opened)


def test_while_our_own_database_is_busy_with_another_change(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    form = next(form for form in FORMS if form.route == "appointment-cancel")
    opened = form.open(office)
    under_way(office, opened, Intent.State.WORKING)
    monkeypatch.setattr(changing, "TURNS", 2)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, str(failures.BUSY.sentence) in html) == (422, True)
    assert_typed(form, opened, html, same_intent=True)
    assert kept(opened) is not None


# --- Refused by the API -----------------------------------------------------------------------------------------------

NO = {"code": 400, "body": [{"errorCode": "VALIDATION_ERROR", "message": "the tenant says no", "details": {}}]}


@each(FORMS)
def test_a_page_that_is_left_for_want_of_use_keeps_the_form_and_does_nothing(
    office: Office, api_calls: Any, form: Form
) -> None:
    opened = form.open(office)

    with api_calls() as calls:
        answer = office.browser.post(opened.address, opened.fields, headers={"X-Keep-Form": "1", "X-Background": "1"})

    assert (answer.status_code, calls, Intent.objects.get(key=opened.intent).state) == (204, [], Intent.State.MINTED)
    assert_goes_through(office, form, opened)


def test_a_form_that_was_sent_is_not_kept_again_by_a_page_that_is_left(office: Office) -> None:
    opened = booking(office)
    assert sent(office.browser, opened).status_code in (200, 204)

    assert office.browser.post(opened.address, opened.fields, headers={"X-Keep-Form": "1"}).status_code == 204

    assert kept(opened) is None


@each(FORMS)
def test_a_refusal_comes_back_with_its_reason_and_the_next_intent(office: Office, faults: Faults, form: Form) -> None:
    opened = form.open(office)
    faults.rule({"status": NO}, method=CHANGING, path=form.writes)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert (answer.status_code, "the tenant says no" in html) == (422, True)
    assert_typed(form, opened, html, same_intent=False)
    assert_goes_through(office, form, opened, same_intent=False)


# --- U4: not known ----------------------------------------------------------------------------------------------------


@each(FORMS)
def test_a_lost_answer_leads_to_the_checking_card_and_the_form_is_kept(
    office: Office, faults: Faults, form: Form
) -> None:
    opened = form.open(office)
    faults.rule("reset_before_apply", method=CHANGING, path=form.writes)

    answer = sent(office.browser, opened)

    told = f"/outcomes/{opened.intent}/"
    run = runs.of_intent(office.desk, opened.intent)
    # More than one step goes on by itself on the page of the run, and is told there.
    led = told if run is None or len(run.parts) == 1 else f"/runs/{run.id}/"
    assert led in (answer.headers.get("Location"), answer.headers.get("HX-Redirect"))
    card = office.browser.get(told, headers=PART).content.decode()
    assert "do not send it again" in card
    assert "Until it is known" in card or "What you typed is kept until it is known." in card
    assert kept(opened) is not None
    assert office.browser.get(f"/drafts/{opened.intent}/").headers["Location"] == told
    assert "It is not known yet whether your form was saved" in office.browser.get("/drafts/").content.decode()


@each([form for form in FORMS if not form.route.startswith("hours-")])
def test_a_change_that_is_found_later_forgets_the_form(office: Office, faults: Faults, form: Form) -> None:
    opened = form.open(office)
    faults.rule("apply_then_reset", method=CHANGING, path=form.writes)
    sent(office.browser, opened)

    card = office.browser.get(f"/outcomes/{opened.intent}/", headers=PART).content.decode()

    assert 'data-outcome="confirmed"' in card
    assert kept(opened) is None


@each(FORMS)
def test_a_change_that_certainly_did_not_take_effect_offers_its_form_again(
    office: Office, faults: Faults, form: Form
) -> None:
    opened = form.open(office)
    faults.rule("reset_before_apply", method=CHANGING, path=form.writes)
    sent(office.browser, opened)
    Intent.objects.filter(key=opened.intent).update(state=Intent.State.REFUSED, outcome={"absent": True})
    Claim.objects.filter(intent=opened.intent).update(state=Claim.State.REFUSED)
    OpenEdit.objects.all().delete()

    card = office.browser.get(f"/outcomes/{opened.intent}/", headers=PART).content.decode()

    assert "It was not saved" in card
    assert f'href="/drafts/{opened.intent}/"' in card
    assert_goes_through(office, form, opened, same_intent=False)


# --- U6: somebody else changed it -------------------------------------------------------------------------------------


@each([form for form in FORMS if form.visit])
def test_a_visit_that_somebody_changed_meanwhile(office: Office, form: Form) -> None:
    opened = form.open(office)
    later = EventChange(when=half_hour(at(11))) if form.route != "appointment-edit" else EventChange(title="Theirs")
    office.api.events.change(opened.event.id, later)

    answer = sent(office.browser, opened)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert_typed(form, opened, html, same_intent=True)
    again = reopened(office, office.browser, opened)
    assert again.fields[form.typed[0]] == [form.typed[1]]
    assert sent(office.browser, again).status_code == 409


# --- U7: the session has ended ----------------------------------------------------------------------------------------


@each(FORMS)
def test_after_the_session_the_form_is_there_for_the_same_person(
    office: Office, sign_in: Callable[[Account], Browser], make_account: Callable[..., Account], form: Form
) -> None:
    """Without script: the answer leads over the login to the form. Somebody else finds nothing of it."""
    opened = form.open(office)
    stranger = Browser(enforce_csrf_checks=True)

    answer = stranger.post(opened.address, opened.fields)

    assert answer.status_code == 401
    html = answer.content.decode()
    assert "What you typed is kept" in html or "what you typed is kept" in html
    assert f"next=%2Fdrafts%2F{opened.intent}%2F" in html
    assert form.typed[1] not in html
    other = sign_in(make_account(Role.COORDINATOR))
    assert other.get(f"/drafts/{opened.intent}/").headers["Location"] == "/"
    assert opened.intent not in other.get("/drafts/").content.decode()
    assert other.post(f"/drafts/{opened.intent}/throw-away/").status_code == 302
    assert_goes_through(office, form, opened)


@pytest.mark.parametrize("strict", [True, False], ids=["without-a-token", "ended-in-this-request"])
def test_a_part_is_told_that_the_session_has_ended(office: Office, strict: bool) -> None:
    opened = booking(office)

    answer = Browser(enforce_csrf_checks=strict).post(opened.address, opened.fields, headers=PART)

    assert (answer.status_code, list(json.loads(answer.headers["HX-Trigger"]))) == (401, ["session-ended"])
    assert kept(opened) is not None


def test_a_form_of_nobody_leads_to_the_login_and_is_not_kept(office: Office) -> None:
    answer = Browser().post("/appointments/new/", {"intent": "made-up", "title": WORDS})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/?next=/")
    assert not Draft.objects.exists()


def test_passwords_and_tokens_are_never_kept(office: Office) -> None:
    opened = booking(office)
    secrets = {"csrfmiddlewaretoken": "t", "password": "p", "oldpassword": "o", "password1": "1"}

    Browser().post(opened.address, {**opened.fields, **secrets})

    draft = kept(opened)
    assert draft is not None
    assert not set(unseal(draft.sealed)) & set(secrets)


# --- U8: a mistake of ours --------------------------------------------------------------------------------------------


class Crash(MiddlewareMixin):
    """Fails where the view would begin, as a mistake in it does."""

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if request.method == "POST":
            raise RuntimeError("a mistake of ours")


@each(FORMS)
def test_after_a_crash_the_form_is_kept(office: Office, settings: Any, form: Form) -> None:
    opened = form.open(office)
    usual = settings.MIDDLEWARE
    settings.MIDDLEWARE = [*usual, f"{__name__}.Crash"]
    broken = Browser(raise_request_exception=False)
    broken.cookies = office.browser.cookies

    page, part = (sent(broken, opened, part=part) for part in (False, True))

    assert (page.status_code, part.status_code) == (500, 500)
    assert "notice" in part.headers["HX-Trigger"]
    assert "a mistake of ours" not in page.content.decode()
    settings.MIDDLEWARE = usual
    assert_goes_through(office, form, opened)


# --- Once -------------------------------------------------------------------------------------------------------------


def test_a_hundred_replays_of_one_post_make_one_visit(office: Office) -> None:
    opened = booking(office)

    elsewhere = {**PART, "HX-Current-URL": "http://testserver/day/"}

    answers = [office.browser.post(opened.address, opened.fields, headers=elsewhere) for _turn in range(100)]

    assert {answer.status_code for answer in answers} == {200}
    assert ["This was booked already" in answer.content.decode() for answer in answers] == [False] + [True] * 99
    [made] = office.api.events.find(half_hour(at(10)), participant_ids=[office.theo]).rows
    assert f'href="/appointments/{made.id}/"' in answers[-1].content.decode()


def test_back_and_submit_again_leads_to_the_visit_that_is_there(office: Office) -> None:
    opened = booking(office)
    first = sent(office.browser, opened, part=False)

    again = sent(office.browser, opened, part=False)

    assert again.headers["Location"] == first.headers["Location"]
    assert "This was booked already" in office.browser.get(again.headers["Location"]).content.decode()


def test_back_and_other_words_make_no_second_visit_but_a_new_form_on_purpose(office: Office) -> None:
    opened = booking(office)
    sent(office.browser, opened)
    other = Opened(opened.address, {**opened.fields, "title": "Another one"})

    answer = sent(office.browser, other)

    html = answer.content.decode()
    assert (answer.status_code, "This form was sent already" in html) == (409, True)
    assert f"/outcomes/{opened.intent}/" in html
    again = reopened(office, office.browser, opened)
    assert again.fields["title"] == ["Another one"]
    assert again.intent != opened.intent
    assert len(office.api.events.find(half_hour(at(10)), participant_ids=[office.theo]).rows) == 1


def test_other_words_while_the_first_are_not_known_yet_are_not_sent(office: Office, faults: Faults) -> None:
    opened = booking(office)
    faults.rule("reset_before_apply", method=CHANGING, path="*/calendar/events")
    sent(office.browser, opened)

    answer = sent(office.browser, Opened(opened.address, {**opened.fields, "title": "Another one"}))

    assert answer.status_code == 409
    assert "Open what I typed as a new form" not in answer.content.decode()


# --- Tokens and histories ---------------------------------------------------------------------------------------------


def with_old_token(office: Office) -> Browser:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = office.browser.cookies
    return strict


def test_a_part_with_an_old_token_gets_the_new_one(office: Office) -> None:
    """Regression: login in another tab (F48). The page's script sends the form once more with it."""
    opened = booking(office)
    strict = with_old_token(office)

    answer = strict.post(opened.address, opened.fields, headers=PART)
    told = json.loads(answer.headers["HX-Trigger"])["token-renewed"]
    again = strict.post(opened.address, {**opened.fields, "csrfmiddlewaretoken": told["csrf"]}, headers=PART)

    assert (answer.status_code, again.status_code) == (403, 200)
    assert told["account"] == drafts.mark_of(office.coordinator)


def test_a_page_with_an_old_token_offers_the_own_form_once_more(office: Office) -> None:
    opened = booking(office)

    answer = with_old_token(office).post(opened.address, opened.fields)

    assert (answer.status_code, "Send what I typed again" in answer.content.decode()) == (403, True)
    told = fields_of(answer.content.decode())
    assert (told["title"], told["intent"]) == ([WORDS], [opened.intent])


def test_a_page_with_an_old_token_shows_nothing_of_somebody_elses_form(
    office: Office, sign_in: Callable[[Account], Browser], make_account: Callable[..., Account]
) -> None:
    opened = booking(office)
    other = Browser(enforce_csrf_checks=True)
    other.cookies = sign_in(make_account(Role.COORDINATOR)).cookies

    answer = other.post(opened.address, opened.fields)

    assert (answer.status_code, "Send what I typed again" in answer.content.decode()) == (403, False)
    assert WORDS not in fields_of(answer.content.decode()).get("title", [])
    assert_goes_through(office, FORMS[0], opened)


def test_no_view_of_ours_is_exempt_from_the_token() -> None:
    exempt = [pattern.name for pattern in patterns() if getattr(pattern.callback, "csrf_exempt", False)]

    assert exempt == []


PAGES = ["/day/", "/appointments/new/", "/people/", "/drafts/"]


@pytest.mark.parametrize("address", PAGES)
def test_the_history_and_a_reload_get_whole_pages(office: Office, address: str) -> None:
    """Regressions htmx #3432 and #497: never a bare fragment, never one page's copy for the other."""
    restored = office.browser.get(address, headers=PART | {"HX-History-Restore-Request": "true"}, follow=True)
    reloaded = office.browser.get(address, follow=True)
    part = office.browser.get(address, headers=PART, follow=True)

    assert ["<html" in answer.content.decode() for answer in (restored, reloaded, part)] == [True, True, False]
    for answer in (restored, reloaded, part):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in answer.headers["Vary"]


def test_the_browser_keeps_no_copies_of_pages(office: Office) -> None:
    """Regression htmx #1113, #3048, #3049, #3305, #3193: going back reads the page anew."""
    assert '"history": "reload"' in office.browser.get("/drafts/").content.decode()


# --- The line in the frame --------------------------------------------------------------------------------------------


def test_the_line_is_on_the_start_page_and_can_be_thrown_away(office: Office) -> None:
    opened = booking(office)
    office.clinic.visit(office.ada, start=at(10))
    sent(office.browser, opened)

    page = office.browser.get("/", follow=True).content.decode()

    assert "You have a form that was not saved: Book a visit," in page
    assert WORDS not in page
    left = office.browser.post(f"/drafts/{opened.intent}/throw-away/", headers=PART)
    assert (left.status_code, "data-draft" in left.content.decode()) == (200, False)
    assert not Draft.objects.exists()


def test_a_form_that_is_not_kept_any_more_leads_home(office: Office) -> None:
    answer = office.browser.get("/drafts/made-up/", follow=True)

    assert answer.redirect_chain[0][0] == "/"
    assert "This form is not kept any more." in answer.content.decode()


@pytest.mark.parametrize("query", ["?draft=made-up", "?draft="])
def test_an_address_with_a_draft_that_is_none_opens_the_empty_form(office: Office, query: str) -> None:
    assert office.browser.get(f"/appointments/new/{query}", headers=PART).status_code == 200


def test_a_kept_form_opens_only_where_it_belongs(office: Office) -> None:
    first, second = (of_visit("edit", title=WORDS)(office) for _visit in range(2))
    Browser().post(first.address, first.fields)

    html = office.browser.get(f"{second.address}?draft={first.intent}", headers=PART).content.decode()

    assert fields_of(html)["title"] == ["Wound check"]


# --- Signing in over a page -------------------------------------------------------------------------------------------


def test_signing_in_over_a_page_answers_with_the_token_and_whose_it_is(office: Office) -> None:
    browser = Browser()
    part = browser.get("/account/login/", headers=PART)
    wrong = browser.post("/account/login/", {"login": office.coordinator.username, "password": "no"}, headers=PART)
    right = browser.post(
        "/account/login/", {"login": office.coordinator.username, "password": "a long enough word"}, headers=PART
    )
    already = browser.get("/account/login/", headers=PART)

    assert "<html" not in part.content.decode()
    assert "Sign in to go on" in part.content.decode()
    assert (wrong.status_code, "Sign in to go on" in wrong.content.decode()) == (200, True)
    for answer in (right, already):
        told = json.loads(answer.headers["HX-Trigger"])["signed-in"]
        assert (answer.content, told["account"]) == (b"", drafts.mark_of(office.coordinator))


def test_the_mark_of_a_page_is_its_owners_and_says_nothing(
    office: Office, make_account: Callable[..., Account]
) -> None:
    mark = drafts.mark_of(office.coordinator)

    assert f'data-mark="{mark}"' in office.browser.get("/drafts/").content.decode()
    assert mark != drafts.mark_of(make_account())
    assert office.coordinator.username not in mark
