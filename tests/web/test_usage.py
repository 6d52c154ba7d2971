"""The report of how hours are used: page, what figures are made of, and files say the same; who sees it; bad input."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import openpyxl
import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from scheduling.ledger.models import AuditRecord
from scheduling.services import connection
from scheduling.web.usage import parts as parts_page
from scheduling.web.usage.export import safe
from tests.clinic_fixture import Office, at

from .board_reader import read

pytestmark = pytest.mark.django_db
REPORT = "/utilisation/report/"


@pytest.fixture
def ben(office: Office) -> Any:
    return office.clinic.user("Ben")


@pytest.fixture
def manager(office: Office, ben: Any, make_account: Any, make_team: Any, sign_in: Any) -> Any:
    """Who looks after Ada and Ben; Ada has a week with everything."""
    account = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("=Managed", members=[office.ada, ben], keepers=[account])
    visit = office.clinic.visit
    visit(office.ada, office.theo, start=at(10))
    visit(office.ada, office.theo, start=at(11), status="MISSED")
    visit(office.ada, office.theo, start=at(22))
    visit(office.ada, office.theo, start=at(13), status="CANCELLED")
    visit(office.ada, start=at(9, day=1), minutes=120, type="LEAVE")
    visit(ben, office.theo, start=at(14), type="GROUP_THERAPY", mode="VIDEO")
    return sign_in(account)


def week(**more: str) -> str:
    told = {"kind": "week", "day": f"{at(10).date()}", **more}
    return "?" + "&".join(f"{name}={value}" for name, value in told.items())


def figures(page: Any) -> dict[str, dict[str, str]]:
    """By row (the total's is "total") and name of the figure, its plain value."""
    rows = page.all("data-row") + page.all("data-total")
    return {
        row.attrs.get("data-row") or "total": {
            cell.attrs["data-metric"]: cell.attrs["data-value"] for cell in row.all("data-metric")
        }
        for row in rows
    }


def links(page: Any) -> list[tuple[str, str, str]]:
    """Row, value and address of each figure that opens what it is made of."""
    found = []
    for row in page.all("data-row") + page.all("data-total"):
        for cell in row.all("data-metric"):
            found += [
                (row.attrs.get("data-row") or "total", cell.attrs["data-value"], link.attrs["href"])
                for link in cell.all("href")
            ]
    return found


def minutes(text: str) -> float:
    """ "1:30" and "1:30:30" in minutes."""
    hours, rest, *seconds = map(int, text.split(":"))
    return hours * 60 + rest + sum(seconds) / 60


@pytest.mark.parametrize("by", ["clinician", "team", "day", "week", "month", "type", "mode"])
def test_each_figure_is_the_sum_of_what_it_opens(manager: Any, by: str) -> None:
    page = read(manager.get(REPORT + week(by=by)))
    opened = links(page)

    assert len(opened) > 8
    for row, value, url in opened:
        answer = manager.get(url)
        parts = read(answer)
        [told] = parts.all("data-metric")
        assert told.attrs["data-value"] == value, (row, url)
        if told.attrs["data-metric"] == "utilisation":
            assert_quotient(answer.content.decode(), value)
            continue
        counted = [cell.text for cell in parts.all("data-counted")]
        if ":" in counted[0]:
            assert sum(map(minutes, counted)) == int(value), url
        else:
            assert len(counted) == int(value), url


def assert_quotient(html: str, value: str) -> None:
    """What is written out is what is told: a sum above the line, one below."""
    [formula] = re.findall("data-formula>(.*?)</strong>", html, re.DOTALL)
    told, sides = re.sub("<[^>]*>", "", formula).split(" = ")
    above, below = (sum_of(side) for side in sides.split("÷"))
    assert told.strip() == f"{value} %"
    assert f"{100 * above / below:.1f}" == value


def sum_of(side: str) -> float:
    terms = re.findall(r"([+−]?)\s*(\d+:\d\d)", side)
    return sum(minutes(text) * (-1 if sign == "−" else 1) for sign, text in terms)


def test_lines_and_their_sum_agree_to_the_second(manager: Any, office: Office) -> None:
    for number in range(3):
        office.clinic.visit(office.ada, office.theo, start=at(15, number * 5) + timedelta(seconds=10), minutes=1)
    parts = read(manager.get(f"{REPORT}parts/{week(figure='booked')}"))

    counted = [cell.text for cell in parts.all("data-counted")]
    [told] = parts.all("data-metric")
    assert "0:01" in counted
    assert sum(map(minutes, counted)) == minutes(told.text)


@pytest.fixture
def crowd(office: Office, make_account: Any, make_team: Any, sign_in: Any) -> Any:
    """A manager of a team with eight visits of one week that were marked, made three days before."""
    account = make_account(Role.MANAGER, timezone="America/New_York")
    make_team("Crowd", members=[office.ada], keepers=[account])
    for number in range(8):
        status = "MISSED" if number < 2 else "COMPLETED"
        office.clinic.visit(office.ada, office.theo, start=at(9) + timedelta(minutes=45 * number), status=status)
    return sign_in(account)


RATES = ["utilisation", "no-show-rate", "lead-time", "unsold-ahead"]


@pytest.mark.parametrize("figure", RATES)
def test_figures_of_the_whole_open_what_they_are_made_of(crowd: Any, figure: str) -> None:
    page = read(crowd.get(REPORT + week(compare="before")))
    stat = next(cell for cell in page.all("data-stat") if cell.attrs["data-stat"] == figure)
    [link] = stat.all("href")
    answer = crowd.get(link.attrs["href"])
    parts = read(answer)

    [told] = parts.all("data-metric")
    assert (told.attrs["data-value"], told.text.strip()) == (stat.attrs["data-value"], stat.text.strip())
    counted = [cell.text for cell in parts.all("data-counted")]
    if figure == "utilisation":
        assert_quotient(answer.content.decode(), stat.attrs["data-value"])
    elif figure == "no-show-rate":
        assert (counted.count("1"), len(counted), told.text) == (2, 8, "25.0 %")
    elif figure == "lead-time":
        # Each is told in tenths of a day: so is the middle of two of them.
        assert median(map(float, counted)) == pytest.approx(float(stat.attrs["data-value"]), abs=0.1001)
    else:
        assert sum(map(minutes, counted)) == int(stat.attrs["data-value"])


def test_a_rate_of_few_is_not_told_where_it_is_opened_either(manager: Any) -> None:
    parts = read(manager.get(f"{REPORT}parts/{week(figure='no-show-rate')}"))

    [told] = parts.all("data-metric")
    assert (told.text, told.attrs["data-value"]) == ("not told", "")


def test_what_is_compared_with_and_each_column_open_the_same_days(crowd: Any) -> None:
    later = at(10).date() + timedelta(days=7)
    page = read(crowd.get(f"{REPORT}?kind=week&day={later}&compare=before&months=9"))
    before = [cell for cell in page.all("data-before") if cell.attrs["data-before"] not in ("", "0")]
    assert len(before) >= 4
    for cell in before:
        [link] = cell.all("href")
        [told] = read(crowd.get(link.attrs["href"])).all("data-metric")
        assert told.attrs["data-value"] == cell.attrs["data-before"]

    [twin] = [row for row in read(crowd.get(REPORT + week())).walk() if "usage-twin" in row.classes]
    shares = [cell for cell in twin.all("data-value") if "%" in cell.text]
    assert shares
    for cell in shares:
        [link] = cell.all("href")
        [told] = read(crowd.get(link.attrs["href"])).all("data-metric")
        assert told.attrs["data-value"] == cell.attrs["data-value"]


def test_many_lines_come_page_by_page_and_none_is_lost(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_page, "A_PAGE", 2)
    url, seen = f"{REPORT}parts/{week(figure='visits')}", []
    while url:
        page = read(manager.get(url))
        seen.append(len(page.all("data-counted")))
        url = next((row.attrs["href"] for row in page.walk() if row.attrs.get("rel") == "next"), "")

    assert seen == [2, 2]
    assert "Sum of all pages" in page.text
    for wrong in ("0", "3", "99999"):
        assert manager.get(f"{REPORT}parts/{week(figure='visits', page=wrong)}").status_code == 404


ASKED = {
    "as usual": {},
    "switched": {"missed_out": "on", "heads": "on"},
    "by day": {"by": "day", "outside": "on", "leave_out": "on"},
}


@pytest.mark.parametrize("more", ASKED.values(), ids=ASKED)
def test_files_say_what_the_page_says(manager: Any, more: dict[str, str]) -> None:
    shown = list(figures(read(manager.get(REPORT + week(**more)))).values())
    text = manager.get("/utilisation/report/file.csv" + week(**more)).content.decode("utf-8-sig")
    _title, head, *rows = csv.reader(io.StringIO(text.split("\r\n\r\n")[1]))

    assert len(rows) == len(shown)
    for row, told in zip(rows, shown, strict=True):
        names = [name for name in told if name != "utilisation"]
        assert list(map(plain, names, row[1:-1])) == [int(told[name]) for name in names]
        assert (f"{float(row[-1]) * 100:.1f}" if row[-1] else "") == told["utilisation"]
    book = sheet(manager.get("/utilisation/report/file.xlsx" + week(**more)).content)
    assert book[0] == head
    assert [list(map(number, row)) for row in book[1:]] == [list(map(number, row)) for row in rows]


def test_files_hold_all_that_the_page_shows(crowd: Any) -> None:
    query = week(compare="before")
    page = read(crowd.get(REPORT + query))
    book = openpyxl.load_workbook(io.BytesIO(crowd.get("/utilisation/report/file.xlsx" + query).content))
    sections = crowd.get("/utilisation/report/file.csv" + query).content.decode("utf-8-sig").split("\r\n\r\n")[1:]

    titles = ["Utilisation", "Figures", "By status", "Day by day", "Hours of the week"]
    assert [sheet.title for sheet in book.worksheets] == [*titles, "About"]
    assert [section.split("\r\n")[0] for section in sections] == titles
    for section, sheet in zip(sections, book.worksheets, strict=False):
        [_title], *lines = csv.reader(io.StringIO(section))
        cells = [[_shown(cell.value) for cell in row] for row in sheet.iter_rows()]
        assert [list(map(number, row)) for row in cells] == [list(map(number, row)) for row in lines]
    shown = {cell.attrs["data-stat"]: cell.attrs["data-value"] for cell in page.all("data-stat")}
    told = {row[0].value: row[1].value for row in book["Figures"].iter_rows(min_row=2)}
    assert told["Lead time"] == float(shown["lead-time"])
    assert (told["No-shows"], told["Utilisation"]) == (0.25, pytest.approx(float(shown["utilisation"]) / 100))
    assert (told["Offered"] * 60, told["Unsold ahead"] * 60) == (int(shown["offered"]), int(shown["unsold-ahead"]))
    assert [row[1].value for row in book["By status"].iter_rows(min_row=2)] == [6, 2]
    booked = sum(row[2].value for row in book["Hours of the week"].iter_rows(min_row=2))
    columns = [[cell.value for cell in row] for row in book["Day by day"].iter_rows(min_row=2)]
    assert booked == sum(row[1] for row in columns) == pytest.approx(8 * 0.5)


def plain(name: str, value: str) -> int:
    """Minutes of hours, counts as they are."""
    return int(value) if name in ("visits", "cancelled-late") else round(float(value) * 60)


def number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def sheet(content: bytes) -> list[list[str]]:
    """The texts and numbers of the first sheet; a formula would fail here."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = [list(row) for row in book.worksheets[0].iter_rows()]
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return [[_shown(cell.value) for cell in row] for row in rows]


def _shown(value: Any) -> str:
    """As the CSV writes it: a whole number of hours is a decimal there."""
    return "" if value is None else str(value)


def test_a_file_tells_what_it_is_and_is_written_down(office: Office, manager: Any, ben: Any) -> None:
    answer = manager.get("/utilisation/report/file.csv" + week(missed_out="on"))
    text = answer.content.decode("utf-8-sig")

    assert re.search(
        r'filename="utilisation_[\d-]+_[\d-]+_by-clinician_missed-out_America-New_York\.csv"',
        answer.headers["Content-Disposition"],
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("America/New_York" in text, "Missed visits do not count" in text, "÷" in text) == (True, True, True)
    [line] = AuditRecord.objects.filter(action="utilisation.export")
    assert set(line.people) == {str(office.ada), str(ben)}
    assert {"by-clinician", "missed-out"} <= set(line.fields)


def test_nobody_s_name_but_clinicians_stands_anywhere(manager: Any) -> None:
    pages = [REPORT + week(), REPORT + "parts/" + week(figure="visits"), REPORT + "file.csv" + week()]
    texts = [manager.get(path).content.decode() for path in pages]

    for text in (*texts, texts_of(manager.get(REPORT + "file.xlsx" + week()).content)):
        assert "Ada" in text
        assert "Theo" not in text


def texts_of(content: bytes) -> str:
    """All that a workbook says."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_one_quantity_has_one_value_on_both_pages(manager: Any) -> None:
    ours = figures(read(manager.get(REPORT + week())))["total"]
    year, number, _day = at(10).date().isocalendar()
    page = read(manager.get(f"/utilisation/?week={year}-W{number:02}"))
    [total] = page.all("data-total")
    theirs = {cell.attrs["data-metric"]: cell.attrs["data-value"] for cell in total.all("data-metric")}

    shared = ["offered", "booked-inside", "booked-outside", "leave", "free", "visits", "utilisation"]
    assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}
    cells = [cell for row in (*page.all("data-clinician-id"), total) for cell in row.all("data-metric")]
    opened = [(cell, link.attrs["href"]) for cell in cells for link in cell.all("href")]
    assert len(opened) > 15
    for cell, url in opened:
        [told] = read(manager.get(url)).all("data-metric")
        assert (told.attrs["data-metric"], told.attrs["data-value"]) == tuple(
            cell.attrs[name] for name in ("data-metric", "data-value")
        )


