"""Sets of people: made, changed and deleted by their owner, opened by others only where they are shared."""

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffSet
from scheduling.domain.week import Week
from scheduling.ledger.models import AuditRecord
from scheduling.services import writes
from tests.clinic_fixture import next_monday

from .board_reader import read

pytestmark = pytest.mark.django_db


def send(office, key: str = "new", browser=None, **told):
    """Press "Save set"; the intent is the login's."""
    form = {"intent": writes.mint(office.desk), "name": "Tuesday team", "people": [str(office.ada)], **told}
    return (browser or office.browser).post(f"/team/sets/{key}/", form)


def people_of(office, key: str, browser=None) -> set[str]:
    page = read((browser or office.browser).get(f"/team/{Week.containing(next_monday())}/?team={key}"))
    return {row.attrs["data-clinician-id"] for row in page.all("data-clinician-id")}


@pytest.fixture
def two(office, make_team):
    """Ada and Ben, both in teams of the coordinator."""
    ben = office.clinic.user("Ben")
    make_team("Other", members=[ben], keepers=[office.coordinator])
    return office


def test_a_set_is_made_chosen_renamed_and_deleted(two) -> None:
    answer = send(two)
    (row,) = StaffSet.objects.all()
    assert answer.headers["Location"] == f"/team/?team={row.key}"
    assert people_of(two, row.key) == {str(two.ada)}
    day = read(two.browser.get(f"/day/?team={row.key}&date={next_monday()}", follow=True))
    assert [option.text for option in day.all("selected")] == ["Tuesday team"]

    everybody = [str(person) for person in two.clinic.names.values()]
    send(two, row.key, name="All of us", people=everybody, shared="on")
    row.refresh_from_db()
    assert (row.name, row.shared, people_of(two, row.key)) == ("All of us", True, set(everybody))

    two.browser.post(f"/team/sets/{row.key}/delete/", {"intent": writes.mint(two.desk)})
    assert not StaffSet.objects.exists()
    assert two.browser.get(f"/team/2026-W48/?team={row.key}").status_code == 404
    assert two.browser.get("/team/2026-W48/").status_code == 200  # what was only kept is forgotten
    told = list(AuditRecord.objects.filter(phase="confirmed").values_list("action", flat=True))
    assert told == ["staff-set.save", "staff-set.save", "staff-set.delete"]


def test_the_same_form_makes_one_set(two) -> None:
    intent = writes.mint(two.desk)
    places = {send(two, intent=intent).headers["Location"] for _press in range(2)}
    assert (len(places), StaffSet.objects.count()) == (1, 1)


REFUSED = [
    pytest.param({"name": ""}, id="no-name"),
    pytest.param({"people": []}, id="nobody"),
    pytest.param({"people": ["00000000-0000-0000-0000-000000000000"]}, id="a-stranger"),
    pytest.param({"people": ["nonsense"]}, id="no-id"),
    pytest.param({}, id="name-taken"),
]


@pytest.mark.parametrize("told", REFUSED)
def test_what_cannot_be_saved_comes_back_as_typed(two, told: dict) -> None:
    send(two)
    answer = send(two, **told)
    assert (answer.status_code, StaffSet.objects.count()) == (422, 1)
    assert read(answer).all("name", "name")[0].attrs.get("value", "") == told.get("name", "Tuesday team")


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "own"])
def test_others_open_a_set_by_its_address_only_where_it_is_shared(two, make_account, sign_in, shared: bool) -> None:
    send(two, **({"shared": "on"} if shared else {}))
    (row,) = StaffSet.objects.all()
    other = sign_in(make_account(Role.COORDINATOR))

    answer = other.get(f"/team/2026-W48/?team={row.key}")

    assert answer.status_code == (200 if shared else 404)
    assert send(two, row.key, browser=other).status_code == 404
    other.post(f"/team/sets/{row.key}/delete/", {"intent": "x"})
    assert StaffSet.objects.count() == 1
    assert row.name not in other.get("/team/sets/").content.decode()


def test_a_set_gives_no_right(two, make_account, make_team, sign_in) -> None:
    send(two, people=[str(person) for person in two.clinic.names.values()], shared="on")
    (row,) = StaffSet.objects.all()
    manager = make_account(Role.MANAGER)
    make_team("Managed", members=[two.ada], keepers=[manager])
    assert people_of(two, row.key, sign_in(manager)) == {str(two.ada)}
    assert sign_in(make_account(Role.MANAGER)).get(f"/team/2026-W48/?team={row.key}").status_code == 403


@pytest.mark.parametrize("key", ["set-unknownunknown0", "set-", "set-%00"])
def test_an_unknown_set_is_not_found(office, key: str) -> None:
    assert office.browser.get(f"/team/2026-W48/?team={key}").status_code == 404
    assert office.browser.get(f"/team/sets/{key}/").status_code == 404
