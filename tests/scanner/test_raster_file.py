"""Files of bare samples hold every sample, whatever the shape of the raster."""

from __future__ import annotations

import io
import tracemalloc
import zlib

import cv2
import numpy
import pytest
from PIL import Image

from scanner import raster_file
from scanner.raster_file import Raster, encode

DPI = 300


def written(raster: Raster, dpi: int = DPI) -> bytes:
    stream = io.BytesIO()
    encode(raster, dpi).write(stream)
    return stream.getvalue()


def samples(height: int, width: int, channels: int, depth: int) -> numpy.ndarray:
    kind = numpy.uint16 if depth == 16 else numpy.uint8
    shape = (height, width) if channels == 1 else (height, width, channels)
    return numpy.random.default_rng(7).integers(0, 2**depth, shape, kind)


def raster_of(pixels: numpy.ndarray, *, padding: int = 0, in_planes: bool = False) -> Raster:
    """The raster of an array, with bytes of padding after every row."""
    height, width = pixels.shape[:2]
    color = pixels.ndim == 3
    parts = [pixels[:, :, channel] for channel in range(3)] if in_planes else [pixels]
    rows = [numpy.ascontiguousarray(part).reshape(height, -1).view(numpy.uint8) for part in parts]
    padded = [numpy.pad(part, ((0, 0), (0, padding)), constant_values=0xAA) for part in rows]
    return Raster(
        width=width,
        height=height,
        stride=padded[0].shape[1],
        depth=pixels.dtype.itemsize * 8,
        color=color,
        planes=tuple(part.tobytes() for part in padded),
    )


def decoded(data: bytes) -> numpy.ndarray:
    """The picture by an independent reader, red first."""
    picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if picture.ndim == 3 else picture


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(
    ("channels", "padding", "in_planes"),
    [(1, 0, False), (1, 2, False), (3, 0, False), (3, 6, False), (3, 0, True), (3, 4, True)],
)
def test_every_sample_survives(depth: int, channels: int, padding: int, in_planes: bool) -> None:
    pixels = samples(61, 47, channels, depth)
    data = written(raster_of(pixels, padding=padding, in_planes=in_planes))
    assert numpy.array_equal(decoded(data), pixels)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert round(image.info["dpi"][0]) == DPI


def test_pages_of_many_bands_and_of_one_row() -> None:
    tall = samples(3000, 1000, 3, 8)
    assert numpy.array_equal(decoded(written(raster_of(tall))), tall)
    flat = samples(1, 900, 1, 8)
    assert numpy.array_equal(decoded(written(raster_of(flat))), flat)


def test_blank_paper_takes_next_to_nothing() -> None:
    blank = numpy.full((1000, 800, 3), 255, numpy.uint8)
    data = written(raster_of(blank))
    assert numpy.array_equal(decoded(data), blank)
    assert len(data) < blank.nbytes / 50


def test_a_noisy_page_stays_under_sixty_percent() -> None:
    noise = numpy.random.default_rng(7).normal(225, 2.0, (800, 600, 3))
    page = noise.clip(0, 255).astype(numpy.uint8)
    assert len(written(raster_of(page))) < 0.6 * page.nbytes


def test_line_art_is_group_4_and_one_is_black() -> None:
    pixels = numpy.zeros((40, 30), bool)
    pixels[10:20, 5:9] = True
    rows = numpy.packbits(pixels, axis=1)
    raster = Raster(width=30, height=40, stride=4, depth=1, color=False, planes=(rows.tobytes(),))
    file = encode(raster, DPI)
    assert (file.suffix, file.media_type) == (".tif", "image/tiff")
    with Image.open(io.BytesIO(written(raster))) as image:
        assert image.info["compression"] == "group4"
        assert numpy.array_equal(numpy.asarray(image), ~pixels)


def test_without_a_resolution_none_is_written() -> None:
    with Image.open(io.BytesIO(written(raster_of(samples(8, 8, 1, 8)), 0))) as image:
        assert "dpi" not in image.info


def test_memory_beside_the_page_does_not_grow_with_it() -> None:
    raster = raster_of(samples(4000, 1200, 3, 8))

    class Sink(io.RawIOBase):
        def write(self, data: object) -> int:
            return len(data)  # type: ignore[arg-type]

    write = encode(raster, DPI).write
    tracemalloc.start()
    try:
        write(Sink())  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raster.size > 14_000_000
    assert peak < raster.size / 3


@pytest.mark.parametrize("in_planes", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_preview_is_the_page_averaged(channels: int, in_planes: bool) -> None:
    # More rows than are worked on at a time, and neither edge a multiple of two.
    pixels = samples(1501, 801, channels, 8)
    raster = raster_of(pixels, padding=3, in_planes=in_planes and channels == 3)
    preview = encode(raster, DPI).preview
    assert preview is not None
    stream = io.BytesIO()
    preview(stream)
    with Image.open(stream) as image:
        assert image.size == (401, 751)
        shown = numpy.asarray(image)
    assert numpy.array_equal(shown, numpy.asarray(Image.fromarray(pixels).reduce(2)))


def test_no_preview_where_it_saves_nothing() -> None:
    assert encode(raster_of(samples(8, 8, 3, 8)), 200).preview is None
    assert encode(raster_of(samples(8, 8, 3, 16)), DPI).preview is None
    assert encode(raster_of(samples(8, 8, 3, 8)), 0).preview is None


def test_without_the_fast_library_the_samples_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = samples(300, 200, 3, 8)
    monkeypatch.setattr(raster_file, "deflate", zlib)
    with Image.open(io.BytesIO(written(raster_of(pixels)))) as image:
        assert numpy.array_equal(numpy.asarray(image), pixels)
