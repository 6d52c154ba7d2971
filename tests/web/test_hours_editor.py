"""What the editor of weekly hours says while hours are typed, its buttons, its picture, and the contract hours."""

import re
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import ContractHours, StaffMember, Team
from scheduling.ledger.models import AuditRecord
from scheduling.web.forms.hours import WeekForm
from scheduling.web.forms.hours_presses import pressed
from scheduling.web.hours_editor import Beside, beside
from tests.clinic_fixture import Office
from tests.web.form_reader import fields_of
from tests.web.test_hours_form import sent

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 23)


def told(*spans: str, contract: int | None = None, zone: ZoneInfo = NEW_YORK, **values: str) -> Beside:
    form = WeekForm(desk=None, typed=sent(*spans, **values))
    return beside(form, zone, TODAY, contract)


def flags(found: Beside) -> dict[int, tuple[str, ...]]:
    return {weekday: day.flags for weekday, day in found.days.items() if day.flags}


# --- Flags and notes


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param(["1 9-12", "1 12-17"], {}, id="nothing odd"),
        pytest.param(["1 9-13", "1 12-17"], {1: ("09:00–13:00 and 12:00–17:00 overlap.",)}, id="overlap"),
        pytest.param(
            ["7 22-6", "1 5-9"], {1: ("22:00–06:00 of Sunday and 05:00–09:00 overlap.",)}, id="overlap with a night"
        ),
        pytest.param(["2 9-12", "2 12:10-17"], {2: ("Only 10 min between 12:00–12:10.",)}, id="short break"),
        pytest.param(["3 7-19:30"], {3: ("07:00–19:30 is longer than 12 hours: 12:30.",)}, id="long"),
        pytest.param(["3 7-19"], {}, id="not too long"),
        pytest.param(["4 9-"], {4: ("Interval 1: Give both a start and an end, or leave both empty.",)}, id="half"),
        pytest.param(
            ["4 9-noon"],
            {4: ("Interval 1: Type times like 09:00 or 17:30; the end of the day is 24:00.",)},
            id="no time",
        ),
    ],
)
def test_flags(spans: list[str], expected: dict[int, tuple[str, ...]]) -> None:
    assert flags(told(*spans)) == expected


def test_what_the_form_says_itself_is_not_flagged_again() -> None:
    form = WeekForm(sent("1 9-13", "1 12-17", "2 9-"), desk=None)
    form.is_valid()

    assert flags(beside(form, NEW_YORK, TODAY, None)) == {}


NIGHT = "22:00–06:00 is a night: 22:00–24:00 on Friday and 00:00–06:00 on Saturday."


@pytest.mark.parametrize(
    ("values", "notes"),
    [
        pytest.param({}, (NIGHT,), id="open"),
        pytest.param(
            {"last": "2026-12-11"},
            (NIGHT, "On Friday 11 December 2026, the last day, only 22:00–24:00 counts."),
            id="last day",
        ),
        pytest.param(
            {"first": "2026-12-05"},
            (NIGHT, "On Saturday 5 December 2026, the first day, only 00:00–06:00 counts."),
            id="first day",
        ),
        pytest.param({"first": "soon", "last": "2026-02-31"}, (NIGHT,), id="no dates"),
    ],
)
def test_a_night_is_told_with_what_falls_outside_the_dates(values: dict[str, str], notes: tuple[str, ...]) -> None:
    assert told("5 22-6", **values).days[5].notes == notes


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        pytest.param(None, "", id="unknown"),
        pytest.param(8 * 60, "as in the contract", id="equal"),
        pytest.param(9 * 60, "1:00 less than the contract of 9:00", id="less"),
        pytest.param(450, "0:30 more than the contract of 7:30", id="more"),
    ],
)
def test_the_week_beside_the_contract(contract: int | None, said: str) -> None:
    found = told("1 22-6", contract=contract)

    assert (found.total, found.contract) == ("8:00", said)


def test_an_exception_is_not_measured_by_the_contract() -> None:
    assert told("1 9-17", contract=60, kind="OVERRIDE").contract == ""


