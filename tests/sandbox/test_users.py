"""Users: welkin-api 3."""

from typing import Any

import pytest

from tests.sandbox.api import Api, invalid, missing
from tests.sandbox.conftest import MakeApi

NO_USER = missing("USER", "USER_NOT_FOUND", "User doesn't exist")
UNSET = ("phone", "timezone", "locale", "firstName", "lastName", "credentials")


def test_a_new_user_is_provisioned_and_tells_no_unset_field(api: Api) -> None:
    user = api.user("ada")
    assert (user["userState"], user["enabled"], user["seatAssignAllowed"]) == ("PROVISIONED", False, False)
    assert [name for name in UNSET if name in user] == []
    assert user["createdByName"] == user["updatedByName"] == f"API_CLIENT:{api.place.client}"


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"username": "x"}, {"email": "Field required"}),
        ({"email": "x@y.example"}, {"username": "Field required"}),
        ({"username": "", "email": "x@y.example"}, {"username": "String should have at least 1 character"}),
        ({"username": 7, "email": "x@y.example"}, {"username": "Input should be a valid string"}),
        ({"username": "taken", "email": "x@y.example"}, {"username": "another user has it"}),
        (
            {"username": "x", "email": "x@y.example", "userState": "ASLEEP"},
            {"userState": "must be one of ACTIVE, INACTIVE, PROVISIONED"},
        ),
    ],
    ids=["no-email", "no-username", "empty-username", "number", "taken", "unknown-state"],
)
def test_a_bad_user_is_refused(api: Api, body: dict[str, Any], details: dict[str, str]) -> None:
    api.user("taken")
    assert api.refused(400, "POST", "admin/users", body) == invalid("USER", **details)


def test_a_username_is_free_in_another_tenant(make_api: MakeApi) -> None:
    one, other = make_api(), make_api()
    one.user("ada")
    theirs = other.user("ada")
    assert one.refused(404, "GET", f"admin/users/{theirs['id']}", type="ID") == NO_USER


@pytest.mark.parametrize(
    ("key", "kind", "status"),
    [
        ("{username}", None, 200),
        ("{username}", "ID", 404),
        ("{id}", None, 200),
        ("{id}", "ID", 200),
        ("{id}", "id", 200),
        ("nobody", None, 404),
        ("nobody", "ID", 404),
        ("00000000-0000-4000-8000-000000000000", "ID", 404),
    ],
)
def test_a_user_is_read_by_name_or_id(api: Api, key: str, kind: str | None, status: int) -> None:
    user = api.user("ada")
    told = api.told(status, "GET", f"admin/users/{key.format(**user)}", type=kind)
    assert (told["id"] if status == 200 else told[0]["errorCode"]) == (
        user["id"] if status == 200 else "USER_NOT_FOUND"
    )


def test_a_name_that_looks_like_an_id_wins_over_the_id(api: Api) -> None:
    one = api.user("one")
    named = api.user(one["id"])
    assert api.get(f"admin/users/{one['id']}")["id"] == named["id"]
    assert api.get(f"admin/users/{one['id']}", type="ID")["id"] == one["id"]


def test_patch_changes_only_what_is_sent(api: Api) -> None:
    before = api.user("ada", firstName="Ada", lastName="Quill", timezone="US/Pacific")
    after = api.patch("admin/users/ada", {"firstName": "Hana", "surplus": 1})
    assert after | {"updatedAt": before["updatedAt"]} == before | {"firstName": "Hana"}
    assert after["updatedAt"] > before["updatedAt"]


@pytest.mark.parametrize(
    ("sent", "state", "enabled"),
    [
        ({"enabled": True}, "ACTIVE", True),
        ({"enabled": False}, "INACTIVE", False),
        ({"enabled": None}, "PROVISIONED", False),
        ({"userState": "active"}, "ACTIVE", True),
        ({"userState": "INACTIVE", "enabled": True}, "INACTIVE", False),
        ({"userState": None, "enabled": True}, "ACTIVE", True),
    ],
    ids=str,
)
def test_state_and_enabled_agree(api: Api, sent: dict[str, Any], state: str, enabled: bool) -> None:
    api.user("ada")
    told = api.patch("admin/users/ada", sent)
    assert (told["userState"], told["enabled"]) == (state, enabled)


def test_a_null_clears_a_text(api: Api) -> None:
    api.user("ada", firstName="Ada", customUserAttributes={"a": 1})
    told = api.patch("admin/users/ada", {"firstName": None, "customUserAttributes": None})
    assert "firstName" not in told
    assert told["customUserAttributes"] == {}


