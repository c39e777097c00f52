"""Moves one image from the source (states 6 and 7): by memory, native or file transfer."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.kernel.errors import BadInput, Broken, Transient
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken
from scanner.drivers.twain_constants import (
    DONT_CARE_32,
    MEMORY_APP_OWNS,
    MEMORY_POINTER,
    Compression,
    Data,
    Group,
    Mechanism,
    Message,
    PixelType,
    Return,
)
from scanner.drivers.twain_containers import TEXT_ENCODING
from scanner.drivers.twain_image import (
    ImageFacts,
    ImageFile,
    Samples,
    bitmap_file,
    delivered_file,
    group4_tiff,
    is_file_format,
    native_bytes,
    samples_file,
)
from scanner.drivers.twain_manager import SourceManager
from scanner.drivers.twain_memory import locked, owned
from scanner.drivers.twain_request import Format
from scanner.drivers.twain_structures import (
    ImageInfo,
    ImageMemXfer,
    Memory,
    SetupFileXfer,
    SetupMemXfer,
)
from scanner.feeder import check_complete

# A colour page at 300 dpi is 26 MB; strips of 64 KB, which many sources prefer, are 400 calls.
_BUFFER_BYTES = 4 << 20
_LONGEST_PATH = 255
# No page is larger, whatever a source says about buffers, rows and tiles.
_MOST_BUFFER = 256 << 20
_MOST_BYTES = (1 << 31) - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """An image that came, and what makes its file of it."""

    facts: ImageFacts
    make: Callable[[], ImageFile]

    def encode(self) -> ImageFile:
        """The file of the image. Raises Transient SCN-111 and BadInput SCN-120 as the functions
        of `twain_image` do."""
        return self.make()


class Transfers:
    """Moves the images of one batch. File transfer goes through `folder`."""

    def __init__(self, manager: SourceManager, agreed: Format, folder: Path) -> None:
        self._manager = manager
        self._agreed = agreed
        self._folder = folder

    def move(self, sheet: int, cancel: CancelToken) -> Moved:
        """The image that is ready. The caller ends the transfer.

        Raises TwainError, Cancelled, Transient SCN-111 (the image is not whole), BadInput SCN-120
        (no kind of image that the line takes).
        """
        facts = self._facts()
        cancel.check()
        if self._agreed.mechanism == Mechanism.NATIVE:
            return self._native(facts, sheet)
        if self._agreed.mechanism == Mechanism.FILE:
            return self._file(facts, sheet)
        return self._memory(facts, sheet, cancel)

    def _facts(self) -> ImageFacts:
        info = ImageInfo()
        code = self._manager.call_source(Group.IMAGE, Data.IMAGEINFO, Message.GET, info)
        if code != Return.SUCCESS:
            raise self._manager.error("IMAGEINFO", code)
        return ImageFacts(
            width=info.ImageWidth,
            height=info.ImageLength,
            dpi=max(0, round(info.XResolution.number)),
            bits=info.BitsPerSample[0] or _bits(info),
            bits_per_pixel=info.BitsPerPixel,
            samples=info.SamplesPerPixel,
            pixel_type=info.PixelType,
            planar=bool(info.Planar),
            compression=info.Compression,
        )

    def _native(self, facts: ImageFacts, sheet: int) -> Moved:
        manager = self._manager
        handle = ctypes.c_void_p()
        manager.transfer(Data.IMAGENATIVEXFER, Message.GET, handle)
        if not handle.value:
            raise Transient("SCN-111", sheet=sheet, received=0, lines=facts.height)
        with (
            owned(manager.handles, handle.value) as block,
            locked(manager.handles, block) as address,
        ):
            try:
                data, bitmap = native_bytes(address, manager.handles.size(block))
            except ValueError as error:
                raise BadInput("SCN-120", format=str(error), depth=facts.bits) from error
        if bitmap:
            return Moved(
                facts=facts,
                make=lambda: bitmap_file(data, facts, sheet=sheet),
            )
        return Moved(facts=facts, make=lambda: delivered_file(data, facts, sheet=sheet))

    def _file(self, facts: ImageFacts, sheet: int) -> Moved:
        """The source writes to a hidden name in the spool; what it wrote is read and taken away.
        A source may add an ending of its own to the name."""
        stem = f".{os.getpid()}.{new_id('twain')}.part"
        path = str(self._folder / stem).encode(TEXT_ENCODING)
        if len(path) > _LONGEST_PATH:
            raise Broken("SCN-118", folder=str(self._folder), reason="path longer than 255")
        setup = SetupFileXfer(FileName=path, Format=self._agreed.file_format, VRefNum=0)
        manager = self._manager
        try:
            code = manager.call_source(Group.CONTROL, Data.SETUPFILEXFER, Message.SET, setup)
            if code != Return.SUCCESS:
                raise manager.error("SETUPFILEXFER", code)
            manager.transfer(Data.IMAGEFILEXFER, Message.GET, None)
            written = sorted(self._folder.glob(f"{stem}*"))
            data = written[0].read_bytes() if written else b""
        except OSError as error:
            reason = error.strerror or str(error)
            raise Broken("SCN-118", folder=str(self._folder), reason=reason) from error
        finally:
            for left in self._folder.glob(f"{stem}*"):
                left.unlink(missing_ok=True)
        return Moved(facts=facts, make=lambda: delivered_file(data, facts, sheet=sheet))

    def _memory(self, facts: ImageFacts, sheet: int, cancel: CancelToken) -> Moved:
        buffer = ctypes.create_string_buffer(self._buffer_size(sheet))
        if facts.compression == Compression.NONE:
            return self._rows(facts, buffer, sheet, cancel)
        data = bytearray()
        done = False
        while not done:
            strip, done = self._strip(buffer)
            _check_size(len(data) + strip.BytesWritten, sheet)
            data += memoryview(buffer)[: strip.BytesWritten]
            if strip.BytesWritten:
                cancel.check()
        whole = bytes(data)
        if facts.compression == Compression.GROUP4 and facts.pixel_type == PixelType.BW:
            whole = group4_tiff(whole, facts)
        elif not is_file_format(facts.compression):
            raise BadInput("SCN-120", format=facts.compression, depth=facts.bits)
        return Moved(facts=facts, make=lambda: delivered_file(whole, facts, sheet=sheet))

    def _rows(
        self,
        facts: ImageFacts,
        buffer: ctypes.Array[ctypes.c_char],
        sheet: int,
        cancel: CancelToken,
    ) -> Moved:
        rows = _Rows(facts, sheet)
        done = False
        while not done:
            strip, done = self._strip(buffer)
            rows.add(strip, memoryview(buffer)[: strip.BytesWritten])
            # Asking is what counts as progress, so an empty strip does not ask.
            if strip.BytesWritten:
                cancel.check()
        samples = rows.samples(
            zero_is_white=self._agreed.zero_is_white, low_bit_first=self._agreed.low_bit_first
        )
        return Moved(facts=facts, make=lambda: samples_file(samples))

    def _buffer_size(self, sheet: int) -> int:
        """As large as the source allows, up to what helps."""
        setup = SetupMemXfer()
        code = self._manager.call_source(Group.CONTROL, Data.SETUPMEMXFER, Message.GET, setup)
        if code != Return.SUCCESS:
            raise self._manager.error("SETUPMEMXFER", code)
        known = [
            int(value)
            for value in (setup.MinBufSize, setup.Preferred)
            if value not in (0, DONT_CARE_32)
        ]
        most = int(setup.MaxBufSize)
        if most in (0, DONT_CARE_32):
            most = _BUFFER_BYTES
        size = max([min(_BUFFER_BYTES, most), *known])
        if size > _MOST_BUFFER:
            raise Transient("SCN-109", sheet=sheet, status=f"{size} bytes")
        return size

    def _strip(self, buffer: ctypes.Array[ctypes.c_char]) -> tuple[ImageMemXfer, bool]:
        """One buffer of image data, and whether it was the last."""
        strip = ImageMemXfer(
            Compression=0xFFFF,
            BytesPerRow=DONT_CARE_32,
            Columns=DONT_CARE_32,
            Rows=DONT_CARE_32,
            XOffset=DONT_CARE_32,
            YOffset=DONT_CARE_32,
            BytesWritten=0,
            Memory=Memory(
                Flags=MEMORY_APP_OWNS | MEMORY_POINTER,
                Length=len(buffer),
                TheMem=ctypes.addressof(buffer),
            ),
        )
        code = self._manager.transfer(Data.IMAGEMEMXFER, Message.GET, strip)
        if strip.BytesWritten > len(buffer):
            raise BadInput("SCN-120", format="buffer", depth=0)
        return strip, code == Return.XFERDONE


class _Rows:
    """Puts strips and tiles together. Rows are padded as the source likes (BytesPerRow), and
    only a source that cuts its image into tiles makes them be copied one by one."""

    def __init__(self, facts: ImageFacts, sheet: int) -> None:
        self._facts = facts
        self._sheet = sheet
        self._planes = 3 if facts.planar and facts.samples == 3 else 1
        self._pixel_bits = facts.bits if facts.planar else facts.bits_per_pixel
        self._row_bytes = (facts.width * self._pixel_bits + 7) // 8
        self._stride = 0
        self._data = bytearray()
        self._pixels = 0

    def add(self, strip: ImageMemXfer, data: memoryview) -> None:
        """One strip or tile. Raises Transient SCN-111 when it holds less than it says, SCN-109
        when no page can be so large, BadInput SCN-120 for a tile beside the page."""
        if not strip.Rows or not strip.BytesPerRow:
            return
        size = strip.BytesPerRow * strip.Rows
        if size > len(data):
            raise self._incomplete(len(data))
        columns = min(strip.Columns or self._facts.width, self._facts.width)
        self._pixels += columns * strip.Rows
        whole_rows = columns == self._facts.width and strip.XOffset in (0, DONT_CARE_32)
        if whole_rows and self._stride in (0, strip.BytesPerRow):
            self._stride = strip.BytesPerRow
            _check_size(len(self._data) + size, self._sheet)
            self._data += data[:size]
        else:
            self._place(strip, columns, data)

    def samples(self, *, zero_is_white: bool, low_bit_first: bool) -> Samples:
        """The whole image. Raises Transient SCN-111 when rows or tiles are missing."""
        facts = self._facts
        lines = facts.height * self._planes if facts.height >= 0 else -1
        stride = self._stride or self._row_bytes
        height = check_complete(
            received=len(self._data), bytes_per_line=stride, lines=lines, sheet=self._sheet
        )
        if stride < self._row_bytes or self._pixels < facts.width * height or facts.width < 1:
            raise self._incomplete(len(self._data))
        return Samples(
            data=self._data,
            stride=stride,
            height=height,
            facts=facts,
            zero_is_white=zero_is_white,
            low_bit_first=low_bit_first,
        )

    def _place(self, strip: ImageMemXfer, columns: int, data: memoryview) -> None:
        """Rows of a tile, or rows of another length, copied to where they belong."""
        left_bits = 0 if strip.XOffset == DONT_CARE_32 else strip.XOffset * self._pixel_bits
        length = (columns * self._pixel_bits + 7) // 8
        self._stride = self._stride or self._row_bytes
        left = left_bits // 8
        if left_bits % 8 or left + length > self._stride or strip.YOffset == DONT_CARE_32:
            raise BadInput("SCN-120", format="tiles", depth=self._facts.bits)
        end = (strip.YOffset + strip.Rows) * self._stride
        _check_size(end, self._sheet)
        if len(self._data) < end:
            self._data.extend(bytes(end - len(self._data)))
        for row in range(strip.Rows):
            target = (strip.YOffset + row) * self._stride + left
            source = row * strip.BytesPerRow
            self._data[target : target + length] = data[source : source + length]

    def _incomplete(self, received: int) -> Transient:
        lines = self._facts.height
        return Transient("SCN-111", sheet=self._sheet, received=received, lines=lines)


def _check_size(size: int, sheet: int) -> None:
    if size > _MOST_BYTES:
        raise Transient("SCN-109", sheet=sheet, status=f"{size} bytes")


def _bits(info: ImageInfo) -> int:
    return int(info.BitsPerPixel // max(1, info.SamplesPerPixel))
