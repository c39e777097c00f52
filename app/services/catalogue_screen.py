"""All that the catalogue screen shows of a case, in one read: it is read anew after every edit."""

from __future__ import annotations

from attrs import frozen

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED
from app.services.doubts import Doubt, Doubts, doubts_of, doubts_of_the_whole
from app.services.item_rows import catalogue_items, item_row
from app.services.keying import KeyingRow, keyed_fields, keying_rows
from app.services.ordering import Ordering, moves_of
from app.services.side_rows import SideReading, read_side_rows
from app.services.views import ItemRow, SideRow


@frozen(kw_only=True)
class CatalogueView:
    """What the screen shows. `version` names the state of the data it was read from; `moves` says
    how many documents the template would have elsewhere; `whole` are the doubts about the dossier
    itself, `doubts` those about rows and page numbers by position."""

    case_no: str
    actor: str
    version: int
    reading: SideReading
    items: list[ItemRow]
    doubts: list[Doubt]
    keying: list[KeyingRow]
    whole: list[Doubt]
    moves: int = 0

    @property
    def sides(self) -> list[SideRow]:
        """The active sides by position."""
        return self.reading.rows


class CatalogueScreen(Doubts, Ordering):
    """Use case of whoever has the catalogue before her."""

    def catalogue_view(
        self, actor: Actor, case_no: str, earlier: CatalogueView | None = None
    ) -> CatalogueView:
        """The catalogue as `actor` may see it. When nothing was written since `earlier` was read
        for the same person and case, that is given back; else sides that stayed as they were keep
        their rows, the same objects."""
        # Asked first: what is written meanwhile makes the rows newer than they say, never older.
        version = self._context.storage.data_version()
        if earlier is not None and (earlier.case_no, earlier.actor) != (case_no, actor.name):
            earlier = None
        if earlier is not None and earlier.version == version:
            return earlier
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            documents = catalogue_items(tx, dossier.id)
            known = earlier.reading if earlier is not None else None
            reading = read_side_rows(tx, dossier.id, self._context.blobs, known)
            fields = keyed_fields(tx)
            moves = sum(
                len(moves_of(tx, dossier, part, [d for d in documents if d.part == part]))
                for part in (MAIN, RESTRICTED)
            )
        items = [item_row(item) for item in documents]
        return CatalogueView(
            case_no=case_no,
            actor=actor.name,
            version=version,
            reading=reading,
            items=items,
            doubts=doubts_of(items, reading.rows),
            keying=keying_rows(documents, fields, actor),
            whole=doubts_of_the_whole(dossier),
            moves=moves,
        )
