"""The court's copy stamp (与原件核对无异) on a printed page."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from app.adapters.fonts import chinese_font

COLOUR = (196, 30, 38)
# Shares of the shorter edge of the page: a stamp of some 60 mm on A4.
_CHARACTER, _EDGE = 0.031, 0.05
_ANGLE = 4


def put_copy_stamp(page: Image.Image, text: str) -> None:
    """Stamp `text` in a red frame at the foot of the page (in place), so that print stays legible.

    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    short = min(page.size)
    size = max(10, round(short * _CHARACTER))
    font = ImageFont.truetype(str(chinese_font()), size)
    wide, high = int(font.getlength(text)) + size, size * 2
    flat = Image.new("L", (wide + 8, high + 8), 0)
    draw = ImageDraw.Draw(flat)
    draw.rectangle((2, 2, wide + 4, high + 4), outline=255, width=max(1, size // 12))
    draw.text(((wide + 8) / 2, (high + 8) / 2), text, font=font, fill=255, anchor="mm")
    stamp = flat.rotate(_ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
    left = (page.width - stamp.width) // 2
    top = page.height - round(short * _EDGE) - stamp.height
    page.paste(COLOUR, (left, top), stamp.point([value * 7 // 8 for value in range(256)]))
