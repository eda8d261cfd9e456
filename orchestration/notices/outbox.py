"""The outbox: messages as files, one per recipient and day; optionally sent by mail or to a webhook.

What belongs here: writing messages, sending them once, remembering that. What does not: what a message says (``reminders``).
Nothing is sent unless environment variables name where to (``Channels.from_environment``). A message holds counts and titles of
extracts, never a person's data.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import smtplib
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from orchestration.foundation.atomic_files import read_json, write_json, write_text
from orchestration.foundation.settings import settings

# A tick of a sensor may last a minute; a message older than this is no longer worth sending.
_SECONDS_TO_ANSWER = 8
_DAYS_TO_SEND = 7


@dataclass(frozen=True)
class Message:
    """A message to one recipient.

    Attributes:
        recipient: code of a department or town.
        name: of its file, without ending; one per recipient and day for reminders.
        written_at: in the county's time, ISO 8601.
        counts: what the text counts, for programs.
    """

    recipient: str
    recipient_name: str
    name: str
    written_at: str
    subject: str
    body: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message as a person reads it."""
        return f"{self.recipient_name}：\n{self.subject}（{self.written_at[:16].replace('T', ' ')}）\n\n{self.body}\n"

    def joined(self, other: Message) -> Message:
        """Return this message with another one to the same recipient below it."""
        return dataclasses.replace(
            self,
            subject=f"{self.subject}；{other.subject}",
            body=f"{self.body}\n\n{other.body}",
            counts={**self.counts, **other.counts},
        )


@dataclass(frozen=True)
class Channels:
    """Where messages are sent, beyond the folder.

    Attributes:
        smtp_host: mail server; None for no mail.
        addresses: mail address by recipient; ``*`` for all others. A recipient without one gets no mail.
        webhook: address that is sent each message as JSON; None for none.
    """

    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    sender: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    webhook: SecretStr | None = None

    @classmethod
    def from_environment(cls) -> Channels:
        """Return what the variables ``FANGFANPIN_SMTP_*``, ``FANGFANPIN_MAIL_*`` and ``FANGFANPIN_WEBHOOK`` say."""
        said = settings()
        pairs = (pair.partition("=") for pair in said.mail_to.get_secret_value().split(",") if "=" in pair)
        return cls(
            said.smtp_host,
            said.smtp_port,
            said.smtp_user,
            said.smtp_password,
            said.mail_from,
            {recipient.strip(): address.strip() for recipient, _, address in pairs},
            said.webhook,
        )

    def address(self, message: Message) -> str | None:
        """Return where a message is mailed to."""
        return self.addresses.get(message.recipient) or self.addresses.get("*")

    def senders(self) -> dict[str, Callable[[Message], bool]]:
        """Return the channels that are switched on, by name; each returns whether it reaches the recipient."""
        return {
            **({"mail": self._mail} if self.smtp_host else {}),
            **({"webhook": self._call} if self.webhook else {}),
        }

    def _mail(self, message: Message) -> bool:
        address = self.address(message)
        if address is None:
            return False
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self.sender, address
        mail.set_content(message.text)
        with self._server() as server:
            if self.smtp_user:
                server.login(self.smtp_user, self.smtp_password.get_secret_value() if self.smtp_password else "")
            server.send_message(mail)
        return True

    def _server(self) -> smtplib.SMTP:
        host, context = self.smtp_host or "", ssl.create_default_context()
        if self.smtp_port == smtplib.SMTP_SSL_PORT:
            return smtplib.SMTP_SSL(host, self.smtp_port, timeout=_SECONDS_TO_ANSWER, context=context)
        server = smtplib.SMTP(host, self.smtp_port, timeout=_SECONDS_TO_ANSWER)
        server.ehlo()
        # a password never goes over an open line
        if self.smtp_user or server.has_extn("starttls"):
            server.starttls(context=context)
        return server

    def _call(self, message: Message) -> bool:
        address = self.webhook.get_secret_value() if self.webhook else ""
        if not address.startswith(("http://", "https://")):
            raise ValueError("FANGFANPIN_WEBHOOK must begin with http:// or https://")
        content = json.dumps(dataclasses.asdict(message), ensure_ascii=False).encode()
        request = urllib.request.Request(address, content, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_SECONDS_TO_ANSWER):  # noqa: S310  the scheme is checked above
            return True


@dataclass(frozen=True)
class Sent:
    """What sending did.

    Attributes:
        messages: sent now, over all channels.
        failed: kind of error by channel that did not answer; its messages are tried again at the next call.
    """

    messages: int
    failed: Mapping[str, str]


def write(outbox: Path, message: Message) -> bool:
    """Write a message unless it has been written; return whether it is new.

    The text is for people, the JSON beside it for programs. The JSON comes last: a message without one that can be understood
    is written again.
    """
    folder = outbox / message.written_at[:10]
    record, text = folder / f"{message.name}.json", folder / f"{message.name}.txt"
    if (written := _recorded(record)) is not None:
        if not text.is_file() or not text.stat().st_size:
            write_text(text, written.text)
        return False
    write_text(text, message.text)
    write_json(record, dataclasses.asdict(message))
    return True


def send(outbox: Path, channels: Channels, today: dt.date) -> Sent:
    """Send what has not been sent over each channel. Nothing is raised: a channel that fails is left until the next call.

    A message is marked by ``<name>.sent.json``: when, by channel. It is marked as soon as it is sent, so only a crash between
    the two can send it twice.
    """
    count, failed = 0, {}
    for channel, deliver in channels.senders().items():
        for record in _recent(outbox, today):
            marks, message = _marks(record), _recorded(record)
            if channel in marks or message is None:
                continue
            try:
                if not deliver(message):
                    continue  # sent when an address is named within the week
                now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
                write_json(_mark(record), {**marks, channel: now})
            except (OSError, ValueError, TypeError, smtplib.SMTPException) as error:
                # the next message would wait for the same server
                failed[channel] = type(error).__name__
                break
            count += 1
    return Sent(count, failed)


def _recent(outbox: Path, today: dt.date) -> list[Path]:
    first = (today - dt.timedelta(days=_DAYS_TO_SEND)).isoformat()
    if not outbox.is_dir():
        return []
    folders = sorted(folder for folder in outbox.iterdir() if folder.name >= first and folder.is_dir())
    return [record for folder in folders for record in sorted(folder.glob("*.json")) if not record.name.endswith(".sent.json")]


def _mark(record: Path) -> Path:
    return record.with_suffix(".sent.json")


def _marks(record: Path) -> dict[str, str]:
    marks = read_json(_mark(record))
    return marks if isinstance(marks, dict) else {}


def _recorded(record: Path) -> Message | None:
    """Return a message that was written; None where its record is not there or damaged."""
    content: Any = read_json(record)
    try:
        return Message(**content)
    except TypeError:
        return None
