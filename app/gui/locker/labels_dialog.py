"""Labels to print: for volumes, cells and shelves; on A4 sheets or one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.kernel.file_names import safe_name

VOLUMES, CELLS, SHELVES = "volumes", "cells", "shelves"


def kind_word(kind: str) -> str:
    """What a kind of label is stuck on."""
    return {
        VOLUMES: _("Volumes of a case"),
        CELLS: _("Cells of a cabinet"),
        SHELVES: _("Shelves"),
    }[kind]


class LabelsQuestion(Question):
    """Writes a PDF of labels and opens it. Gives the path."""

    def __init__(
        self,
        desk: Desk,
        cabinets: Sequence[str],
        cabinet: str,
        case_no: str = "",
        parent: QWidget | None = None,
    ) -> None:
        sentence = _("Each label carries its code as QR and Code 128, for scanner and camera.")
        super().__init__(desk, _("Labels to print"), sentence, _("Write as PDF…"), parent)
        self.path: Path | None = None
        self.kind = QComboBox()
        for kind in (VOLUMES, CELLS, SHELVES):
            self.kind.addItem(kind_word(kind), kind)
        self.kind.currentIndexChanged.connect(lambda _index: self._follow())
        self.add_field(_("Labels for"), self.kind)
        self.case = self.add_line(_("Case number"), _("Scan the work slip"))
        self.case.setText(case_no)
        self.cabinet = QComboBox()
        self.cabinet.addItems(list(cabinets))
        self.cabinet.setCurrentIndex(max(self.cabinet.findText(cabinet), 0))
        self.add_field(_("Cabinet"), self.cabinet)
        self.shelves = self.add_line(_("Shelf"), "A101/3/2/1-5")
        self.form_of = QComboBox()
        self.form_of.addItem(_("A4 sheets, ten to a sheet"), False)
        self.form_of.addItem(_("One by one, 62 mm label printer"), True)
        self.add_field(_("Paper of the labels"), self.form_of)
        self.answered.connect(self._written)
        self._follow()

    @property
    def chosen(self) -> str:
        """Which kind of label."""
        return str(self.kind.currentData())

    def _follow(self) -> None:
        for field, kind in ((self.case, VOLUMES), (self.cabinet, CELLS), (self.shelves, SHELVES)):
            self.show_field(field, self.chosen == kind)
        self.fit()

    def missing(self) -> QWidget | None:
        needed: dict[str, QLineEdit] = {VOLUMES: self.case, SHELVES: self.shelves}
        field = needed.get(self.chosen)
        return field if field is not None and not field.text().strip() else None

    def submit(self) -> None:
        """Ask where the labels go, unless that is known, and write them."""
        empty = self.missing()
        if empty is not None:
            empty.setFocus()
            return
        if self.path is None:
            folder = QStandardPaths.writableLocation(
                QStandardPaths.StandardLocation.DocumentsLocation
            )
            name = safe_name(" ".join((_("Labels"), self._about())))
            path, _kind = QFileDialog.getSaveFileName(
                self, _("Labels to print"), f"{folder}/{name}.pdf", _("PDF files (*.pdf)")
            )
            if not path:
                return
            self.path = Path(path)
        super().submit()
        self.path = None

    def _about(self) -> str:
        return {
            VOLUMES: self.case.text().strip(),
            CELLS: self.cabinet.currentText(),
            SHELVES: self.shelves.text().strip(),
        }[self.chosen]

    def command(self) -> Callable[[], Path]:
        actor, workstation, path = self.desk.actor, self.desk.workstation, self.path
        assert path is not None
        about, single = self._about(), bool(self.form_of.currentData())
        if self.chosen == VOLUMES:
            return lambda: workstation.print_volume_labels(actor, about, path, single=single)
        if self.chosen == CELLS:
            return lambda: workstation.print_cell_labels(actor, about, path, single=single)
        shelves = about.replace("，", ",").replace(",", " ").split()
        return lambda: workstation.print_shelf_labels(actor, shelves, path, single=single)

    def _written(self, path: Path) -> None:
        self.desk.said.emit(_("The labels are at {path}.").format(path=path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
