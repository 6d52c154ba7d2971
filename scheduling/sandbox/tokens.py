"""Access tokens: RS256 JWTs, signed with a key that lives in the data folder (welkin-api 2)."""

import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from . import errors, instants
from .conditions import token_lifetime
from .folder import write_once
from .models import ApiClient

ISSUER = "https://sandbox.invalid/welkin"
_loading = threading.Lock()
_keys: dict[Path, rsa.RSAPrivateKey] = {}


def issue(client: ApiClient, now: datetime) -> str:
    """A token of this client, valid from `now` for its tenant's lifetime."""
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": str(client.tenant_id),
        "sub": str(client.id),
        "token_use": "id",
        # two tokens of one second would be the same text
        "jti": uuid4().hex,
        "auth_time": issued,
        "iat": issued,
        "exp": issued + (token_lifetime.get() or client.tenant.token_lifetime),
        "cognito:username": client.name,
        "custom:type": "API_CLIENT",
        "custom:id": str(client.id),
        "custom:tenant": client.tenant.name,
    }
    return jwt.encode(claims, _key(), algorithm="RS256")


def holder(token: str, tenant: str) -> UUID:
    """The id of the API client a token was issued to.

    Raises Refusal: expired, or garbled, signed by another, or made for another tenant.
    """
    claims = _claims(token, Path(settings.DATA))
    if claims is None:
        raise errors.bad_token()
    client, expires, made_for = claims
    if expires <= instants.now().timestamp():
        raise errors.expired_token()
    if made_for != tenant:
        raise errors.bad_token()
    return client


@lru_cache(maxsize=4096)
def _claims(token: str, folder: Path) -> tuple[UUID, int, object] | None:
    """Client, end in seconds and tenant of a token signed here; None for any other text.

    Remembered: a signature made with the key of a data folder stays good. Whether the token has expired and its client
    may still call is asked anew each time.
    """
    try:
        claims = jwt.decode(
            token,
            _key().public_key(),
            algorithms=["RS256"],
            issuer=ISSUER,
            # The times are compared by `holder`, with the same clock that has written them.
            options={"require": ["exp", "iat", "sub"], "verify_aud": False, "verify_exp": False, "verify_iat": False},
        )
        return UUID(claims["sub"]), int(claims["exp"]), claims.get("custom:tenant")
    except (jwt.InvalidTokenError, ValueError):
        return None


def _key() -> rsa.RSAPrivateKey:
    """The key pair of the data folder, made at the first need and kept in memory."""
    path = Path(settings.DATA) / "signing-key.pem"
    with _loading:
        if path not in _keys:
            key = serialization.load_pem_private_key(write_once(path, _new_key), password=None)
            if not isinstance(key, rsa.RSAPrivateKey):
                raise TypeError(f"{path.name} does not hold an RSA key")
            _keys[path] = key
        return _keys[path]


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
