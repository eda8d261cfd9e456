"""A mail server for tests, with encryption on request, that keeps what it is given and whether it came encrypted."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


@dataclass
class MailServer:
    """A running server: where it listens, what came, and of each message whether it came encrypted."""

    port: int
    received: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  the library calls it so
        self, server: object, session: Session, envelope: Envelope
    ) -> str:
        self.received.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[MailServer]:
    """Run a server on a free port of this machine.

    Args:
        certificate: with its key; the server offers STARTTLS with it. Without one it offers none.
    """
    kept, context = MailServer(free_port()), None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port, tls_context=context)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


def write_certificate(path: Path) -> Path:
    """Write a certificate of this machine, signed by itself, and its key into a file; return the file."""
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run([*asked, *named], check=True, capture_output=True)
    path.write_text(path.read_text(encoding="ascii") + path.with_suffix(".crt").read_text(encoding="ascii"), encoding="ascii")
    return path


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