def test_who_left_counts_the_same_on_both_pages(manager: Any, ben: Any) -> None:
    StaffMember.objects.filter(welkin_id=ben).update(state="INACTIVE")

    test_one_quantity_has_one_value_on_both_pages(manager)


def test_a_week_beside_the_api_is_explained_visit_by_visit(office: Office, manager: Any) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10, 15), minutes=30)
    year, number, _day = at(10).date().isocalendar()
    page = read(manager.get(f"/utilisation/{office.ada}/{year}-W{number:02}/"))

    def minutes(text: str) -> int:
        hours, rest = text.split(":")
        return int(hours) * 60 + int(rest)

    for side in ("theirs", "ours"):
        [total] = [row for row in page.all("data-sum") if row.attrs["data-sum"] == side]
        assert minutes(total.text) == sum(minutes(row.text) for row in page.all(f"data-{side}"))
    lines = [row.text for row in page.walk() if row.tag == "tr"]
    told = {
        word: sum(word in line for line in lines) for word in ("leave: theirs", "at the same time", "cancelled: no")
    }
    assert told == {"leave: theirs": 1, "at the same time": 1, "cancelled: no": 1}
    assert "no visit explains" not in page.text
    told = {cell.attrs["data-metric"]: cell.attrs["data-value"] for cell in page.all("data-metric")}
    assert told["api-working-hours"] == "40"
    assert set(told) == {"api-working-hours", "api-event-hours", "api-occupancy", "api-events"}
    [reasons] = page.all("data-reasons")
    assert "theirs counts leave" in reasons.text
    assert "Theo" not in page.text


