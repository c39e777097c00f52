"""The paper comes to its shelf: by two scans and a count, volume by volume, or all at once."""

from __future__ import annotations

from typing import Any

from app.domain.access import Actor
from app.domain.archiving import PAPER, Submission
from app.domain.custody import CustodyEvent
from app.domain.dossier import Dossier
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.code_views import CodeView
from app.services.custody_ledger import CustodyLedger
from app.services.locker_views import VolumeCustodyRow
from app.services.ports import Transaction
from app.services.track_freezes import refuse_frozen
from app.services.track_standing import SHELVED, records_of
from app.services.tracks import Tracks
from app.services.views import TracksView
from app.services.volume_places import volume_rows

LONGEST_SHOWN = 80


class Shelving(Tracks, CustodyLedger):
    """Use cases of whoever puts paper on a shelf."""

    def shelve_volume(
        self,
        actor: Actor,
        volume_code: str,
        shelf_code: str,
        *,
        pages: int,
        case_no: str = "",
    ) -> TracksView:
        """One volume stands on a shelf: the code of its label, that of the shelf (in either
        order), and the pages counted now. When all volumes of the newest version stand, the paper
        track has its receipt. With `case_no` a volume of another case is refused.

        Raises Refused ACC-101, FRZ-101, CUS-102 (no one volume), CUS-103 (no shelf), CUS-104
        (another case), BadInput DOS-111 (no count), and the faults of `read_any_code`.
        """
        actor.require("custody")
        if pages < 0:
            raise BadInput("DOS-111", volumes=1, pages=pages)
        with self._context.storage.write() as tx:
            volume, shelf = self._both_read(tx, volume_code, shelf_code)
            dossier = self._dossier(tx, volume.case_no)
            if case_no and self._dossier(tx, case_no).id != dossier.id:
                raise Refused("CUS-104", case_no=case_no, other=dossier.case_no)
            refuse_frozen(tx, dossier)
            row = _one_volume(tx, dossier, volume)
            version = sealed_version(tx, dossier)
            event = self._shelved_event(actor, dossier, row, shelf.place, pages, version)
            tx.custody.add(event)
            tx.audit.record(
                actor.name,
                "paper_volume_shelved",
                dossier.case_no,
                part=row.part,
                volume=row.volume,
                place=shelf.place,
                pages=pages,
                version=version,
            )
            self._receipt_of_all(tx, actor, dossier, version, event)
            tx.commit()
        return self.tracks(dossier.case_no)

    def shelve(
        self, actor: Actor, case_no: str, location: str, volumes: int, pages: int
    ) -> TracksView:
        """All of the paper stands on the shelf, counted, where there are no labels to scan: the
        receipt of the paper track.

        Raises Refused CUS-101 (not a location), FRZ-101, BadInput DOS-111 (not a count).
        """
        actor.require("custody")
        if volumes < 1 or pages < 0:
            raise BadInput("DOS-111", volumes=volumes, pages=pages)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            refuse_frozen(tx, dossier)
            event = self.record_shelved(tx, actor, dossier, location, volumes=volumes, pages=pages)
            counted = {
                "location": event.place,
                "volumes": volumes,
                "pages": pages,
                "version": sealed_version(tx, dossier),
            }
            self._receipt(tx, actor, dossier, event, counted)
            tx.commit()
        return self.tracks(case_no)

    def _both_read(
        self, tx: Transaction, volume_code: str, shelf_code: str
    ) -> tuple[CodeView, CodeView]:
        """What the two scans say, the volume first. Raises Refused CUS-102, CUS-103."""
        first, second = self._understood(tx, volume_code), self._understood(tx, shelf_code)
        if first.kind == "shelf":
            first, second = second, first
        if first.kind not in ("volume", "dossier"):
            raise Refused("CUS-102", text=volume_code[:LONGEST_SHOWN], volumes="")
        if second.kind != "shelf":
            raise Refused("CUS-103", text=shelf_code[:LONGEST_SHOWN])
        return first, second

    def _shelved_event(
        self,
        actor: Actor,
        dossier: Dossier,
        row: VolumeCustodyRow,
        place: str,
        pages: int,
        version: int,
    ) -> CustodyEvent:
        named = {"part": row.part, "volume": row.volume, "pages": pages}
        return CustodyEvent(
            id=new_id("custody"),
            dossier_id=dossier.id,
            happened_at=self._now(),
            action=SHELVED,
            giver=row.holder,
            receiver=actor.name,
            place=place,
            volumes=1,
            pages=pages,
            details={"part": row.part, "volumes": [named], "version": version},
        )

    def _receipt_of_all(
        self, tx: Transaction, actor: Actor, dossier: Dossier, version: int, event: CustodyEvent
    ) -> None:
        """Give the paper track its receipt when the last volume stands."""
        standing = records_of(tx, dossier).volumes_on_shelf(version)
        wanted = {(row.part, row.volume) for row in volume_rows(tx, dossier)}
        if not wanted <= set(standing):
            return
        rows = [standing[volume] for volume in sorted(wanted)]
        counted = {
            "location": "、".join(dict.fromkeys(str(row["location"]) for row in rows)),
            "volumes": len(rows),
            "pages": sum(int(row["pages"]) for row in rows),
            "version": version,
            "counts": rows,
            "counted_by": sorted({str(row["by"]) for row in rows}),
        }
        self._receipt(tx, actor, dossier, event, counted)

    def _receipt(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        event: CustodyEvent,
        counted: dict[str, Any],
    ) -> None:
        """The receipt of the paper track and what follows from it; the caller commits."""
        receipt = {
            "receipt_no": event.id.removeprefix("custody_"),
            "shelved_at": event.happened_at,
            "shelved_by": actor.name,
            **counted,
        }
        tx.submissions.add(
            Submission(
                id=new_id("submission"),
                dossier_id=dossier.id,
                track=PAPER,
                target=str(counted["location"]),
                state="receipted",
                idempotency_key=event.id,
                started_at=event.happened_at,
                ended_at=event.happened_at,
                receipt=receipt,
            )
        )
        tx.audit.record(
            actor.name,
            "paper_shelved",
            dossier.case_no,
            place=counted["location"],
            volumes=counted["volumes"],
            pages=counted["pages"],
        )
        self._settle_tracks(tx, actor, dossier)


def sealed_version(tx: Transaction, dossier: Dossier) -> int:
    """The version that the dossier has as it is now: how often it was sealed."""
    return max(1, sum(row.action == "sealed" for row in tx.audit.rows(dossier.case_no)))


def _one_volume(tx: Transaction, dossier: Dossier, view: CodeView) -> VolumeCustodyRow:
    """The volume that a code names; that of a dossier does where it has a single one. Raises
    Refused CUS-102."""
    rows = volume_rows(tx, dossier)
    if view.kind == "volume":
        rows = [row for row in rows if (row.part, row.volume) == (view.part, view.volume)]
    if len(rows) != 1:
        raise Refused("CUS-102", text=view.text[:LONGEST_SHOWN], volumes=len(rows))
    return rows[0]
