"""Pictures of what to do at the scanner, drawn for this program in the colours of the theme."""

from __future__ import annotations

import string

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import current_tokens

WIDTH, HEIGHT = 320, 220
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" '
    'stroke="$text" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">'
)
# The scanner from its side: in-tray upper left, body, out-tray lower right.
_TRAYS = (
    '<path d="M112 112 L66 34" stroke-width="4"/><path d="M240 186 L306 186" stroke-width="4"/>'
)
_BODY = (
    '<path d="M84 112 H240 A12 12 0 0 1 252 124 V198 H72 V124 A12 12 0 0 1 84 112 Z" '
    'fill="$sunken"/>'
)
_LID = '<path d="M126 112 L138 84 H226 L240 112 Z" fill="$surface"/>'
_STACK = (
    '<path d="M104 100 L72 44 M112 97 L80 41 M120 94 L88 38" stroke="$muted" stroke-width="2"/>'
)
_SLOT = '<path d="M112 112 C150 128 178 160 240 178" stroke="$muted" stroke-dasharray="3 7"/>'
_SCANNER = _TRAYS + _BODY + _LID
_UP = (
    '<path d="M{x} {y} V{top}" stroke="$accent" stroke-width="6"/>'
    '<path d="M{left} {neck} L{x} {top} L{right} {neck}" stroke="$accent" stroke-width="6"/>'
)


def _arrow_up(x: int, y: int, top: int) -> str:
    return _UP.format(x=x, y=y, top=top, left=x - 12, right=x + 12, neck=top + 14)


def _arrow_down(x: int, top: int, end: int) -> str:
    return (
        f'<path d="M{x} {top} V{end}" stroke="$accent" stroke-width="6"/>'
        f'<path d="M{x - 12} {end - 14} L{x} {end} L{x + 12} {end - 14}" stroke="$accent" '
        'stroke-width="6"/>'
    )


def _cross(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="15" fill="$bad" stroke="none"/>'
        f'<path d="M{x - 6} {y - 6} L{x + 6} {y + 6} M{x - 6} {y + 6} L{x + 6} {y - 6}" '
        'stroke="$surface" stroke-width="3.5"/>'
    )


def _badge(x: int, y: int, text: str) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="15" fill="$accent" stroke="none"/>'
        f'<text x="{x}" y="{y + 7}" text-anchor="middle" font-size="20" font-weight="600" '
        f'fill="$accent_text" stroke="none">{text}</text>'
    )


