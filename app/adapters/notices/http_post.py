"""One POST, answered within a time, without following anybody elsewhere."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import IO, Any

from app.kernel.errors import Broken, Refused, Transient

_LONGEST_ANSWER = 65_536  # bytes; what a gateway says of one message
_BUSY = (408, 425, 429)


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET, and the message go to somebody else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> None:
        """Not followed: the answer is taken as it is."""


def post(
    channel: str, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float
) -> bytes:
    """The body of the answer.

    Raises Transient NTC-101 (out of reach, too slow, busy, broken), Refused NTC-102 (any other
    answer but 2xx), Broken NTC-103 (a header cannot be sent as it is).
    """
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
    # The gateways of a court are on its own network: a proxy of the desktop's user is not asked.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(request, timeout=seconds) as answer:
            return bytes(answer.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(200).decode("utf-8", "replace").strip()
        reason = f"HTTP {error.code} {said}".strip()
        if error.code >= 500 or error.code in _BUSY:
            raise Transient("NTC-101", channel=channel, reason=reason) from error
        raise Refused("NTC-102", channel=channel, reason=reason) from error
    except ValueError as error:  # a line break in a header, letters that none can carry
        raise Broken("NTC-103", channel=channel, reason=type(error).__name__) from error
    except (OSError, HTTPException) as error:
        reason = str(getattr(error, "reason", error)) or type(error).__name__
        raise Transient("NTC-101", channel=channel, reason=reason) from error
