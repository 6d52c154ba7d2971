"""Over TLS: the deadline holds there too, and a certificate that does not fit sends nothing."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scheduling.welkin import Client, NewPatient, Policy
from scheduling.welkin.errors import Timeout, Unreachable

from .conftest import Time, credentials
from .factories import THEO
from .rude import TOKEN, drip, read_request, whole


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for the loopback address, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


class Server:
    """Plays one scene for each connection, over TLS."""

    def __init__(self, certificate: Path) -> None:
        self.scenes: list = []
        self.requests: list[bytes] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self._tls.wrap_socket(peer, server_side=True) as shielded:
                    self.requests.append(read_request(shielded))
                    self.scenes.pop(0)(shielded)
            except OSError:
                continue


@pytest.fixture
def server(certificate) -> Iterator[Server]:
    made = Server(certificate)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.listener.shutdown(socket.SHUT_RDWR)
    made.listener.close()
    thread.join(timeout=10)


def test_a_known_certificate_is_accepted(server, certificate, time):
    server.scenes = [whole(TOKEN), whole(f'{{"id": "{THEO}"}}'.encode())]

    with Client(credentials(server.url), policy=Policy(ca_bundle=str(certificate)), runtime=time.runtime()) as client:
        assert client.patients.read(THEO).id == THEO

    assert len(server.requests) == 2


def test_an_unknown_certificate_is_unreachable_and_nothing_is_sent(server, time):
    with Client(credentials(server.url), runtime=time.runtime()) as client, pytest.raises(Unreachable) as caught:
        client.patients.create(NewPatient("Theo", "Marsh"))

    assert (type(caught.value), server.requests) == (Unreachable, [])


def test_each_try_with_whom_nobody_can_trust_is_told_and_is_no_call(server, time):
    seen = []
    own = credentials(server.url)
    with Client(own, runtime=time.runtime(), observe=seen.append) as client, pytest.raises(Unreachable):
        client.patients.create(NewPatient("Theo", "Marsh"))

    assert {(call.method, call.status, call.distrusted) for call in seen} == {("POST", None, True)}


def test_the_deadline_holds_under_tls(server, certificate):
    time = Time()
    server.scenes = [whole(TOKEN), drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")]

    with Client(credentials(server.url), policy=Policy(ca_bundle=str(certificate)), runtime=time.runtime()) as client:
        client.check()
        time.tick = 0.05
        with pytest.raises(Timeout):
            client.patients.read(THEO, deadline=4)
