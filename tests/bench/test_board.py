"""The floors of the boards' benchmark draw what the boards do, and what is counted on a page is there."""

from pathlib import Path

import pytest

from bench.board.__main__ import goal_of, tell_drawing
from bench.board.facts import columns_of, without_visits
from bench.board.floors import joined, plain, templated
from bench.board.sent import linked
from tests.clinic_fixture import Office, at


@pytest.fixture
def page(office: Office) -> str:
    for hour, patient in ((10, office.theo), (11, office.clinic.patient("Una", "O'Moor & Son"))):
        office.clinic.visit(office.ada, patient, start=at(hour))
    return office.browser.get(f"/day/{at(10).date()}/").content.decode()


@pytest.mark.django_db
def test_the_facts_of_a_day_are_its_visits(office: Office, page: str) -> None:
    [column] = columns_of(page)

    assert column.person == str(office.ada)
    assert [one.start for one in column.visits] == [f"{at(hour):%Y-%m-%dT%H:%M:%SZ}" for hour in (10, 11)]
    assert "Una O'Moor & Son" in column.visits[1].sentence
    assert columns_of(without_visits(page))[0].visits == ()


@pytest.mark.django_db
def test_the_floors_draw_the_same_visits(page: str) -> None:
    facts = columns_of(page)

    assert columns_of(joined(facts)) == facts
    assert columns_of(templated(facts)) == facts
    assert plain(facts).count("<a ") == len(facts[0].visits) == 2


@pytest.mark.django_db
def test_the_styles_and_scripts_of_a_page_are_found(page: str) -> None:
    names = {address.rpartition("/")[2] for address in linked(page)}

    assert {"app.css", "boards.css", "app.js", "boards.js", "htmx.min.js"} <= names


@pytest.mark.django_db
def test_the_drawing_is_told_in_a_row_beside_its_goals(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "day-1.html").write_text(page)
    tell_drawing({"day-1": {"ours": 0.004, "join": 0.001, "template": 0.002}}, tmp_path)

    head, row = capsys.readouterr().out.splitlines()[:2]
    assert "goal >= 0.5" in head
    assert "goal <= 60" in head
    assert row.split()[8:11] == ["0.25", "0.50", "2000"]
    assert row.split()[:8] == ["a", "day", "of", "1", "people,", "2", "visits", "4.0"]


def test_the_floor_has_a_goal_at_every_size_and_others_where_one_is_set() -> None:
    assert [goal_of("floor: boxes", size) for size in (10, 200)] == ["<= 1.25", "<= 1.25"]
    assert [goal_of("FullCalendar 6 premium", size) for size in (10, 200)] == ["", "<= 0.13"]
