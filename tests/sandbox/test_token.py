"""Tokens and who may use them: welkin-api 2 and 1.2."""

import base64
import json
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.api import Api, missing
from tests.sandbox.conftest import MakeApi
from tests.sandbox_fixture import MakeTenant, tenant_of

BAD = missing("AUTH", "NOT_VALID_JSON_WEB_TOKEN", "The token is missing or not valid")
EXPIRED = missing("AUTH", "TOKEN_EXPIRED", "The token has expired")
UNKNOWN = missing("AUTH", "API_CLIENT_NOT_AUTHORIZED", "Unknown or disabled API client, or a wrong secret")


def told(answer: requests.Response) -> Any:
    (error,) = answer.json()
    error.pop("date")
    return answer.status_code, error


def token_of(api: Api) -> str:
    return str(api.session.headers["Authorization"]).removeprefix("Bearer ")


def claims(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


def test_the_answer_names_the_client_and_the_token_lasts_an_hour(sqlite_api: Api) -> None:
    answer = sqlite_api.session.post(sqlite_api.token_url + "/", json={"secret": sqlite_api.place.secret}, timeout=30)
    body = answer.json()
    inside = claims(body.pop("token"))
    assert (answer.status_code, body) == (200, {"clientName": sqlite_api.place.client, "enabled": True})
    assert (inside["exp"] - inside["iat"], inside["token_use"], inside["custom:type"], inside["cognito:username"]) == (
        3600,
        "id",
        "API_CLIENT",
        sqlite_api.place.client,
    )


@pytest.mark.parametrize("wrong", ["secret", "client", "tenant", "disabled"])
def test_a_wrong_token_call_is_401_but_never_with_a_token_code(make_tenant: MakeTenant, wrong: str) -> None:
    place = make_tenant(enabled=wrong != "disabled")
    tenant = "elsewhere" if wrong == "tenant" else place.tenant
    client = "NOBODY" if wrong == "client" else place.client
    secret = "guess" if wrong == "secret" else place.secret
    url = f"{place.url}/{tenant}/admin/api_clients/{client}"
    assert told(requests.post(url, json={"secret": secret}, timeout=30)) == (401, UNKNOWN)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"secret": null}', b'{"secret": 5}', b"secret", b"[]"])
def test_a_token_call_without_a_secret_is_400(sqlite_api: Api, body: bytes) -> None:
    assert sqlite_api.session.post(sqlite_api.token_url, data=body, timeout=30).status_code == 400


def forged(token: str, change: dict[str, Any]) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(token) | change, key, algorithm="RS256")


def unsigned(token: str) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims(token)]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize(
    "header",
    [
        lambda _: None,
        lambda _: "",
        lambda _: "Bearer",
        lambda _: "Bearer ",
        lambda _: "Bearer garbled",
        lambda token: f"Basic {token}",
        lambda token: f"Bearer {token[:-8]}AAAAAAAA",
        lambda token: f"Bearer {unsigned(token)}",
        lambda token: f"Bearer {forged(token, {})}",
        lambda token: f"Bearer {forged(token, {'exp': 1})}",
        lambda token: "Bearer " + jwt.encode(claims(token), "x" * 32, algorithm="HS256"),
    ],
    ids=["none", "empty", "bare", "blank", "garbled", "basic", "altered", "unsigned", "forged", "forged-old", "hs256"],
)
def test_a_bad_token_is_refused_everywhere(sqlite_api: Api, header: Any) -> None:
    value = header(token_of(sqlite_api))
    headers = {} if value is None else {"Authorization": value}
    for path in ("admin/users", "patients", "calendar/events"):
        assert told(requests.get(sqlite_api.url(path), headers=headers, timeout=30)) == (401, BAD)


def test_a_token_opens_its_own_tenant_only(make_api: MakeApi) -> None:
    one, other = make_api(), make_api()
    headers = {"Authorization": f"Bearer {token_of(one)}"}
    assert requests.get(one.url("admin/users"), headers=headers, timeout=30).status_code == 200
    for path in ("admin/users", "patients"):
        assert told(requests.get(other.url(path), headers=headers, timeout=30)) == (401, BAD)


def test_an_unknown_instance_is_404_with_a_good_token(sqlite_api: Api) -> None:
    url = f"{sqlite_api.place.url}/{sqlite_api.place.tenant}/elsewhere/patients"
    answer = told(sqlite_api.session.get(url, timeout=30))
    assert answer == (404, missing("INSTANCE", "INSTANCE_NOT_FOUND", "Instance doesn't exist"))


def test_a_token_expires_and_a_new_one_opens_again(make_tenant: MakeTenant) -> None:
    api = Api(make_tenant(tokenLifetime=1))
    refused = api.ask("GET", "admin/users")
    while refused.status_code == 200:  # bounded by the token's own second
        refused = api.ask("GET", "admin/users")
    assert told(refused) == (401, EXPIRED)
    assert Api(api.place).ask("GET", "admin/users").status_code == 200


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"userDelete": "hard"}, "userDelete"),
        ({"tokenLifetime": 0}, "tokenLifetime"),
        ({"pageLimit": 2000}, "pageLimit"),
        ({"enabled": "perhaps"}, "enabled"),
    ],
    ids=str,
)
def test_a_tenant_with_odd_switches_is_refused(sandbox_server: str, options: dict[str, Any], field: str) -> None:
    answer = requests.post(f"{sandbox_server}/_sandbox/tenants", json=options, timeout=30)
    assert (answer.status_code, list(answer.json()[0]["details"])) == (400, [field])


def test_a_tenant_needs_no_switches_at_all(sandbox_server: str) -> None:
    answer = requests.post(f"{sandbox_server}/_sandbox/tenants", timeout=30)
    assert (answer.status_code, sorted(answer.json())) == (201, ["client", "instance", "secret", "tenant", "url"])
    assert tenant_of(sandbox_server).tenant != answer.json()["tenant"]
