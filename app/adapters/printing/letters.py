"""The Chinese font of a printed sheet, embedded with the few glyphs the sheet uses.

The outlines are taken from the font of the system and written into a small TrueType font, so one
way serves fonts with either kind of outline, and the sheet prints the same on every printer.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from app.adapters.packaging.pdf_objects import PdfFile, number, reference

_NAME = b"/JZSLIP+Sheet"
_MAINLAND = (" SC", " CN", "GB")
# The printer's mark for a character the font lacks (〓): a gap would go unnoticed.
_LACKING = ord("〓")
_ERROR_OF_OUTLINES = 0.001  # of an em: far below what any printer can show
_BLOCK = 100


class SheetFont:
    """Gives codes to the characters of one sheet and writes their glyphs."""

    def __init__(self, path: Path) -> None:
        """The face at `path`; of a collection the one for mainland China, else the first."""
        self._font = _face(path)
        self._units = int(self._font["head"].unitsPerEm)
        self._names: dict[int, str] = self._font.getBestCmap()
        self._glyphs: Any = self._font.getGlyphSet()
        self._codes: dict[str, int] = {}

    def width(self, text: str) -> float:
        """How wide `text` runs, in ems."""
        return sum(self._advance(sign) for sign in text) / self._units

    def encode(self, text: str) -> bytes:
        """`text` as a PDF string of two-byte codes in hexadecimal."""
        codes = (self._codes.setdefault(sign, len(self._codes) + 1) for sign in text)
        return b"<" + b"".join(b"%04X" % code for code in codes) + b">"

    def write(self, file: PdfFile, object_number: int) -> None:
        """Write the font with the characters encoded so far (ISO 32000-1, 9.7.4 and 9.8)."""
        program = self._program()
        font_file = file.write_deflated(b"/Length1 %d" % len(program), program)
        descriptor = file.write(
            b"<</Type /FontDescriptor /FontName %s /Flags 4 /FontBBox [-200 -300 1200 1100]"
            b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 730 /StemV 80 /FontFile2 %s>>"
            % (_NAME, reference(font_file))
        )
        scale = 1000 / self._units
        widths = b" ".join(number(self._advance(sign) * scale) for sign in self._codes)
        descendant = file.write(
            b"<</Type /Font /Subtype /CIDFontType2 /BaseFont %s"
            b" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
            b" /FontDescriptor %s /DW 1000 /W [1 [%s]] /CIDToGIDMap /Identity>>"
            % (_NAME, reference(descriptor), widths)
        )
        to_unicode = file.write_deflated(b"", self._to_unicode())
        file.write(
            b"<</Type /Font /Subtype /Type0 /BaseFont %s /Encoding /Identity-H"
            b" /DescendantFonts [%s] /ToUnicode %s>>"
            % (_NAME, reference(descendant), reference(to_unicode)),
            object_number,
        )

    def close(self) -> None:
        """Close the font file of the system."""
        self._font.close()

    def _name(self, sign: str) -> str:
        name = self._names.get(ord(sign)) or self._names.get(_LACKING)
        return name or str(self._font.getGlyphOrder()[0])

    def _advance(self, sign: str) -> int:
        return int(self._font["hmtx"][self._name(sign)][0])

    def _program(self) -> bytes:
        """A TrueType font whose glyphs stand in the order of their codes; the same bytes always."""
        builder = FontBuilder(self._units, isTTF=True)
        builder.font.recalcTimestamp = False
        signs = {f"sign{code}": sign for sign, code in self._codes.items()}
        order = [".notdef", *signs]
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap({})
        outlines = {name: self._outline(sign) for name, sign in signs.items()}
        builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **outlines})
        metrics = {
            name: (self._advance(sign), int(outlines[name].xMin)) for name, sign in signs.items()
        }
        builder.setupHorizontalMetrics({".notdef": (self._units, 0), **metrics})
        ascent, descent = round(0.88 * self._units), round(0.12 * self._units)
        builder.setupHorizontalHeader(ascent=ascent, descent=-descent)
        builder.setupNameTable({"familyName": "Sheet", "styleName": "Regular"})
        builder.setupOS2(sTypoAscender=ascent, usWinAscent=ascent, usWinDescent=descent)
        builder.setupPost(keepGlyphNames=False)
        builder.updateHead(created=0, modified=0)
        stream = io.BytesIO()
        builder.save(stream)
        return stream.getvalue()

    def _outline(self, sign: str) -> Any:
        recorded = DecomposingRecordingPen(self._glyphs)
        self._glyphs[self._name(sign)].draw(recorded)
        pen = TTGlyphPen(None)
        postscript = "CFF " in self._font
        recorded.replay(
            Cu2QuPen(pen, _ERROR_OF_OUTLINES * self._units, reverse_direction=postscript)
        )
        glyph = pen.glyph()
        glyph.recalcBounds(None)
        return glyph

    def _to_unicode(self) -> bytes:
        rows = [
            b"<%04X> <%s>" % (code, sign.encode("utf-16-be").hex().upper().encode())
            for sign, code in self._codes.items()
        ]
        blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
        return (
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + b"\n".join(
                b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block))
                for block in blocks
            )
            + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def _face(path: Path) -> TTFont:
    if path.suffix.lower() not in (".ttc", ".otc"):
        return TTFont(path, lazy=True)
    with TTCollection(path, lazy=True) as collection:
        names = [str(face["name"].getDebugName(1) or "") for face in collection.fonts]
    chosen = [
        place for place, name in enumerate(names) if name.endswith(_MAINLAND) and "Mono" not in name
    ]
    return TTFont(path, fontNumber=chosen[0] if chosen else 0, lazy=True)
