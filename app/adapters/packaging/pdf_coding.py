"""How the pixels of a picture are coded, in words that PDF, TIFF and PNG share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding:
    """The coding of pixel data: a whole JPEG, the code of CCITT Group 4, or deflated rows with
    the prediction of PNG.

    `colours` is 1 (gray or palette) or 3, `bits` those of one component. `palette` has three bytes
    for each entry. `black_is_1` is for Group 4. `stored_as_rgb` is a JPEG whose components are red,
    green and blue without a segment to say so; a reader would turn them as if YCbCr.
    """

    kind: Literal["jpeg", "group4", "png"]
    width: int
    height: int
    colours: int = 1
    bits: int = 8
    palette: bytes = b""
    black_is_1: bool = False
    stored_as_rgb: bool = False

    def entries(self) -> bytes:
        """The entries of the dictionary of a PDF image (ISO 32000-1, 8.9.5 and 7.4)."""
        return b" /Width %d /Height %d /ColorSpace %s /BitsPerComponent %d /Filter %s" % (
            self.width,
            self.height,
            self._space(),
            self.bits,
            self._filter(),
        )

    def _space(self) -> bytes:
        if not self.palette:
            return b"/DeviceGray" if self.colours == 1 else b"/DeviceRGB"
        # Pixels may name at most the entries that exist (ISO 32000-1, 8.6.6.3).
        return b"[/Indexed /DeviceRGB %d <%s>]" % (
            len(self.palette) // 3 - 1,
            self.palette.hex().upper().encode(),
        )

    def _filter(self) -> bytes:
        if self.kind == "jpeg":
            transform = b" /DecodeParms <</ColorTransform 0>>" if self.stored_as_rgb else b""
            return b"/DCTDecode" + transform
        if self.kind == "group4":
            return b"/CCITTFaxDecode /DecodeParms <</K -1 /Columns %d /Rows %d%s>>" % (
                self.width,
                self.height,
                b" /BlackIs1 true" if self.black_is_1 else b"",
            )
        return (
            b"/FlateDecode /DecodeParms <</Predictor 15 /Colors %d /Columns %d"
            b" /BitsPerComponent %d>>" % (self.colours, self.width, self.bits)
        )
