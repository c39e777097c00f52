"""The font of an invisible text layer: glyphs that leave no mark, the same bytes every time."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from typing import Any

from app.adapters.packaging.pdf_places import is_half

UNITS, HALF = 1000, 500


@functools.cache
def empty_font() -> bytes:
    """A TrueType font whose glyphs 1 (full width) and 2 (half width) are found by their numbers."""
    return _font({})


def covering_font(characters: Iterable[str]) -> bytes:
    """The same font with a character map, for formats that find glyphs by their characters."""
    return _font(
        {
            ord(character): "half" if is_half(character) else "full"
            for character in sorted(characters)
        }
    )


def _font(character_map: dict[int, str]) -> bytes:
    """A font of two glyphs.

    Both are lines there and back: they cover nothing, but have a bounding box. pdfium drops single
    characters and rotated lines of glyphs without one.
    """
    # The library is loaded with the first document, not at every start of a program.
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    builder = FontBuilder(UNITS, isTTF=True)
    builder.font.recalcTimestamp = False
    widths = {".notdef": UNITS, "full": UNITS, "half": HALF}
    order = list(widths)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(character_map)
    builder.setupGlyf({name: _draw_line(TTGlyphPen(None), width) for name, width in widths.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _draw_line(pen: Any, width: int) -> Any:
    """The glyph that `pen` draws: a line there and back."""
    pen.moveTo((0, -200))
    pen.lineTo((width, 800))
    pen.closePath()
    return pen.glyph()