@pytest.mark.parametrize(("role", "status"), [(Role.COORDINATOR, 403), (Role.CLINICIAN, 404)], ids=["403", "another"])
def test_the_visits_of_others_are_not_explained(
    office: Office, ben: Any, make_account: Any, sign_in: Any, role: Role, status: int
) -> None:
    browser = sign_in(make_account(role, welkin_id=ben))

    assert browser.get(f"/utilisation/{office.ada}/2026-W48/").status_code == status


def as_length(hours: str) -> str:
    """ "0.5" as "0:30"."""
    minutes = round(float(hours) * 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def test_an_hour_of_the_week_and_a_term_of_the_sum_open_what_they_are_made_of(manager: Any) -> None:
    page = read(manager.get(REPORT + week(missed_out="on")))
    [formula] = page.all("data-formula")
    cells = [link for row in page.walk() if "usage-heat" in row.classes for link in row.all("href")]

    assert len(cells) > 40
    for link in [*formula.all("href"), *cells]:
        parts = read(manager.get(link.attrs["href"]))
        [told] = parts.all("data-metric")
        text = (
            link.text
            if ":" in link.text
            else f"{int(float(link.text) * 60) // 60}:{int(float(link.text) * 60) % 60:02}"
        )
        assert told.text == text


@pytest.mark.parametrize(
    "query", ["figure=nothing", "figure=booked&key=nobody", "figure=booked&hour=9-99", "figure=status-foo"]
)
def test_a_figure_that_is_not_there_is_not_found(manager: Any, query: str) -> None:
    assert manager.get(f"{REPORT}parts/{week()}&{query}").status_code == 404


def test_who_left_still_counts_in_the_time_before(manager: Any, office: Office, ben: Any) -> None:
    StaffMember.objects.filter(welkin_id=ben).update(state="INACTIVE")
    page = read(manager.get(REPORT + week()))
    assert (len(page.all("data-row")), figures(page)["total"]["visits"]) == (2, "4")
    assert "Ben Quill (no longer active)" in page.text

    later = read(manager.get(f"{REPORT}?kind=week&day={at(10, day=360).date()}"))
    assert [row.attrs["data-row"] for row in later.all("data-row")] == [str(office.ada)]


def test_who_is_in_two_teams_has_a_row_of_both_and_counts_once(
    manager: Any, office: Office, ben: Any, make_team: Any
) -> None:
    keeper = Team.objects.get(name="=Managed").keepers.get()
    make_team("Night", members=[ben], keepers=[keeper])
    page = read(manager.get(REPORT + week(by="team")))
    rows = {row.all("scope")[0].text: row for row in page.all("data-row")}

    assert list(rows) == ["=Managed", "=Managed + Night"]
    told = figures(page)
    assert sum(int(row["visits"]) for key, row in told.items() if key != "total") == int(told["total"]["visits"])


def test_a_month_of_24_clinicians_costs_two_calls(
    office: Office, make_account: Any, make_team: Any, sign_in: Any, api_calls: Any
) -> None:
    people = [office.clinic.user(f"P{number}", hours=number < 3) for number in range(24)]
    account = make_account(Role.MANAGER)
    make_team("Many", members=people, keepers=[account])
    browser = sign_in(account)
    with api_calls() as calls:
        page = read(browser.get(f"{REPORT}?kind=month&day={at(10).date()}"))

    assert (len(page.all("data-row")), len(calls)) == (24, 2)


def test_what_is_kept_is_read_again_when_that_is_asked_for(manager: Any, api_calls: Any) -> None:
    past = f"?kind=month&day={at(10).date() - timedelta(days=60)}"
    manager.get(REPORT + past)
    with api_calls() as calls:
        kept = read(manager.get(REPORT + past))
    [form] = kept.all("data-kept")
    assert calls == []

    assert manager.get(form.attrs["action"]).status_code == 405
    answer = manager.post(form.attrs["action"])
    assert (answer.status_code, answer.headers["Location"]) == (302, REPORT + past)
    with api_calls() as calls:
        manager.get(REPORT + past)
    assert len(calls) == 2


def test_a_part_tells_the_browser_its_title(manager: Any) -> None:
    part = manager.get(REPORT + week(), headers={"HX-Request": "true"}).content.decode()

    assert "<title>Utilisation report · Week" in part
    assert manager.get(REPORT + week()).content.decode().count("<title>") == 1


def test_what_was_read_is_told_with_its_moment(manager: Any) -> None:
    page = read(manager.get(REPORT + week()))
    text = manager.get(REPORT + "file.csv" + week()).content.decode("utf-8-sig")

    assert "As read at" in page.all("data-as-of")[0].text
    assert "As of" in text


def test_a_person_of_another_team_is_said_at_the_field(manager: Any, office: Office, ben: Any, make_team: Any) -> None:
    keeper = Team.objects.get(name="=Managed").keepers.get()
    other = make_team("Night", members=[ben], keepers=[keeper])
    answer = manager.get(f"{REPORT}?team={other.pk}&person={office.ada}")

    assert answer.status_code == 422
    assert 'id="id_person_error"' in answer.content.decode()


def test_rows_can_be_ranked(manager: Any) -> None:
    def names(**more: str) -> list[str]:
        page = read(manager.get(REPORT + week(by="day", **more)))
        return [row.attrs["data-row"] for row in page.all("data-row")]

    page = figures(read(manager.get(REPORT + week(by="day"))))
    shares = {row: float(told["utilisation"] or -1) for row, told in page.items() if row != "total"}
    assert names() == sorted(shares)
    assert names(order="most") == sorted(shares, key=lambda row: -shares[row])
    assert names(order="least")[0] == min(shares, key=lambda row: shares[row])


def test_switches_change_the_share_and_the_formula(manager: Any) -> None:
    told = []
    for more in ({}, {"missed_out": "on"}, {"leave_out": "on"}, {"outside": "on"}, {"heads": "on"}):
        page = read(manager.get(REPORT + week(**more)))
        [formula] = page.all("data-formula")
        told.append(formula.text)

    assert len(set(told)) >= 4
    assert ("missed inside" in told[1], "leave" in told[2], "2:00" in told[2]) == (True, True, True)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        pytest.param("?kind=custom&first=2026-11-02&last=2026-11-01", "last", id="backwards"),
        pytest.param("?kind=custom&first=2016-01-01&last=2026-01-01", "last", id="ten years"),
        pytest.param("?kind=custom&first=x&last=2026-01-01", "first", id="no date"),
        pytest.param("?kind=month&day=0001-01-01", "day", id="long ago"),
        pytest.param("?kind=decade", "kind", id="no kind"),
        pytest.param("?team=999999", "team", id="no team"),
        pytest.param(f"?person={uuid4()}", "person", id="nobody"),
        pytest.param("?by=patient", "by", id="no rows"),
    ],
)
def test_bad_input_says_so_at_the_field_and_keeps_it(manager: Any, query: str, field: str) -> None:
    answer = manager.get(REPORT + query)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    typed = parse_qs(urlsplit(query).query)
    assert all(f'value="{typed[name][0]}"' in page for name in typed if name in ("first", "last", "day"))


