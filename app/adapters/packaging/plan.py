"""What goes into a package, as plain data that travels to a worker process."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.adapters.packaging.pdf_text import PdfLine

FORMAT = "juanzong-package/3"


@dataclass(frozen=True, kw_only=True, slots=True)
class PagePlan:
    """One side. `position` is its place in scanning order over the dossier.

    `master` holds the bytes as delivered and `sha256` what they must be. `page_number` is the
    dossier page number or None; `role` one of the roles of a side. `label` is what the PDF shows
    for it, by default the page number or the Chinese name of the role. `fault` is the code of a
    side whose bytes cannot be decoded. `lines` with boxes in pixels of the turned page, whose size
    is `width` x `height` (0: the size of the picture).
    """

    position: int
    master: Path
    sha256: str
    media_type: str
    frame: int = 0
    role: str = "page"
    page_number: int | None = None
    label: str = ""
    turn: int = 0
    deskew_deg: float = 0.0
    dpi: int = 0
    width: int = 0
    height: int = 0
    fault: str = ""
    lines: tuple[PdfLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemPlan:
    """One document (件): its pages are `first` to `last` (from 0) among the pages of its volume."""

    number: int
    title: str
    first: int
    last: int
    category: str = ""
    date: str = ""
    responsible: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VolumePlan:
    """One volume (册). `part` is "main" (正卷) or "restricted" (副卷)."""

    part: str
    number: int
    pages: tuple[PagePlan, ...]
    items: tuple[ItemPlan, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventPlan:
    """One business event (STANDARDS 5.5): scan, inspection, verdict, binding, hand-over.

    `at` is an ISO 8601 text; `actor` who did it, `role` in which duty, `basis` the rule or order
    it follows, `code` the action of the audit that it stands for.
    """

    action: str
    at: str
    actor: str = ""
    role: str = ""
    state: str = "已完成"
    basis: str = ""
    description: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackagePlan:
    """A sealed dossier ready for packing.

    `case` holds texts by name: case_no (needed), court, cause, plaintiff, defendant, judge, clerk,
    filed_on, closed_on, retention, fonds_no (全宗号), catalogue_no (目录号), file_no (案卷号),
    archive_no (档号), classification (分类, where there is no 目录号), security (密级). `mode` is
    "dual" or "single". `created` is the moment of sealing. `accepted` are discrepancies that a
    person accepted: {"kind", "page_numbers", "explanation"}. `provisional` marks a package built
    before every step was confirmed by a person. `earlier` are the digests (SHA-256) of the
    manifests of earlier versions.
    """

    package_id: str
    case: dict[str, str]
    created: datetime
    volumes: tuple[VolumePlan, ...]
    version: int = 1
    mode: str = "dual"
    creator: str = ""
    events: tuple[EventPlan, ...] = ()
    accepted: tuple[dict[str, Any], ...] = ()
    provisional: bool = False
    earlier: tuple[str, ...] = ()
    texts: bool = field(default=True)

    @property
    def pages(self) -> tuple[PagePlan, ...]:
        """All sides of all volumes."""
        return tuple(page for volume in self.volumes for page in volume.pages)


def canonical(value: Any) -> bytes:
    """`value` as JSON in the one form that is digested: sorted keys, no blanks, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def plan_digest(plan: PackagePlan) -> str:
    """SHA-256 over all that decides the bytes of the package; where masters lie does not."""
    return hashlib.sha256(canonical([FORMAT, _plain(plan)])).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Path):
        return ""
    return value
