"""Messages by e-mail, with the QR code as a picture.

[notices.email]
host = "mail.example.gov.cn"
port = 587
security = "starttls"               # or "tls", or "none"
user = "juanzong"
password_file = "mail.password"
sender = "卷宗工作站 <juanzong@example.gov.cn>"
seconds = 10
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from app.adapters.notices.channel_table import SECONDS, ChannelTable
from app.adapters.printing.qr_picture import qr_picture
from app.kernel.errors import Broken, Refused, Transient
from app.services.ports import Message

_STARTTLS, _TLS, _NONE = "starttls", "tls", "none"
_PORTS = {_STARTTLS: 587, _TLS: 465, _NONE: 25}


class EmailSender:
    """A `Notifier` over SMTP."""

    def __init__(self, table: ChannelTable, now: Callable[[], datetime]) -> None:
        self._channel = table.channel
        self._host = table.text("host")
        self._security = table.choice("security", (_STARTTLS, _TLS, _NONE))
        self._port = int(table.number("port", _PORTS[self._security]))
        self._user = table.text("user", "")
        self._password = table.secret("password")
        self._sender = table.text("sender")
        self._seconds = table.number("seconds", SECONDS)
        self._now = now
        table.finish()

    def send(self, message: Message) -> None:
        """See `Notifier.send`."""
        mail = self._mail(message)
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPAuthenticationError as error:
            raise Broken("NTC-103", channel=self._channel, reason=_said(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            answers = list(error.recipients.values())
            busy = all(400 <= code < 500 for code, _ in answers)
            reason = "; ".join(_text(said) for _, said in answers)
            kind = Transient if busy else Refused
            raise kind(
                "NTC-101" if busy else "NTC-102", channel=self._channel, reason=reason
            ) from error
        except smtplib.SMTPResponseException as error:
            if 400 <= error.smtp_code < 500:
                raise Transient("NTC-101", channel=self._channel, reason=_said(error)) from error
            raise Refused("NTC-102", channel=self._channel, reason=_said(error)) from error
        except ValueError as error:  # a password that no server can be told
            raise Broken("NTC-103", channel=self._channel, reason=type(error).__name__) from error
        except (OSError, smtplib.SMTPException) as error:
            reason = str(error) or type(error).__name__
            raise Transient("NTC-101", channel=self._channel, reason=reason) from error

    def _connected(self) -> smtplib.SMTP:
        safe = ssl.create_default_context()
        server: smtplib.SMTP
        if self._security == _TLS:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds, context=safe)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._seconds)
        try:
            if self._security == _STARTTLS:
                server.starttls(context=safe)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        try:
            mail["Subject"] = message.subject
            mail["From"] = _address(self._sender)
            mail["To"] = _address(message.address)
            mail["Date"] = format_datetime(self._now())
            mail["X-Juanzong-Id"] = message.id
        except (MessageError, ValueError, IndexError) as error:
            raise Refused("NTC-102", channel=self._channel, reason=message.address) from error
        mail.set_content(message.text)
        if message.qr:
            mail.add_attachment(
                qr_picture(message.qr), maintype="image", subtype="png", filename="qr.png"
            )
        return mail


def _address(text: str) -> Address:
    if not text.isprintable():  # A line break would let an address add headers of its own.
        raise ValueError(text)
    name, plain = parseaddr(text)
    return Address(display_name=name, addr_spec=plain)


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
