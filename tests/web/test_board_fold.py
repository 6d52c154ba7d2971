"""More visits at once than can be read side by side: what stays, what is behind "+n", and that nothing is lost."""

import pytest

from scheduling.domain.week import Week
from tests.clinic_fixture import at, next_monday

from .board_reader import Element, read

PATHS = {"week": "/week/{ada}/{week}/", "day": "/day/{day}/"}


def page_of(office, path: str) -> Element:
    url = PATHS[path].format(ada=office.ada, week=Week.containing(next_monday()), day=next_monday())
    return read(office.browser.get(url))


# How many visits stand at once; how many of them in the grid and behind the button, by board.
FOLDED = [
    pytest.param("week", 3, 3, [], id="week-three"),
    pytest.param("week", 5, 3, ["+2"], id="week-five"),
    pytest.param("day", 2, 2, [], id="day-two"),
    pytest.param("day", 3, 2, ["+1"], id="day-three"),
]


@pytest.mark.parametrize(("path", "count", "stay", "buttons"), FOLDED)
def test_what_has_no_room_is_in_the_list_of_a_button(
    office, path: str, count: int, stay: int, buttons: list[str]
) -> None:
    for number in range(count):
        office.clinic.visit(office.ada, office.theo, start=at(10, number), minutes=60)

    page = page_of(office, path)

    visits = page.all("data-event-id")
    kept = [row.parent.classes for row in visits if row.parent.classes[0] == "c"]
    assert (len(visits), len(kept)) == (count, stay)
    assert [row.text for row in page.all("popovertarget") if row.text.startswith("+")] == buttons
    assert [f"n{stay}" in classes for classes in kept] == [True] * stay
    assert ["plus" in classes for classes in kept] == [bool(buttons)] * stay


def test_the_button_says_what_it_opens(office) -> None:
    for number in range(4):
        office.clinic.visit(office.ada, office.theo, start=at(10, 15 * number), minutes=60)

    page = page_of(office, "day")

    (button,) = [row for row in page.all("popovertarget") if row.text.startswith("+")]
    assert button.attrs["aria-label"] == "2 more, 10:30 to 11:45"
    (listed,) = page.all("id", button.attrs["popovertarget"])
    assert [row.text for row in listed.all("data-event-id")] == ["10:30–11:30 Theo Marsh", "10:45–11:45 Theo Marsh"]
    assert [row.attrs["hx-target"] for row in listed.all("href")] == ["#panel"] * 2


def test_times_that_do_not_meet_have_buttons_of_their_own(office) -> None:
    for hour in (10, 14):
        for number in range(3):
            office.clinic.visit(office.ada, office.theo, start=at(hour, number), minutes=30)
    texts = [row.text for row in page_of(office, "day").all("popovertarget")]
    assert [text for text in texts if text.startswith("+")] == ["+1", "+1"]
