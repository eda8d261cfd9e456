"""Reminders and the outbox: who is told what on which day, and sent once."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from orchestration.contracts import load_county, load_extracts
from orchestration.deliveries.arrivals import Arrival
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import land_extract
from orchestration.notices import outbox
from orchestration.notices.outbox import Channels, Message
from orchestration.notices.reminders import extract_states, reminders, restatable
from tests.mail_server import MailServer, free_port, mail_server, write_certificate
from tests.unit.published_months import publish

WATER = "water__drinking_water"


@pytest.fixture()
def installation(tmp_path: Path) -> Installation:
    found = Installation.at(tmp_path / "raw", tmp_path / "marts")
    found.raw.mkdir()
    found.marts.mkdir()
    return found


def at(day: int, month: int = 8, hour: int = 9) -> dt.datetime:
    return dt.datetime(2023, month, day, hour, 30, tzinfo=ZoneInfo(load_county().time_zone))


def deliver(installation: Installation, place: str, content: bytes = b"x") -> None:
    path = installation.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def deliver_all(installation: Installation, month: str) -> None:
    for contract in load_extracts().values():
        deliver(installation, f"{month}/{contract.department}/{contract.short_name}.csv")


def test_reminders_come_on_the_days_around_the_deadline_from_the_hour_on(installation: Installation) -> None:
    days = [day for day in range(1, 32) if reminders(installation, at(day), {})]
    assert days == [17, 18, 19, 20, 21, 22, 23]
    assert reminders(installation, at(18, hour=8), {}) == []


def test_a_department_is_told_what_is_missing_and_the_bureau_of_all(installation: Installation) -> None:
    deliver_all(installation, "2023-08")
    assert reminders(installation, at(18), {}) == []
    (installation.raw / "2023-08/civil_affairs/death_register.csv").unlink()
    messages = {message.recipient: message for message in reminders(installation, at(18), {})}
    assert set(messages) == {"civil_affairs", "rural_revitalization"}
    title = load_extracts()["civil_affairs__death_register"].title
    assert f"未报送 1 个：《{title}》" in messages["civil_affairs"].body
    assert "离20日截止还有 2 天" in messages["civil_affairs"].body
    assert messages["civil_affairs"].counts == {"missing": 1, "refused": 0, "unfinished": 0, "misnamed": 0}
    assert messages["rural_revitalization"].counts["county_missing"] == 1


def test_refused_and_unfinished_files_are_counted_without_their_names(installation: Installation) -> None:
    deliver_all(installation, "2023-08")
    deliver(installation, "2023-08/water/drinking_water__张三.csv", b"no header")
    deliver(installation, "2023-08/housing/dwelling_safety__2.csv.part")
    land_extract(installation, load_extracts()[WATER], Month("2023-08"))
    messages = {message.recipient: message for message in reminders(installation, at(21), {})}
    assert messages["water"].counts == {"missing": 0, "refused": 1, "unfinished": 0, "misnamed": 0}
    assert "2 个文件" in messages["water"].body and "20日已过" in messages["water"].body
    assert messages["housing"].counts["unfinished"] == 1
    assert not any("张三" in message.text for message in messages.values())


def test_a_town_whose_part_is_missing_is_told(installation: Installation) -> None:
    deliver_all(installation, "2023-07")
    deliver_all(installation, "2023-08")
    for month, towns in (("2023-07", ("丰城街道", "440233101", "回龙镇")), ("2023-08", ("丰城街道",))):
        (installation.raw / month / "water" / "drinking_water.csv").unlink()
        for town in towns:
            deliver(installation, f"{month}/water/drinking_water__{town}.csv")
    (state,) = [state for state in extract_states(installation, Month("2023-08")) if state.extract == WATER]
    assert (state.status, state.missing_towns) == ("arrived", ("440233101", "440233105"))
    assert [message.recipient_name for message in reminders(installation, at(19), {})] == ["马头镇", "回龙镇"]
    # one file for the whole county stands for every town
    deliver(installation, "2023-08/water/drinking_water.csv")
    assert reminders(installation, at(19), {}) == []


def test_workbooks_of_departments_stand_for_no_town_and_what_comes_with_answers_is_not_missed(
    installation: Installation,
) -> None:
    names = [f"feedback__{part}" for part in ("丰城街道", "回龙镇", "县民政局")]
    for month, files in (("2023-07", names), ("2023-08", names[1:])):
        for name in files:
            deliver(installation, f"{month}/rural_revitalization/{name}.xlsx")
    states = {state.extract.split("__")[1]: state for state in extract_states(installation, Month("2023-08"))}
    assert states["feedback"].missing_towns == (load_county().towns[0].code,)
    assert states["match_decision"].status == "arrived"
    assert states["visit"].status == "missing"
    assert "town_report" not in states


def test_towns_are_asked_for_their_ledgers_in_the_first_month_of_a_quarter(installation: Installation) -> None:
    deliver_all(installation, "2023-07")
    unpublished = reminders(installation, at(11, 7), {})
    assert [message.recipient for message in unpublished] == ["rural_revitalization"]
    assert "2023-06" in unpublished[0].body
    published = {"2023-06": publish(installation.marts, "2023-06")}
    messages = reminders(installation, at(11, 7), published)
    assert [message.recipient for message in messages] == [town.code for town in load_county().towns]
    assert "2023Q2" in messages[0].subject
    assert reminders(installation, at(12, 7), published) == []
    assert len(reminders(installation, at(20, 7), published)) == len(messages)


def test_a_changed_delivery_of_a_published_month_is_told_with_what_to_do(installation: Installation) -> None:
    publication = publish(installation.marts, "2023-08")
    arrival = Arrival(Month("2023-08"), (WATER,), "0123456789abcdef", {WATER: {"water/drinking_water.csv": "s"}})
    message = restatable(arrival, publication, {WATER: 1}, at(25))
    assert message.recipient == "rural_revitalization"
    assert "fangfanpin restate --month 2023-08 --knowledge 2023-08" in message.body and "1 个文件" in message.body
    assert outbox.write(installation.outbox, message)
    assert not outbox.write(installation.outbox, message)


def test_every_published_month_that_knew_a_changed_delivery_can_be_restated(installation: Installation) -> None:
    from orchestration.defs.sensors import _tell_of_published

    for month, knowledge in (("2023-06", "2023-06"), ("2023-07", "2023-09"), ("2023-08", "2023-08")):
        manifest = publish(installation.marts, month).folder / "manifest.json"
        content = json.loads(manifest.read_text(encoding="utf-8")) | {"knowledge_month": knowledge}
        manifest.write_text(json.dumps(content), encoding="utf-8")
    _tell_of_published(
        installation, [Arrival(Month("2023-08"), (WATER,), "0123456789", {WATER: {"water/drinking_water.csv": "s"}})]
    )
    told = "".join(path.read_text(encoding="utf-8") for path in installation.outbox.rglob("*.txt"))
    assert "restate --month 2023-07 --knowledge 2023-09" in told and "restate --month 2023-08 --knowledge 2023-08" in told
    assert "2023-06" not in told


def message(day: int = 18, recipient: str = "water") -> Message:
    return Message(recipient, "县水利局", recipient, at(day).isoformat(timespec="minutes"), "提醒", "缺 1 个", {"missing": 1})


def test_a_message_is_written_once_a_day_for_people_and_programs(tmp_path: Path) -> None:
    assert outbox.write(tmp_path, message())
    assert not outbox.write(tmp_path, message())
    assert outbox.write(tmp_path, message(19))
    assert (tmp_path / "2023-08-18" / "water.txt").read_text(encoding="utf-8").startswith("县水利局：\n提醒")
    assert json.loads((tmp_path / "2023-08-18" / "water.json").read_text(encoding="utf-8"))["counts"] == {"missing": 1}
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 4


def test_nothing_is_sent_unless_the_environment_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_HOST", "WEBHOOK"):
        monkeypatch.delenv(f"FANGFANPIN_{name}", raising=False)
    outbox.write(tmp_path, message())
    assert outbox.send(tmp_path, Channels.from_environment(), at(18).date()) == outbox.Sent(0, {})
    assert list(tmp_path.rglob("*.sent.json")) == []


@pytest.fixture()
def hook() -> Iterator[tuple[str, list[Any], list[int]]]:
    """A web server that keeps what it is sent and answers with the status in the list."""
    received: list[Any] = []
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", received, status
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_each_message_once_and_again_after_a_failure(
    tmp_path: Path, hook: tuple[str, list[Any], list[int]]
) -> None:
    address, received, status = hook
    channels, today = Channels(webhook=SecretStr(address)), at(18).date()
    outbox.write(tmp_path, message())
    status[0] = 500
    assert outbox.send(tmp_path, channels, today) == outbox.Sent(0, {"webhook": "HTTPError"})
    status[0] = 200
    assert outbox.send(tmp_path, channels, today).messages == 1
    assert outbox.send(tmp_path, channels, today).messages == 0
    assert [one["counts"] for one in received] == [{"missing": 1}] * 2
    # what is old is not sent when a channel is switched on later
    assert outbox.send(tmp_path, Channels(webhook=SecretStr(address)), dt.date(2024, 8, 18)).messages == 0


def test_other_addresses_than_the_web_are_refused_and_nothing_fails(tmp_path: Path) -> None:
    outbox.write(tmp_path, message())
    sent = outbox.send(tmp_path, Channels(webhook=SecretStr("file:///x")), at(18).date())
    assert sent == outbox.Sent(0, {"webhook": "ValueError"})


@pytest.fixture()
def mailbox() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_mail_goes_to_the_address_of_the_recipient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: MailServer
) -> None:
    for recipient in ("water", "housing", "education"):
        outbox.write(tmp_path, message(recipient=recipient))
    today = at(18).date()
    monkeypatch.setenv("FANGFANPIN_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("FANGFANPIN_SMTP_PORT", str(free_port()))
    monkeypatch.setenv("FANGFANPIN_MAIL_FROM", "bureau@example.invalid")
    monkeypatch.setenv("FANGFANPIN_MAIL_TO", "water=water@example.invalid, housing=housing@example.invalid")
    assert outbox.send(tmp_path, Channels.from_environment(), today).failed == {"mail": "ConnectionRefusedError"}
    monkeypatch.setenv("FANGFANPIN_SMTP_PORT", str(mailbox.port))
    # whom no address is known of gets no mail, and it is not said that he got one
    assert outbox.send(tmp_path, Channels.from_environment(), today) == outbox.Sent(2, {})
    assert outbox.send(tmp_path, Channels.from_environment(), today).messages == 0
    monkeypatch.setenv("FANGFANPIN_MAIL_TO", "*=others@example.invalid")
    assert outbox.send(tmp_path, Channels.from_environment(), today) == outbox.Sent(1, {})
    recipients = [envelope.rcpt_tos for envelope in mailbox.received]
    assert recipients == [["housing@example.invalid"], ["water@example.invalid"], ["others@example.invalid"]]
    mail = email.message_from_bytes(mailbox.received[0].original_content or b"", policy=email.policy.default)
    assert (mail["From"], mail["Subject"]) == ("bureau@example.invalid", "提醒")
    assert mail.get_content().splitlines()[:2] == ["县水利局：", "提醒（2023-08-18 09:30）"]


def test_a_password_never_goes_over_an_open_line(tmp_path: Path, mailbox: MailServer) -> None:
    outbox.write(tmp_path, message())
    channels = Channels(
        "127.0.0.1", mailbox.port, "bureau", SecretStr("secret"), "bureau@example.invalid", {"*": "others@example.invalid"}
    )
    assert outbox.send(tmp_path, channels, at(18).date()) == outbox.Sent(0, {"mail": "SMTPNotSupportedError"})
    assert mailbox.received == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed here; it makes the certificate of the test's mail server")
    return write_certificate(tmp_path_factory.mktemp("certificate") / "server.pem")


def test_mail_is_encrypted_wherever_the_server_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    outbox.write(tmp_path, message())
    with mail_server(certificate) as server:
        channels = Channels("127.0.0.1", server.port, sender="bureau@example.invalid", addresses={"*": "all@example.invalid"})
        assert outbox.send(tmp_path, channels, at(18).date()) == outbox.Sent(1, {})
    assert server.encrypted == [True]


def test_a_server_that_shows_another_s_certificate_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    """Whoever stands between offers STARTTLS too."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    outbox.write(tmp_path, message())
    with mail_server(certificate) as server:
        channels = Channels("127.0.0.1", server.port, sender="bureau@example.invalid", addresses={"*": "all@example.invalid"})
        assert outbox.send(tmp_path, channels, at(18).date()) == outbox.Sent(0, {"mail": "SSLCertVerificationError"})
    assert server.received == []
