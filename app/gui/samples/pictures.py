"""Invented pages, drawn: enough like scans to judge a screen by."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

PAGE = (1654, 2339)
THUMBNAIL_EDGE = 256
_LINES = (
    "原告诉称：双方于二〇一九年三月签订设备买卖合同，约定货款分三期支付。",
    "被告收到设备后仅支付首期货款，余款经多次催要至今未付。",
    "上述事实有合同、送货单、对账单及双方往来函件予以证实。",
    "为维护合法权益，特向法院提起诉讼，请求依法判令被告支付货款及利息。",
    "一、判令被告支付货款人民币三十二万六千元；",
    "二、判令被告支付逾期付款利息，自起诉之日起计算至实际清偿之日止；",
    "三、本案诉讼费用由被告承担。",
)


def draw_page(path: Path, *, title: str, number: int | None, kind: str = "page") -> Path:
    """One page of about 200 dots per inch with `title`, and its stamped `number`."""
    image = QImage(*PAGE, QImage.Format.Format_RGB32)
    image.fill(QColor("#FBFAF6"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(QColor("#22262B"))
    if kind != "blank":
        _text(painter, title, 64, QRectF(120, 220, PAGE[0] - 240, 220), bold=True)
    if kind == "page":
        top = 520.0
        for row in range(16):
            line = _LINES[row % len(_LINES)]
            _text(painter, line, 36, QRectF(170, top, PAGE[0] - 340, 60), left=True)
            top += 88
        _seal(painter)
    elif kind == "cover":
        painter.setPen(QPen(QColor("#22262B"), 4))
        painter.drawRect(QRectF(110, 110, PAGE[0] - 220, PAGE[1] - 220))
        _text(painter, "民 事 诉 讼 卷 宗", 96, QRectF(120, 600, PAGE[0] - 240, 200), bold=True)
    elif kind == "catalogue":
        painter.setPen(QPen(QColor("#22262B"), 2))
        for row in range(14):
            painter.drawRect(QRectF(150, 480 + row * 110, PAGE[0] - 300, 110))
    if number is not None:
        painter.setPen(QColor("#1E3A78"))
        _text(painter, str(number), 48, QRectF(PAGE[0] - 260, 70, 180, 80), bold=True)
    painter.end()
    image.save(str(path), None, 82)
    return path


def draw_thumbnail(picture: Path, path: Path) -> Path:
    """The thumbnail of `picture`."""
    image = QImage(str(picture)).scaled(
        THUMBNAIL_EDGE,
        THUMBNAIL_EDGE,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    image.save(str(path), None, 82)
    return path


def _text(
    painter: QPainter,
    text: str,
    size: int,
    place: QRectF,
    *,
    bold: bool = False,
    left: bool = False,
) -> None:
    font = QFont("Noto Serif CJK SC")
    font.setPixelSize(size)
    font.setBold(bold)
    painter.setFont(font)
    across = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(place, int(across | Qt.AlignmentFlag.AlignVCenter), text)


def _seal(painter: QPainter) -> None:
    painter.save()
    painter.setPen(QPen(QColor(190, 30, 40, 170), 9))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(PAGE[0] - 620, PAGE[1] - 620, 320, 320))
    painter.setPen(QColor(190, 30, 40, 170))
    _text(painter, "★", 110, QRectF(PAGE[0] - 620, PAGE[1] - 620, 320, 320))
    painter.restore()
