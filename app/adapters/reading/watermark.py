"""Burns the reader's watermark into the picture of a page (STANDARDS 8.15)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from app.adapters.fonts import chinese_font

ANGLE = 28
OPACITY = 46  # of 255: readable in print, never hiding a stroke of the text
QUALITY = 88


def watermarked_page(path: str, lines: Sequence[str]) -> bytes:
    """The picture at `path` as JPEG, tiled all over with `lines`. Runs in a worker process.

    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    with Image.open(path) as opened:
        page = opened.convert("RGB")
    size = max(18, page.width // 55)
    font = ImageFont.truetype(str(chinese_font()), size)
    tile = _tile(lines, font, size)
    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    step_x, step_y = int(tile.width * 0.9), int(tile.height * 0.95)
    for row, top in enumerate(range(-tile.height // 2, page.height, step_y)):
        offset = (row % 2) * step_x // 2
        for left in range(-tile.width + offset, page.width, step_x):
            layer.paste(tile, (left, top), tile)
    page.paste(layer, (0, 0), layer)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _tile(lines: Sequence[str], font: ImageFont.FreeTypeFont, size: int) -> Image.Image:
    width = int(max(font.getlength(line) for line in lines)) + size
    height = int(size * 1.6 * len(lines))
    flat = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(flat)
    for index, line in enumerate(lines):
        draw.text((size // 2, index * size * 1.6), line, font=font, fill=(120, 20, 20, OPACITY))
    return flat.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
