"""Work slips and separator sheets: printed here, and opening the right case when read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier
from app.domain.slips import Separator, Slip, parse_code, slip_matches
from app.kernel.errors import BadInput, Refused
from app.services.context import Service
from app.services.paper_files import PICTURE_SECONDS, PICTURES, write_whole
from app.services.ports import Transaction
from app.services.station_views import SlipTarget

# How a stack may be cut by codes; see `app.domain.station.ScanProfile`.
CODED = ("patch", "barcode", "any")
DAY_LENGTH = len("2026-01-31")
LONGEST_SHOWN = 60


class Slips(Service):
    """Use cases about the codes that travel with the paper."""

    def slip_target(self, code_text: str) -> SlipTarget:
        """The dossier behind the code of a work slip, as a hand scanner typed it.

        Raises BadInput SLP-101 when it is no work slip (or was misread), Refused SLP-102 when its
        case is not registered here.
        """
        read = parse_code(code_text)
        if not isinstance(read, Slip):
            raise BadInput("SLP-101", text=code_text.strip()[:LONGEST_SHOWN])
        with self._context.storage.read() as tx:
            return _target(tx, read)

    def print_work_slip(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write the work slip of a case as PDF. Raises Broken SLP-103 when it cannot be written."""
        actor.require("scan")
        case_no, draw = self._work_slip(case_no)
        write_whole(path, draw, code="SLP-103")
        self.record_slip_printed(actor, case_no)
        return path

    def work_slip_pictures(self, case_no: str, folder: Path, *, dpi: int) -> tuple[Path, ...]:
        """Pictures of the work slip for preview and printer, written below `folder`. Raises
        Broken SLP-103 when they cannot be written."""
        _number, draw = self._work_slip(case_no)
        path = folder / "slip.pdf"
        write_whole(path, draw, code="SLP-103")
        arguments = (str(path), str(folder / "slip"), dpi)
        drawn = self._context.pool.call(PICTURES, arguments, seconds=PICTURE_SECONDS)
        return tuple(Path(picture) for picture in drawn)

    def record_slip_printed(self, actor: Actor, case_no: str) -> None:
        """Put on record that the work slip of a case was printed."""
        actor.require("scan")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            tx.audit.record(actor.name, "work_slip_printed", dossier.case_no)
            tx.commit()

    def _work_slip(self, case_no: str) -> tuple[str, Callable[[Path], None]]:
        """The number of a case in its normal form, and what draws its work slip."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
        facts = _facts(dossier) | {
            "date": self._now()[:DAY_LENGTH],
            "station": self._context.station,
        }
        return dossier.case_no, partial(self._context.draw_work_slip, facts)

    def print_separator(self, kind: str, path: Path) -> Path:
        """Write a separator sheet as PDF; `kind` is one of `app.domain.slips.SEPARATORS`.

        Raises BadInput COD-103, Broken SLP-103.
        """
        write_whole(path, partial(self._context.draw_separator, kind), code="SLP-103")
        return path


def marker_of(codes: Sequence[dict[str, Any]], separators: str) -> dict[str, Any]:
    """What the codes on a side mean for the stack, as `app.services.markers` takes it.

    `codes` as `ocr.codes.reading.codes_on` tells them, `separators` as in the profile. Work slips
    and our own separator sheets are known by their text; patch codes 3 and T are one code until
    it is known how the sheet was fed. Codes of others are kept as read and cut nothing.
    """
    for code in codes:
        read = parse_code(str(code["text"])) if code["kind"] == "barcode" else None
        # The label of a volume stays on its cover, which is a page like any other.
        if isinstance(read, Slip) and not read.label:
            return {"kind": "slip", "ticket": read.ticket, "case_no": read.case_no}
        if isinstance(read, Separator) and separators in ("barcode", "any"):
            return {"kind": "separator", "begins": read.begins, "text": code["text"]}
    for code in codes:
        if code["kind"] == "patch" and separators in ("patch", "any"):
            return {"kind": "separator", "begins": "item", "text": f"patch {code['text']}"}
    if not codes:
        return {}
    return {"kind": "code"} | {name: codes[0][name] for name in ("format", "text", "box")}


def dossier_of_slip(tx: Transaction, slip: Slip) -> Dossier | None:
    """The dossier that a slip or the label of a volume belongs to, None when it is not here."""
    if slip.case_no:
        return tx.dossiers.first(case_no=slip.case_no)
    for dossier_id, case_no in tx.dossiers.pick(("id", "case_no")):
        if slip_matches(slip.ticket, case_no):
            return tx.dossiers.get(dossier_id)
    return None


def _target(tx: Transaction, slip: Slip) -> SlipTarget:
    dossier = dossier_of_slip(tx, slip)
    if dossier is None:
        raise Refused("SLP-102", text=slip.case_no or slip.ticket)
    return SlipTarget(case_no=dossier.case_no, part=slip.part or MAIN, volume=slip.volume or 1)


def _facts(dossier: Dossier) -> dict[str, str | int | None]:
    return {
        "case_no": dossier.case_no,
        "court": dossier.court,
        "cause": dossier.cause,
        "plaintiff": dossier.plaintiff,
        "defendant": dossier.defendant,
        "judge": dossier.judge,
        "clerk": dossier.clerk,
        "sheets": dossier.declared_sheets.get(MAIN),
    }