_PLUG = (
    '<path d="M20 150 C60 150 70 110 112 110" stroke-width="5"/>'
    '<path d="M112 92 H140 A10 10 0 0 1 150 102 V118 A10 10 0 0 1 140 128 H112 Z" fill="$sunken"/>'
    '<path d="M150 102 H166 M150 118 H166" stroke-width="4"/>'
    '<path d="M206 84 H262 A10 10 0 0 1 272 94 V126 A10 10 0 0 1 262 136 H206 Z" fill="$surface"/>'
    '<path d="M206 102 H222 M206 118 H222" stroke-width="4"/>'
)
_BODIES: dict[str, str] = {
    "jam": _TRAYS
    + _BODY
    + _SLOT
    + '<path d="M126 112 L118 62 L206 44 L240 112" fill="none"/>'
    + '<path d="M112 112 L134 132 L146 122 L158 150 L172 140 L186 164" stroke="$bad" '
    'stroke-width="5"/>' + _cross(196, 172) + _arrow_up(160, 104, 20),
    "cover": _TRAYS
    + _BODY
    + '<path d="M240 112 L228 30 H146 L150 44 H214 L222 112" fill="$surface"/>'
    + '<path d="M136 36 A70 70 0 0 0 132 96" stroke="$accent" stroke-width="6"/>'
    + '<path d="M119 85 L132 98 L147 86" stroke="$accent" stroke-width="6"/>',
    "double_feed": _TRAYS
    + _BODY
    + _SLOT
    + '<path d="M84 30 L164 62 L148 104 L68 72 Z" fill="$surface"/>'
    + '<path d="M104 12 L196 26 L188 76 L96 62 Z" fill="$surface" stroke="$bad"/>'
    + '<path d="M214 40 H262 M250 28 L264 40 L250 52" stroke="$accent" stroke-width="6"/>'
    + _badge(110, 92, "1")
    + _badge(176, 52, "2"),
    "feeder": _SCANNER
    + '<path d="M96 104 L52 28" stroke="$muted" stroke-dasharray="4 8"/>'
    + '<g transform="translate(150 0)"><path d="M10 14 H84 V64 H10 Z" fill="$surface"/>'
    + '<path d="M18 8 H92 V58" /><path d="M22 28 H70 M22 40 H70 M22 52 H54" stroke="$muted" '
    'stroke-width="2"/></g>'
    + '<path d="M146 40 C120 40 104 52 100 74" stroke="$accent" stroke-width="6"/>'
    + '<path d="M87 63 L100 78 L115 66" stroke="$accent" stroke-width="6"/>',
    "cable": _PLUG
    + '<path d="M174 160 H200 M190 150 L202 160 L190 170" stroke="$accent" stroke-width="5"/>'
    + _cross(186, 58),
    "power": _SCANNER
    + _STACK
    + '<circle cx="160" cy="152" r="26" fill="$surface" stroke="$accent" stroke-width="4"/>'
    + '<path d="M160 134 V152" stroke="$accent" stroke-width="5"/>'
    + '<path d="M149 143 A14 14 0 1 0 171 143" stroke="$accent" stroke-width="5"/>'
    + '<path d="M252 160 C284 160 280 120 306 120" stroke-width="4"/>',
    "wait": _SCANNER
    + _STACK
    + '<circle cx="162" cy="152" r="30" fill="$surface" stroke="$accent" stroke-width="4"/>'
    + '<path d="M162 134 V152 L175 161" stroke="$accent" stroke-width="5"/>',
    "lock": _SCANNER
    + _STACK
    + '<path d="M140 146 H184 V184 H140 Z" fill="$surface" stroke="$accent" stroke-width="4"/>'
    + '<path d="M148 146 V134 A14 14 0 0 1 176 134 V146" stroke="$accent" stroke-width="4"/>'
    + '<path d="M162 160 V170" stroke="$accent" stroke-width="5"/>',
    "disk": '<path d="M84 60 V160 A76 24 0 0 0 236 160 V60" fill="$sunken"/>'
    + '<path d="M84 84 V160 A76 24 0 0 0 236 160 V84 A76 24 0 0 1 84 84" fill="$bad_soft" '
    'stroke="$bad"/>'
    + '<ellipse cx="160" cy="60" rx="76" ry="24" fill="$surface"/>'
    + _arrow_up(280, 150, 84)
    + _cross(160, 140),
    "settings": _SCANNER
    + _STACK
    + '<path d="M112 142 H212 M112 160 H212 M112 178 H212" stroke="$muted"/>'
    + '<circle cx="140" cy="142" r="8" fill="$accent" stroke="none"/>'
    + '<circle cx="186" cy="160" r="8" fill="$accent" stroke="none"/>'
    + '<circle cx="156" cy="178" r="8" fill="$accent" stroke="none"/>',
}
DRAWINGS = tuple(_BODIES)


def drawing_source(name: str) -> str:
    """The picture called `name` as SVG in the colours of the theme; an unknown one is "wait"."""
    body = _BODIES.get(name, _BODIES["wait"])
    return string.Template(_HEAD + body + "</svg>").substitute(current_tokens().colours)


def drawing_word(name: str) -> str:
    """What a picture shows, for screen readers."""
    return {
        "jam": _("Open the cover and take the jammed sheet out"),
        "cover": _("Close the cover"),
        "double_feed": _("Separate the two sheets"),
        "feeder": _("Put the paper into the feeder"),
        "cable": _("Check the cable"),
        "power": _("Switch the scanner off and on again"),
        "lock": _("The scanner is locked"),
        "disk": _("Make room on the disk"),
        "settings": _("Check the settings"),
    }.get(name, _("Wait until the scanner is ready"))


class Drawing(QWidget):
    """One picture, as large as its place allows."""

    def __init__(self, name: str = "wait", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setMinimumSize(160, 110)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_drawing(name)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTH, HEIGHT)

    @property
    def name(self) -> str:
        """The picture shown."""
        return self._name

    def show_drawing(self, name: str) -> None:
        """Show another picture."""
        self._name = name
        self.setAccessibleName(drawing_word(name))
        self.setToolTip(drawing_word(name))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        size = QSize(WIDTH, HEIGHT).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        painter = QPainter(self)
        source = QByteArray(drawing_source(self._name).encode("utf-8"))
        QSvgRenderer(source).render(painter, place)
        painter.end()
