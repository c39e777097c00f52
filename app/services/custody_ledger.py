"""The custody ledger (流转台账), and what any code on slip, volume, cell or shelf stands for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.domain.locker_codes import CellCode, ShelfCode, cell_ticket, shelf_ticket
from app.domain.slips import Slip, parse_code
from app.kernel.errors import BadInput, Refused
from app.services.code_views import CodeView
from app.services.context import Service
from app.services.locker_views import VolumeCustodyRow
from app.services.ports import Transaction
from app.services.slips import LONGEST_SHOWN, dossier_of_slip
from app.services.volume_places import volume_rows, volumes_within
from archive_rules.case_number import parse

READ = "ocr.codes.reading:codes_in_picture"
READ_SECONDS = 60.0
# Where printed shelf labels are on record: a ticket of a shelf without paper is known by them.
STACK_ROOM = "stack_room"
_HAND_OFF = "JZ2:"
_MOST_CELLS = 999


class CustodyLedger(Service):
    """Use cases of whoever asks where the paper is."""

    def custody_ledger(self, case_no: str) -> list[VolumeCustodyRow]:
        """Where each volume of a case is, who answers for it, and how it came there."""
        with self._context.storage.read() as tx:
            return volume_rows(tx, self._dossier(tx, case_no))

    def read_any_code(self, text: str) -> CodeView:
        """What a code stands for, and what lies there or where it is now. `text` is that of any
        code printed here, of the QR code of a hand-off, or a case number or the id of a hand-off.

        Nothing is opened by this. Raises BadInput CST-101 when it is no code of ours (or was
        misread), Refused CST-102 (case not registered here), CST-103 (no such cell here), CST-104
        (a shelf that is only known by its QR code), CST-105 (no such hand-off).
        """
        with self._context.storage.read() as tx:
            return self._understood(tx, text)

    def read_code_picture(self, path: Path) -> tuple[CodeView, ...]:
        """What the codes on a picture stand for, from top to bottom, each thing once.

        Raises BadInput CST-106 when no code of ours is on it, IMG-105 when there is no such file,
        and the faults of `read_any_code`.
        """
        read = self._context.pool.call(READ, (str(path),), seconds=READ_SECONDS)
        texts = [str(code["text"]) for code in read]
        own = [text for text in texts if _is_ours(text)]
        if not own:
            raise BadInput("CST-106", path=str(path), codes=len(texts))
        with self._context.storage.read() as tx:
            told = [self._understood(tx, text) for text in own]
        # A label says the same twice, by its QR code and by its bars.
        alike: dict[tuple[object, ...], CodeView] = {}
        for view in told:
            key = (view.kind, view.case_no, view.part, view.volume, view.place, view.handoff)
            alike.setdefault(key, view)
        return tuple(alike.values())

    def _understood(self, tx: Transaction, text: str) -> CodeView:
        """The body of `read_any_code`, within a transaction."""
        read = parse_code(text)
        if isinstance(read, Slip):
            return self._of_slip(tx, text, read)
        if isinstance(read, CellCode):
            return self._of_cell(tx, text, *self._cell_of(read))
        if isinstance(read, ShelfCode):
            shelf = self._shelf_of(tx, read)
            return CodeView(
                kind="shelf", text=text, place=shelf, volumes=tuple(volumes_within(tx, shelf))
            )
        plain = text.strip()
        if plain.upper().startswith(_HAND_OFF):
            return self._of_hand_off(tx, text, plain[len(_HAND_OFF) :].split(":")[0])
        if plain.startswith("handoff_"):
            return self._of_hand_off(tx, text, plain)
        try:
            case_no = parse(plain).normal
        except BadInput:
            raise BadInput("CST-101", text=plain[:LONGEST_SHOWN]) from None
        return self._of_slip(tx, text, Slip(ticket="", case_no=case_no))

    def _of_slip(self, tx: Transaction, text: str, slip: Slip) -> CodeView:
        dossier = dossier_of_slip(tx, slip)
        if dossier is None:
            raise Refused("CST-102", text=slip.case_no or slip.ticket)
        rows = volume_rows(tx, dossier)
        asked = [row for row in rows if slip.part in ("", row.part)]
        if slip.volume is not None:
            asked = [row for row in asked if row.volume == slip.volume]
        alone = asked[0] if len(asked) == 1 else None
        return CodeView(
            kind="dossier" if slip.volume is None else "volume",
            text=text,
            case_no=dossier.case_no,
            part=slip.part,
            volume=slip.volume or 0,
            state=dossier.state,
            holder=alone.holder if alone else "",
            place=alone.place if alone else "",
            volumes=tuple(asked),
        )

    def _of_cell(self, tx: Transaction, text: str, cabinet: str, cell: int) -> CodeView:
        known = tx.locker_cells.first(cabinet=cabinet, number=cell)
        place = f"{cabinet}#{cell}"
        return CodeView(
            kind="cell",
            text=text,
            cabinet=cabinet,
            cell=cell,
            place=place,
            state=known.state if known else "",
            handoff=known.handoff_id if known else "",
            volumes=tuple(volumes_within(tx, place)),
        )

    def _of_hand_off(self, tx: Transaction, text: str, handoff_id: str) -> CodeView:
        hand_off = tx.hand_offs.first(id=handoff_id.lower())
        if hand_off is None:
            raise Refused("CST-105", handoff=handoff_id[:LONGEST_SHOWN])
        dossier = tx.dossiers.get(hand_off.dossier_id)
        return CodeView(
            kind="handoff",
            text=text,
            case_no=dossier.case_no,
            part=hand_off.part,
            cabinet=hand_off.cabinet,
            cell=hand_off.cell,
            handoff=hand_off.id,
            state=hand_off.state,
            volumes=tuple(
                row for row in volume_rows(tx, dossier) if hand_off.part in ("", row.part)
            ),
        )

    def _cell_of(self, code: CellCode) -> tuple[str, int]:
        """Cabinet and number behind the code of a cell. Raises Refused CST-103."""
        for cabinet in self._context.cabinets:
            for cell in [code.cell] if code.cell else range(1, _MOST_CELLS + 1):
                if cell_ticket(cabinet, cell) == code.ticket:
                    return cabinet, cell
        raise Refused("CST-103", text=f"{code.cabinet}#{code.cell}" if code.cell else code.ticket)

    def _shelf_of(self, tx: Transaction, code: ShelfCode) -> str:
        """The label of the shelf behind a code. Raises Refused CST-104."""
        for shelf in _known_shelves(tx):
            if shelf_ticket(shelf) == code.ticket:
                return shelf
        if not code.shelf:
            raise Refused("CST-104", text=code.ticket)
        # Nothing has stood there yet: rooms are written in capitals.
        return code.shelf.upper()


def _known_shelves(tx: Transaction) -> Iterable[str]:
    """Every shelf whose label was printed here or on which paper stood, and all that hold it."""
    known: dict[str, None] = {}
    for row in tx.audit.rows(STACK_ROOM):
        known.update(dict.fromkeys(row.details.get("shelves", ())))
    for (place,) in tx.custody.pick(("place",), action="shelved"):
        pieces = place.split("-")
        known.update({"-".join(pieces[:count]): None for count in range(1, len(pieces) + 1)})
    return known


def _is_ours(text: str) -> bool:
    return parse_code(text) is not None or text.upper().startswith(_HAND_OFF)
