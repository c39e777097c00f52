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
        leaf = self._sides[position].leaf
        return all(side.blank for side in self._sides.values() if side.leaf == leaf)

    def must_be(self, facing: int, shown: Callable[[int], bool]) -> bool:
        """Whether a blank side that lies opposite, not `shown` so far, cannot be another: another
        side of its leaf was shown, or no camera can tell its leaf and those around it have no
        blank side that might lie there."""
        if shown(facing):
            return False
        leaf = self._sides[facing].leaf
        if not self.bare(facing):
            return any(shown(side.position) for side in self._sides.values() if side.leaf == leaf)
        others = [side for side in self._sides.values() if side.leaf != leaf]
        before = [side for side in others if side.position < facing][-1:]
        after = [side for side in others if side.position > facing][:1]
        return not any(side.blank for side in before + after)
