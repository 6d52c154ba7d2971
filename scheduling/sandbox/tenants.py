"""Tenants with an instance and an API client: the default one of a data folder, and fresh ones for tests."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from .folder import write_once
from .models import ApiClient, Instance, Tenant

INSTANCE = "live"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a program needs besides the address. The secret is never in a repr."""

    tenant: str
    instance: str
    client: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.tenant}/{self.instance}, {self.client})"


def digest(secret: str) -> str:
    """What is kept of a secret. A plain hash will do: the secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_credentials(tenant: str, instance: str = INSTANCE) -> Credentials:
    """Fresh credentials, nothing stored yet."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    client = "".join(secrets.choice(letters) for _ in range(12))
    return Credentials(tenant, instance, client, secrets.token_urlsafe(32))


@transaction.atomic
def establish(credentials: Credentials, *, enabled: bool = True, **options: Any) -> Instance:
    """The instance these credentials name, with everything around it made if need be.

    `options` are the fields of Tenant; they count only for a new one.
    """
    tenant, _ = Tenant.objects.get_or_create(name=credentials.tenant, defaults=options)
    ApiClient.objects.update_or_create(
        tenant=tenant,
        name=credentials.client,
        defaults={"secret_digest": digest(credentials.secret), "enabled": enabled},
    )
    instance, _ = Instance.objects.get_or_create(tenant=tenant, name=credentials.instance)
    return instance


def default(folder: Path) -> tuple[Credentials, Instance]:
    """The default tenant of a data folder; its credentials are made once and kept in `credentials.json`."""
    text = write_once(folder / "credentials.json", lambda: _written(new_credentials("clinic")))
    kept = json.loads(text)
    credentials = Credentials(**{name: kept[name] for name in ("tenant", "instance", "client", "secret")})
    return credentials, establish(credentials)


def _written(credentials: Credentials) -> bytes:
    return (json.dumps(asdict(credentials), indent=1) + "\n").encode()
