"""Short messages by the HTTP gateway of a court (短信网关).

[notices.sms]
url = "https://sms.example.gov.cn/send"
form = "json"                       # or "form"
body = {phone = "{address}", content = "{text}", requestId = "{id}"}
headers = {Authorization = "Bearer {secret}"}
secret_file = "sms.token"
success_key = "code"                # many gateways answer 200 also when they refuse
success_value = "0"
seconds = 10
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from app.adapters.notices.channel_table import SECONDS, ChannelTable
from app.adapters.notices.http_post import post
from app.kernel.errors import Refused
from app.services.ports import Message

_BODY = {"phone": "{address}", "text": "{text}", "id": "{id}"}
_FORMS = {
    "json": "application/json; charset=utf-8",
    "form": "application/x-www-form-urlencoded; charset=utf-8",
}


class SmsGateway:
    """A `Notifier`. Body and headers are templates of the settings; `{address}`, `{text}`, `{id}`
    and `{secret}` in them are filled."""

    def __init__(self, table: ChannelTable) -> None:
        self._channel = table.channel
        self._url = table.web_address("url")
        self._form = table.choice("form", tuple(_FORMS))
        self._body = table.mapping("body", _BODY)
        self._headers = table.mapping("headers", {})
        self._secret = table.secret("secret")
        self._success = (table.text("success_key", ""), table.text("success_value", "0"))
        self._seconds = table.number("seconds", SECONDS)
        table.finish()

    def send(self, message: Message) -> None:
        """See `Notifier.send`."""
        facts = {
            "{address}": message.address,
            "{text}": message.text,
            "{id}": message.id,
            "{secret}": self._secret,
        }
        fields = {name: _filled(text, facts) for name, text in self._body.items()}
        if self._form == "json":
            body = json.dumps(fields, ensure_ascii=False).encode()
        else:
            body = urlencode(fields).encode()
        headers = {name: _filled(text, facts) for name, text in self._headers.items()}
        headers = {"Content-Type": _FORMS[self._form]} | headers
        answer = post(self._channel, self._url, body, headers, seconds=self._seconds)
        self._check(answer)

    def _check(self, answer: bytes) -> None:
        key, value = self._success
        if not key:
            return
        try:
            said = json.loads(answer)
            accepted = str(said[key]) == value
        except (ValueError, TypeError, KeyError):
            said, accepted = answer[:200].decode("utf-8", "replace"), False
        if not accepted:
            raise Refused("NTC-102", channel=self._channel, reason=str(said)[:200])


def _filled(template: str, facts: dict[str, str]) -> str:
    # One pass, so that braces in what was filled in are not filled again.
    pieces, rest = [], template
    while rest:
        found = [(rest.index(name), name) for name in facts if name in rest]
        if not found:
            break
        place, name = min(found)
        pieces += [rest[:place], facts[name]]
        rest = rest[place + len(name) :]
    return "".join([*pieces, rest])
