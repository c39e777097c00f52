"""Themes: every pair that carries text is readable, every token is filled in."""

from __future__ import annotations

import string
from importlib import resources

import pytest
from PySide6.QtGui import QFontMetrics, QRawFont
from PySide6.QtWidgets import QApplication

from app.gui.theme.apply import FONT_FAMILIES, base_font, palette, style_sheet
from app.gui.theme.icons import icon_names, icon_pixmap
from app.gui.theme.tokens import THEMES, contrast, read_tokens
from app.kernel.translation import load

TEXT_PAIRS = [
    ("text", "window"),
    ("text", "surface"),
    ("text", "sunken"),
    ("text", "hover"),
    ("text", "accent_soft"),
    ("muted", "window"),
    ("muted", "surface"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("accent_on_soft", "accent_soft"),
    ("good", "good_soft"),
    ("warn", "warn_soft"),
    ("bad", "bad_soft"),
    ("note", "note_soft"),
    ("good", "surface"),
    ("warn", "surface"),
    ("bad", "surface"),
    ("navigation_text", "navigation"),
    ("navigation_text", "hover"),
    ("canvas_text", "canvas"),
    ("surface", "text"),
    ("surface", "good"),
    ("surface", "warn"),
    ("surface", "bad"),
    ("surface", "note"),
    ("surface", "accent"),
]
GRAPHIC_PAIRS = [
    ("border_strong", "surface"),
    ("border_strong", "window"),
    ("focus", "surface"),
    ("focus", "window"),
    ("accent", "canvas"),
    ("band_a", "surface"),
    ("band_b", "surface"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_has_contrast_aa(theme: str, front: str, back: str) -> None:
    tokens = read_tokens(theme)
    floor = 7.0 if theme == "high_contrast" else 4.5
    assert contrast(tokens.colour(front), tokens.colour(back)) >= floor


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), GRAPHIC_PAIRS)
def test_lines_and_marks_have_three_to_one(theme: str, front: str, back: str) -> None:
    tokens = read_tokens(theme)
    assert contrast(tokens.colour(front), tokens.colour(back)) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("back", ["window", "surface", "sunken"])
def test_what_cannot_be_pressed_can_still_be_read(theme: str, back: str) -> None:
    tokens = read_tokens(theme)
    assert contrast(tokens.colour("disabled"), tokens.colour(back)) >= 3.0


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)


@pytest.mark.parametrize("theme", THEMES)
def test_style_sheet_is_filled_in_and_themes_share_their_tokens(
    qapp: QApplication, theme: str
) -> None:
    tokens = read_tokens(theme)
    assert set(tokens.colours) == set(read_tokens("light").colours)
    assert tokens.size("radius") == 6
    assert tokens.size("grid") == 8
    text = style_sheet(tokens)
    assert "$" not in text
    assert tokens.colour("accent") in text
    assert palette(tokens).window().color().name().upper() == tokens.colour("window").upper()


def test_touch_theme_has_large_text_and_targets() -> None:
    tokens = read_tokens("kiosk")
    assert tokens.size("text") >= 20
    assert tokens.size("target") >= 56


def test_template_uses_known_tokens_alone() -> None:
    text = (resources.files("resources") / "theme" / "desk.qss").read_text(encoding="utf-8")
    named = {
        match.group("named") or match.group("braced")
        for match in string.Template.pattern.finditer(text)
    }
    known = set(read_tokens("light").colours)
    sizes = {name for name in named if name not in known}
    assert sizes == {
        "text_px",
        "small_px",
        "title_px",
        "large_px",
        "next_px",
        "next_height",
        "control",
        "control_less",
        "radius",
        "arrow_down",
        "check_mark",
    }


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = icon_pixmap(name, "#FF0000", 24).toImage()
    drawn = sum(
        image.pixelColor(x, y).alpha() > 128
        for x in range(image.width())
        for y in range(image.height())
    )
    assert drawn > 12


def test_no_tofu(qapp: QApplication) -> None:
    """Every character of the Chinese texts has a glyph in the font the window uses."""
    font = base_font(read_tokens("light"))
    raw = QRawFont.fromFont(font)
    assert raw.familyName() in FONT_FAMILIES
    catalogue = load("zh_CN")
    texts = "".join(getattr(catalogue, "_catalog", {}).values())
    texts += "（）〔〕《》【】、。，：；？！…—·第页面张卷宗"
    missing = sorted({c for c in texts if c.strip() and not raw.supportsCharacter(ord(c))})
    assert missing == []
    assert QFontMetrics(font).horizontalAdvance("卷宗") > 20
