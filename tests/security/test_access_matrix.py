"""Who is answered what: each role at each distance, over HTTP, against the real sandbox.

The expectations are written by hand here and know nothing of permissions.TABLE. Each cell is asked as a page and as a
part. What another tenant has is answered exactly as what nobody has.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.services import connection
from scheduling.welkin import Credentials
from tests.clinic_fixture import Clinic, at, next_monday

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
ROLES = (Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
WHOSE = ("own", "team", "other", "unknown", "tenant")
LETTERS = {200: "y", 422: "y", 403: "n", 404: "-", 302: "s", 401: "s"}
ASKED_TO_SIGN_IN = "sssss"
# Own, own team, another team, an id of nobody, one of another tenant: y may see or try, n may not, - is not there.
# A coordinator and a manager have no calendar themselves: the first is somebody of their team too.
VISIT = ("yyn--", "ynn--", "nnn--", "nnn--", "nnn--")
MATRIX: dict[str, tuple[str, str, str, str, str]] = {
    "get appointments/{visit}/": VISIT,
    "get appointments/{visit}/move/": VISIT,
    "get appointments/{visit}/edit/": VISIT,
    # Who may not look for patients is refused before the session is read.
    "get appointments/{visit}/join/": ("yyn--", "ynn--", "nnnnn", "nnnnn", "nnnnn"),
    "get appointments/{visit}/cancel/": VISIT,
    "get appointments/{visit}/restore/": VISIT,
    "get appointments/{visit}/delete/": ("yyn--", "nnn--", "nnn--", "nnn--", "nnn--"),
    "get appointments/{visit}/visit.ics": VISIT,
    "get hours/{person}/": ("yyy--", "yynnn", "yynnn", "yyy--", "nnnnn"),
    "get hours/{person}/history/": ("yyy--", "yynnn", "yynnn", "yyy--", "nnnnn"),
    "get hours/{person}/copy/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "post hours/{person}/copy/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "get hours/{person}/rotation/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "post hours/{person}/rotation/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "get hours/{person}/new/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "post hours/{person}/new/": ("yynnn", "ynnnn", "nnnnn", "nnnnn", "nnnnn"),
    "get hours/{person}/contract/": ("nnnnn", "nnnnn", "yynnn", "yyy--", "nnnnn"),
    "post hours/{person}/contract/": ("nnnnn", "nnnnn", "yynnn", "yyy--", "nnnnn"),
    "get patients/{patient}/": ("yyy--", "yyy--", "nnnnn", "nnnnn", "nnnnn"),
}
# Pages without an id: who is let in.
PAGES: dict[str, str] = {
    "get find/": "yynnn",
    "get patients/find/": "yynnn",
    "get patients/new/": "ynnnn",
    "post patients/new/": "ynnnn",
    "get people/": "yyyyy",
    "get people/connection/": "nnnyn",
    "get people/logins/": "nnnyn",
    "get people/logins/new/": "nnnyn",
    "post people/logins/new/": "nnnyn",
    "get closures/new/": "nnyyn",
    "post closures/new/": "nnyyn",
    "get closures/places/new/": "nnyyn",
    "post closures/places/new/": "nnyyn",
    "get hours/locks/": "nnyyn",
    "get utilisation/": "nyynn",
    "get utilisation/report/": "nyynn",
    "get utilisation/report/file.csv": "nyynn",
    "get utilisation/report/file.xlsx": "nyynn",
    "get account/feed/": "nynnn",
    "get audit/": "nnnyy",
}
# On whose visits somebody reads the name of the patient: on no page on others.
NAMED = {"coordinator": {"own", "team"}, "clinician": {"own"}}
NAMES = {near: f"{near.title()}kin" for near in WHOSE}


@dataclass
class House:
    """Two tenants: in ours a team of Ada and Ben and another one of Cleo, in the other Dora."""

    ids: dict[str, dict[str, UUID]]
    browsers: dict[str, Browser]


@pytest.fixture
def house(clinic: Clinic, make_account, make_team, make_tenant, sign_in_now) -> House:
    far = make_tenant()
    own = Credentials(far.url, far.tenant, far.instance, far.client, far.secret)
    away = Clinic(connection.client_for(own), own)
    ids: dict[str, dict[str, UUID]] = {kind: {"unknown": uuid4()} for kind in ("person", "patient", "visit")}
    people = {"own": (clinic, "Ada"), "team": (clinic, "Ben"), "other": (clinic, "Cleo"), "tenant": (away, "Dora")}
    for hour, (near, (place, name)) in enumerate(people.items(), 9):
        ids["person"][near] = place.user(name)
        ids["patient"][near] = place.patient("Pat", NAMES[near])
        ids["visit"][near] = place.visit(ids["person"][near], ids["patient"][near], start=at(hour)).id
    logins = {
        str(role): make_account(role, welkin_id=ids["person"]["own"] if role is Role.CLINICIAN else None)
        for role in ROLES
    }
    keepers = [logins["coordinator"], logins["manager"]]
    nursing = make_team("Nursing", [ids["person"]["own"], ids["person"]["team"]], keepers)
    nursing.delegates_hours = True
    nursing.save()
    make_team("Therapy", [ids["person"]["other"]], [])
    return House(ids, {who: sign_in_now(login) for who, login in logins.items()} | {"nobody": Browser()})


def cells() -> Iterator[tuple[str, str, str, str]]:
    """Request, role, how near, expected letter."""
    for number, role in enumerate([*ROLES, "nobody"]):
        for request, rows in MATRIX.items():
            for near, letter in zip(WHOSE, ASKED_TO_SIGN_IN if role == "nobody" else rows[number], strict=True):
                yield request, str(role), near, letter
        for request, row in PAGES.items():
            yield request, str(role), "", "s" if role == "nobody" else row[number]


def test_each_role_is_answered_what_the_matrix_says(house: House) -> None:
    wrong, named, count = [], [], 0
    unknown: dict[tuple[str, str, bool], str] = {}
    for request, who, near, letter in cells():
        method, path = request.split()
        address = "/" + path.format(**{kind: house.ids[kind].get(near) for kind in house.ids})
        for headers in ({}, PART):
            answer = getattr(house.browsers[who], method)(address, headers=headers)
            count += 1
            if near in ("unknown", "tenant"):
                told = UUIDS.sub("", answer.content.decode())
                assert unknown.setdefault((request, who, bool(headers)), told) == told or not headers, (request, who)
            if LETTERS.get(answer.status_code) != letter:
                wrong.append((request, who, near, bool(headers), answer.status_code, letter))
            if "visit" in path and letter != "y" and any(name.encode() in answer.content for name in NAMES.values()):
                named.append((request, who, near))
    sys.stdout.write(f"{count} cells, {len(wrong)} wrong, {len(named)} with a name\n")
    assert (wrong, named) == ([], [])
    assert count >= 400


def test_names_stand_on_no_board_that_may_not_show_them(house: House) -> None:
    for who in (*map(str, ROLES), "nobody"):
        shown = set()
        for address in ("/week/", "/day/", "/team/", "/overlaps/", "/changes/", "/invitations/", "/leave/"):
            answer = house.browsers[who].get(address, {"week": f"{next_monday():%G-W%V}"}, follow=True)
            shown |= {near for near, name in NAMES.items() if name in answer.content.decode()}
        week = house.browsers[who].get(f"/team/{next_monday():%G-W%V}/", follow=True).content.decode()
        day = house.browsers[who].get(f"/day/{next_monday()}/", follow=True).content.decode()
        shown |= {near for near, name in NAMES.items() if name in week + day}
        assert shown == NAMED.get(who, set()), who