def test_put_clears_what_is_left_out_and_keeps_the_id(api: Api) -> None:
    before = api.user("ada", firstName="Ada", phone="+15550100011", seats=["GENERAL"], userState="ACTIVE")
    after = api.put("admin/users/ada", {"username": "ada.quill", "email": "ada@new.example", "lastName": "Quill"})
    shown = {name: after.get(name) for name in ("id", "username", "email", "firstName", "lastName", "phone", "seats")}
    assert shown == {
        "id": before["id"],
        "username": "ada.quill",
        "email": "ada@new.example",
        "firstName": None,
        "lastName": "Quill",
        "phone": None,
        "seats": [],
    }
    assert after["createdAt"] == before["createdAt"]


def test_put_needs_username_and_email(api: Api) -> None:
    api.user("ada")
    error = api.refused(400, "PUT", "admin/users/ada", {"firstName": "Ada"})
    assert error == invalid("USER", username="Field required", email="Field required")


@pytest.mark.parametrize(
    ("path", "query"), [("admin/users/ada", {}), ("admin/users/{id}", {"type": "ID"})], ids=["name", "id"]
)
def test_a_deleted_user_leaves_the_lists_and_stays_readable(api: Api, path: str, query: dict[str, str]) -> None:
    user = api.user("ada", userState="ACTIVE")
    gone = api.ask("DELETE", path.format(**user), **query)
    assert (gone.status_code, gone.content, "Content-Type" in gone.headers) == (204, b"", False)
    assert api.get("admin/users")["data"] == []
    (still,) = api.get("admin/users", includeDeleted="True")["data"]
    assert (still["id"], still["userState"], still["enabled"]) == (user["id"], "INACTIVE", False)
    assert api.get("admin/users/ada")["userState"] == "INACTIVE"


def test_delete_may_be_forbidden_as_recorded(make_api: MakeApi) -> None:
    api = make_api(userDelete="forbidden")
    user = api.user("ada")
    (error,) = api.told(403, "DELETE", f"admin/users/{user['id']}", type="ID")
    assert error["errorCode"] == "ACCESS_FOR_API_CLIENT_RESTRICTED"
    assert error["details"]["requestURI"] == f"/{api.place.tenant}/admin/users/{user['id']}"
    assert api.get("admin/users")["metaInfo"]["totalElements"] == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_unknown_user_is_404(api: Api, method: str) -> None:
    body = None if method in ("GET", "DELETE") else {"username": "x", "email": "x@y.example"}
    assert api.refused(404, method, "admin/users/nobody", body) == NO_USER


ROLE = {"permissionName": "nurse", "instanceName": "live", "type": "SECURITY_ROLE", "primaryRole": True}
EAST = {"name": "east-coast", "territories": ["New York", "Maryland"], "instanceName": "live"}
ODD = {"name": ["a", "list"], "territories": {"not": "a list"}}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["ada", "ben", "cleo"]),
        ({"search": "QUILL"}, ["ada"]),
        ({"search": "harbor.example"}, ["ada", "ben", "cleo"]),
        ({"search": "ada quill"}, ["ada"]),
        ({"search": "quill marsh"}, []),
        ({"search": "%"}, []),
        ({"email": "BEN@harbor.example"}, ["ben"]),
        ({"firstName": "cleo"}, ["cleo"]),
        ({"lastName": "Marsh"}, ["cleo"]),
        ({"userState": "ACTIVE"}, ["ada"]),
        ({"userState": "provisioned"}, ["ben", "cleo"]),
        ({"seatAssigned": "True"}, ["ada"]),
        ({"seatAssigned": "FALSE"}, ["ben", "cleo"]),
        ({"roleName": "nurse"}, ["ben"]),
        ({"region": "east-coast"}, ["cleo"]),
        ({"region": "east-coast", "territories": "Maryland,Ohio"}, ["cleo"]),
        ({"region": "east-coast", "territories": "Ohio"}, []),
        ({"region": "west-coast"}, []),
        ({"unknown": "parameter"}, ["ada", "ben", "cleo"]),
    ],
    ids=str,
)
def test_the_list_is_narrowed_by_every_parameter(api: Api, query: dict[str, str], names: list[str]) -> None:
    api.user("ada", firstName="Ada", lastName="Quill", seats=["GENERAL"], userState="ACTIVE")
    api.user("ben", firstName="Ben", roles=[ROLE])
    api.user("cleo", firstName="Cleo", lastName="Marsh", territories=[EAST, ODD])
    assert [user["username"] for user in api.get("admin/users", **query)["data"]] == names
    assert api.get("users", **query) == api.get("admin/users", **query)


def test_the_list_takes_ids_joined_or_repeated(api: Api) -> None:
    one, two, three = (api.user(name) for name in ("one", "two", "three"))
    joined = api.get("admin/users", ids=f"{one['id']},{three['id']}")
    repeated = api.get("admin/users", ids=[one["id"], three["id"]])
    assert joined == repeated
    assert [user["id"] for user in joined["data"]] == [one["id"], three["id"]]
    assert two["id"] not in str(joined)
