"""A sheet to draw on in millimetres, for papers that are drawn and not set from markup."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from scanner.paper.breaking import break_lines
from scanner.paper.fonts import load_font, runs, text_width
from scanner.paper.render import BASELINE, Pixels, press
from scanner.paper.stamps import Mask

Colour = tuple[int, int, int]
BLACK: Colour = (30, 30, 32)


class Canvas:
    """White paper of `width` x `height` millimetres; counts the lines of text written on it."""

    def __init__(self, width: float, height: float, dpi: int) -> None:
        self.width, self.height = width, height
        self.scale = dpi / 25.4
        self.image = Image.new(
            "RGB", (round(width * self.scale), round(height * self.scale)), "white"
        )
        self.draw = ImageDraw.Draw(self.image)
        self.lines = 0

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: str,
        size: float,
        colour: Colour = BLACK,
        spacing: float = 0.0,
    ) -> float:
        """One line whose em square has its top left at (x, y); gives the x where it ends."""
        em = max(6, round(size * self.scale))
        place, base = x * self.scale, y * self.scale + BASELINE * em
        for used, run in runs(face, text):
            font = load_font(used, em)
            for piece in run if spacing else (run,):
                self.draw.text((place, base), piece, font=font, fill=colour, anchor="ls")
                place += font.getlength(piece) + spacing * self.scale
        self.lines += bool(text.strip())
        return place / self.scale

    def centred(
        self, y: float, text: str, face: str, size: float, colour: Colour = BLACK, middle: float = 0
    ) -> None:
        """One line round the middle of the sheet, or round `middle`."""
        width = text_width(face, text) * size
        self.text((middle or self.width / 2) - width / 2, y, text, face, size, colour)

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        face: str,
        size: float,
        pitch: float = 1.7,
        indent: float = 2.0,
        colour: Colour = BLACK,
    ) -> float:
        """Running text in a column; gives the y below it."""
        for row, line in enumerate(break_lines(face, text, width / size, indent)):
            self.text(x + (indent * size if row == 0 else 0), y, line, face, size, colour)
            y += size * pitch
        return y

    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        width: float = 0.25,
        colour: Colour = BLACK,
    ) -> None:
        """A straight line."""
        ends = tuple(value * self.scale for value in (x0, y0, x1, y1))
        self.draw.line(ends, fill=colour, width=max(1, round(width * self.scale)))

    def box(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        width: float = 0.25,
        colour: Colour = BLACK,
        fill: Colour | None = None,
    ) -> None:
        """A rectangle."""
        ends = tuple(value * self.scale for value in (x0, y0, x1, y1))
        self.draw.rectangle(
            ends, fill, colour if width else None, max(1, round(width * self.scale))
        )

    def pixels(self) -> Pixels:
        """The sheet as it stands; a copy."""
        return np.array(self.image, dtype=np.uint8)

    def press(self, mask: Mask, x: float, y: float, colour: Colour) -> None:
        """Multiplies ink onto the sheet round (x, y), also over its edges."""
        page = self.pixels()
        height, width = mask.shape
        padded = np.pad(page, ((height, height), (width, width), (0, 0)), constant_values=255)
        press(padded, mask, x * self.scale + width, y * self.scale + height, colour)
        self.paste(padded[height : height + page.shape[0], width : width + page.shape[1]])

    def paste(self, pixels: Pixels) -> None:
        """Replaces what is drawn so far by a picture of the same size."""
        self.image = Image.fromarray(np.ascontiguousarray(pixels))
        self.draw = ImageDraw.Draw(self.image)
