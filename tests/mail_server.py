"""A mail server for tests, without encryption, that keeps what it is given."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


@dataclass
class MailServer:
    """A running server: where it listens, and what came."""

    port: int
    received: list[Envelope] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  the library calls it so
        self, server: object, session: object, envelope: Envelope
    ) -> str:
        self.received.append(envelope)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server on a free port of this machine."""
    kept = MailServer(free_port())
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
