"""The filter of the boards: what it brings out, what stays where it is, and what an address may say."""

from uuid import uuid4

import pytest
from django.http import QueryDict

from scheduling.domain.event import EventStatus, EventType
from scheduling.domain.week import Week
from scheduling.services.choice import choose
from scheduling.web.board.filter import Filter, asked
from tests.clinic_fixture import at, next_monday

from .board_reader import Element, read

WEEK = "/week/{ada}/{week}/"


def page_of(office, query: str, path: str = WEEK) -> Element:
    url = path.format(ada=office.ada, week=Week.containing(next_monday()), day=next_monday())
    return read(office.browser.get(f"{url}?{query}"))


def shown(page: Element) -> set[str]:
    """The titles of the visits that the filter brings out."""
    chips = page.all("data-event-id")
    return {row.attrs["aria-label"].split(", ")[1] for row in chips if "dim" not in row.parent.classes}


@pytest.fixture
def busy(office, make_team):
    """Four visits on one Monday, which differ in type, status and mode; Ben has still to answer to one."""
    ben = office.clinic.user("Ben")
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    visit = office.clinic.visit
    visit(office.ada, office.theo, start=at(9), title="Plain", mode="CALL")
    visit(office.ada, office.theo, start=at(10), title="Shared", staff=(ben,), mode="VIDEO")
    visit(office.ada, office.theo, start=at(11), title="Many", type=EventType.GROUP_THERAPY)
    gone = visit(office.ada, office.theo, start=at(12), title="Gone")
    office.api.events.cancel(gone.id)
    return office


EVERYTHING = {"Plain", "Shared", "Many", "Gone"}
# An address; the visits that it brings out, and how the page tells it. One clinic for all: nothing is written.
BROUGHT_OUT = [
    ("", EVERYTHING, ""),
    ("type=group-therapy", {"Many"}, "1 of 4 visits shown."),
    ("type=GROUP_THERAPY", {"Many"}, "1 of 4 visits shown."),
    ("status=cancelled", {"Gone"}, "1 of 4 visits shown."),
    ("status=awaiting&status=cancelled", {"Gone", "Shared"}, "2 of 4 visits shown."),
    ("mode=video&mode=call", {"Plain", "Shared"}, "2 of 4 visits shown."),
    ("mode=video&status=cancelled", set(), "None of the 4 visits matches."),
    ("type=nonsense&mode=", EVERYTHING, ""),
]


def test_a_filter_brings_visits_out_and_leaves_the_others_their_time(busy) -> None:
    plain = page_of(busy, "")
    free, figures = len(plain.all("data-free")), [row.attrs["data-value"] for row in plain.all("data-metric")]
    for query, titles, told in BROUGHT_OUT:
        page = page_of(busy, query)

        assert shown(page) == titles, query
        assert [row.children[1].text for row in page.all("data-filter")] == list(filter(None, [told]))
        assert len(page.all("data-event-id")) == 4
        assert len(page.all("data-free")) == free
        assert [row.attrs["data-value"] for row in page.all("data-metric")] == figures


@pytest.mark.parametrize("path", [WEEK, "/day/{day}/", "/team/{week}/"], ids=["week", "day", "team"])
def test_the_links_of_a_board_keep_its_filter(office, path: str) -> None:
    page = page_of(office, "status=missed&type=encounter", path)

    links = [*page.all("rel", "prev"), *page.all("rel", "next"), *page.all("id", "board")]
    told = [row.attrs.get("href") or row.attrs["hx-get"] for row in links]
    assert [url.endswith("type=encounter&status=missed") for url in told] == [True] * 3
    clear = page.all("data-filter")[0].all("href")[0].attrs["href"]
    assert "type" not in clear
    assert read(office.browser.get(clear)).all("data-filter") == []


@pytest.mark.parametrize("path", ["/week/?clinician={ada}&date={day}", "/day/?date={day}", "/team/?date={day}"])
def test_a_picked_date_keeps_the_filter(office, path: str) -> None:
    url = path.format(ada=office.ada, day=next_monday())
    assert office.browser.get(f"{url}&mode=call&mode=%3Cb%3E").headers["Location"].endswith("?mode=call")


def test_the_cells_of_a_team_tell_how_many_match(busy) -> None:
    page = page_of(busy, "type=group-therapy", "/team/{week}/")
    cell = page.all("data-clinician-id", str(busy.ada))[0].all("data-date")[0]
    assert "3 visits, 1 matches" in cell.all("aria-label")[0].attrs["aria-label"]
    assert cell.all("data-metric", "visits")[0].attrs["data-value"] == "3"


PEOPLE = [
    pytest.param("person={ben}", ["Ben"], "1 of 2 people shown.", id="one"),
    pytest.param("person={ben}&person={ada}", ["Ada", "Ben"], "", id="all"),
    pytest.param("person={nobody}&person=nonsense", ["Ada", "Ben"], "", id="none-of-them"),
    pytest.param(
        "person={ben}&type=encounter", ["Ben"], "1 of 2 people shown. The one visit does not match.", id="both"
    ),
]


@pytest.mark.parametrize(("query", "names", "told"), PEOPLE)
@pytest.mark.parametrize("path", ["/day/{day}/", "/team/{week}/"], ids=["day", "team"])
def test_people_are_chosen_by_their_ids(busy, path: str, query: str, names: list[str], told: str) -> None:
    ids = {user.first_name: str(user.id) for user in choose(busy.desk, "own").people}
    page = page_of(busy, query.format(ada=ids["Ada"], ben=ids["Ben"], nobody=uuid4()), path)

    shown = {row.attrs["data-clinician-id"] for row in page.all("data-clinician-id")}
    assert sorted(name for name, own in ids.items() if own in shown) == names
    assert [row.children[1].text for row in page.all("data-filter")] == list(filter(None, [told]))
    (total,) = page.all("data-total")
    assert total.all("data-metric", "visits")[0].text == ("4" if len(names) > 1 else "1")
    kept = [row.attrs["href"].count("person=") for row in page.all("rel", "next")]
    assert kept == [query.count("person={")]
    find = [row.attrs["href"] for row in page.all("href") if row.attrs["href"].startswith("/find/?")]
    assert ["clinician=" in url for url in find] == [len(names) == 1] * len(find)


def test_an_address_comes_back_as_it_was_asked() -> None:
    chosen = Filter(type=("appointment",), status=("scheduled", "awaiting"), mode=("in-person",), person=(uuid4(),))
    assert asked(QueryDict(chosen.query)) == chosen
    assert asked(QueryDict("")).active is False


def test_no_address_of_a_board_names_a_patient(office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9), status=EventStatus.SCHEDULED)
    page = page_of(office, "type=appointment")
    urls = [value for row in page.walk() for name, value in row.attrs.items() if name in ("href", "hx-get", "action")]
    assert [url for url in urls if "Theo" in url or "Marsh" in url] == []
    (field,) = page.all("data-board-words")
    assert "name" not in field.attrs