@pytest.mark.parametrize(
    ("spans", "zone", "values", "notes"),
    [
        pytest.param(
            ["7 1-5"],
            "America/New_York",
            {},
            (
                "On Sunday 14 March 2027 the clock goes forward: 02:00–03:00 does not exist.",
                "On Sunday 7 November 2027 the clock goes back: 01:00–02:00 comes twice.",
            ),
            id="both",
        ),
        pytest.param(
            ["6 22-6"],
            "Europe/Berlin",
            {"last": "2027-06-01"},
            ("On Sunday 28 March 2027 the clock goes forward: 02:00–03:00 does not exist.",),
            id="second half of a night",
        ),
        pytest.param(["1 9-17"], "America/New_York", {}, (), id="no hours on that day"),
        pytest.param(["7 1-5"], "Asia/Kolkata", {}, (), id="no changes"),
        pytest.param(["7 1-5"], "America/New_York", {"first": "2026-01-01", "last": "2026-11-20"}, (), id="over"),
    ],
)
def test_changes_of_the_clock_on_days_with_hours(
    spans: list[str], zone: str, values: dict[str, str], notes: tuple[str, ...]
) -> None:
    assert told(*spans, zone=ZoneInfo(zone), **values).clock == notes


# --- The picture


def test_a_night_is_drawn_in_two_columns_with_an_edge_in_each() -> None:
    columns = told("7 22-6").columns

    bars = [(column.weekday, bar.top, bar.height) for column in columns for bar in column.bars]
    edges = [(column.weekday, edge.side, edge.top, edge.now, edge.text) for column in columns for edge in column.edges]
    assert bars == [(1, 0, 360), (7, 1320, 120)]
    assert edges == [(1, "end", 360, 1800, "06:00 on Monday"), (7, "start", 1320, 1320, "22:00")]
    assert columns[6].edges[0].label == "Start of interval 1, Sunday"


def test_what_cannot_be_read_is_not_drawn() -> None:
    assert [column for column in told("1 9-", "2 x-y").columns if column.bars or column.edges] == []


# --- Buttons


@pytest.mark.parametrize(
    ("spans", "press", "expected"),
    [
        pytest.param(["1 9-12", "2 8-9"], "off-2", ["1 9-12"], id="day off"),
        pytest.param(
            ["1 9-12", "6 8-9"], "copy-1-weekdays", [f"{day} 9-12" for day in range(1, 6)] + ["6 8-9"], id="weekdays"
        ),
        pytest.param(["1 22-6"], "copy-1-all", [f"{day} 22-6" for day in range(1, 8)], id="nights to all days"),
        pytest.param(["1 9-12", "2 8-9"], "copy-1-chosen", ["1 9-12", "2 8-9", "4 9-12"], id="to a chosen day"),
        pytest.param(["1 9-17"], "split-1-0", ["1 09:00-12:00", "1 12:30-17:00"], id="split at noon"),
        pytest.param(["1 22-6"], "split-1-0", ["1 22:00-01:45", "2 02:15-06:00"], id="split a night"),
        pytest.param(["1 9-9:30"], "split-1-0", ["1 9-9:30"], id="too short to split"),
        pytest.param(["1 9-", "1 13-17"], "split-1-0", ["1 9-", "1 13-17"], id="nothing to split"),
        pytest.param(["1 9-12", "1 13-17"], "remove-1-0", ["1 13-17"], id="remove"),
        pytest.param(["1 9-12"], "remove-1-9", ["1 9-12"], id="no such row"),
    ],
)
def test_buttons(spans: list[str], press: str, expected: list[str]) -> None:
    data = sent(*spans) | {"do": press, "to1-4": "on"}
    form = WeekForm(desk=None, typed=data)

    assert pressed(form, data)
    rows = [f"{row.weekday} {row.start}-{row.end}" for day in form.days for row in day.entries if not row.empty]
    assert rows == expected


@pytest.mark.parametrize("press", ["", "save", "off-8", "copy-0-all", "split-1-x"])
def test_no_button(press: str) -> None:
    assert not pressed(WeekForm(desk=None, typed=sent()), {"do": press})


# --- Over HTTP


def path(office: Office, rest: str = "new/") -> str:
    return f"/hours/{office.ada}/{rest}"


def opened(office: Office) -> dict[str, str]:
    html = office.browser.get(path(office)).content.decode()
    form = html[html.index('<form class="form" id="hours-form"') : html.index("hours-total-source")]
    return {name: values[0] for name, values in fields_of(form).items()}


