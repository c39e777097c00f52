"""The tus store: containers by the tus protocol (1.0.0), everything else by plain HTTP.

tus knows uploads, but neither keys nor receipts. So the archive offers a second address,
`records`, below which keys are objects: GET, HEAD, PUT with If-None-Match: *, DELETE. An upload
that is complete lies there under the `key` of its metadata. Where an upload goes on is asked of
the server each time; only its address is kept here, as it is the server that gives it.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urljoin

import httpx

from app.adapters.archive.store import STAGING, Gone
from app.adapters.archive.target_settings import TargetSettings
from app.adapters.archive.wire import SLICE, Wire
from app.kernel.errors import Broken, Transient
from app.kernel.ids import new_id

_VERSION = {"Tus-Resumable": "1.0.0"}
_ENDED = (404, 410)
_LATER = (408, 409, 423, 425, 429)
_NAP = 0.2


class TusStore:
    """The two addresses of the settings; `scratch` keeps the addresses of open uploads."""

    def __init__(self, settings: TargetSettings, scratch: Path) -> None:
        self._settings = settings
        self._scratch = scratch
        self._address = settings.text("address")
        self._records = settings.text("records").rstrip("/") + "/"
        prefix = settings.text("prefix").strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._connected: httpx.Client | None = None

    @contextmanager
    def session(self, name: str) -> Iterator[None]:
        """A client; nothing is asked of the server yet."""
        seconds = self._settings.timeout
        with self._faults():
            client = httpx.Client(
                auth=self._login(),
                headers=self._token(),
                timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
                verify=self._trust(),
                trust_env=False,
            )
        with client:
            self._connected = client
            try:
                yield
            finally:
                self._connected = None

    def read(self, key: str) -> bytes | None:
        """See `ArchiveStore`."""
        try:
            return b"".join(self.stream(key))
        except Gone:
            return None

    def create(self, key: str, data: bytes) -> bool:
        """See `ArchiveStore`."""
        with self._faults():
            answer = self._client.put(self._url(key), content=data, headers={"If-None-Match": "*"})
        if answer.status_code == 412:
            return False
        self._accepted(answer)
        return True

    def size(self, key: str) -> int | None:
        """See `ArchiveStore`."""
        with self._faults():
            answer = self._client.head(self._url(key))
        if answer.status_code in _ENDED:
            return None
        self._accepted(answer)
        length = answer.headers.get("Content-Length", "")
        if not length.isdigit():
            raise Broken("TGT-416", target=self._records, reason="Content-Length")
        return int(length)

    def upload(self, source: Path, key: str, staging: str, wire: Wire) -> None:
        """See `ArchiveStore`. An upload whose address was lost is begun anew."""
        total = source.stat().st_size
        place = self._scratch / f"{_digest(self._url(staging))}.tus"
        upload, there = self._known(place, total) or (self._begin(key, total, place), 0)
        wire.acknowledged("sending", there)
        while there < total:
            there = self._patch(upload, source, there, total, wire)
            wire.acknowledged("sending", there)
        self._await(key, wire)
        place.unlink(missing_ok=True)

    def stream(self, key: str) -> Iterator[bytes]:
        """See `ArchiveStore`."""
        with self._faults(), self._client.stream("GET", self._url(key)) as answer:
            if answer.status_code in _ENDED:
                raise Gone(key)
            self._accepted(answer)
            yield from answer.iter_bytes(SLICE)
            self._be_whole(answer, key)

    def names(self, prefix: str) -> list[str]:
        """Plain HTTP has no lists. Raises Broken TGT-416."""
        raise Broken("TGT-416", target=self._records, reason=prefix)

    def discard(self, key: str) -> None:
        """See `ArchiveStore`."""
        with self._faults():
            answer = self._client.delete(self._url(key))
        if answer.status_code not in _ENDED:
            self._accepted(answer)

    def probe(self) -> None:
        """See `ArchiveStore`. An upload of no bytes would be a package; so tus is only asked for
        its version."""
        with self._faults():
            answer = self._client.options(self._address, headers=_VERSION)
        self._accepted(answer)
        if "1.0.0" not in answer.headers.get("Tus-Version", ""):
            raise Broken("TGT-416", target=self._address, reason="Tus-Version")
        key = f"{STAGING}/{new_id('probe')}"
        self.create(key, b"probe")
        self.discard(key)

    @property
    def _client(self) -> httpx.Client:
        if self._connected is None:
            raise Transient("TGT-301", target=self._address)
        return self._connected

    def _url(self, key: str) -> str:
        return self._records + quote(self._prefix + key)

    def _login(self) -> tuple[str, str] | None:
        user = self._settings.text("user")
        return (user, self._settings.secret("password_secret")) if user else None

    def _token(self) -> dict[str, str]:
        token = self._settings.secret("token_secret")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _trust(self) -> ssl.SSLContext | bool:
        if not self._settings.text("ca"):
            return True
        return ssl.create_default_context(cafile=str(self._settings.path("ca")))

    def _known(self, place: Path, total: int) -> tuple[str, int] | None:
        """(address, bytes there) of the upload that was begun before; None when there is none
        that can be gone on with."""
        try:
            upload = place.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        with self._faults():
            answer = self._client.head(upload, headers=_VERSION)
        if answer.status_code in _ENDED:
            return None
        self._accepted(answer)
        there = int(answer.headers.get("Upload-Offset", 0))
        if answer.headers.get("Upload-Length") != str(total) or there >= total:
            # Complete, and yet its key has no object: what became of it can only be redone.
            with self._faults(), suppress(Broken):
                self._client.delete(upload, headers=_VERSION)
            return None
        return upload, there

    def _begin(self, key: str, total: int, place: Path) -> str:
        name = key.rpartition("/")[2]
        facts = {"filename": name, "filetype": "application/zip", "key": self._prefix + key}
        headers = {**_VERSION, "Upload-Length": str(total), "Upload-Metadata": _metadata(facts)}
        with self._faults():
            answer = self._client.post(self._address, headers=headers)
        self._accepted(answer)
        upload = str(urljoin(self._address, answer.headers.get("Location", "")))
        # The login is only ever shown to the server of the settings.
        if httpx.URL(upload).netloc != httpx.URL(self._address).netloc or upload == self._address:
            raise Broken("TGT-416", target=self._address, reason=f"Location {upload}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(upload, encoding="utf-8")
        return upload

    def _patch(self, upload: str, source: Path, there: int, total: int, wire: Wire) -> int:
        """Send one part; gives how many bytes the server has then."""
        length = min(wire.part_bytes, total - there)
        headers = {
            **_VERSION,
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length),
            "Upload-Offset": str(there),
        }
        with self._faults():
            answer = self._client.patch(
                upload, content=wire.outgoing(source, there, length, total), headers=headers
            )
        self._accepted(answer)
        arrived = int(answer.headers.get("Upload-Offset", there + length))
        if not there < arrived <= total:
            raise Transient("TGT-301", target=self._address, reason=f"Upload-Offset {arrived}")
        return arrived

    def _await(self, key: str, wire: Wire) -> None:
        """Wait until the archive has put a complete upload in its place."""
        deadline = time.monotonic() + self._settings.timeout
        while self.size(key) is None:
            wire.cancel.check()
            if time.monotonic() > deadline:
                raise Transient("TGT-301", target=self._records, reason=key)
            time.sleep(_NAP)

    def _be_whole(self, answer: httpx.Response, key: str) -> None:
        """Raises Transient TGT-301 when a body without a length is not the object: the end of the
        line is its only end, and a line may be cut."""
        if "Content-Length" in answer.headers or "Transfer-Encoding" in answer.headers:
            return
        size = self.size(key)
        if answer.num_bytes_downloaded != size:
            reason = f"{answer.num_bytes_downloaded} of {size} bytes"
            raise Transient("TGT-301", target=self._records, reason=reason)

    def _accepted(self, answer: httpx.Response) -> None:
        """Raises the fault that this answer means."""
        status = answer.status_code
        if answer.is_success:
            return
        target, reason = str(answer.url), f"HTTP {status}"
        if status == 401:
            raise Broken("TGT-412", target=target, reason=reason)
        if status == 403:
            raise Broken("TGT-401", target=target, reason=reason)
        if status in (413, 507):
            raise Broken("TGT-411", target=target, reason=reason)
        if status in _LATER or status >= 500:
            raise Transient("TGT-301", target=target, reason=reason)
        raise Broken("TGT-416", target=target, reason=reason)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the network raises as faults of ours."""
        try:
            yield
        except (httpx.TransportError, OSError) as error:
            if _untrusted(error):
                raise Broken("TGT-414", target=self._address, reason=str(error)) from error
            reason = str(error) or type(error).__name__
            raise Transient("TGT-301", target=self._address, reason=reason) from error
        except httpx.HTTPError as error:
            raise Broken("TGT-416", target=self._address, reason=str(error)) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _metadata(facts: Mapping[str, str]) -> str:
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode('ascii')}"
        for name, value in facts.items()
    )


def _untrusted(error: BaseException | None) -> bool:
    """Whether the certificate of the server is behind this fault."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
