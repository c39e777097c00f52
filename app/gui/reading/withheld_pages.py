"""What a grant on the terms in hand would show, and the pages it would keep back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.labels import label, restyle
from app.services.reading_desk_views import GrantPreview
from app.services.views import SideRow
from app.words.reading import withheld_reason_word

STRIP_HEIGHT = 158
THUMBNAIL_WIDTH = 84
REASONS = ("not_granted", "withheld", "withheld_item", "unread")


class WithheldPages(QWidget):
    """A sentence, the reasons with their pages, and the pages kept back as pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sides: dict[str, SideRow] = {}
        self._preview: GrantPreview | None = None
        self.sentence = label("", "heading", self, wrap=True)
        self.reasons = label("", "small", self, wrap=True)
        self.strip = FilmStrip(self, cell_width=THUMBNAIL_WIDTH)
        self.strip.setAccessibleName(_("Pages kept back"))
        self.strip.setFixedHeight(STRIP_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.sentence, self.reasons, self.strip):
            column.addWidget(part)

    def show_sides(self, sides: Sequence[SideRow]) -> None:
        """The sides of the dossier are known now, and with them the pictures."""
        self._sides = {side.id: side for side in sides}
        if self._preview is not None:
            self.show_preview(self._preview)

    def show_preview(self, preview: GrantPreview) -> None:
        """Show what these terms mean."""
        self._preview = preview
        overlaps = "、".join(preview.overlaps[:4])
        said = _("{shown} of {all} pages would be shown, {withheld} kept back.").format(
            shown=preview.shown, all=len(preview.pages), withheld=preview.withheld
        )
        if overlaps:
            said += _(" There are grants in force already: {numbers}.").format(numbers=overlaps)
        self.sentence.setText(said)
        restyle(self.sentence, "tone", "" if preview.shown else "bad")
        self.reasons.setText("\n".join(self._reason_lines(preview)))
        kept = [page.side_id for page in preview.pages if page.why]
        shown = [self._sides[side] for side in kept if side in self._sides]
        self.strip.show_sides(shown)
        self.strip.setVisible(bool(shown))

    def _reason_lines(self, preview: GrantPreview) -> list[str]:
        lines = []
        for why in REASONS:
            pages = [page.page_number for page in preview.pages if page.why == why]
            if pages:
                lines.append(f"{withheld_reason_word(why)}：{spans(pages)}")
        return lines


class Pause(QTimer):
    """Runs once, a moment after the last change, so that typing asks one question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(250)
