"""The invisible text layer: an empty font, codes given out per document, lines fitted to boxes.

Every character of every plane gets a code of its own on first use; all codes show one of two empty
glyphs (full and half width), and the ToUnicode map tells readers what they mean (ISO 19005-2,
6.2.11.7: level U).
"""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from app.adapters.packaging.pdf_objects import PdfFile, number, numbers, reference

Box = tuple[float, float, float, float]

_FONT_NAME = b"/JZWSAA+Glyphless"
_UNITS, _HALF = 1000, 500
_DESCENT = 0.2
_MAX_CODES = 65_000
_BLOCK = 100
_REPLACEMENT = "�"
# U+0000, U+FEFF and U+FFFE must not be mapped to (ISO 19005-2, 6.2.11.7.2); controls mean nothing.
_UNMAPPABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SMALLEST = 0.5
# How far a character may lie from its box, in heights of the line, before the line is divided.
_TOLERANCE = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfCharacter:
    """One character and its box in pixels of the upright page."""

    text: str
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfLine:
    """One text line and its box (x0, y0, x1, y1) in pixels of the upright page.

    With `characters` that spell exactly `text` the selection follows gaps inside the line.
    """

    text: str
    box: Box
    characters: tuple[PdfCharacter, ...] = ()


class TextLayer:
    """Gives out character codes for one document and writes its font."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def content(self, lines: Iterable[PdfLine], *, scale: tuple[float, float], top: float) -> bytes:
        """The operators that set `lines` invisibly.

        `scale` is points per pixel across and down, `top` the height of the page in points.
        """
        operators = [
            operator
            for line in lines
            for operator in self._line(line, scale_x=scale[0], scale_y=scale[1], top=top)
        ]
        if not operators:
            return b""
        return b"BT\n3 Tr\n" + b"\n".join(operators) + b"\nET\n"

    def write_font(self, file: PdfFile, object_number: int) -> None:
        """Write the font with the codes given out so far under the number reserved for it."""
        program = _empty_font()
        font_file = file.write_deflated(b"/Length1 %d" % len(program), program)
        descriptor = file.write(
            b"<</Type /FontDescriptor /FontName %s /Flags 4 /FontBBox [0 -200 1000 800]"
            b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 /FontFile2 %s>>"
            % (_FONT_NAME, reference(font_file))
        )
        # No code goes to .notdef, which may not be shown (ISO 19005-2, 6.2.11.8).
        halves = [_is_half(character) for character in self._codes]
        glyphs = b"\x00\x00" + b"".join(b"\x00\x02" if half else b"\x00\x01" for half in halves)
        glyph_map = file.write_deflated(b"", glyphs)
        widths = b" ".join(
            b"%d %d %d" % (code, code, _HALF) for code, half in enumerate(halves, 1) if half
        )
        descendant = file.write(
            b"<</Type /Font /Subtype /CIDFontType2 /BaseFont %s"
            b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
            b" /FontDescriptor %s /DW %d /W [%s] /CIDToGIDMap %s>>"
            % (_FONT_NAME, reference(descriptor), _UNITS, widths, reference(glyph_map))
        )
        to_unicode = file.write_deflated(b"", self._to_unicode())
        file.write(
            b"<</Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H"
            b" /DescendantFonts [%s] /ToUnicode %s>>"
            % (_FONT_NAME, reference(descendant), reference(to_unicode)),
            object_number,
        )

    def _line(self, line: PdfLine, *, scale_x: float, scale_y: float, top: float) -> list[bytes]:
        text = _mappable(line.text)
        x0, x1 = sorted((line.box[0] * scale_x, line.box[2] * scale_x))
        y0, y1 = sorted((line.box[1] * scale_y, line.box[3] * scale_y))
        if not text.strip():
            return []
        width, height = max(x1 - x0, _SMALLEST), max(y1 - y0, _SMALLEST)
        vertical = height > 1.5 * width and len(text) > 1
        if vertical:
            # Set downwards: the line runs along the negative y axis, its foot to the left.
            size, length = width, height
            matrix = (0.0, -1.0, 1.0, 0.0, x0 + _DESCENT * size, top - y0)
        else:
            size, length = height, width
            matrix = (1.0, 0.0, 0.0, 1.0, x0, top - y1 + _DESCENT * size)
        operators = [
            b"/F %s Tf %s Tm" % (number(size), numbers(matrix)),
        ]
        ems = [0.5 if _is_half(character) else 1.0 for character in text]
        edges = None if vertical else _edges(line, text, scale_x)
        runs = [(0, len(text))] if edges is None else _runs(edges, ems, _TOLERANCE * size)
        for start, end in runs:
            reach = length if edges is None else edges[end] - edges[start]
            stretch = 100 * reach / (size * sum(ems[start:end]))
            operators.append(b"%s Tz <%s> Tj" % (number(stretch), self._encode(text[start:end])))
        return operators

    def _encode(self, text: str) -> bytes:
        codes = []
        for character in text:
            code = self._codes.get(character)
            if code is None:
                # No dossier uses so many different characters; should one, the rest is marked.
                known = len(self._codes) < _MAX_CODES or character == _REPLACEMENT
                code = self._codes.setdefault(
                    character if known else _REPLACEMENT, len(self._codes) + 1
                )
            codes.append(b"%04X" % code)
        return b"".join(codes)

    def _to_unicode(self) -> bytes:
        rows = [
            b"<%04X> <%s>" % (code, character.encode("utf-16-be").hex().upper().encode())
            for character, code in self._codes.items()
        ]
        blocks = []
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            blocks.append(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)))
        return (
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + b"\n".join(blocks)
            + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def _mappable(text: str) -> str:
    text = _UNMAPPABLE.sub(" ", text) if _UNMAPPABLE.search(text) else text
    return _LONE_SURROGATE.sub(_REPLACEMENT, text).strip()


def _is_half(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("Na", "H", "N")


def _edges(line: PdfLine, text: str, scale_x: float) -> list[float] | None:
    """Where each character begins and the last one ends, in points.

    None when the boxes do not spell the text from left to right; the line is then spread evenly.
    """
    if "".join(part.text for part in line.characters) != text:
        return None
    if any(len(part.text) != 1 for part in line.characters):
        return None
    edges = [line.box[0], *(part.box[0] for part in line.characters[1:]), line.box[2]]
    rising = all(after - before > 0.1 for before, after in itertools.pairwise(edges))
    return [edge * scale_x for edge in edges] if rising else None


def _runs(edges: list[float], ems: list[float], tolerance: float) -> list[tuple[int, int]]:
    """The line divided into as few evenly spread runs as keep every character near its box.

    A gap goes to the character before it, so that no reader takes it for a missing blank. Few
    runs, because readers may break lines between them.
    """
    places = [0.0, *itertools.accumulate(ems)]

    def fits(start: int, end: int) -> bool:
        scale = (edges[end] - edges[start]) / (places[end] - places[start])
        return all(
            abs(edges[start] + (places[index] - places[start]) * scale - edges[index]) <= tolerance
            for index in range(start + 1, end)
        )

    runs: list[tuple[int, int]] = []
    start = 0
    while start < len(ems):
        end = len(ems)
        if not fits(start, end):
            end = start + 1
            while fits(start, end + 1):
                end += 1
        runs.append((start, end))
        start = end
    return runs


def _empty_font() -> bytes:
    """A TrueType font with glyphs that leave no mark, the same bytes every time.

    The two glyphs in use are lines there and back: they cover nothing, but have a bounding box.
    pdfium drops single characters and rotated lines of glyphs without one.
    """
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.font.recalcTimestamp = False
    widths = {".notdef": _UNITS, "full": _UNITS, "half": _HALF}
    order = list(widths)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({})
    builder.setupGlyf({name: _line_glyph(width) for name, width in widths.items()})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (_UNITS, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _line_glyph(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, -200))
    pen.lineTo((width, 800))
    pen.closePath()
    return pen.glyph()
