"""Bookmarks and notes of a reader: they belong to her grant, and the staff does not see them."""

from __future__ import annotations

import math

import attrs

from app.domain.reading import ReaderMark
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.reading_pages import granted_pages
from app.services.reading_sessions import VisitService
from app.services.reading_views import Box, MarkRow

BOOKMARK, NOTE = "bookmark", "note"
LONGEST_NOTE = 500
MOST_MARKS = 500


class ReaderMarks(VisitService):
    """Use cases of a reader who marks pages."""

    def marks(self, grant: str) -> tuple[MarkRow, ...]:
        """See `SessionDesk.marks`. Those on pages that are no longer granted are left out."""
        with self._context.storage.read() as tx:
            _visit, found, dossier = self._open_grant(tx, grant)
            pages = granted_pages(tx, found, dossier)
            rows = tx.reader_marks.find(grant_id=found.id, removed=False)
        return tuple(_row(mark) for mark in rows if mark.page_number in pages)

    def add_mark(
        self, grant: str, page_number: int, kind: str, text: str = "", box: Box | None = None
    ) -> MarkRow:
        """See `SessionDesk.add_mark`."""
        with self._context.storage.write() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            self._granted_side(tx, found, dossier, page_number)
            if not (
                _fits(kind, text)
                and (box is None or _lies_on_page(box))
                and tx.reader_marks.count(grant_id=found.id, removed=False) < MOST_MARKS
            ):
                raise BadInput("RDR-115", longest=LONGEST_NOTE, most=MOST_MARKS)
            mark = ReaderMark(
                id=new_id("mark"),
                grant_id=found.id,
                page_number=page_number,
                kind=kind,
                made_at=self._now(),
                text=text.strip(),
                box=None if box is None else (box[0], box[1], box[2], box[3]),
            )
            tx.reader_marks.add(mark)
            # What she wrote stays hers: the record says that there is a mark, not what it says.
            tx.audit.record(
                "terminal",
                "reader_mark_added",
                dossier.case_no,
                reader=found.reader,
                grant=found.id,
                visit=visit.id,
                page=page_number,
                kind=kind,
            )
            tx.commit()
        return _row(mark)

    def remove_mark(self, grant: str, mark: str) -> None:
        """See `SessionDesk.remove_mark`. Raises Refused RDR-106 for a mark of somebody else;
        removing one twice is no error."""
        with self._context.storage.write() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            row = tx.reader_marks.first(id=mark, grant_id=found.id)
            if row is None:
                raise Refused("RDR-106", page="?")
            if row.removed:
                return
            tx.reader_marks.replace(attrs.evolve(row, removed=True))
            tx.audit.record(
                "terminal",
                "reader_mark_removed",
                dossier.case_no,
                reader=found.reader,
                grant=found.id,
                visit=visit.id,
                page=row.page_number,
                kind=row.kind,
            )
            tx.commit()


def _fits(kind: str, text: str) -> bool:
    """A bookmark may have a name, a note must say something."""
    if kind not in (BOOKMARK, NOTE) or not isinstance(text, str) or len(text) > LONGEST_NOTE:
        return False
    if kind == NOTE and not text.strip():
        return False
    return all(sign.isprintable() or sign == "\n" for sign in text)


def _lies_on_page(box: Box) -> bool:
    if len(box) != 4 or not all(type(edge) in (int, float) for edge in box):
        return False
    x0, y0, x1, y1 = box
    return all(math.isfinite(edge) for edge in box) and 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1


def _row(mark: ReaderMark) -> MarkRow:
    return MarkRow(
        id=mark.id,
        page_number=mark.page_number,
        kind=mark.kind,
        text=mark.text,
        box=None if mark.box is None else (mark.box[0], mark.box[1], mark.box[2], mark.box[3]),
        made_at=mark.made_at,
    )
