"""Certificates count, and the name in them does too."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from commerce.core.http import ConnectionFailed, Response, send
from tests.commerce.core.raw_server import answering, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def certificate(folder: Path, host: str, *, days: int = 1) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of its own for `host`, and the file by which to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(tz=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + built.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


def get(url: str, trusted: Path | None) -> Response:
    return send(
        "GET",
        url.replace("127.0.0.1", "localhost"),
        headers={},
        max_bytes=100,
        deadline_seconds=3,
        allow_private=True,
        tls=ssl.create_default_context(cafile=str(trusted)) if trusted else None,
    )


def test_a_certificate_that_we_trust_for_the_right_name_is_accepted(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path, "localhost")
    asked_for: list[str] = []
    context.sni_callback = lambda connection, name, _: asked_for.append(name)
    with serving(answering(OK), context) as server:
        response = get(server.url, trusted)
    assert response.body == b"ok"
    assert "tls" in response.timings
    assert asked_for == ["localhost"]


@pytest.mark.parametrize(
    ("host", "days", "trust"), [("localhost", 1, False), ("other.example", 1, True), ("localhost", -1, True)]
)
def test_a_self_signed_foreign_or_expired_certificate_is_refused(
    tmp_path: Path, host: str, days: int, trust: bool
) -> None:
    context, trusted = certificate(tmp_path, host, days=days)
    with serving(answering(OK), context) as server, pytest.raises(ConnectionFailed, match="certificate"):
        get(server.url, trusted if trust else None)
    assert server.heads == []
