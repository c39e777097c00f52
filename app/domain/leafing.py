"""Leafing the paper through under a camera: what was looked at becomes what was seen.

A look is one frame that a machine judged; looks of one rest show the same leaf. Only proof ticks a
side: the order of the leaves explains what is missing, it never stands for a look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from attrs import field, frozen

from app.domain.leafing_sides import LeafSide, OpenBook

# Kinds of looks.
SIDE, OPEN, DIFFERS, BLANK, UNKNOWN = "side", "open", "differs", "blank", "unknown"
KNOWN = (SIDE, OPEN, DIFFERS)
# States of a side, the stronger ones later.
NOT_SEEN, LEFT_OPEN, DIFFERING, SEEN = "not_seen", "open", "differs", "seen"
# Events, besides the states of sides that were reached.
TWO_AT_ONCE, SIDE_MISSED, UNKNOWN_LEAF, WENT_BACK, OTHER_DOSSIER = (
    "two_at_once",
    "side_missed",
    "unknown_leaf",
    "went_back",
    "other_dossier",
)
STRENGTH = {NOT_SEEN: 0, LEFT_OPEN: 1, DIFFERING: 2, SEEN: 3}
_REACHED = {SIDE: SEEN, OPEN: LEFT_OPEN, DIFFERS: DIFFERING}
# One frame may deceive: a leaf is called unknown or blank by two at least.
FEWEST_LOOKS = 2
# What differs in more than single spots is less similar to its side than this.
_LOOSELY = 0.85
# So many unknown leaves, and more than were found, are another dossier under the camera.
_FEWEST_STRANGERS = 4


def is_other_dossier(strangers: int, found: int) -> bool:
    """Whether so many unknown leaves, with so many written sides found, are another dossier."""
    return strangers >= _FEWEST_STRANGERS and strangers > 2 * found


@frozen(kw_only=True)
class Look:
    """One frame as a machine judged it; see `ocr.leafing.recogniser.Sighting`. `frame_size` is
    width and height of the frame, in whose pixels `corners` are given."""

    kind: str
    rest: int
    position: int = 0
    candidates: tuple[int, ...] = ()
    similarity: float = 0.0
    boxes: tuple[tuple[float, ...], ...] = ()
    corners: tuple[tuple[float, ...], ...] = ()
    frame: int = 0
    seconds: float = 0.0
    still: bool = True
    picture: str = ""
    frame_size: tuple[int, int] = (0, 0)


@frozen(kw_only=True)
class SideSeen:
    """What leafing through found of one side."""

    position: int
    state: str = NOT_SEEN
    similarity: float = 0.0
    frame: int = -1
    seconds: float = 0.0
    candidates: tuple[int, ...] = ()
    boxes: tuple[tuple[float, ...], ...] = ()
    picture: str = ""


@frozen(kw_only=True)
class LeafEvent:
    """Something to be said at once: a state that a side reached, or what went wrong. `after` is
    the side seen last before it (0: none)."""

    kind: str
    positions: tuple[int, ...]
    look: Look
    after: int = 0


@attrs.define
class _Rest:
    """What the looks of one rest have shown so far; `frames` are those in which a side was
    recognised, with its position, `positions` the sides that were proved."""

    number: int = -1
    known: Look | None = None
    frames: dict[int, int] = field(factory=dict)
    positions: set[int] = field(factory=set)
    unknown: list[Look] = field(factory=list)
    blank: list[Look] = field(factory=list)
    still: bool = False
    stranger: LeafEvent | None = None

    def beside(self, looks: Sequence[Look]) -> list[Look]:
        """Looks at what bears no side: all where no side was recognised, or those beside the only
        one. A second one leaves no room for more; what was seen in other frames was the first."""
        if len(self.positions) > 1:
            return []
        return [look for look in looks if look.frame in self.frames or not self.positions]


class Leafing:
    """Takes looks in the order they were made and tells what follows from each.

    `states` holds every side at any time. `unknown` are the leaves that the dossier does not have.
    """

    def __init__(self, sides: Sequence[LeafSide]) -> None:
        self._sides = {s.position: s for s in sorted(sides, key=lambda s: s.position)}
        self._order = list(self._sides)
        self._book = OpenBook(self._sides)
        self._place = {position: place for place, position in enumerate(self._order)}
        self.states: dict[int, SideSeen] = {
            position: SideSeen(position=position) for position in self._order
        }
        self.unknown: list[LeafEvent] = []
        self.missed: list[LeafEvent] = []
        self.leaves_shown = 0
        self._last = 0
        self._going_back = False
        self._rest = _Rest()
        self._blank_rests: list[Look] = []
        self._puzzling_rests = 0
        self._told: set[int] = set()
        self._facing_due: int | None = None
        self._other_dossier = False
        # The rest at which a side was proved last.
        self._proved: dict[int, int] = {}

    def observe(self, look: Look) -> list[LeafEvent]:
        """What a look tells."""
        events = self._next_rest(look.rest) if look.rest != self._rest.number else []
        self._rest.still = self._rest.still or look.still
        if look.kind in KNOWN and look.position in self._sides and not self._elsewhere(look):
            events += self._known(look)
        elif look.kind in (UNKNOWN, OPEN) and look.still:
            self._rest.unknown.append(look)
            events += self._stranger_here()
        elif look.kind == BLANK and look.still:
            self._rest.blank.append(look)
        return events

    def finish(self) -> list[LeafEvent]:
        """What the end of it all tells."""
        return self._next_rest(self._rest.number + 1)

    def _elsewhere(self, look: Look) -> bool:
        """Whether a look left open which side lies there, though it is none of them: all were
        proved at other rests, and this leaf differs from them. It is not one that was looked at
        just now, unless it differs in much."""
        if look.kind != OPEN or not look.candidates:
            return False
        unlike = look.similarity < _LOOSELY or (look.boxes and self._last not in look.candidates)
        return bool(unlike) and all(
            self._proved.get(position, look.rest) != look.rest for position in look.candidates
        )

    def _known(self, look: Look) -> list[LeafEvent]:
        events: list[LeafEvent] = []
        if look.kind != OPEN:
            # Where one of several may lie, nothing follows for the leaves before it.
            events += self._moved_to(look)
        proved = look.kind != OPEN
        if self._rest.stranger is not None and proved and look.position not in self._rest.positions:
            # Taken back: it only had to be looked at once more.
            self.unknown.remove(self._rest.stranger)
            self._rest.stranger = None
        elif self._rest.known is None:
            self.leaves_shown += 1
        self._rest.known = look
        self._rest.frames[look.frame] = look.position
        if proved:
            self._rest.positions.add(look.position)
            self._proved[look.position] = look.rest
        reached = _REACHED[look.kind]
        positions = (look.position,) if look.kind != OPEN else look.candidates
        changed = tuple(
            position
            for position in positions
            if position in self.states and STRENGTH[reached] > STRENGTH[self.states[position].state]
        )
        for position in changed:
            self.states[position] = SideSeen(
                position=position,
                state=reached,
                similarity=look.similarity,
                frame=look.frame,
                seconds=look.seconds,
                candidates=look.candidates,
                boxes=look.boxes,
                picture=look.picture,
            )
        if changed:
            events.append(LeafEvent(kind=reached, positions=changed, look=look, after=self._last))
        return events

    def _moved_to(self, look: Look) -> list[LeafEvent]:
        """Follow the leaves from the side seen last to this one."""
        last, here = self._last, look.position
        if last == here:
            return []
        events: list[LeafEvent] = []
        if last and self._place[here] < self._place[last]:
            turned = self._sides[here].leaf < self._sides[last].leaf
            if turned and not self._going_back:
                events.append(LeafEvent(kind=WENT_BACK, positions=(here,), look=look, after=last))
            self._going_back = self._going_back or turned
        else:
            self._going_back = False
            start = self._place[last] + 1 if last else 0
            between = self._order[start : self._place[here]]
            events += self._blanks_between(between)
            if last:
                # Whoever begins with a later volume has passed over nothing.
                events += self._missed_between(between, look)
        self._last = here
        self._blank_rests, self._puzzling_rests = [], 0
        return events

    def _blanks_between(self, between: Sequence[int]) -> list[LeafEvent]:
        """Blank sides that were shown one after the other, as many as there are."""
        waiting = [place for place in between if self.states[place].state == NOT_SEEN]
        if len(waiting) > len(self._blank_rests) or len(between) != len(
            [place for place in between if self._sides[place].blank]
        ):
            return []
        return [
            self._blank_seen(position, shown)
            for position, shown in zip(waiting, self._blank_rests, strict=False)
        ]

    def _missed_between(self, between: Sequence[int], look: Look) -> list[LeafEvent]:
        gone = [
            position
            for position in between
            if self.states[position].state == NOT_SEEN
            and position not in self._told
            # A blank one may have lain beside the leaf that was not recognised.
            and not (self._puzzling_rests and self._sides[position].blank)
        ]
        if all(self._book.bare(position) for position in gone):
            # Of leaves without a written side no camera can tell whether they were shown.
            return []
        ends = {self._sides[look.position].leaf, self._sides[self._last].leaf}
        shown = {self._sides[p].leaf for p in between if self.states[p].state != NOT_SEEN}
        facing = self._book.facing(look.position)
        if facing in gone and self._sides[facing].leaf in ends | shown:
            # In an open book it lies beside; whether it was shown is told when the leaf goes.
            gone.remove(facing)
            self._facing_due = facing
        if not gone:
            return []
        self._told.update(gone)
        whole = tuple(p for p in gone if self._sides[p].leaf not in ends | shown)
        # A leaf that lay there and was not recognised was not turned over with another.
        together = bool(whole) and not self._puzzling_rests
        events = []
        if together:
            events.append(LeafEvent(kind=TWO_AT_ONCE, positions=whole, look=look, after=self._last))
        rest = tuple(p for p in gone if not (together and p in whole))
        if rest:
            events.append(LeafEvent(kind=SIDE_MISSED, positions=rest, look=look, after=self._last))
        self.missed += events
        return events

    def _next_rest(self, number: int) -> list[LeafEvent]:
        """Close a rest: what lay there, when no side was recognised."""
        rest, self._rest = self._rest, _Rest(number=number)
        if rest.known is not None:
            return self._beside_known(rest, rest.known)
        if rest.number < 0 or not rest.still:
            return []
        if rest.stranger is not None:
            self._puzzling_rests += 1
            return []
        if len(rest.blank) >= FEWEST_LOOKS:
            self._blank_rests.append(rest.blank[0])
            return self._blank_after_last(rest.blank[0])
        self._puzzling_rests += 1
        return []

    def _stranger_here(self) -> list[LeafEvent]:
        """Say that a leaf is not in the file while it still lies there, be it beside a side."""
        rest = self._rest
        unknown, blank = rest.beside(rest.unknown), rest.beside(rest.blank)
        left_open = 0 if rest.positions else len(rest.frames)
        enough = len(unknown) >= FEWEST_LOOKS and len(unknown) > max(len(blank), left_open)
        if rest.stranger is not None or not enough:
            return []
        self.leaves_shown += 1
        rest.stranger = LeafEvent(
            kind=UNKNOWN_LEAF, positions=(), look=unknown[0], after=self._last
        )
        self.unknown.append(rest.stranger)
        found = sum(
            side.state in (SEEN, DIFFERING) and not self._sides[position].blank
            for position, side in self.states.items()
        )
        before, self._other_dossier = (
            self._other_dossier,
            is_other_dossier(len(self.unknown), found),
        )
        if not self._other_dossier:
            return [rest.stranger]
        # Said once, clearly, and not again leaf by leaf.
        return [] if before else [attrs.evolve(rest.stranger, kind=OTHER_DOSSIER)]

    def _beside_known(self, rest: _Rest, known: Look) -> list[LeafEvent]:
        """Close a rest in which sides were recognised: what lay beside them in an open book."""
        events: list[LeafEvent] = []
        bare = rest.beside(rest.blank)
        enough = len(bare) >= FEWEST_LOOKS and rest.stranger is None
        beside = rest.frames[bare[0].frame] if enough else 0
        facing = self._book.facing(beside) if enough else None
        waiting = facing is not None and not self._shown(facing)
        if facing is not None and waiting and self._book.leaf_shown(facing, self._shown):
            # Of a leaf that is gone the blank back of the one before it lies there.
            events.append(self._blank_seen(facing, bare[0]))
        due, self._facing_due = self._facing_due, None
        if due is not None and self.states[due].state == NOT_SEEN and due not in self._told:
            self._told.add(due)
            event = LeafEvent(kind=SIDE_MISSED, positions=(due,), look=known, after=self._last)
            self.missed.append(event)
            events.append(event)
        return events

    def _shown(self, position: int) -> bool:
        """Whether a side was proved: what only differs may be of another dossier."""
        return self.states[position].state == SEEN

    def _blank_after_last(self, look: Look) -> list[LeafEvent]:
        """A blank side shown right behind the one seen last, when it stands there alone; of
        several in a row none is ticked before all were shown."""
        place = self._place[self._last] + 1 if self._last else 0
        if not self._last or place >= len(self._order):
            return []
        following = self._order[place]
        alone = place + 1 >= len(self._order) or not self._sides[self._order[place + 1]].blank
        if not self._sides[following].blank or not alone or self._puzzling_rests:
            return []
        if self._shown(following) or not self._shown(self._last):
            return []
        return [self._blank_seen(following, look)]

    def _blank_seen(self, position: int, look: Look) -> LeafEvent:
        self.states[position] = SideSeen(
            position=position,
            state=SEEN,
            similarity=1.0,
            frame=look.frame,
            seconds=look.seconds,
        )
        return LeafEvent(kind=SEEN, positions=(position,), look=look, after=self._last)


@frozen(kw_only=True)
class FlipThrough:
    """One leafing through of a dossier's paper, as kept with it.

    `source` is the name of the video or `camera:N`, `video` the SHA-256 of a file. `sides` holds
    what was found of each side, which `side` (id) and `image` name (`leafing_standing.image_seen`);
    `unknown` the leaves that it does not have (`after`, `seconds`, `frame`, `picture`), `missed`
    what was passed over. `complete` is false when the video was cut off, the camera went away or
    somebody stopped before the last leaf: then nothing follows for what was not shown.
    """

    id: str
    dossier_id: str
    made_at: str
    made_by: str
    source: str
    video: str = ""
    frames: int = 0
    complete: bool = True
    verdict: str = ""
    sides: tuple[dict[str, Any], ...] = ()
    unknown: tuple[dict[str, Any], ...] = ()
    missed: tuple[dict[str, Any], ...] = ()
