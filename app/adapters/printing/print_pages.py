"""Pages for the printer of the review terminal: pictures that fill sheets of A4, as one PDF.

It is made in memory and never a file: what is on it belongs to one reader.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from app.adapters.fonts import chinese_font
from app.adapters.packaging.jpeg import passing
from app.adapters.packaging.pdf_coding import Coding
from app.adapters.packaging.pdf_objects import PdfFile, number, numbers, reference, references
from app.adapters.printing.fee_slip import draw_fee_slip
from app.adapters.printing.letters import SheetFont
from app.adapters.printing.sheet import Sheet

_SHORT, _LONG = 210.0, 297.0
_POINTS_PER_MM = 72 / 25.4
# Printers leave a margin, and the trace code stands near the edge of the page.
_MARGIN = 5.0


def print_pages(pictures: Sequence[bytes], fee: Mapping[str, Any] | None) -> bytes:
    """The JPEG `pictures`, one on a sheet, upright or lying as they are; with `fee` (facts of
    `draw_fee_slip`) its slip comes first. Runs in a worker process.

    Raises ValueError for a picture that is no plain JPEG, Broken SYS-403 without a Chinese font.
    """
    stream = io.BytesIO()
    file = PdfFile(stream)
    catalog, tree = file.reserve(), file.reserve()
    kids = [_fee_sheet(file, tree, fee)] if fee else []
    kids += [_picture_sheet(file, tree, picture) for picture in pictures]
    file.write(b"<</Type /Pages /Kids %s /Count %d>>" % (references(kids), len(kids)), tree)
    file.write(
        b"<</Type /Catalog /Pages %s /ViewerPreferences <</PrintScaling /None>>>>"
        % reference(tree),
        catalog,
    )
    file.close(catalog=catalog, information=file.write(b"<<>>"))
    return stream.getvalue()


def _fee_sheet(file: PdfFile, tree: int, fee: Mapping[str, Any]) -> int:
    letters = SheetFont(chinese_font())
    try:
        sheet = Sheet(width=_SHORT, height=_LONG, font=letters)
        draw_fee_slip(sheet, fee)
        font = file.reserve()
        letters.write(file, font)
        return sheet.write(file, pages=tree, font=font)
    finally:
        letters.close()


def _picture_sheet(file: PdfFile, tree: int, picture: bytes) -> int:
    coding = passing(picture)
    if coding is None:
        raise ValueError("no plain JPEG")
    drawn = file.write_stream(b"/Type /XObject /Subtype /Image" + coding.entries(), picture)
    wide, high = (_SHORT, _LONG) if coding.height >= coding.width else (_LONG, _SHORT)
    contents = file.write_deflated(b"", _placed(coding, wide, high))
    size = (wide * _POINTS_PER_MM, high * _POINTS_PER_MM)
    return file.write(
        b"<</Type /Page /Parent %s /MediaBox [0 0 %s] /Contents %s"
        b" /Resources <</XObject <</P %s>>>>>>"
        % (reference(tree), numbers(size), reference(contents), reference(drawn))
    )


def _placed(coding: Coding, wide: float, high: float) -> bytes:
    """The picture in the middle of its sheet, as large as the margins let it be."""
    room = (wide - 2 * _MARGIN, high - 2 * _MARGIN)
    scale = min(room[0] / coding.width, room[1] / coding.height) * _POINTS_PER_MM
    across, up = coding.width * scale, coding.height * scale
    left = (wide * _POINTS_PER_MM - across) / 2
    below = (high * _POINTS_PER_MM - up) / 2
    return b"%s 0 0 %s %s cm /P Do" % (number(across), number(up), numbers((left, below)))
