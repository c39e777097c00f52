"""The receipt (回执) of an archive, issued after every byte was proved to be there."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from app.adapters.archive.commits import Commit
from app.adapters.archive.target_settings import READ_BACK, SIGNED
from app.adapters.packaging.check import FAIL, CheckReport
from app.kernel.clock import timestamp
from app.kernel.ids import new_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the archive confirms. `checks` are the items of its four-property check and
    `four_property` the worst result of each property; a rejected package has `accepted` false.

    `proof` is "read_back" (whoever sent it read every byte back) or "signed" (by the archive:
    `signature`). `container` are key, sha256, sm3 and size of the container that was read back,
    empty where an archive keeps the package in its own way at `location`.
    """

    receipt_no: str
    package: str
    sha256: str
    sm3: str
    accepted: bool
    four_property: dict[str, str]
    archived_at: str
    archive_no: str
    location: str
    sides: int
    pages: int
    items: int
    volumes: int
    checks: tuple[dict[str, Any], ...]
    proof: str = READ_BACK
    container: dict[str, Any] = field(default_factory=dict)
    signature: dict[str, str] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """The receipt as plain data."""
        return {**asdict(self), "checks": list(self.checks)}


def receipt_from_record(record: dict[str, Any]) -> Receipt:
    """The receipt that `Receipt.as_record` described. Raises KeyError when a field is missing,
    but for those that older receipts do not have."""
    values = {
        item.name: record[item.name]
        for item in fields(Receipt)
        if item.name in record or (item.default, item.default_factory) == (MISSING, MISSING)
    }
    return Receipt(**{**values, "checks": tuple(values["checks"])})


def is_torn(data: bytes) -> bool:
    """Whether only the first bytes of a record lie there: whoever wrote it was cut off, or is still
    writing. Such a record never counted. One that was changed in its midst is judged as it is."""
    text = data.rstrip(b"\0").decode("utf-8", "ignore").strip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        ends = error.pos >= len(text) or not text.endswith("}")
        open_text = error.msg.startswith("Unterminated string")
        return not text or (text.startswith("{") and (ends or open_text))
    return False


def make_receipt(
    content: dict[str, Any],
    report: CheckReport,
    *,
    now: datetime,
    location: str,
    proof: str,
    container: dict[str, Any],
) -> Receipt:
    """The receipt of a package that arrived whole: what its check says decides.

    `content` is the manifest; a dossier without an archive number (档号) gets one of this archive.
    """
    counts = content["counts"]
    own = f"{now.year}-DZ-{report.sha256[:10].upper()}"
    number = str(content["case"].get("archive_no", "")) or own
    return Receipt(
        receipt_no=_number(now),
        package=str(content["package_id"]),
        sha256=report.sha256,
        sm3=report.sm3,
        accepted=report.passed,
        four_property=report.summary(),
        archived_at=timestamp(now),
        archive_no=number if report.passed else "",
        location=location,
        sides=counts["sides"],
        pages=counts["pages"],
        items=counts["items"],
        volumes=counts["volumes"],
        checks=tuple(check.as_record() for check in report.checks),
        proof=proof,
        container=container,
    )


def refusing_receipt(commit: Commit, *, now: datetime, code: str, reason: str) -> Receipt:
    """The receipt of a container that could not even be opened as the package of its commit."""
    line = {"code": code, "name": "接收", "property": "安全性", "result": FAIL, "remark": reason}
    return Receipt(
        receipt_no=_number(now),
        package=commit.package,
        sha256=commit.sha256,
        sm3=commit.sm3,
        accepted=False,
        four_property={"安全性": FAIL},
        archived_at=timestamp(now),
        archive_no="",
        location=str(commit.container["key"]),
        sides=0,
        pages=0,
        items=0,
        volumes=0,
        checks=(line,),
        proof=SIGNED,
    )


def _number(now: datetime) -> str:
    return f"HZ{now.year}-{new_id('').strip('_')[:20].upper()}"
