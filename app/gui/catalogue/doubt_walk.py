"""From doubt to doubt: rows of the catalogue and page numbers, in the order of the sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.services.doubts import ITEM, NUMBER, Doubt

if TYPE_CHECKING:
    from app.gui.catalogue.page import CataloguePage

# The upper corner that bears the number of a front, and of a back: left, top, right, bottom.
FRONT_CORNER = (0.5, 0.0, 1.0, 0.3)
BACK_CORNER = (0.0, 0.0, 0.5, 0.3)


class DoubtWalk:
    """The doubts of the case that `page` shows. `kind` is what is looked at there: the row of the
    catalogue or the page number of the side."""

    def __init__(self, page: CataloguePage) -> None:
        self._page = page
        self.doubts: list[Doubt] = []
        # What a person settled, and which command does so: until that is obeyed, what is read of
        # the database still holds the doubt.
        self._settled: list[tuple[Doubt, int]] = []
        self.kind = ITEM

    @property
    def here(self) -> Doubt | None:
        """The doubt about what is looked at."""
        side, item = self._page.strip.current_side, self._page.current_item
        shown = side if self.kind == NUMBER else item
        return doubt_at(self.doubts, self.kind, shown.id if shown is not None else "")

    def show(self, doubts: Sequence[Doubt], obeyed: int) -> None:
        """Take what was read when `obeyed` commands of the page were done."""
        self._settled = [(doubt, given) for doubt, given in self._settled if given > obeyed]
        waiting = {(doubt.kind, doubt.subject) for doubt, _given in self._settled}
        self.doubts = [doubt for doubt in doubts if (doubt.kind, doubt.subject) not in waiting]

    def confirm(self) -> None:
        """Confirm what is looked at and go to the next doubt, or to the next row."""
        page = self._page
        if self.kind == NUMBER and page.why.number_changed:
            page.why.give_number()
            return
        doubt = self.here
        page.commands.confirm()
        if doubt is not None:
            self.settle(doubt)
        else:
            last = len(page.model.rows) - 1
            page.table.go_to(min(page.table.currentIndex().row() + 1, last))

    def give_number(self, text: str) -> None:
        """The page number of the side in sight is `text`; empty when it bears none."""
        doubt = self.here
        self._page.commands.give_number(text)
        if doubt is not None and doubt.kind == NUMBER:
            self.settle(doubt)
        else:
            self._page.table.setFocus()

    def settle(self, doubt: Doubt) -> None:
        """A person settled a doubt; go to the next one, without waiting for the database. After
        the last one the cursor goes back to the table, where the keys of the page work."""
        self._settled.append((doubt, self._page.given))
        self.doubts = [other for other in self.doubts if other != doubt]
        self.go(1)
        if not self.doubts:
            self._page.table.setFocus()

    def go(self, step: int) -> None:
        """The next (1) or previous (-1) doubtful place, round and round; the first for 0."""
        if not self.doubts:
            return
        page = self._page
        side = page.strip.current_side
        place = (side.position if side is not None else 0, self.kind)
        doubt = next_doubt(self.doubts, place, step)
        if doubt.kind == NUMBER:
            page.strip.go_to_side(doubt.subject)
            page.why.edit_number()
            side = page.strip.current_side
            front = side is None or side.face != "back"
            page.viewer.viewer.look_at(FRONT_CORNER if front else BACK_CORNER)
        else:
            page.table.go_to(page.model.number_of(doubt.subject))
            page.strip.go_to_position(doubt.position)
            page.table.setFocus()
        # Going to another row sets it back.
        self.kind = doubt.kind


def next_doubt(doubts: Sequence[Doubt], place: tuple[int, str], step: int) -> Doubt:
    """The doubt after (1) or before (-1) a place, round and round; the first one for 0."""
    if step == 0:
        return doubts[0]
    places = [(doubt.position, doubt.kind) for doubt in doubts]
    if step > 0:
        return next((d for d, at in zip(doubts, places, strict=True) if at > place), doubts[0])
    earlier = [d for d, at in zip(doubts, places, strict=True) if at < place]
    return earlier[-1] if earlier else doubts[-1]


def doubt_at(doubts: Sequence[Doubt], kind: str, subject: str) -> Doubt | None:
    """The doubt about one row or one side."""
    return next((d for d in doubts if (d.kind, d.subject) == (kind, subject)), None)
