"""How a reader finds its way in a PDF: page labels and the outline."""

from __future__ import annotations

from app.adapters.packaging.pdf_objects import PdfFile, number, reference, text_string
from app.adapters.packaging.pdf_page import Bookmark, clean


def page_labels(labels: list[str]) -> bytes:
    """The number tree of page labels: runs of Arabic numbers by one entry, words one each."""
    entries: list[bytes] = []
    following = -1
    for index, label in enumerate(labels):
        plain = label.isascii() and label.isdecimal() and str(int(label)) == label and label != "0"
        if not plain:
            entries.append(b"%d <</P %s>>" % (index, text_string(label)))
            following = -1
            continue
        if int(label) != following:
            entries.append(b"%d <</S /D /St %d>>" % (index, int(label)))
        following = int(label) + 1
    return b" ".join(entries)


def write_outline(file: PdfFile, bookmarks: tuple[Bookmark, ...], pages: list[int]) -> int:
    """Write the outline; gives its number, 0 when there is none."""
    valid = [mark for mark in bookmarks if 0 <= mark.page_index < len(pages)]
    if not valid:
        return 0
    root = file.reserve()
    entries = [file.reserve() for _ in valid]
    for place, mark in enumerate(valid):
        neighbours = b""
        if place:
            neighbours += b" /Prev " + reference(entries[place - 1])
        if place + 1 < len(valid):
            neighbours += b" /Next " + reference(entries[place + 1])
        file.write(
            b"<</Title %s /Parent %s /Dest [%s /Fit]%s>>"
            % (
                text_string(clean(mark.title)),
                reference(root),
                reference(pages[mark.page_index]),
                neighbours,
            ),
            entries[place],
        )
    return file.write(
        b"<</Type /Outlines /First %s /Last %s /Count %s>>"
        % (reference(entries[0]), reference(entries[-1]), number(len(valid))),
        root,
    )
