"""Messages for the court's own message service, as signed JSON over HTTP.

[notices.webhook]
url = "https://oa.example.gov.cn/hooks/juanzong"
secret_file = "webhook.key"
seconds = 10

The body is {"id", "kind", "person", "address", "subject", "text", "at"}; `X-Juanzong-Signature` is
"sha256=" and the HMAC-SHA256 of `X-Juanzong-Timestamp`, a full stop and the body, so that neither
can be changed nor sent again much later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime

from app.adapters.notices.channel_table import SECONDS, ChannelTable
from app.adapters.notices.http_post import post
from app.kernel.clock import timestamp
from app.services.ports import Message


class Webhook:
    """A `Notifier`. Raises BadInput NTC-105 without a secret: an unsigned order to tell somebody
    something could come from anywhere."""

    def __init__(self, table: ChannelTable, now: Callable[[], datetime]) -> None:
        self._channel = table.channel
        self._url = table.web_address("url")
        self._secret = table.secret("secret").encode() or table.text("secret").encode()
        self._seconds = table.number("seconds", SECONDS)
        self._now = now
        table.finish()

    def send(self, message: Message) -> None:
        """See `Notifier.send`."""
        at = timestamp(self._now())
        facts = {
            "id": message.id,
            "kind": message.kind,
            "person": message.person,
            "address": message.address,
            "subject": message.subject,
            "text": message.text,
            "at": at,
        }
        body = json.dumps(facts, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Juanzong-Timestamp": at,
            "X-Juanzong-Signature": signature(self._secret, at, body),
        }
        post(self._channel, self._url, body, headers, seconds=self._seconds)


def signature(secret: bytes, at: str, body: bytes) -> str:
    """What proves that a message came from here, at this moment, unchanged."""
    digest = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"
