"""The channels of the settings by name; the screen is always one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.adapters.notices.channel_table import ChannelTable
from app.adapters.notices.email import EmailSender
from app.adapters.notices.sms import SmsGateway
from app.adapters.notices.webhook import Webhook
from app.domain.notices import EMAIL, SCREEN, SMS, WEBHOOK
from app.kernel.errors import BadInput, Refused
from app.services.ports import Message, Notifier

Make = Callable[[ChannelTable, Callable[[], datetime]], Notifier]
_KINDS: Mapping[str, Make] = {
    SMS: lambda table, _now: SmsGateway(table),
    WEBHOOK: Webhook,
    EMAIL: EmailSender,
}


class Screen:
    """A `Notifier` for people who look at a screen of ours: the kept message is what they see. A
    webhook, where there is one, carries it to them as well."""

    def __init__(self, beside: Notifier | None) -> None:
        self._beside = beside

    def send(self, message: Message) -> None:
        """See `Notifier.send`."""
        if self._beside is not None:
            self._beside.send(message)


class Notifiers:
    """The notifiers by channel, made when they are first needed: a gateway that is set up wrongly
    must not keep anybody from scanning. The table of a channel may name another `kind`: text
    messages that go out by webhook, for instance. Files with secrets are meant from `base`."""

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Any]],
        base: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._base = base
        self._now = now
        self._made: dict[str, Notifier] = {}

    def __call__(self, channel: str) -> Notifier:
        """The notifier of a channel.

        Raises Refused NTC-104 (this court has no such channel), BadInput NTC-105 (a key of its
        settings), Broken NTC-103 (a file with a secret cannot be read).
        """
        if channel not in self._made:
            self._made[channel] = self._make(channel)
        return self._made[channel]

    def _make(self, channel: str) -> Notifier:
        if channel == SCREEN:
            return Screen(self(WEBHOOK) if WEBHOOK in self._tables else None)
        if channel not in self._tables:
            raise Refused("NTC-104", channel=channel)
        table = self._tables[channel]
        kind = str(table.get("kind", channel))
        if kind not in _KINDS:
            raise BadInput("NTC-105", channel=channel, key="kind")
        return _KINDS[kind](ChannelTable(channel, table, self._base), self._now)
