"""Cuts a row of documents into volumes: as few as the limits allow, and evenly filled."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen


@frozen
class Block:
    """What should not be parted, mostly a document (件): the numbered pages of each leaf of paper
    (0 to 2), in order."""

    pages: tuple[int, ...]


@frozen(kw_only=True)
class Limits:
    """What a volume may hold: leaves of paper, and numbered pages on them."""

    leaves: int
    pages: int


def cut_into_volumes(blocks: Sequence[Block], limits: Limits) -> list[int]:
    """The number of leaves of each volume, in order.

    A block is never cut unless it is larger than a volume; then it is cut into even pieces. Of
    all ways with the fewest volumes, one whose thickest volume is as thin as can be is chosen: a
    last volume of two leaves is a nuisance on the shelf.
    """
    pieces = [piece for block in blocks for piece in _pieces(block, limits)]
    fewest = len(_filled(pieces, limits))
    low, high = 1, limits.leaves
    while low < high:
        middle = (low + high) // 2
        narrower = Limits(leaves=middle, pages=limits.pages)
        if _all_fit(pieces, middle) and len(_filled(pieces, narrower)) <= fewest:
            high = middle
        else:
            low = middle + 1
    return _filled(pieces, Limits(leaves=high, pages=limits.pages))


def _pieces(block: Block, limits: Limits) -> list[Block]:
    """The block itself, or even pieces of one that is larger than a volume."""
    leaves = [Block((pages,)) for pages in block.pages]
    if (len(leaves) <= limits.leaves and sum(block.pages) <= limits.pages) or len(leaves) == 1:
        return [block]
    pieces, place = [], 0
    for count in cut_into_volumes(leaves, limits):
        pieces.append(Block(block.pages[place : place + count]))
        place += count
    return pieces


def _all_fit(pieces: Sequence[Block], leaves: int) -> bool:
    return all(len(piece.pages) <= leaves for piece in pieces)


def _filled(pieces: Sequence[Block], limits: Limits) -> list[int]:
    """The leaves of each volume when every one is filled as far as it goes."""
    counts: list[int] = []
    pages = 0
    for piece in pieces:
        more = sum(piece.pages)
        if counts and (
            counts[-1] + len(piece.pages) <= limits.leaves and pages + more <= limits.pages
        ):
            counts[-1] += len(piece.pages)
            pages += more
        else:
            counts.append(len(piece.pages))
            pages = more
    return counts
