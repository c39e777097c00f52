"""The stack of paper in the simulated scanner: a bundled dossier, as often as one likes.

Also what its optics make of a side: the drawn JPEG as it is, bare samples in a lossless file, or
the bitonal image of a second stream.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from scanner.drivers.image_file import HEAD_BYTES, FrameFacts, check_picture, media_type_of
from scanner.raster_file import Raster, RasterFile, Writer, encode

_JPEG_START = b"\xff\xd8"
_JPEG_COMMENT = b"\xff\xfe"
_BLACK_BELOW = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One image as the device hands it over: how its file is made and what it holds."""

    suffix: str
    media_type: str
    source_name: str
    facts: FrameFacts
    write: Writer


class Stack:
    """`sheets` sheets (0: as many as there are) of a dossier whose sides are `files`, fed round
    and round. From the second round on every image is told apart by a comment in its file, so
    that no two are the same bytes."""

    def __init__(self, files: Sequence[Path], sheets: int) -> None:
        self._pairs = [tuple(files[start : start + 2]) for start in range(0, len(files), 2)]
        self.sheets = sheets or len(self._pairs)

    def sides(self, sheet: int, *, duplex: bool) -> tuple[Side, ...]:
        """The sides of sheet `sheet` (from 1), front first."""
        turn, place = divmod(sheet - 1, len(self._pairs))
        files = self._pairs[place] if duplex else self._pairs[place][:1]
        return tuple(Side(file, turn) for file in files)


class Side:
    """One side of paper. `turn` counts the rounds of the dossier from 0."""

    def __init__(self, file: Path, turn: int) -> None:
        self._file = file
        self._mark = f"round {turn + 1}".encode() if turn else b""
        self._stem = f"{file.stem}-{turn + 1}" if turn else file.stem

    def compressed(self) -> Delivered:
        """The drawn file itself."""
        data = self._marked(self._file.read_bytes())
        media_type = media_type_of(data[:HEAD_BYTES])
        return Delivered(
            suffix=self._file.suffix,
            media_type=media_type,
            source_name=self._stem + self._file.suffix,
            facts=check_picture(data, media_type),
            write=lambda stream: stream.write(data),
        )

    def raw(self) -> tuple[Raster, int]:
        """The bare samples in colour, and dots per inch."""
        page, dpi = self._samples("RGB")
        raster = Raster(
            width=page.width,
            height=page.height,
            stride=3 * page.width,
            depth=8,
            color=True,
            planes=(page.tobytes(),),
        )
        return raster, dpi

    def bitonal(self) -> tuple[Raster, int]:
        """The black-and-white image of a second stream, and dots per inch."""
        page, dpi = self._samples("L")
        black = page.point([255 * (level < _BLACK_BELOW) for level in range(256)]).convert("1")
        raster = Raster(
            width=page.width,
            height=page.height,
            stride=(page.width + 7) // 8,
            depth=1,
            color=False,
            planes=(black.tobytes(),),
        )
        return raster, dpi

    def _samples(self, mode: str) -> tuple[Image.Image, int]:
        with Image.open(BytesIO(self._file.read_bytes())) as image:
            dpi = round(float(image.info.get("dpi", (0, 0))[0]))
            return image.convert(mode), dpi

    def bitonal_file(self) -> Delivered:
        """The image of a second stream in its file."""
        raster, dpi = self.bitonal()
        file = self.encode(raster, dpi)
        return Delivered(
            suffix=file.suffix,
            media_type=file.media_type,
            source_name=self._stem + file.suffix,
            facts=FrameFacts(frame=0, width=raster.width, height=raster.height, dpi=dpi),
            write=file.write,
        )

    def encode(self, raster: Raster, dpi: int) -> RasterFile:
        """The file of these samples without loss, as the driver of such a device makes it."""
        file = encode(raster, dpi)

        def marked(stream: BinaryIO) -> None:
            file.write(stream)
            # Behind the last chunk or offset: readers of PNG and TIFF do not look there.
            stream.seek(0, 2)
            stream.write(self._mark)

        return replace(file, write=marked)

    def _marked(self, data: bytes) -> bytes:
        if not self._mark or not data.startswith(_JPEG_START):
            return data
        comment = _JPEG_COMMENT + struct.pack(">H", len(self._mark) + 2) + self._mark
        return _JPEG_START + comment + data[len(_JPEG_START) :]
