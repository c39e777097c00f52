"""Searchable OFD (GB/T 33190) of scanned pages: the scan's own file with an invisible text layer.

Pages are written one after the other as they come, so memory does not grow with the dossier. The
same input gives the same bytes: dates are input, and the identifier follows from the content.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from app.adapters.packaging.ofd_container import OfdContainer
from app.adapters.packaging.ofd_document import (
    ROOT,
    document_part,
    document_resources_part,
    entry_part,
    public_resources_part,
)
from app.adapters.packaging.ofd_objects import (
    Identifiers,
    TextObjects,
    crossed_page,
    image_object,
    page_part,
)
from app.adapters.packaging.ofd_pictures import picture_file
from app.adapters.packaging.pdf_page import Bookmark, PdfPage, WrittenPdf, clean, page_size
from app.adapters.packaging.pictures import PictureReader, UnreadablePicture

__all__ = ["write_ofd"]

_MM_PER_INCH = 25.4
# A page of 200 inches, as in PDF, and one millimetre.
_SMALLEST_PAGE, _LARGEST_PAGE = 1.0, 5080.0
_A4 = (210.0, 297.0)


def write_ofd(
    out: Path,
    pages: Iterable[PdfPage],
    *,
    title: str,
    author: str,
    subject: str,
    bookmarks: tuple[Bookmark, ...],
    created: datetime,
) -> WrittenPdf:
    """Write `pages` to `out` as OFD 1.0.

    `bookmarks` become the outline; page labels become named bookmarks, for OFD has no labels.
    Raises OSError when `out` cannot be written and ValueError when there is no page; a master that
    cannot be read is no error but a crossed page. Bookmarks that lead past the last page are left
    out.
    """
    with OfdContainer(out) as container, PictureReader() as reader:
        writer = _PageWriter(container, reader)
        for page in pages:
            writer.add(page)
        if not writer.pages:
            raise ValueError("OFD knows no document without pages")
        writer.finish(bookmarks)
        entry = entry_part(
            identifier=container.identifier(),
            title=clean(title),
            author=clean(author),
            subject=clean(subject),
            created=created,
        )
        container.add("OFD.xml", entry)
        return WrittenPdf(pages=len(writer.pages), unreadable=tuple(writer.unreadable))


class _PageWriter:
    """Writes pages and keeps of each only its number, label and the name of its picture."""

    def __init__(self, container: OfdContainer, reader: PictureReader) -> None:
        self._container, self._reader = container, reader
        self.identifiers = Identifiers()
        self._text = TextObjects(self.identifiers)
        self.pages: list[int] = []
        self.labels: list[str] = []
        self.pictures: list[tuple[int, str, str]] = []
        self.unreadable: list[int] = []

    def add(self, page: PdfPage) -> None:
        identifier, layer = self.identifiers.next(), self.identifiers.next()
        try:
            picture = self._reader.read(page.path, page.frame)
            file = picture_file(picture, page.path)
        except (UnreadablePicture, OSError):
            self.unreadable.append(len(self.pages))
            size = _A4
            if page.width and page.height:
                size = _page_millimetres(page.width, page.height, page.dpi)
            objects = crossed_page(self._text, size)
        else:
            turn = (picture.turn + page.turn) % 360
            width, height = picture.width, picture.height
            if turn % 180:
                width, height = height, width
            size = _page_millimetres(width, height, page.dpi)
            resource = self.identifiers.next()
            name = f"Image_{len(self.pages)}.{file.suffix}"
            self._container.add(f"{ROOT}/Res/{name}", file.data, deflated=False)
            self.pictures.append((resource, file.format, name))
            objects = image_object(
                self.identifiers,
                resource,
                size,
                turn=turn,
                mirrored=picture.mirrored,
                deskew=page.deskew_deg,
            )
            scale = (size[0] / (page.width or width), size[1] / (page.height or height))
            objects += self._text.lines(page.lines, scale=scale, size=size, deskew=page.deskew_deg)
        part = page_part(layer, size, objects)
        self._container.add(f"{ROOT}/Pages/Page_{len(self.pages)}/Content.xml", part)
        self.pages.append(identifier)
        self.labels.append(clean(page.label))

    def finish(self, bookmarks: tuple[Bookmark, ...]) -> None:
        """Write what the pages have in common: font, list of pictures, document."""
        self._container.add(f"{ROOT}/Res/Font.ttf", self._text.font())
        self._container.add(f"{ROOT}/PublicRes.xml", public_resources_part(self._text.font_id))
        if self.pictures:
            part = document_resources_part(self.pictures)
            self._container.add(f"{ROOT}/DocumentRes.xml", part)
        document = document_part(
            pages=self.pages,
            labels=self.labels,
            bookmarks=tuple(mark for mark in bookmarks if 0 <= mark.page_index < len(self.pages)),
            greatest=self.identifiers.last,
            has_pictures=bool(self.pictures),
        )
        self._container.add(f"{ROOT}/Document.xml", document)


def _page_millimetres(width: int, height: int, dpi: int) -> tuple[float, float]:
    return page_size(
        width, height, dpi, per_inch=_MM_PER_INCH, least=_SMALLEST_PAGE, most=_LARGEST_PAGE
    )
