"""Burns the reader's watermark into the picture of a page (STANDARDS 8.15)."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from app.adapters.fonts import chinese_font

ANGLE = 27
# Measured by eye on printed, handwritten and stamped pages: the lines are found at once on white
# and on a black photograph, and no stroke of the text below is lost.
COLOUR = (176, 74, 74)
OPACITY = 50  # of 255
SIZE = 54  # characters of the watermark side by side over the width of the page


def ready() -> str:
    """The font that watermarks are written in; a worker that answers has loaded what it needs.

    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    return str(chinese_font())


def put_watermark(page: Image.Image, lines: Sequence[str]) -> None:
    """Tile the page (RGB) all over with `lines`, in place. Raises Broken SYS-403."""
    size = max(16, min(page.size) // SIZE)
    font = ImageFont.truetype(str(chinese_font()), size)
    page.paste(COLOUR, (0, 0), _mask(page.size, _tile(lines, font, size)))


def _mask(size: tuple[int, int], tile: Image.Image) -> Image.Image:
    """Where the watermark stands: one channel, the tile in staggered rows without a gap that a
    crop could use."""
    width, height = size
    mask = Image.new("L", size, 0)
    step_x, step_y = tile.width, int(tile.height * 0.86)
    for row, top in enumerate(range(-tile.height // 2, height, step_y)):
        start = -(row % 2) * step_x // 2 - tile.width // 3
        for left in range(start, width, step_x):
            mask.paste(255, (left, top), tile)
    return mask.point([value * OPACITY // 255 for value in range(256)])


def _tile(lines: Sequence[str], font: ImageFont.FreeTypeFont, size: int) -> Image.Image:
    """The lines once, turned, as a mask."""
    width = int(max(font.getlength(line) for line in lines)) + size
    pitch = int(size * 1.5)
    flat = Image.new("L", (width, pitch * len(lines) + size), 0)
    draw = ImageDraw.Draw(flat)
    for index, line in enumerate(lines):
        across = (width - font.getlength(line)) / 2
        draw.text((across, index * pitch + size // 4), line, font=font, fill=255)
    return flat.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)
