"""The theme of touch screens with what only a cabinet has: words to be read from 1.5 m away."""

from __future__ import annotations

import string
from importlib import resources

from PySide6.QtWidgets import QApplication

from app.gui.kiosk.looks import dress
from app.gui.theme.tokens import Tokens

# Pixels. On a screen of 21 inches and 1920 dots, 26 are 6.5 mm: a reader at 1.5 m needs 5.
TEXT_PIXELS = 26
TITLE_PIXELS = 36
LARGE_PIXELS = 48
HERO_PIXELS = 68
NUMBER_PIXELS = 120
# A finger in a glove.
TARGET_PIXELS = 76


def dress_cabinet(application: QApplication) -> Tokens:
    """Put the looks of the cabinet on the whole application."""
    tokens = dress(application)
    template = (resources.files("resources") / "theme" / "cabinet.qss").read_text(encoding="utf-8")
    own = string.Template(template).substitute(
        tokens.colours,
        text_px=TEXT_PIXELS,
        title_px=TITLE_PIXELS,
        large_px=LARGE_PIXELS,
        hero_px=HERO_PIXELS,
        number_px=NUMBER_PIXELS,
        target=TARGET_PIXELS,
        radius=tokens.size("radius"),
    )
    application.setStyleSheet(application.styleSheet() + own)
    return tokens
