"""Puts a theme on the application: Fusion, palette, fonts and the one style sheet."""

from __future__ import annotations

import string
from importlib import resources

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.gui.theme.icons import icon_file
from app.gui.theme.tokens import Tokens, read_tokens

FONT_FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)
_PROPERTY = "theme_name"


def current_tokens() -> Tokens:
    """The tokens of the theme the application wears; light before any was applied."""
    application = QApplication.instance()
    name = application.property(_PROPERTY) if application is not None else None
    return read_tokens(str(name or "light"))


def colour(name: str) -> QColor:
    """A colour of the current theme, for painters."""
    return QColor(current_tokens().colour(name))


def apply_theme(application: QApplication, name: str, more: str = "") -> Tokens:
    """Dress the whole application in the theme called `name` and return its tokens; `more` is
    appended to its style sheet, since every change of that is worked out for all widgets."""
    tokens = read_tokens(name)
    application.setProperty(_PROPERTY, name)
    style = QStyleFactory.create("Fusion")
    application.setStyle(style)
    application.setFont(base_font(tokens))
    application.setPalette(palette(tokens))
    application.setStyleSheet(style_sheet(tokens) + more)
    return tokens


def base_font(tokens: Tokens) -> QFont:
    """The text font; figures of these families are tabular by themselves."""
    font = QFont()
    font.setFamilies(list(FONT_FAMILIES))
    font.setPixelSize(tokens.size("text"))
    font.setStyleHint(QFont.StyleHint.SansSerif)
    return font


def palette(tokens: Tokens) -> QPalette:
    """The palette, for what Qt paints without the style sheet."""
    role = QPalette.ColorRole
    plan = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "surface",
        role.AlternateBase: "window",
        role.Text: "text",
        role.Button: "surface",
        role.ButtonText: "text",
        role.ToolTipBase: "text",
        role.ToolTipText: "surface",
        role.Highlight: "accent",
        role.HighlightedText: "accent_text",
        role.PlaceholderText: "muted",
        role.Link: "accent",
        role.Mid: "border",
        role.Dark: "border_strong",
        role.Light: "surface",
    }
    result = QPalette()
    for name, token in plan.items():
        result.setColor(name, QColor(tokens.colour(token)))
    disabled = QColor(tokens.colour("disabled"))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, disabled)
    return result


def style_sheet(tokens: Tokens) -> str:
    """The style sheet with the tokens filled in. Raises KeyError on an unknown token."""
    template = (resources.files("resources") / "theme" / "desk.qss").read_text(encoding="utf-8")
    control = tokens.size("control")
    return string.Template(template).substitute(
        tokens.colours,
        text_px=tokens.size("text"),
        small_px=tokens.size("small"),
        title_px=tokens.size("title"),
        large_px=tokens.size("large"),
        next_px=tokens.size("text") + 1,
        next_height=control + 10,
        control=control - 2,
        control_less=control - 14,
        radius=tokens.size("radius"),
        arrow_down=icon_file("arrow_down", tokens.colour("muted")),
        check_mark=icon_file("check", tokens.colour("accent_text")),
    )