def test_without_hours_it_says_so(manager: Any) -> None:
    sunday = at(10).date() + timedelta(days=6)
    page = read(manager.get(f"{REPORT}?kind=custom&first={sunday}&last={sunday}"))

    assert figures(page)["total"]["offered"] == "0"
    assert "no hours offered" in page.text


def test_a_future_period_and_a_past_one_without_anything_have_figures(manager: Any) -> None:
    for years in (-3, 3):
        day = at(10).date() + timedelta(days=365 * years)
        answer = manager.get(f"{REPORT}?kind=month&day={day}")
        assert (answer.status_code, figures(read(answer))["total"]["visits"]) == (200, "0")


def test_a_year_comes_month_by_month(manager: Any, api_calls: Any) -> None:
    first = at(10).date().replace(month=1, day=1)
    query = f"?kind=custom&first={first}&last={first.replace(month=12, day=31)}"
    with api_calls() as calls:
        page = read(manager.get(REPORT + query))
    [going] = [row for row in page.walk() if "usage-going" in row.classes]

    assert len(calls) <= 4
    assert "2 of 12 months" in going.text
    by_month = figures(read(manager.get(f"{REPORT}{query}&by=month")))
    assert list(by_month.values())[-2] == dict.fromkeys(by_month["total"], "")
    while going:
        page = read(manager.get(going.attrs["hx-get"], headers={"HX-Request": "true"}))
        going = next((row for row in page.walk() if "usage-going" in row.classes), None)
    assert figures(page)["total"]["visits"] == "4"


