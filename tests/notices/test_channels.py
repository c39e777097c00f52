"""Each channel against a real server: what it sends, and what it makes of every answer."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import zxingcpp
from PIL import Image

from app.adapters.notices.channels import Notifiers
from app.adapters.notices.webhook import signature
from app.kernel.errors import BadInput, Broken, Fault, Refused, Transient
from app.services.ports import Message
from tests.notices.conftest import Gateway, Mailbox

MESSAGE = Message(
    id="notice_1-1",
    kind="code",
    address="13812345678",
    person="当事人",
    subject="材料待领取",
    text="取件码 12345678，{id} 不是占位符",
    qr="JZ2:handoff_1:0011:ABCDEFGH",
)


def _now() -> datetime:
    return datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def _notifiers(folder: Path, **tables: dict[str, Any]) -> Notifiers:
    return Notifiers(tables, folder, _now)


def _fault(call: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value


def test_sms_as_json_by_the_gateways_own_field_names(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim\n")
    table = {
        "url": gateway.url,
        "body": {"mobile": "{address}", "content": "【法院】{text}", "requestId": "{id}"},
        "headers": {"Authorization": "Bearer {secret}"},
        "secret_file": "token",
        "success_key": "code",
    }
    _notifiers(tmp_path, sms=table)("sms").send(MESSAGE)
    (post,) = gateway.posts
    assert json.loads(post.body) == {
        "mobile": "13812345678",
        "content": "【法院】取件码 12345678，{id} 不是占位符",
        "requestId": "notice_1-1",
    }
    assert post.headers["Authorization"] == "Bearer geheim"


def test_sms_as_a_form(gateway: Gateway, tmp_path: Path) -> None:
    _notifiers(tmp_path, sms={"url": gateway.url, "form": "form"})("sms").send(MESSAGE)
    (post,) = gateway.posts
    assert parse_qs(post.body.decode()) == {
        "phone": ["13812345678"],
        "text": [MESSAGE.text],
        "id": ["notice_1-1"],
    }


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (500, Transient, "NTC-101"),
        (503, Transient, "NTC-101"),
        (429, Transient, "NTC-101"),
        (400, Refused, "NTC-102"),
        (401, Refused, "NTC-102"),
        (302, Refused, "NTC-102"),
    ],
)
def test_answers_of_a_gateway(
    gateway: Gateway, tmp_path: Path, status: int, kind: type[Fault], code: str
) -> None:
    gateway.status, gateway.headers = status, {"Location": gateway.url}
    fault = _fault(lambda: _notifiers(tmp_path, sms={"url": gateway.url})("sms").send(MESSAGE))
    assert (type(fault), fault.code) == (kind, code)
    assert str(status) in fault.parameters["reason"]
    assert len(gateway.posts) == 1, "a message is never sent elsewhere or twice"


@pytest.mark.parametrize("answer", [b'{"code": "1", "msg": "no credit"}', b"<html>", b"{}", b"[]"])
def test_a_refusal_within_a_good_answer(gateway: Gateway, tmp_path: Path, answer: bytes) -> None:
    gateway.answer = answer
    table = {"url": gateway.url, "success_key": "code"}
    fault = _fault(lambda: _notifiers(tmp_path, sms=table)("sms").send(MESSAGE))
    assert (type(fault), fault.code) == (Refused, "NTC-102")


def test_a_silent_gateway_is_left_after_its_time(gateway: Gateway, tmp_path: Path) -> None:
    gateway.silent = True
    table = {"url": gateway.url, "seconds": 0.2}
    fault = _fault(lambda: _notifiers(tmp_path, sms=table)("sms").send(MESSAGE))
    assert (type(fault), fault.code) == (Transient, "NTC-101")


def test_a_gateway_that_is_gone(tmp_path: Path, free_port: int) -> None:
    table = {"url": f"http://127.0.0.1:{free_port}/"}
    fault = _fault(lambda: _notifiers(tmp_path, sms=table)("sms").send(MESSAGE))
    assert (type(fault), fault.code) == (Transient, "NTC-101")


def test_a_webhook_is_signed_over_time_and_body(gateway: Gateway, tmp_path: Path) -> None:
    _notifiers(tmp_path, webhook={"url": gateway.url, "secret": "k"})("webhook").send(MESSAGE)
    (post,) = gateway.posts
    at = post.headers["X-Juanzong-Timestamp"]
    assert at == "2026-11-23T08:00:00.000Z"
    signed = post.headers["X-Juanzong-Signature"]
    assert signed == signature(b"k", at, post.body)
    assert signed != signature(b"k", at, post.body + b" ")
    assert signed != signature(b"k", "2026-11-23T08:00:00.001Z", post.body)
    assert json.loads(post.body)["text"] == MESSAGE.text


def test_staff_hear_by_webhook_as_well_where_there_is_one(gateway: Gateway, tmp_path: Path) -> None:
    _notifiers(tmp_path)("screen").send(MESSAGE)
    assert gateway.posts == []
    _notifiers(tmp_path, webhook={"url": gateway.url, "secret": "k"})("screen").send(MESSAGE)
    assert len(gateway.posts) == 1


def _mail_table(mailbox: Mailbox, **changes: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "sender": "卷宗工作站 <juanzong@example.com>",
    } | changes


def _mail(**changes: Any) -> Message:
    facts = {name: getattr(MESSAGE, name) for name in Message.__slots__ if name != "__weakref__"}
    return Message(**(facts | {"address": "judge@example.com"} | changes))


def test_mail_with_the_qr_code_as_a_picture(mailbox: Mailbox, tmp_path: Path) -> None:
    _notifiers(tmp_path, email=_mail_table(mailbox))("email").send(_mail())
    (mail,) = mailbox.mails
    assert (mail["Subject"], mail["To"]) == ("材料待领取", "judge@example.com")
    body = mail.get_body()
    assert body is not None and body.get_content().strip() == MESSAGE.text
    (picture,) = mail.iter_attachments()
    image = Image.open(io.BytesIO(picture.get_content())).convert("L")
    (read,) = zxingcpp.read_barcodes(image)
    assert read.text == MESSAGE.qr


@pytest.mark.parametrize(
    ("where", "answer", "kind", "code"),
    [
        ("recipient_answer", "550 no such person", Refused, "NTC-102"),
        ("recipient_answer", "450 try again later", Transient, "NTC-101"),
        ("data_answer", "552 too large", Refused, "NTC-102"),
        ("data_answer", "451 try again later", Transient, "NTC-101"),
    ],
)
def test_answers_of_a_mail_server(
    mailbox: Mailbox, tmp_path: Path, where: str, answer: str, kind: type[Fault], code: str
) -> None:
    setattr(mailbox, where, answer)
    sender = _notifiers(tmp_path, email=_mail_table(mailbox))("email")
    fault = _fault(lambda: sender.send(_mail()))
    assert (type(fault), fault.code) == (kind, code)


def test_a_mail_server_without_sign_in_or_encryption_is_told(
    mailbox: Mailbox, tmp_path: Path
) -> None:
    for changes in ({"user": "a", "password": "b"}, {"security": "starttls"}):
        sender = _notifiers(tmp_path, email=_mail_table(mailbox, **changes))("email")
        assert isinstance(_fault(lambda told=sender: told.send(_mail())), Transient)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "address", ["", "no address", "a@b@c", "a@example.com\nBcc: b@example.com"]
)
def test_addresses_that_are_none(mailbox: Mailbox, tmp_path: Path, address: str) -> None:
    sender = _notifiers(tmp_path, email=_mail_table(mailbox))("email")
    fault = _fault(lambda: sender.send(_mail(address=address)))
    assert (type(fault), fault.code) == (Refused, "NTC-102")
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("tables", "channel", "code"),
    [
        ({}, "sms", "NTC-104"),
        ({"sms": {}}, "sms", "NTC-105"),
        ({"sms": {"url": "http://x", "ulr": "y"}}, "sms", "NTC-105"),
        ({"sms": {"url": "http://x", "seconds": 0}}, "sms", "NTC-105"),
        ({"sms": {"url": "http://x", "form": "xml"}}, "sms", "NTC-105"),
        ({"sms": {"url": "sms.example.com"}}, "sms", "NTC-105"),
        ({"sms": {"url": "file:///etc/passwd"}}, "sms", "NTC-105"),
        ({"sms": {"url": "http://[x"}}, "sms", "NTC-105"),
        ({"sms": {"url": "http://x", "kind": "pigeon"}}, "sms", "NTC-105"),
        ({"webhook": {"url": "http://x"}}, "webhook", "NTC-105"),
        ({"webhook": {"url": "http://x", "secret_file": "none"}}, "webhook", "NTC-103"),
        ({"email": {"host": "x"}}, "email", "NTC-105"),
    ],
)
def test_settings_that_cannot_be_used(
    tmp_path: Path, tables: dict[str, dict[str, Any]], channel: str, code: str
) -> None:
    fault = _fault(lambda: _notifiers(tmp_path, **tables)(channel))
    assert fault.code == code
    assert isinstance(fault, BadInput | Broken | Refused)


@pytest.mark.parametrize("secret", ["口令", "a\nX-Other: b"])
def test_a_secret_that_no_header_can_carry(gateway: Gateway, tmp_path: Path, secret: str) -> None:
    table = {"url": gateway.url, "secret": secret, "headers": {"Authorization": "{secret}"}}
    fault = _fault(lambda: _notifiers(tmp_path, sms=table)("sms").send(MESSAGE))
    assert (type(fault), fault.code) == (Broken, "NTC-103")
    assert secret not in str(fault) and gateway.posts == []


def test_text_messages_may_go_by_webhook(gateway: Gateway, tmp_path: Path) -> None:
    table = {"kind": "webhook", "url": gateway.url, "secret": "k"}
    _notifiers(tmp_path, sms=table)("sms").send(MESSAGE)
    assert json.loads(gateway.posts[0].body)["address"] == MESSAGE.address
