"""Time stamps (RFC 3161): asked for at a service, and read with the trust of this court."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from asn1crypto import cms, core, crl, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from app.adapters.signing.cms_reading import read_cms
from app.adapters.signing.key_settings import SigningSettings
from app.adapters.signing.trust import Problem, TrustStore, name_of, problem
from app.kernel.errors import Broken, Refused, Transient

SECONDS = 20.0
_REPLY = "application/timestamp-reply"
_QUERY = "application/timestamp-query"
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_UNAUTHORISED = (401, 403, 407)


class HttpTimeStamper(TimeStamper):
    """Asks one service. Raises Transient SIG-105 (out of reach, busy), Refused SIG-104 (it does
    not know us), Broken SIG-107 (no time stamp in its answer)."""

    def __init__(self, url: str, *, user: str = "", password: str = "", secret: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url, self._secret = url, secret
        self._login = httpx.BasicAuth(user, password) if user else None

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """One request, one answer."""
        try:
            async with httpx.AsyncClient(
                timeout=SECONDS, trust_env=False, auth=self._login
            ) as client:
                answer = await client.post(
                    self._url,
                    content=req.dump(),
                    headers={"Content-Type": _QUERY, "Accept": _REPLY},
                )
        except httpx.HTTPError as error:
            raise Transient("SIG-105", url=self._url, reason=type(error).__name__) from error
        if answer.status_code in _UNAUTHORISED:
            raise Refused("SIG-104", key=self._url, secret=self._secret)
        if answer.status_code in _BUSY:
            raise Transient("SIG-105", url=self._url, reason=str(answer.status_code))
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK or kind != _REPLY:
            raise Broken("SIG-107", url=self._url)
        try:
            found = tsp.TimeStampResp.load(answer.content, strict=True)
            _ = found["status"].native
        except ValueError as error:
            raise Broken("SIG-107", url=self._url) from error
        return found


def time_stamper(settings: SigningSettings, secret: Callable[[str], str]) -> TimeStamper | None:
    """The service of the settings, None when signatures get no time stamp."""
    if not settings.with_time_stamp:
        return None
    name = settings.time_stamp_secret
    return HttpTimeStamper(
        settings.time_stamp,
        user=settings.time_stamp_user,
        password=secret(name) if name else "",
        secret=name,
    )


def stamp(stamper: TimeStamper, data: bytes, url: str) -> bytes:
    """The token (DER) that proves that `data` was there at that time. Raises as the stamper."""
    try:
        token = asyncio.run(stamper.async_timestamp(hashlib.sha256(data).digest(), "sha256"))
    except TimestampRequestError as error:
        raise Broken("SIG-107", url=url) from error
    return bytes(token.dump())


@dataclass(frozen=True, kw_only=True)
class ProvedTime:
    """What a token proves. `at` is None when it proves nothing to this court."""

    at: datetime | None
    authority: str = ""
    problems: tuple[Problem, ...] = ()


def read_token(
    token: cms.SignedData,
    digest_of: Callable[[str], bytes],
    trust: TrustStore,
    *,
    moment: datetime,
    others: Iterable[x509.Certificate] = (),
    lists: Iterable[crl.CertificateList] = (),
) -> ProvedTime:
    """Judge a time stamp over what has `digest_of(algorithm)`, as it stands at `moment`: now, or
    the proved time of a later time stamp over this one."""
    content = token["encap_content_info"]["content"]
    information = content.parsed if isinstance(content, core.ParsableOctetString) else None
    if not isinstance(information, tsp.TSTInfo):
        return ProvedTime(at=None, problems=(problem("SIG-209", authority=""),))
    read = read_cms(token, lambda name: hashlib.new(name, bytes(content)).digest(), "tst_info")
    authority = name_of(read.certificate)
    imprint = information["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    matches = digest_of(algorithm) == imprint["hashed_message"].native
    judged = trust.judge(
        read.certificate,
        [*read.others, *others],
        moment=moment,
        for_time_stamps=True,
        lists=lists,
    )
    if not (read.intact and matches and judged.trusted) or read.weak:
        found = problem("SIG-209", authority=authority)
        return ProvedTime(at=None, authority=authority, problems=(found,))
    return ProvedTime(at=information["gen_time"].native.astimezone(UTC), authority=authority)
