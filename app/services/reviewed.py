"""A dossier as its review asks about it, each thing read once in a transaction."""

from __future__ import annotations

from app.domain.dossier import Dossier, Side
from app.domain.leafing import FlipThrough
from app.domain.review import (
    IMAGE_STEPS,
    ReviewRound,
    ReviewVerdict,
    StepStanding,
    dossier_digest,
    images_digest,
    standings,
)
from app.kernel.computed import computed
from app.services.leafing_sides import kept_flip_throughs
from app.services.picked_sides import picked_sides
from app.services.ports import Transaction
from app.services.review_settings import settings_view
from app.services.review_views import ReviewSettings

# What the review and leafing through ask of a side.
_FIELDS = (
    "id",
    "batch_id",
    "master",
    "frame",
    "position",
    "sheet",
    "face",
    "part",
    "captured_at",
    "superseded",
    "turn",
    "recipe",
    "role",
    "role_by",
    "marker",
    "blank",
    "examined",
    "page_number",
    "replaces",
)


class Reviewed:
    """What is asked for is read then and kept. After a change a new one is made."""

    def __init__(self, tx: Transaction, dossier: Dossier) -> None:
        self.tx = tx
        self.dossier = dossier

    @computed
    def setting(self) -> ReviewSettings:
        """What the court demands."""
        return settings_view(self.tx)

    @computed
    def everything(self) -> dict[str, Side]:
        """Every side that ever was, by id, with the fields that the review asks."""
        return {side.id: side for side in picked_sides(self.tx, self.dossier, _FIELDS)}

    @computed
    def present(self) -> dict[str, Side]:
        """For each side, superseded or not, the one that is there in its place now, if any."""
        replaced_by = {side.replaces: side for side in self.everything.values() if side.replaces}
        found: dict[str, Side] = {}
        for side in self.everything.values():
            current = side
            while current.superseded and current.id in replaced_by:
                current = replaced_by[current.id]
            if not current.superseded:
                found[side.id] = current
        return found

    def position_of(self, side_id: str) -> int:
        """Where a side is found, or what was put in its place; 0 when nothing is."""
        side = self.present.get(side_id)
        return side.position if side is not None else 0

    @computed
    def active(self) -> list[Side]:
        """The sides that are there, in their order."""
        return [side for side in self.everything.values() if not side.superseded]

    @computed
    def sides(self) -> list[Side]:
        """What a review is about: every side that is there, but for separators."""
        return [side for side in self.active if side.role != "separator"]

    @computed
    def images(self) -> str:
        """The digest of the images that are reviewed."""
        return images_digest(self.sides)

    @computed
    def operators(self) -> tuple[str, ...]:
        """Who scanned the sides that are there now."""
        batches = {side.batch_id for side in self.sides}
        rows = self.tx.batches.pick(("id", "operator"), dossier_id=self.dossier.id)
        names = {operator for batch_id, operator in rows if batch_id in batches and operator}
        return tuple(sorted(names))

    @computed
    def rounds(self) -> list[ReviewRound]:
        """The rounds of sampling, the first one first."""
        return self.tx.review_rounds.find(dossier_id=self.dossier.id)

    @computed
    def verdicts(self) -> list[ReviewVerdict]:
        """Every verdict on a side, in the order they were given."""
        return self.tx.review_verdicts.find(dossier_id=self.dossier.id)

    @computed
    def flip_throughs(self) -> list[FlipThrough]:
        """The leafings through, oldest first."""
        return kept_flip_throughs(self.tx, self.dossier)

    @computed
    def chain(self) -> tuple[StepStanding, ...]:
        """The signatures that the court demands and how far they are."""
        if not self.setting.chain:
            return ()
        signed = self.tx.sign_offs.find(dossier_id=self.dossier.id)
        return standings(self.setting.chain, signed, self.digests)

    @computed
    def digests(self) -> dict[str, str]:
        """What a signature of each demanded step vouches for."""
        images = images_digest(self.active)
        items = self.tx.items.find(dossier_id=self.dossier.id)
        whole = dossier_digest(self.active, items)
        return {step: images if step in IMAGE_STEPS else whole for step in self.setting.chain}
