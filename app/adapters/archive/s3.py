"""The S3 store: a bucket; what is under way is a multipart upload that the server knows of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.client import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    SSLError,
)
from botocore.exceptions import (
    ConnectionError as NoConnection,
)
from botocore.parsers import ResponseParserError

from app.adapters.archive.store import STAGING, Gone
from app.adapters.archive.target_settings import TargetSettings
from app.adapters.archive.wire import SLICE, OutgoingPart, Wire
from app.kernel.errors import Broken, Transient
from app.kernel.ids import new_id
from app.kernel.progress import Cancelled

_MOST_PARTS = 10_000
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "PreconditionFailed", "ConditionalRequestConflict"})
_DENIED = frozenset({"403", "AccessDenied", "AllAccessDisabled", "AccountProblem"})
_LOGIN = frozenset(
    {
        *("401", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"),
        *("TokenRefreshRequired", "InvalidClientTokenId", "AuthFailure", "ExpiredTokenException"),
    }
)
_FULL = frozenset(
    {"507", "InsufficientStorage", "XMinioStorageFull", "QuotaExceeded", "EntityTooLarge"}
)
_CLOCK = frozenset({"RequestTimeTooSkewed", "RequestExpired"})
# An upload that ended meanwhile is begun anew by the next try.
_LATER = frozenset({"NoSuchUpload", "SlowDown", "RequestTimeout", "OperationAborted", "409", "429"})


class S3Store:
    """The bucket of the settings, which must exist; keys are below `prefix`."""

    def __init__(self, settings: TargetSettings) -> None:
        self._settings = settings
        self._bucket = settings.text("bucket")
        self._prefix = settings.text("prefix").strip("/")
        self._target = f"{settings.text('address')}/{self._bucket}"
        # One session: its description of the service takes half a second to load.
        self._session = boto3.session.Session()
        self._connected: Any = None

    @contextmanager
    def session(self, name: str) -> Iterator[None]:
        """A client; nothing is asked of the server yet."""
        settings = self._settings
        password = settings.secret("password_secret")
        token = settings.secret("token_secret")
        with self._faults(asking=False):
            client: Any = self._session.client(
                "s3",
                endpoint_url=settings.text("address"),
                region_name=settings.text("region", "us-east-1"),
                aws_access_key_id=settings.text("user"),
                aws_secret_access_key=password,
                aws_session_token=token or None,
                verify=str(settings.path("ca")) if settings.text("ca") else True,
                config=_client_settings(settings.timeout),
            )
        client.meta.events.register("before-send.s3.UploadPart", _send)
        client.meta.events.register("before-parse.s3", _be_whole)
        self._connected = client
        try:
            yield
        finally:
            self._connected = None
            client.close()

    def read(self, key: str) -> bytes | None:
        """See `ArchiveStore`."""
        try:
            return b"".join(self.stream(key))
        except Gone:
            return None

    def create(self, key: str, data: bytes) -> bool:
        """See `ArchiveStore`."""
        with self._faults():
            try:
                self._client.put_object(**self._at(key), Body=data, IfNoneMatch="*")
            except ClientError as error:
                if _code(error) in _TAKEN:
                    return False
                raise
        return True

    def size(self, key: str) -> int | None:
        """See `ArchiveStore`."""
        with self._faults():
            try:
                return int(self._client.head_object(**self._at(key))["ContentLength"])
            except ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise

    def upload(self, source: Path, key: str, staging: str, wire: Wire) -> None:
        """See `ArchiveStore`. The server keeps the parts of an upload until it is completed."""
        total = source.stat().st_size
        with self._faults():
            upload = self._open_upload(key)
            parts = self._parts(key, upload)
            length = self._part_length(parts, total, wire.part_bytes)
            there = {
                number: part["ETag"]
                for number, part in parts.items()
                if part["Size"] == _length_of(number, length, total)
            }
            arrived = sum(_length_of(number, length, total) for number in there)
            wire.acknowledged("sending", arrived)
            for number in range(1, max(1, -(-total // length)) + 1):
                if number in there:
                    continue
                size = _length_of(number, length, total)
                with OutgoingPart(wire, source, (number - 1) * length, size, total) as body:
                    answer = self._client.upload_part(
                        **self._at(key), UploadId=upload, PartNumber=number, Body=body
                    )
                there[number] = answer["ETag"]
                arrived += size
                wire.acknowledged("sending", arrived)
            self._complete(key, upload, there)

    def stream(self, key: str) -> Iterator[bytes]:
        """See `ArchiveStore`."""
        with self._faults():
            try:
                answer = self._client.get_object(**self._at(key))
            except ClientError as error:
                if _code(error) in _MISSING:
                    raise Gone(key) from None
                raise
            # Without its length nobody could tell a body that was cut off from a whole one; it is
            # the body itself that compares, while `with` would give what it reads from.
            int(answer["ContentLength"])
            with closing(answer["Body"]) as body:
                while piece := body.read(SLICE):
                    yield piece

    def names(self, prefix: str) -> list[str]:
        """See `ArchiveStore`."""
        start = len(self._prefix) + 1 if self._prefix else 0
        with self._faults():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._key(prefix.rstrip("/") + "/")
            )
            return sorted(row["Key"][start:] for page in pages for row in page.get("Contents", ()))

    def discard(self, key: str) -> None:
        """See `ArchiveStore`."""
        with self._faults():
            self._client.delete_object(**self._at(key))

    def probe(self) -> None:
        """See `ArchiveStore`."""
        key = f"{STAGING}/{new_id('probe')}"
        self.create(key, b"probe")
        self.discard(key)

    @property
    def _client(self) -> Any:
        if self._connected is None:
            raise Transient("TGT-301", target=self._target)
        return self._connected

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._key(key)}

    def _open_upload(self, key: str) -> str:
        """The newest upload of this key that was not completed, or a new one."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=self._key(key)
        )
        known = [
            upload
            for page in pages
            for upload in page.get("Uploads", ())
            if upload["Key"] == self._key(key)
        ]
        if known:
            return str(max(known, key=lambda upload: str(upload.get("Initiated")))["UploadId"])
        return str(self._client.create_multipart_upload(**self._at(key))["UploadId"])

    def _parts(self, key: str, upload: str) -> dict[int, dict[str, Any]]:
        pages = self._client.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload)
        return {part["PartNumber"]: part for page in pages for part in page.get("Parts", ())}

    def _part_length(self, parts: dict[int, dict[str, Any]], total: int, wished: int) -> int:
        """Length of the parts: that of the first which is there, whatever the settings say now."""
        if 1 in parts and 0 < parts[1]["Size"] < total:
            return int(parts[1]["Size"])
        return max(wished, -(-total // _MOST_PARTS))

    def _complete(self, key: str, upload: str, tags: dict[int, str]) -> None:
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in sorted(tags.items())]
        try:
            self._client.complete_multipart_upload(
                **self._at(key), UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except ClientError as error:
            if _code(error) in _TAKEN:
                return
            if _code(error).startswith("InvalidPart") or _code(error) == "EntityTooSmall":
                # These parts will never make an object: the next try begins anew.
                with suppress(ClientError):
                    self._client.abort_multipart_upload(**self._at(key), UploadId=upload)
            raise

    @contextmanager
    def _faults(self, asking: bool = True) -> Iterator[None]:
        """What the library raises as faults of ours."""
        target = self._target
        try:
            yield
        except ClientError as error:
            raise _refusal(error, target) from error
        except SSLError as error:
            raise Broken("TGT-414", target=target, reason=str(error)) from error
        except (NoConnection, HTTPClientError, IncompleteReadError) as error:
            # The library wraps whatever ends the reading of a body.
            if isinstance(error.kwargs.get("error"), Cancelled):
                raise error.kwargs["error"] from None
            raise Transient("TGT-301", target=target, reason=type(error).__name__) from error
        except KeyError as error:
            # A head that was cut off counts as one with fewer lines for the library.
            reason = f"answer without {error.args[0]}"
            raise Transient("TGT-301", target=target, reason=reason) from error
        except (BotoCoreError, ResponseParserError, ValueError) as error:
            # A line of a head that was cut in two is a wrong value, such as half a date.
            if asking and isinstance(error, ValueError):
                raise Transient("TGT-301", target=target, reason=str(error)) from error
            raise Broken("TGT-416", target=target, reason=str(error)) from error
        except OSError as error:
            raise Transient("TGT-301", target=target, reason=str(error)) from error


def _client_settings(timeout: float) -> Config:
    """Every try is one try: the queue decides when there is another."""
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=min(timeout, 10.0),
        read_timeout=timeout,
        retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        proxies={},
    )


def _send(request: Any, **_: Any) -> None:
    """The part was signed; what is read of it from now on leaves."""
    if isinstance(request.body, OutgoingPart):
        request.body.send()


def _be_whole(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Raises IncompleteReadError for an answer that was cut off: the library takes what came."""
    head, body = response_dict["headers"], response_dict["body"]
    method, told = operation_model.http["method"], head.get("content-length")
    # A body that is streamed is not here yet, and HEAD names the length of what it does not send.
    here = len(body) if isinstance(body, bytes) and method != "HEAD" else None
    if told is None and "transfer-encoding" not in head and method == "GET" and here == 0:
        told = "?"
    if told is not None and (not told.isdigit() or here not in (None, int(told))):
        raise IncompleteReadError(actual_bytes=here or 0, expected_bytes=told)


def _length_of(number: int, length: int, total: int) -> int:
    """Bytes of the part with this number (from 1)."""
    return max(0, min(length, total - (number - 1) * length))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refusal(error: ClientError, target: str) -> Broken | Transient:
    code = _code(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    reason = f"{code} {error.response.get('Error', {}).get('Message', '')}".strip()
    if code in _CLOCK:
        return Broken("TGT-417", target=target, reason=reason)
    if code in _LOGIN:
        return Broken("TGT-412", target=target, reason=reason)
    if code in _DENIED:
        return Broken("TGT-401", target=target, reason=reason)
    if code in _FULL or status == 507:
        return Broken("TGT-411", target=target, reason=reason)
    if code in _LATER or (status >= 500 and status != 501):
        return Transient("TGT-301", target=target, reason=reason)
    return Broken("TGT-416", target=target, reason=reason)
