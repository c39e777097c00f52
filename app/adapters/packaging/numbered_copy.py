"""A copy of a volume for the printer, with the page numbers that the paper lacks stamped on it.

Runs in a worker process. The masters stay as they are: the number is a layer of the copy. It is
paper for the printer and no archival file, so it says nothing of PDF/A: its font is not embedded.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf

from app.adapters.packaging.building import deskew_of
from app.adapters.packaging.pdf import PdfPage, write_pdf
from app.domain.binding import UPPER_RIGHT

_POINTS_PER_MM = 72 / 25.4
_SIZE = 5.0
_FROM_EDGE, _FROM_TOP = 10.0, 11.0
_PADDING = 1.2
# Of Helvetica, whose figures are all of this width, in ems.
_FIGURE = 0.556
# What the writer of archival files says of its own and does not hold for this copy.
_CLAIMS = ("pdfaid:part", "pdfaid:conformance")


def write_numbered_copy(pages: Sequence[dict[str, Any]], out: str, title: str) -> dict[str, Any]:
    """Write `pages` (`app.services.binding_papers.copied_pages`) to `out` as PDF.

    A page whose `number` is not None gets it in its `corner` ("upper_right", "upper_left") on a
    white field, so that it can be read on a dark page. Gives the number of pages and which (from
    0) could not be read. Raises OSError when `out` cannot be written.
    """
    path = Path(out)
    written = write_pdf(
        path,
        [page_of_copy(page) for page in pages],
        title=title,
        author="",
        subject="",
        bookmarks=(),
        created=datetime.datetime.now(datetime.UTC),
    )
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        font = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name("/Helvetica-Bold"),
            )
        )
        for sheet, page in zip(document.pages, pages, strict=True):
            if page["number"] is not None:
                name = sheet.add_resource(font, pikepdf.Name.Font)
                right = page["corner"] == UPPER_RIGHT
                stamp = _stamp(sheet, str(page["number"]), str(name), right=right)
                # What the page draws may leave another state behind.
                sheet.contents_add(document.make_stream(b"q\n"), prepend=True)
                sheet.contents_add(document.make_stream(b"\nQ\n" + stamp))
        with document.open_metadata(set_pikepdf_as_editor=False) as said:
            for claim in _CLAIMS:
                if claim in said:
                    del said[claim]
        document.save(path)
    return {"pages": written.pages, "unreadable": list(written.unreadable)}


def page_of_copy(page: dict[str, Any]) -> PdfPage:
    """A page as the writer takes it; the number is its label."""
    return PdfPage(
        path=Path(page["path"]),
        frame=page["frame"],
        media_type=page["media_type"],
        turn=page["turn"],
        deskew_deg=deskew_of(page),
        dpi=page["dpi"],
        label="" if page["number"] is None else str(page["number"]),
    )


def _stamp(sheet: pikepdf.Page, number: str, font: str, *, right: bool) -> bytes:
    """The operators that draw the number in the outer upper corner of a page."""
    left_edge, _bottom, right_edge, top_edge = (float(value) for value in sheet.mediabox)
    size = _SIZE * _POINTS_PER_MM
    width = _FIGURE * size * len(number)
    inset, pad = _FROM_EDGE * _POINTS_PER_MM, _PADDING * _POINTS_PER_MM
    x = right_edge - inset - width if right else left_edge + inset
    y = top_edge - _FROM_TOP * _POINTS_PER_MM
    return (
        f"q 1 g {x - pad:.2f} {y - pad:.2f} {width + 2 * pad:.2f} {0.73 * size + 2 * pad:.2f} re f"
        f" 0 g BT {font} {size:.2f} Tf {x:.2f} {y:.2f} Td ({number}) Tj ET Q"
    ).encode("ascii")
