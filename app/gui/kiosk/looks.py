"""The kiosk theme with what only the terminal has: large digits, one big button, wide bars."""

from __future__ import annotations

import string
from importlib import resources

from PySide6.QtWidgets import QApplication

from app.gui.theme.apply import apply_theme
from app.gui.theme.tokens import Tokens

THEME = "kiosk"
DIGIT_PIXELS = 34
HERO_PIXELS = 52


def dress(application: QApplication, theme: str = THEME) -> Tokens:
    """Put the looks of the terminal on the whole application, in one of its themes."""
    tokens = apply_theme(application, theme)
    template = (resources.files("resources") / "theme" / "kiosk.qss").read_text(encoding="utf-8")
    own = string.Template(template).substitute(
        tokens.colours,
        text_px=tokens.size("text"),
        title_px=tokens.size("title"),
        large_px=tokens.size("large"),
        digit_px=DIGIT_PIXELS,
        hero_px=HERO_PIXELS,
        radius=tokens.size("radius"),
        target=tokens.size("target"),
        half_target=tokens.size("target") // 2,
    )
    application.setStyleSheet(application.styleSheet() + own)
    return tokens
