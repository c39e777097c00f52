"""The kiosk theme with what only the terminal has: large digits, one big button, wide bars."""

from __future__ import annotations

import string
from importlib import resources

from PySide6.QtWidgets import QApplication

from app.gui.theme.apply import apply_theme
from app.gui.theme.tokens import Tokens, read_tokens

THEME = "kiosk"
DIGIT_PIXELS = 34
HERO_PIXELS = 52


def dress(application: QApplication, theme: str = THEME, more: str = "") -> Tokens:
    """Put the looks of the terminal on the whole application, in one of its themes. `more` is a
    style sheet whose dollar names are filled like those of the terminal's own."""
    tokens = read_tokens(theme)
    own = (resources.files("resources") / "theme" / "kiosk.qss").read_text(encoding="utf-8")
    filled = string.Template(own + more).substitute(
        tokens.colours,
        text_px=tokens.size("text"),
        title_px=tokens.size("title"),
        large_px=tokens.size("large"),
        digit_px=DIGIT_PIXELS,
        hero_px=HERO_PIXELS,
        key_px=tokens.size("text") + 2,
        radius=tokens.size("radius"),
        target=tokens.size("target"),
        half_target=tokens.size("target") // 2,
    )
    return apply_theme(application, theme, filled)
