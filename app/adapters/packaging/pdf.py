"""Searchable PDF/A-2u of scanned pages: the scan's own bytes with an invisible text layer.

Pages are written one after the other as they come, so memory does not grow with the dossier. The
same input gives the same bytes: dates are input, and the identifier follows from the content.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from app.adapters.packaging.pdf_attachments import write_attachments
from app.adapters.packaging.pdf_metadata import (
    LANGUAGE,
    write_information,
    write_output_intent,
    write_xmp,
)
from app.adapters.packaging.pdf_navigation import page_labels, write_outline
from app.adapters.packaging.pdf_objects import PdfFile, numbers, reference, references
from app.adapters.packaging.pdf_page import (
    UNREADABLE_TEXT,
    Attachment,
    Bookmark,
    PdfPage,
    WrittenPdf,
    clean,
    page_size,
)
from app.adapters.packaging.pdf_places import PdfCharacter, PdfLine
from app.adapters.packaging.pdf_text import TextLayer
from app.adapters.packaging.pictures import Picture, PictureReader, UnreadablePicture

__all__ = [
    "Attachment",
    "Bookmark",
    "PdfCharacter",
    "PdfLine",
    "PdfPage",
    "WrittenPdf",
    "write_pdf",
]

_POINTS = 72.0
# Limits of a page box (ISO 19005-2, 6.1.13).
_SMALLEST_PAGE, _LARGEST_PAGE = 3.0, 14_400.0
_A4_POINTS = (595.2756, 841.8898)
_FAN_OUT = 64


def write_pdf(
    out: Path,
    pages: Iterable[PdfPage],
    *,
    title: str,
    author: str,
    subject: str,
    bookmarks: tuple[Bookmark, ...],
    created: datetime,
    attachments: tuple[Attachment, ...] = (),
) -> WrittenPdf:
    """Write `pages` to `out` as PDF/A-2u, with `attachments` as PDF/A-3u.

    Raises OSError when `out` cannot be written and ValueError when two attachments have one name;
    a master that cannot be read is no error but a crossed page. Bookmarks that lead past the last
    page are left out.
    """
    texts = {"title": clean(title), "author": clean(author), "subject": clean(subject)}
    with out.open("wb") as stream, PictureReader() as reader:
        file = PdfFile(stream)
        catalog = file.reserve()
        information = write_information(file, created=created, **texts)
        xmp = write_xmp(file, part=3 if attachments else 2, created=created, **texts)
        intent = write_output_intent(file)
        attached = write_attachments(file, attachments, created)
        writer = _PageWriter(file, reader)
        for page in pages:
            writer.add(page)
        entries = _catalog(writer.finish(), xmp, intent) + attached
        entries += b" /PageLabels <</Nums [%s]>>" % page_labels(writer.labels)
        outline = write_outline(file, bookmarks, writer.pages)
        if outline:
            entries += b" /Outlines %s /PageMode /UseOutlines" % reference(outline)
        file.write(b"<<%s>>" % entries, catalog)
        file.close(catalog=catalog, information=information)
        return WrittenPdf(pages=len(writer.pages), unreadable=tuple(writer.unreadable))


def _catalog(tree: int, xmp: int, intent: int) -> bytes:
    """The entries that every catalogue has."""
    return (
        b"/Type /Catalog /Pages %s /Metadata %s /OutputIntents [%s] /Lang (%s)"
        b" /ViewerPreferences <</DisplayDocTitle true>>"
        % (reference(tree), reference(xmp), reference(intent), LANGUAGE.encode())
    )


class _PageWriter:
    """Writes pages and keeps of each only its number and label."""

    def __init__(self, file: PdfFile, reader: PictureReader) -> None:
        self._file, self._reader = file, reader
        self._text = TextLayer()
        self._font, self._root = file.reserve(), file.reserve()
        self._nodes: list[tuple[int, list[int]]] = []
        self._font_used = False
        self.pages: list[int] = []
        self.labels: list[str] = []
        self.unreadable: list[int] = []

    def add(self, page: PdfPage) -> None:
        try:
            picture = self._reader.read(page.path, page.frame)
        except UnreadablePicture:
            self.unreadable.append(len(self.pages))
            self._add_crossed(page)
            return
        mirrored, turn = picture.mirrored, (picture.turn + page.turn) % 360
        width, height = picture.width, picture.height
        if turn % 180:
            width, height = height, width
        points = _page_points(width, height, page.dpi)
        images = [
            self._file.write_stream(b"/Type /XObject /Subtype /Image" + coding.entries(), data)
            for coding, data in picture.parts
        ]
        scale = (points[0] / (page.width or width), points[1] / (page.height or height))
        text = self._text.content(page.lines, scale=scale, top=points[1])
        content = b"%sq\n%s cm\n%sQ\n%s" % (
            _deskew(page.deskew_deg, points),
            numbers(_placement(points, turn=turn, mirrored=mirrored)),
            _shown(picture),
            text,
        )
        resources = b"/XObject <<%s>>" % b" ".join(
            b"/%s %s" % (_name(index), reference(image)) for index, image in enumerate(images)
        )
        self._add_page(page, points, content, resources, bool(text))

    def finish(self) -> int:
        """Write the font and the page tree; gives the number of its root."""
        if self._font_used:
            self._text.write_font(self._file, self._font)
        else:
            self._file.write(b"null", self._font)
        for node, kids in self._nodes:
            self._file.write(
                b"<</Type /Pages /Parent %s /Kids %s /Count %d>>"
                % (reference(self._root), references(kids), len(kids)),
                node,
            )
        nodes = references(node for node, _ in self._nodes)
        self._file.write(
            b"<</Type /Pages /Kids %s /Count %d>>" % (nodes, len(self.pages)), self._root
        )
        return self._root

    def _add_crossed(self, page: PdfPage) -> None:
        if page.width and page.height:
            points = _page_points(page.width, page.height, page.dpi)
        else:
            points = _A4_POINTS
        width, height = points
        edge = min(width, height) * 0.05
        notice = PdfLine(text=UNREADABLE_TEXT, box=(edge, edge, width - edge, edge + 20))
        content = (
            b"q 0.5 G 1.5 w %s re S %s m %s l S %s m %s l S Q\n"
            % (
                numbers((edge, edge, width - 2 * edge, height - 2 * edge)),
                numbers((edge, edge)),
                numbers((width - edge, height - edge)),
                numbers((edge, height - edge)),
                numbers((width - edge, edge)),
            )
        ) + self._text.content((notice,), scale=(1.0, 1.0), top=height)
        self._add_page(page, points, content, b"", uses_font=True)

    def _add_page(
        self,
        page: PdfPage,
        points: tuple[float, float],
        content: bytes,
        resources: bytes,
        uses_font: bool,
    ) -> None:
        if not self._nodes or len(self._nodes[-1][1]) == _FAN_OUT:
            self._nodes.append((self._file.reserve(), []))
        node, kids = self._nodes[-1]
        if uses_font:
            self._font_used = True
            resources += b" /Font <</F %s>>" % reference(self._font)
        contents = self._file.write_deflated(b"", content)
        kids.append(
            self._file.write(
                b"<</Type /Page /Parent %s /MediaBox [0 0 %s] /Resources <<%s>> /Contents %s>>"
                % (reference(node), numbers(points), resources, reference(contents))
            )
        )
        self.pages.append(kids[-1])
        self.labels.append(clean(page.label))


def _name(part: int) -> bytes:
    return b"Im%d" % part if part else b"Im"


def _shown(picture: Picture) -> bytes:
    """Draws the parts of a picture one below the other into the unit square."""
    if len(picture.parts) == 1:
        return b"/Im Do\n"
    drawn, below = [], picture.height
    for part, (coding, _) in enumerate(picture.parts):
        below -= coding.height
        # More decimals than elsewhere: the page is a matrix away, and seams would show.
        share, foot = coding.height / picture.height, below / picture.height
        drawn.append(b"q 1 0 0 %.9f 0 %.9f cm /%s Do Q\n" % (share, foot, _name(part)))
    return b"".join(drawn)


def _page_points(width: int, height: int, dpi: int) -> tuple[float, float]:
    return page_size(width, height, dpi, per_inch=_POINTS, least=_SMALLEST_PAGE, most=_LARGEST_PAGE)


def _placement(
    points: tuple[float, float], *, turn: int, mirrored: bool
) -> tuple[float, float, float, float, float, float]:
    """The matrix that lays the unit square of the image on the page, mirrored, then turned."""
    width, height = points
    # Where the lower left, lower right and upper left corners of the stored picture go.
    corners = {
        0: ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),
        90: ((0.0, 1.0), (0.0, 0.0), (1.0, 1.0)),
        180: ((1.0, 1.0), (0.0, 1.0), (1.0, 0.0)),
        270: ((1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),
    }
    origin, right, up = corners[turn]
    across = (right[0] - origin[0], right[1] - origin[1])
    upward = (up[0] - origin[0], up[1] - origin[1])
    if mirrored:
        origin, across = right, (-across[0], -across[1])
    return (
        across[0] * width,
        across[1] * height,
        upward[0] * width,
        upward[1] * height,
        origin[0] * width,
        origin[1] * height,
    )


def _deskew(degrees: float, points: tuple[float, float]) -> bytes:
    """Turns everything after it counter-clockwise about the middle of the page."""
    if abs(degrees) < 0.01 or not math.isfinite(degrees):
        return b""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = points[0] / 2, points[1] / 2
    rotation = b" ".join(f"{value:.6f}".encode() for value in (cosine, sine, -sine, cosine))
    move = numbers((x - cosine * x + sine * y, y - sine * x - cosine * y))
    return rotation + b" " + move + b" cm\n"