@pytest.mark.django_db
def test_every_change_is_answered_beside_the_fields(office: Office) -> None:
    changed = opened(office) | {"d1-1-start": "16", "d1-1-end": "18", "total": "1"}

    html = office.browser.post(path(office), changed, headers={"HX-Request": "true"}).content.decode()

    days = [f"hours-flags-{day}" for day in range(1, 8)]
    parts = ["hours-change", "hours-clock", *days, "hours-picture", "hours-total"]
    assert sorted(re.findall(r'id="(hours-[^"]+)"', html)) == parts
    assert "09:00–17:00 and 16:00–18:00 overlap." in html
    assert 'data-metric="week-total">41:00<' in html
    assert re.findall(r'<input[^>]*name="([^"]+)"', html) == ["flags_seen", "change_seen"]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["without script", "with script"])
def test_a_button_keeps_what_was_typed_and_saves_nothing(office: Office, headers: dict[str, str]) -> None:
    typed = opened(office) | {"d6-0-start": "nine", "name": "Winter", "do": "off-1"}

    answer = office.browser.post(path(office), typed, headers=headers)

    html = answer.content.decode()
    assert (answer.status_code, "<html" in html) == (200, not headers)
    assert {name: fields_of(html)[name][0] for name in ("d1-0-start", "d6-0-start", "name", "d2-0-start")} == {
        "d1-0-start": "",
        "d6-0-start": "nine",
        "name": "Winter",
        "d2-0-start": "09:00",
    }


@pytest.mark.django_db
def test_flags_that_nobody_has_seen_are_shown_before_saving(office: Office) -> None:
    typed = opened(office) | {"d7-0-start": "12", "d7-0-end": "9"}

    html = office.browser.post(path(office), typed).content.decode()

    again = {name: values[0] for name, values in fields_of(html).items()}
    assert "Nothing has been saved yet. Look at what is flagged" in html
    assert "12:00–09:00 is longer than 12 hours: 21:00." in html
    assert (again["flags_seen"] != typed["flags_seen"], again["intent"]) == (True, typed["intent"])


# --- Contract hours


@pytest.fixture
def manager(office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]) -> Browser:
    """A manager of Ada's team, signed in."""
    account = make_account(Role.MANAGER)
    team = Team.objects.create(scope=office.desk.scope, name="Harbor")
    team.members.add(StaffMember.objects.get(scope=office.desk.scope, welkin_id=office.ada))
    team.keepers.add(account)
    return sign_in(account)


def set_contract(office: Office, browser: Browser, hours: str) -> int:
    html = browser.get(path(office, "contract/")).content.decode()
    intent = re.search(r'name="intent" value="([^"]+)"', html)
    assert intent
    return browser.post(path(office, "contract/"), {"intent": intent[1], "hours": hours}).status_code


@pytest.mark.django_db
def test_contract_hours_are_set_audited_and_compared(office: Office, manager: Browser) -> None:
    assert [set_contract(office, manager, hours) for hours in ("38.5", "40:00")] == [302, 302]

    lines = AuditRecord.objects.filter(action="hours.contract", phase="confirmed").order_by("pk")
    assert [(line.before_after, line.people) for line in lines] == [
        ([["minutes", None, 2310]], [str(office.ada)]),
        ([["minutes", 2310, 2400]], [str(office.ada)]),
    ]
    html = office.browser.get(path(office)).content.decode()
    assert 'data-metric="contract">as in the contract' in html


@pytest.mark.django_db
def test_contract_hours_are_taken_away_again(office: Office, manager: Browser) -> None:
    set_contract(office, manager, "20")

    assert set_contract(office, manager, "") == 302
    assert not ContractHours.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("hours", ["many", "169", "38:60", "-5"])
def test_senseless_contract_hours_are_refused(office: Office, manager: Browser, hours: str) -> None:
    assert set_contract(office, manager, hours) == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(Role.CLINICIAN, 403, id="the clinician"),
        pytest.param(Role.COORDINATOR, 403, id="coordinator"),
        pytest.param(Role.MANAGER, 403, id="manager of another team"),
        pytest.param(Role.ADMINISTRATOR, 200, id="administrator"),
    ],
)
def test_who_sets_contract_hours(
    office: Office,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
    role: Role,
    status: int,
) -> None:
    browser = sign_in(make_account(role, welkin_id=office.ada if role is Role.CLINICIAN else None))

    assert browser.get(path(office, "contract/")).status_code == status
