"""What recognition could not stand for: the places of a dossier that a person must read herself."""

from __future__ import annotations

from attrs import frozen

from app.services.context import Service

DECISIVE = ("truncated", "unreadable_area", "vertical_unsure")
"""Text of the page was lost with these; the others say what the page is beside print."""


@frozen(kw_only=True)
class ReadingNote:
    """One place: `reason` is a code of `ocr.needs_person`, `box` in pixels of the upright page.

    `decisive` tells whether text was lost; if not, the note says what a person should look at.
    """

    side_id: str
    position: int
    reason: str
    box: tuple[float, ...]
    decisive: bool


class ReadingNotes(Service):
    """What recognition leaves to people."""

    def reading_notes(self, case_no: str) -> list[ReadingNote]:
        """All places of a case, by position, the gravest of a side first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            positions = {side.id: side.position for side in sides if not side.blank}
            read = tx.recognised.pick(("side_id", "fields"), dossier_id=dossier.id)
        notes = [
            ReadingNote(
                side_id=side_id,
                position=positions[side_id],
                reason=need["reason"],
                box=tuple(need["box"]),
                decisive=need["reason"] in DECISIVE,
            )
            for side_id, fields in read
            if side_id in positions
            for need in fields.get("needs_person", ())
        ]
        return sorted(notes, key=lambda note: note.position)
