"""The words of the page in sight: chosen on the picture they fill a field, and they complete what
is typed."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.labels import framed, label
from app.gui.widgets.text_picker import TextPicker, on_picture
from app.gui.widgets.viewer_panel import ViewerPanel
from app.services.suggestions import Suggestions
from app.services.views import SideRow, TextLineRow
from app.words.cataloguing import field_word


class PageWords:
    """Shows a side in `panel` and reads its words off the main thread; `picker` tells what was
    chosen, a line over the page into which field it goes."""

    def __init__(self, desk: Desk, panel: ViewerPanel) -> None:
        self._desk = desk
        self._panel = panel
        self._shown = ""
        self.suggestions = Suggestions()
        self.picker = TextPicker(panel.viewer)
        bar = framed("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 2, 8, 2)
        self.hint = label("", "muted")
        row.addWidget(self.hint, 1)
        panel.add_bar(bar)

    def show(self, side: SideRow | None, field: str) -> None:
        """Show a side; what is chosen on it goes into `field`."""
        self.hint.setText(_("Words chosen here fill: {field}").format(field=field_word(field)))
        if side is None:
            return
        self._panel.show_side(side, ())
        if side.id != self._shown:
            self._shown = side.id
            self.picker.show_words(())
            self._read(side)

    def _read(self, side: SideRow) -> None:
        workstation, number = self._desk.workstation, self._desk.case_no

        def read() -> tuple[list[TextLineRow], Suggestions]:
            offered = workstation.suggestions(number, side.position)
            return workstation.text_lines(side.id), offered

        def arrived(found: tuple[list[TextLineRow], Suggestions]) -> None:
            if side.id == self._shown:
                self.picker.show_words(on_picture(side, found[0]))
                self.suggestions = found[1]

        Op(self._panel, read).reads().done(arrived).start()
