"""The code of a grant: shown this once, and printed as a pass."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import framed, label
from app.kernel.file_names import safe_name
from app.services.reading_desk_views import GrantedCode


def ask_pdf(parent: QWidget, title: str, name: str) -> Path | None:
    """Ask where a PDF goes; None when the person thinks better of it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    path, _kind = QFileDialog.getSaveFileName(
        parent, title, f"{folder}/{safe_name(name)}.pdf", _("PDF files (*.pdf)")
    )
    return Path(path) if path else None


def open_pdf(path: Path) -> None:
    """Open a PDF with the program for such files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class PassWriter:
    """Writes the pass of a grant and says where it is. A fault goes to `error`, or else to the
    standard dialog."""

    def __init__(self, desk: Desk, parent: QWidget, error: FaultLine | None = None) -> None:
        self._desk, self._parent, self._error = desk, parent, error

    def ask(self, grant: str, number: str) -> None:
        """Ask where the pass goes and write it."""
        title = _("Reading pass {number}").format(number=number)
        path = ask_pdf(self._parent, title, title)
        if path is not None:
            self.write(grant, path)

    def write(self, grant: str, path: Path) -> None:
        """Write the pass to `path` and open it."""
        actor, workstation = self._desk.actor, self._desk.workstation

        def written(_result: object) -> None:
            self._desk.said.emit(_("The pass is at {path}.").format(path=path))
            open_pdf(path)

        operation = Op(
            self._parent, lambda: workstation.print_reading_pass(actor, grant, path)
        ).done(written)
        if self._error is not None:
            self._error.hide()
            operation.refused(self._error.show_fault)
        operation.start()


class ReadingCodeCard(QDialog):
    """Shows the code of a grant once; it is stored nowhere."""

    def __init__(
        self, desk: Desk, granted: GrantedCode, reader: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._granted = granted
        self.setWindowTitle(_("Reading code"))
        self.setMinimumWidth(520)
        self.code = label(granted.code, "large")
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(_("Reading code"))
        self.error = FaultLine()
        self.writer = PassWriter(desk, self, self.error)
        card = framed("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.addWidget(self.code)
        self.print = push_button(_("Save the pass as PDF…"), self.ask_pass, icon_name="qr")
        self.print.setAutoDefault(False)
        close = push_button(_("Passed on, close"), self.accept, role="primary")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.print)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(
            label(_("Reading code for {reader}").format(reader=reader), "title", wrap=True)
        )
        column.addWidget(label(_("Grant {number}").format(number=granted.number), "muted"))
        column.addWidget(card)
        column.addWidget(
            label(
                _(
                    "It is shown this once and stored nowhere; a lost code is replaced by a new "
                    "one. The pass has a signed QR code instead, with time, place and what to "
                    "bring."
                ),
                "small",
                wrap=True,
            )
        )
        column.addWidget(self.error)
        column.addLayout(foot)
        close.setFocus()

    def ask_pass(self) -> None:
        """Ask where the pass goes and write it."""
        self.writer.ask(self._granted.grant, self._granted.number)
