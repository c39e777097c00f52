"""The pages, bookmarks and attachments of a document, whatever format it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.adapters.packaging.pdf_places import PdfLine

Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]

DEFAULT_DPI = 300
UNREADABLE_TEXT = "此面图像无法读取，原始文件随包保存。"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfPage:
    """One side to be written.

    `turn` is the clockwise turn (0, 90, 180, 270) that sets the picture upright after its own
    EXIF orientation was applied. `deskew_deg` is the clockwise tilt of the turned page; it is
    taken out by turning picture and text together about the middle of the page. Boxes of `lines`
    are in pixels of the turned page before that, whose size is `width` x `height`; 0 means the
    size of the picture. `dpi` 0 means unknown: 300 is taken. `label` is what readers show for
    the page: its dossier page number or "封面", "目录".
    """

    path: Path
    frame: int = 0
    media_type: str = ""
    turn: int = 0
    deskew_deg: float = 0.0
    dpi: int = 0
    label: str = ""
    lines: tuple[PdfLine, ...] = ()
    width: int = 0
    height: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Bookmark:
    """An entry of the outline that leads to the page `page_index` (from 0)."""

    title: str
    page_index: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file carried inside a PDF: what it is to the document follows ISO 19005-3, 6.8."""

    name: str
    data: bytes
    mime: str
    relationship: Relationship
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenPdf:
    """What was written: the number of pages and which of them (from 0) could not be decoded.

    An unreadable side is a crossed page, so that page counts stay true.
    """

    pages: int
    unreadable: tuple[int, ...]


def clean(text: str) -> str:
    """`text` without controls and broken characters, which neither PDF nor XML may hold."""
    return _CONTROLS.sub(" ", text).strip()


def page_size(
    width: int, height: int, dpi: int, *, per_inch: float, least: float, most: float
) -> tuple[float, float]:
    """The size of the page of a picture of `width` x `height` pixels, in units of which an inch
    has `per_inch`. Sides longer than `most` make the page smaller, shorter than `least` larger."""
    scale = per_inch / (dpi if dpi > 0 else DEFAULT_DPI)
    scale = min(scale, most / max(width, height))
    return max(width * scale, least), max(height * scale, least)
