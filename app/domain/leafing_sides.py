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

    def must_be(self, facing: int, position: int, shown: Callable[[int], bool]) -> bool:
        """Whether a blank side that lies opposite `position` can be no other than `facing`. `shown`
        tells which sides were; one whose leaf was shown is next, one of a leaf that was passed over
        may be the back of the leaf before."""
        if shown(facing):
            return False
        if self._leaf_shown(facing, shown):
            return True
        if facing > position:
            following = [p for p in self._order[self._place[facing] :] if not self._same(p, facing)]
            return self.bare(facing) and not (following and self._sides[following[0]].blank)
        backs: list[int] = []
        for other in reversed(self._order[: self._place[facing] + 1]):
            if not backs or not self._same(other, backs[-1]):
                backs.append(other)
                if self._leaf_shown(other, shown):
                    break
        return sum(self._sides[p].blank and not shown(p) for p in backs) == 1

    def _same(self, one: int, other: int) -> bool:
        return self._sides[one].leaf == self._sides[other].leaf

    def _leaf_shown(self, position: int, shown: Callable[[int], bool]) -> bool:
        leaf = self._sides[position].leaf
        return any(shown(side.position) for side in self._sides.values() if side.leaf == leaf)
