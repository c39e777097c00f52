"""What of a dossier goes into a reading bundle: what its grant shows, and nothing else.

Records are made anew with the few fields that a reader's screen needs, so that what is added to a
record later stays at home until somebody decides about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import MAIN, Batch, Dossier, Item, Recognised, Side
from app.domain.masking import hidden_characters, masked
from app.domain.reading import ReadingGrant
from app.kernel.ids import new_id
from app.services.ports import Transaction
from app.services.reading_masks import page_boxes
from app.services.reading_pages import granted_sides, is_cleared
from app.services.reading_settings import READING
from app.services.reading_views import Box

_PRINTED = ("print", "stamp")
_TREE = ("width", "height", "orientation", "engine", "engine_version", "version")
_LINE = ("text", "box", "kind", "confidence", "characters")


@frozen(kw_only=True)
class BundleContent:
    """Records by table, and what to cover on the picture of each side (by id)."""

    records: Mapping[str, list[Any]]
    covers: Mapping[str, tuple[Box, ...]]


def bundle_content(
    tx: Transaction, grant: ReadingGrant, dossier: Dossier, *, card: str = ""
) -> BundleContent:
    """All that a terminal needs for one grant; `card` is the digest by which it knows the card
    of its reader."""
    batch = Batch(id=new_id("batch"), dossier_id=dossier.id, source="bundle")
    granted = granted_sides(tx, grant, dossier)
    sides = [_side(side, batch.id) for _number, side in sorted(granted.items())]
    covers = {
        side.id: page_boxes(tx, side, cleared=is_cleared(grant, side))
        for side in granted.values()
        if grant.masked
    }
    texts = [_text(tx, side, hide=grant.masked) for side in granted.values()]
    return BundleContent(
        records={
            "dossiers": [_dossier_record(dossier)],
            "batches": [batch],
            "sides": sides,
            "items": _items(tx, dossier, set(granted)),
            "recognised": [text for text in texts if text is not None],
            "grants": [_grant_record(grant, set(granted), card)],
            "preferences": tx.preferences.find(person="", name=READING),
        },
        covers=covers,
    )


def _dossier_record(dossier: Dossier) -> Dossier:
    return Dossier(
        id=dossier.id,
        case_no=dossier.case_no,
        state=dossier.state,
        court=dossier.court,
        cause=dossier.cause,
    )


def _grant_record(grant: ReadingGrant, pages: set[int], card: str) -> ReadingGrant:
    """The grant with its pages by number, so that what is withheld is not even named. The digest
    of the card is that of the bundle: the one of the station stays there."""
    return attrs.evolve(
        grant,
        pages=tuple(sorted(pages)),
        withheld=(),
        withheld_items=(),
        identity_hash=card,
        application_id="",
        granted_by="",
        approved_by="",
        reason="",
        tries_left=grant.tries_left,
    )


def _side(side: Side, batch: str) -> Side:
    """Its picture's master is the picture itself: of the master that was scanned not even the
    digest leaves the house."""
    number = side.page_number or 0
    return Side(
        id=side.id,
        dossier_id=side.dossier_id,
        batch_id=batch,
        master=side.picture,
        frame=0,
        position=number,
        sheet=number,
        face="front",
        part=MAIN,
        media_type="image/jpeg",
        width=side.width,
        height=side.height,
        dpi=side.dpi,
        turn=side.turn,
        role=side.role,
        page_number=side.page_number,
        picture=side.picture,
        recognised=side.recognised,
        recipe=side.recipe,
    )


def _items(tx: Transaction, dossier: Dossier, pages: set[int]) -> list[Item]:
    """The rows of the catalogue of which a page is shown."""
    shown = []
    for item in tx.items.find(dossier_id=dossier.id, part=MAIN):
        first = item.first_page
        if first is None or not pages & set(range(first, (item.last_page or first) + 1)):
            continue
        shown.append(
            Item(
                id=item.id,
                dossier_id=dossier.id,
                part=MAIN,
                number=item.number,
                title=item.title,
                category=item.category,
                date=item.date,
                author=item.author,
                first_page=first,
                last_page=item.last_page,
                confidence=item.confidence,
            )
        )
    return shown


def _text(tx: Transaction, side: Side, *, hide: bool) -> Recognised | None:
    """The text of a side; with `hide` without what is covered on its picture."""
    read = tx.recognised.first(side_id=side.id)
    if read is None:
        return None
    kept = [{key: line[key] for key in _LINE if key in line} for line in read.tree["lines"]]
    if hide:
        kept = _hidden([line for line in kept if _is_known(line)])
    tree = {key: read.tree[key] for key in _TREE if key in read.tree} | {"lines": kept}
    return Recognised(
        id=read.id,
        dossier_id=read.dossier_id,
        side_id=side.id,
        engine=read.engine,
        text="\n".join(str(line["text"]) for line in kept),
        tree=tree,
    )


def _is_known(line: Mapping[str, Any]) -> bool:
    return bool(line["text"]) and line.get("kind", "print") in _PRINTED


def _hidden(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with × for what is covered, in the text and in every character."""
    texts = [str(line["text"]) for line in lines]
    hidden = hidden_characters(texts, [line["box"] for line in lines])
    return [_line_hidden(line, places) for line, places in zip(lines, hidden, strict=True)]


def _line_hidden(line: dict[str, Any], places: frozenset[int]) -> dict[str, Any]:
    text = masked(str(line["text"]), places)
    if not places:
        return line
    # Where characters and text part, places of characters cannot be told: they are left out.
    signs = [sign for sign in text if not sign.isspace()]
    characters = list(line.get("characters", ()))
    if len(signs) != len(characters):
        return {**line, "text": text, "characters": []}
    covered = [[sign, *each[1:]] for sign, each in zip(signs, characters, strict=True)]
    return {**line, "text": text, "characters": covered}
