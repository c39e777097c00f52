"""What a picture file says about how it was scanned: colour and compression (STANDARDS 1.25)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.adapters.packaging.pictures import DECODER_FAULTS, large_pictures

_COLOURS = {"1": "黑白二值", "L": "灰度", "LA": "灰度", "I": "灰度", "I;16": "灰度", "F": "灰度"}
_COMPRESSIONS = {
    "raw": "不压缩",
    "group3": "CCITT G3",
    "group4": "CCITT G4",
    "tiff_ccitt": "CCITT RLE",
    "tiff_lzw": "LZW",
    "tiff_adobe_deflate": "Deflate",
    "tiff_deflate": "Deflate",
    "packbits": "PackBits",
    "jpeg": "JPEG",
}
_BY_FORMAT = {"JPEG": "JPEG", "PNG": "Deflate", "BMP": "不压缩", "JPEG2000": "JPEG 2000"}
_FORMATS = (*_BY_FORMAT, "TIFF")


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFacts:
    """扫描色彩模式 and 图像压缩方案 in words; empty where the file does not tell."""

    colour: str = ""
    compression: str = ""


def picture_facts(path: Path, frame: int = 0) -> PictureFacts:
    """The facts of one picture, from its header alone; a file that cannot be read has none."""
    try:
        with large_pictures(), Image.open(path, formats=_FORMATS) as image:
            if frame:
                image.seek(frame)
            named = _COMPRESSIONS.get(str(image.info.get("compression", "")), "")
            return PictureFacts(
                colour=_COLOURS.get(image.mode, "彩色"),
                compression=_BY_FORMAT.get(str(image.format), named),
            )
    except DECODER_FAULTS:
        return PictureFacts()
