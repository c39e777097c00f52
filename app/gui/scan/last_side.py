"""The side that was stored last, small, so that somebody finds its sheet in the paper."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import colour
from app.gui.widgets.images import PictureFault, read_image
from app.gui.widgets.labels import label
from app.services.views import SideRow

THUMBNAIL = (132, 180)


class LastSide(QFrame):
    """A thumbnail with its position; hidden while there is no side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnail = QLabel()
        self.thumbnail.setFixedSize(*THUMBNAIL)
        self.thumbnail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.word = label("", "small", wrap=True)
        self.word.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.word)
        column.addStretch(1)
        self.setFixedWidth(THUMBNAIL[0] + 8)

    def show_side(self, side: SideRow | None) -> None:
        """Show a side; its picture may be in work still."""
        self.setVisible(side is not None)
        if side is None:
            return
        self.word.setText(_("last side stored: {position}").format(position=side.position))
        self.thumbnail.setText(_("In work…"))
        if side.thumbnail is None:
            return
        try:
            image = read_image(side.thumbnail, 256)
        except PictureFault:
            return
        ratio = self.devicePixelRatioF()
        image = image.scaled(
            round(THUMBNAIL[0] * ratio),
            round(THUMBNAIL[1] * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        image.setDevicePixelRatio(ratio)
        picture = QPixmap.fromImage(image)
        painter = QPainter(picture)
        painter.setPen(colour("border_strong"))
        size = picture.deviceIndependentSize()
        painter.drawRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1))
        painter.end()
        self.thumbnail.setPixmap(picture)
