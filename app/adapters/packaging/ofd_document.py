"""The parts of an OFD beside its pages: entry, document, resources (GB/T 33190, 7.4 to 7.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from app.adapters.packaging.pdf_metadata import PRODUCER
from app.adapters.packaging.pdf_page import Bookmark, clean

ROOT = "Doc_0"
NAMESPACE = "http://www.ofdspec.org/2016"
_VERSION = "1.0"
FONT_NAME = "Glyphless"


def part(name: str, attributes: str, content: str) -> bytes:
    """A part with the root element `name`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ofd:{name} xmlns:ofd="{NAMESPACE}"'
        f"{attributes}>{content}</ofd:{name}>\n"
    ).encode()


def entry_part(
    *, identifier: str, title: str, author: str, subject: str, created: datetime
) -> bytes:
    """OFD.xml with the metadata of the document."""
    day = created.astimezone(UTC).date().isoformat()
    fields = [
        ("DocID", identifier),
        ("Title", title),
        ("Author", author),
        ("Subject", subject),
        ("CreationDate", day),
        ("ModDate", day),
        ("Creator", PRODUCER),
    ]
    information = "".join(_element(name, value) for name, value in fields if value)
    # The standard has days only; the moment itself is worth keeping.
    moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    information += (
        f'<ofd:CustomDatas><ofd:CustomData Name="CreateDateTime">{moment}</ofd:CustomData>'
        "</ofd:CustomDatas>"
    )
    return part(
        "OFD",
        f' Version="{_VERSION}" DocType="OFD"',
        f"<ofd:DocBody><ofd:DocInfo>{information}</ofd:DocInfo>"
        f"<ofd:DocRoot>{ROOT}/Document.xml</ofd:DocRoot></ofd:DocBody>",
    )


def document_part(
    *,
    pages: Sequence[int],
    labels: Sequence[str],
    bookmarks: tuple[Bookmark, ...],
    greatest: int,
    has_pictures: bool,
) -> bytes:
    """Document.xml: the pages by their identifiers, the outline and the labels as bookmarks."""
    common = f"<ofd:MaxUnitID>{greatest}</ofd:MaxUnitID><ofd:PageArea>"
    common += "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    common += "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    common += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if has_pictures else ""
    listed = "".join(
        f'<ofd:Page ID="{page}" BaseLoc="Pages/Page_{index}/Content.xml"/>'
        for index, page in enumerate(pages)
    )
    content = f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"
    if bookmarks:
        elements = "".join(_outline_element(mark, pages) for mark in bookmarks)
        content += f"<ofd:Outlines>{elements}</ofd:Outlines>"
        content += "<ofd:VPreferences><ofd:PageMode>UseOutlines</ofd:PageMode></ofd:VPreferences>"
    named = "".join(_named_bookmark(*pair) for pair in zip(labels, pages, strict=True) if pair[0])
    if named:
        content += f"<ofd:Bookmarks>{named}</ofd:Bookmarks>"
    return part("Document", "", content)


def public_resources_part(font: int) -> bytes:
    """PublicRes.xml: the one font, embedded."""
    return part(
        "Res",
        ' BaseLoc="Res"',
        f'<ofd:Fonts><ofd:Font ID="{font}" FontName="{FONT_NAME}" FamilyName="{FONT_NAME}"'
        ' Charset="unicode"><ofd:FontFile>Font.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>',
    )


def document_resources_part(pictures: Iterable[tuple[int, str, str]]) -> bytes:
    """DocumentRes.xml: the pictures as (identifier, format, file name)."""
    listed = "".join(
        f'<ofd:MultiMedia ID="{identifier}" Type="Image" Format="{kind}">'
        f"<ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>"
        for identifier, kind, name in pictures
    )
    return part("Res", ' BaseLoc="Res"', f"<ofd:MultiMedias>{listed}</ofd:MultiMedias>")


def _element(name: str, text: str) -> str:
    return f"<ofd:{name}>{escape(text)}</ofd:{name}>"


def _outline_element(mark: Bookmark, pages: Sequence[int]) -> str:
    return (
        f"<ofd:OutlineElem Title={quoteattr(clean(mark.title))}>"
        '<ofd:Actions><ofd:Action Event="CLICK">'
        f'<ofd:Goto><ofd:Dest Type="Fit" PageID="{pages[mark.page_index]}"/></ofd:Goto>'
        "</ofd:Action></ofd:Actions></ofd:OutlineElem>"
    )


def _named_bookmark(label: str, page: int) -> str:
    return (
        f'<ofd:Bookmark Name={quoteattr(label)}><ofd:Dest Type="Fit" PageID="{page}"/>'
        "</ofd:Bookmark>"
    )
