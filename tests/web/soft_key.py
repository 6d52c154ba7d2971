"""A security key in software: answers what the page asks a browser for, as `static/js/passkey.js` would send it."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

UP, AT = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.AT
SITE, ORIGIN = "localhost", "http://localhost"


class SoftKey:
    """One key pair for one site; its counter rises with each use."""

    def __init__(self, identity: bytes = b"a key in software") -> None:
        self.identity, self.counter = identity, 0
        self.pair = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> str:
        """What registers the key for the options of the page."""
        client = self._client(CollectedClientData.TYPE.CREATE, options)
        public = ES256.from_cryptography_key(self.pair.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.identity, public)
        data = AuthenticatorData.create(self._site(), UP | AT, self.counter, held)
        attested = AttestationObject.create("none", data, {})
        return self._told(clientDataJSON=client, attestationObject=attested)

    def get(self, options: dict[str, Any]) -> str:
        """What answers the challenge of the options."""
        client = self._client(CollectedClientData.TYPE.GET, options)
        self.counter += 1
        data = AuthenticatorData.create(self._site(), UP, self.counter)
        signature = self.pair.sign(bytes(data) + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._told(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _site(self) -> bytes:
        return sha256(SITE.encode()).digest()

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return bytes(CollectedClientData.create(type=kind, challenge=options["publicKey"]["challenge"], origin=ORIGIN))

    def _told(self, **parts: bytes) -> str:
        name = websafe_encode(self.identity)
        response = {part: websafe_encode(bytes(held)) for part, held in parts.items()}
        told = {"type": "public-key", "id": name, "rawId": name, "response": response, "clientExtensionResults": {}}
        return json.dumps(told)
