"""Search and the staff directory."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember
from scheduling.directory.search import fold, searchable
from scheduling.services import connection, people, staff
from scheduling.services.desk import NotAllowed
from scheduling.services.staff import Filter
from scheduling.welkin import Credentials
from scheduling.welkin.errors import NotFound, Unreachable

from .builders import ids, patient

FOLDED = {
    "case": ("MÜLLER", "muller"),
    "accents": ("Zoë Castellán", "zoe castellan"),
    "sharp s": ("Groß", "gross"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "folded"), FOLDED.values(), ids=FOLDED)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_digits_of_a_phone_are_found_without_their_punctuation() -> None:
    assert searchable("Ada", "+1 (555) 010-0177") == "ada +1 (555) 010-0177 15550100177"


SEARCHES: dict[str, tuple[str, list[str]]] = {
    "a first name": ("theo", ["Theo Marsh"]),
    "part of a last name": ("arsh", ["Theo Marsh"]),
    "two parts in any order": ("marsh the", ["Theo Marsh"]),
    "an accent that was not typed": ("zoe", ["Zoë Marin"]),
    "an e-mail": ("zm@", ["Zoë Marin"]),
    "the end of a phone": ("0177", ["Theo Marsh"]),
    "a phone with blanks": ("+1 555 010", ["Theo Marsh"]),
    "the beginning of a word comes first": ("ma", ["Zoë Marin", "Theo Marsh", "Imma Zuber"]),
    "nobody": ("xyzzy", []),
    "nothing typed": ("   ", []),
    "signs of a pattern": ("%_", []),
}


@pytest.mark.parametrize(("typed", "names"), SEARCHES.values(), ids=SEARCHES)
def test_patients_are_found_by_any_part(api, desk_of, make_account, refresh, typed: str, names: list[str]) -> None:
    patient(api, phone="+15550100177")
    patient(api, "Zoë", "Marin", email="zm@post.example")
    patient(api, "Imma", "Zuber")
    refresh()
    assert [row.name for row in people.find_patients(desk_of(make_account()), typed)] == names


def test_a_patient_whom_the_mirror_does_not_know_yet_is_asked_of_the_api(api, desk_of, make_account, refresh) -> None:
    refresh()
    new = patient(api, "Wilhelmina", "Fresh")
    desk = desk_of(make_account())
    assert ids(people.find_patients(desk, "Wilhelmina")) == [new.id]
    assert ids(people.find_patients(desk, "helmin")) == [new.id]


def test_search_finds_people_too_and_hides_patients_from_managers(clinic, desk_of, make_account, refresh) -> None:
    ada, theo = clinic.user("Ada", "Marsh"), clinic.patient()
    refresh()
    both = people.search(desk_of(make_account()), "marsh")
    only = people.search(desk_of(make_account(Role.MANAGER)), "marsh")
    assert (ids(both.people), ids(both.patients), both.patients_hidden) == ([ada], [theo], False)
    assert (ids(only.people), ids(only.patients), only.patients_hidden) == ([ada], [], True)


def test_the_directory_lists_active_people_with_team_zone_and_hours(clinic, desk_of, make_account, make_team) -> None:
    ada = clinic.user("Ada")
    ben = clinic.user("Ben", timezone=None, hours=False)
    make_team("Nursing", [ada], [])
    StaffMember.objects.filter(welkin_id=ben).update(state="INACTIVE")
    desk = desk_of(make_account())

    active = staff.directory(desk, Filter())
    everybody = staff.directory(desk, Filter(everybody=True))

    assert [(row.user.id, row.teams, row.has_hours, row.zone_known) for row in active.rows] == [
        (ada, ("Nursing",), True, True)
    ]
    assert [(row.user.id, row.teams, row.has_hours, row.zone_known) for row in everybody.rows] == [
        (ada, ("Nursing",), True, True),
        (ben, (), False, False),
    ]
    assert everybody.without_zone == 1


def test_the_directory_by_team_and_text(clinic, desk_of, make_account, make_team) -> None:
    ada, ben, cleo = (clinic.user(name) for name in ("Ada", "Ben", "Cleo"))
    team = make_team("Nursing", [ada, ben], [])
    desk = desk_of(make_account())
    assert [row.user.id for row in staff.directory(desk, Filter(team=team.pk)).rows] == [ada, ben]
    assert [row.user.id for row in staff.directory(desk, Filter(team=team.pk, typed="be")).rows] == [ben]
    assert [row.user.id for row in staff.directory(desk, Filter(typed="cle")).rows] == [cleo]
    with pytest.raises(staff.NoSuchTeam):
        staff.directory(desk, Filter(team=team.pk + 1))


def test_links_are_offered_only_where_they_lead_somewhere(clinic, desk_of, make_account, make_team) -> None:
    ada, ben = clinic.user("Ada"), clinic.user("Ben")
    clinician = make_account(Role.CLINICIAN, welkin_id=ada)
    make_team("Nursing", [ada], [])
    rows = staff.directory(desk_of(clinician), Filter()).rows
    assert {row.user.id: (row.see_week, row.see_hours) for row in rows} == {ada: (True, True), ben: (False, False)}


def test_a_dead_api_does_not_hide_the_page_of_an_empty_directory(db, monkeypatch, make_account) -> None:
    dead = Credentials(url="http://127.0.0.1:9", tenant="t", instance="i", client="c", secret="s")
    monkeypatch.setattr(connection, "credentials", lambda: dead)
    from scheduling.services.desk import seat

    found = staff.directory(seat(make_account(Role.ADMINISTRATOR), now=datetime.now(UTC)), Filter())
    assert found.rows == ()
    assert isinstance(found.problem, Unreachable)


def test_the_connection_is_told_to_administrators_without_a_call(
    api_calls, credentials, desk_of, make_account, refresh
) -> None:
    refresh()
    desk = desk_of(make_account(Role.ADMINISTRATOR))
    with api_calls() as seen:
        told = staff.connection_of(desk)
    assert seen == []
    assert (told.tenant, told.instance) == (credentials.tenant, credentials.instance)
    assert (told.counts, told.mirrors_old, told.open_changes) == ({"staff": 0, "patients": 0}, False, 0)
    assert "://" not in told.host
    for role in (Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER):
        with pytest.raises(NotAllowed):
            staff.connection_of(desk_of(make_account(role)))
        with pytest.raises(NotAllowed):
            staff.examine(desk_of(make_account(role)))


def test_an_unknown_user(desk_of, make_account) -> None:
    with pytest.raises(NotFound):
        people.find_user(desk_of(make_account()), uuid4())
