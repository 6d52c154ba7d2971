"""Keeps text that names patients in our own database without anybody who copies the file being able to read it.

Drafts, kept answers of the API and requests that may have to be sent again are sealed with a key derived from
SECRET_KEY (design 9). A key that was rotated out stays readable while it stands in SECRET_KEY_FALLBACKS.
"""

import base64
import json
import zlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"daybook sealed text"


class NotReadable(Exception):
    """What was sealed cannot be opened: another key, or damaged."""


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


@lru_cache(maxsize=4)
def _keys(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([_key(secret) for secret in secrets])


def _box() -> MultiFernet:
    return _keys((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(value: Any) -> bytes:
    """A value of JSON, compressed and encrypted."""
    return _box().encrypt(zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1))


def unseal(sealed: bytes | memoryview) -> Any:
    """The value that was sealed. Raises NotReadable."""
    try:
        return json.loads(zlib.decompress(_box().decrypt(bytes(sealed))))
    except (InvalidToken, zlib.error, ValueError) as broken:
        raise NotReadable from broken