def test_a_comparison_of_quarters_comes_to_an_end(manager: Any) -> None:
    page = read(manager.get(f"{REPORT}?kind=quarter&day={at(10).date()}&compare=before"))
    asked = []
    while going := next((row for row in page.walk() if "usage-going" in row.classes), None):
        asked.append(going.attrs["hx-get"])
        assert len(asked) < 7, asked
        page = read(manager.get(asked[-1], headers={"HX-Request": "true"}))

    assert len(set(asked)) == len(asked) > 0
    told = [row.text for row in page.walk() if "stats" in row.classes]
    assert "–" in told[0]


def test_an_api_that_is_away_says_so_and_shows_no_figure(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = replace(connection.credentials(), url="http://127.0.0.1:9")
    monkeypatch.setattr(connection, "credentials", lambda: dead)
    answer = manager.get(REPORT + week())

    assert answer.status_code == 503
    assert "data-total" not in answer.content.decode()


@pytest.mark.parametrize("path", ["", "parts/", "file.csv", "file.xlsx"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COORDINATOR, 403), (Role.ADMINISTRATOR, 403), (Role.CLINICIAN, 200), (None, 302)],
    ids=["coordinator", "administrator", "clinician", "nobody"],
)
def test_who_may_see_it(
    office: Office, ben: Any, client: Any, make_account: Any, sign_in: Any, role: Role | None, status: int, path: str
) -> None:
    office.clinic.visit(ben, office.theo, start=at(10))
    browser = sign_in(make_account(role, welkin_id=office.ada)) if role else client
    answer = browser.get(f"{REPORT}{path}{week(figure='visits')}")

    assert answer.status_code == status
    if status == 200:
        text = texts_of(answer.content) if path.endswith("xlsx") else answer.content.decode()
        assert ("Ada" in text or "is no such time" in text, "Ben" in text) == (True, False)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-Ada", "'-Ada"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("Ada =", "Ada ="),
        (-2, -2),
        (0.5, 0.5),
    ],
)
def test_no_text_of_a_file_is_a_formula(value: float | str, written: float | str) -> None:
    assert safe(value) == written
