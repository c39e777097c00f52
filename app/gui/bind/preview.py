"""The papers of a volume as they will be printed, one below the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

SCREEN_DPI, PRINTER_DPI = 110, 300
GAP = 16
WIDEST = 620


class Paper(QWidget):
    """One sheet of paper, as wide as there is room."""

    def __init__(self, picture: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(WIDEST)
        self.setMinimumWidth(160)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return round(width * self._picture.height() / max(self._picture.width(), 1))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDEST, self.heightForWidth(WIDEST))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        shown = self._picture.scaled(
            self.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, shown)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(0, 0, round(shown.width() / ratio) - 1, round(shown.height() / ratio) - 1)


class PaperPreview(QScrollArea):
    """All papers of a volume."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.papers = 0

    def show_pictures(self, pictures: Sequence[QImage]) -> None:
        """Show these instead of what is shown."""
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        for picture in pictures:
            column.addWidget(Paper(picture), 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch(1)
        self.papers = len(pictures)
        self.setWidget(holder)


def drawn(draw: Callable[[Path], Sequence[Path]]) -> list[QImage]:
    """The pictures that `draw` writes into the folder it is given, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="papers-") as folder:
        return [QImage(str(path)) for path in draw(Path(folder))]


def print_pictures(printer: QPrinter, pictures: Sequence[QImage]) -> None:
    """Print each picture on a sheet of its own at its own size: codes have theirs."""
    printer.setFullPage(True)
    painter = QPainter(printer)
    try:
        for number, picture in enumerate(pictures):
            if number:
                printer.newPage()
            scale = printer.resolution() * 1000 / 25.4 / picture.dotsPerMeterX()
            size = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
            painter.drawImage(size, picture)
    finally:
        painter.end()
