"""The invisible text layer: an empty font, codes given out per document, lines fitted to boxes.

Every character of every plane gets a code of its own on first use; all codes show one of two empty
glyphs (full and half width), and the ToUnicode map tells readers what they mean (ISO 19005-2,
6.2.11.7: level U).
"""

from __future__ import annotations

from collections.abc import Iterable

from app.adapters.packaging.pdf_font import HALF, UNITS, empty_font
from app.adapters.packaging.pdf_objects import PdfFile, reference
from app.adapters.packaging.pdf_places import (
    DESCENT,
    REPLACEMENT,
    PdfCharacter,
    PdfLine,
    PlacedLine,
    is_half,
    place,
)
from app.adapters.packaging.pdf_runs import even_runs

__all__ = ["PdfCharacter", "PdfLine", "TextLayer"]

_FONT_NAME = b"/JZWSAA+Glyphless"
_MAX_CODES = 65_000
_BLOCK = 100


class _Codes(dict[str, bytes]):
    """The code of each character as it is written, given out on first use."""

    def __missing__(self, character: str) -> bytes:
        # No dossier uses so many different characters; should one, the rest is marked.
        if len(self) >= _MAX_CODES and character != REPLACEMENT:
            return self[REPLACEMENT]
        self[character] = b"%04X" % (len(self) + 1)
        return self[character]


class TextLayer:
    """Gives out character codes for one document and writes its font."""

    def __init__(self) -> None:
        self._codes = _Codes()

    def content(self, lines: Iterable[PdfLine], *, scale: tuple[float, float], top: float) -> bytes:
        """The operators that set `lines` invisibly.

        `scale` is points per pixel across and down, `top` the height of the page in points.
        """
        placed = (place(line, scale) for line in lines)
        operators = [part for line in placed if line for part in self._line(line, top)]
        if not operators:
            return b""
        return b"BT\n3 Tr\n" + b"\n".join(operators) + b"\nET\n"

    def write_font(self, file: PdfFile, object_number: int) -> None:
        """Write the font with the codes given out so far under the number reserved for it."""
        program = empty_font()
        font_file = file.write_deflated(b"/Length1 %d" % len(program), program)
        descriptor = file.write(
            b"<</Type /FontDescriptor /FontName %s /Flags 4 /FontBBox [0 -200 1000 800]"
            b" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 /FontFile2 %s>>"
            % (_FONT_NAME, reference(font_file))
        )
        # No code goes to .notdef, which may not be shown (ISO 19005-2, 6.2.11.8).
        halves = [is_half(character) for character in self._codes]
        glyphs = b"\x00\x00" + b"".join(b"\x00\x02" if half else b"\x00\x01" for half in halves)
        glyph_map = file.write_deflated(b"", glyphs)
        widths = b" ".join(
            b"%d %d %d" % (code, code, HALF) for code, half in enumerate(halves, 1) if half
        )
        descendant = file.write(
            b"<</Type /Font /Subtype /CIDFontType2 /BaseFont %s"
            b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
            b" /FontDescriptor %s /DW %d /W [%s] /CIDToGIDMap %s>>"
            % (_FONT_NAME, reference(descriptor), UNITS, widths, reference(glyph_map))
        )
        to_unicode = file.write_deflated(b"", self._to_unicode())
        file.write(
            b"<</Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H"
            b" /DescendantFonts [%s] /ToUnicode %s>>"
            % (_FONT_NAME, reference(descendant), reference(to_unicode)),
            object_number,
        )

    def _line(self, line: PlacedLine, top: float) -> list[bytes]:
        x0, y0, x1, y1 = line.box
        size = line.size
        if line.direction == "across":
            matrix = b"1 0 0 1 %.3f %.3f" % (x0, top - y1 + DESCENT * size)
        elif line.direction == "down":
            # Turned to the right: the feet of the characters point to the left.
            matrix = b"0 -1 1 0 %.3f %.3f" % (x0 + DESCENT * size, top - y0)
        else:
            matrix = b"0 1 -1 0 %.3f %.3f" % (x1 - DESCENT * size, top - y1)
        runs = list(even_runs(line))
        operators = [b"/F %.3f Tf %s Tm" % (size, matrix)]
        if runs[0].start:
            operators.append(b"%.3f 0 Td" % runs[0].start)
        operators += [
            b"%.3f Tz <%s> Tj"
            % (100 * (run.end - run.start) / (size * run.ems), self._encode(run.text))
            for run in runs
        ]
        return operators

    def _encode(self, text: str) -> bytes:
        return b"".join([self._codes[character] for character in text])

    def _to_unicode(self) -> bytes:
        rows = [
            b"<%s> <%s>" % (code, character.encode("utf-16-be").hex().upper().encode())
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
