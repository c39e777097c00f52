"""The sides that leafing through looks for, and which of them lie opposite in an open book."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen


@frozen(kw_only=True)
class LeafSide:
    """A side that may be seen. `leaf` counts the sheets from 1; `blank` says it bears nothing."""

    position: int
    leaf: int
    blank: bool = False


class OpenBook:
    """Of an open book one sees the back of a leaf and the front of the next. `sides` are those of
    the file by position, in their order."""

    def __init__(self, sides: Mapping[int, LeafSide]) -> None:
        self._sides = sides
        self._order = list(sides)
        self._place = {position: place for place, position in enumerate(self._order)}
        self._leaves: dict[int, list[LeafSide]] = {}
        for side in sides.values():
            self._leaves.setdefault(side.leaf, []).append(side)

    def facing(self, position: int) -> int | None:
        """The blank side that lies opposite: the only blank neighbour of another leaf."""
        place = self._place[position]
        found = [
            other
            for other in self._order[max(0, place - 1) : place + 2]
            if self._sides[other].leaf != self._sides[position].leaf and self._sides[other].blank
        ]
        return found[0] if len(found) == 1 else None

    def bare(self, position: int) -> bool:
        """Whether the file has no written side of a leaf: no camera can tell it."""
        return all(side.blank for side in self._of_leaf(position))

    def leaf_shown(self, position: int, shown: Callable[[int], bool]) -> bool:
        """Whether a side of the leaf of a side was `shown`. Only then a blank one can be told: it
        could be the back of a leaf before, or one that is not in the file."""
        return any(shown(side.position) for side in self._of_leaf(position))

    def _of_leaf(self, position: int) -> list[LeafSide]:
        return self._leaves[self._sides[position].leaf]
