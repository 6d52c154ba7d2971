"""The legend of the keys, and the switch that turns single letters off for a login."""

import pytest

from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Current-URL": "http://testserver/day/2026-11-23/"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [pytest.param("off", False, id="off"), pytest.param("on", True, id="on"), pytest.param("", False, id="nothing")],
)
def test_the_switch_is_remembered_for_the_login(office: Office, sent: str, kept: bool) -> None:
    answer = office.browser.post("/keys/", {"letters": sent})

    office.coordinator.refresh_from_db()
    assert (answer.status_code, office.coordinator.letter_keys) == (302, kept)


def test_from_a_board_it_goes_back_there(office: Office) -> None:
    answer = office.browser.post("/keys/", {"letters": "off"}, headers=PART)

    assert answer.headers["HX-Redirect"] == "/day/2026-11-23/"


def test_the_legend_says_what_is_off(office: Office) -> None:
    on = office.browser.get("/keys/").content.decode()
    office.browser.post("/keys/", {"letters": "off"})
    off = office.browser.get("/keys/").content.decode()

    assert ("(off)" in on, "(off)" in off) == (False, True)
