"""Pure parts of the TWAIN binding: containers, sides, native images, TIFF in memory."""

from __future__ import annotations

import ctypes
import io
import struct

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.kernel.errors import BadInput, Transient
from scanner.drivers.twain_capabilities import nearest_above, same
from scanner.drivers.twain_constants import Compression, Container, Item
from scanner.drivers.twain_containers import (
    Value,
    Values,
    decode,
    encode_array,
    encode_item,
    encode_one,
)
from scanner.drivers.twain_image import (
    ImageFacts,
    Samples,
    bitmap_file,
    delivered_file,
    native_bytes,
    samples_file,
)
from scanner.drivers.twain_names import Cap, capability_name, capability_number
from scanner.drivers.twain_sides import SideCounter, SideOrder

FACTS = ImageFacts(
    width=40,
    height=20,
    dpi=300,
    bits=8,
    bits_per_pixel=24,
    samples=3,
    pixel_type=2,
    planar=False,
    compression=Compression.NONE,
)


def decoded(data: bytes, container: int) -> Values:
    # Exactly as long as the data: reading beyond it would show under valgrind, not here.
    buffer = ctypes.create_string_buffer(data, len(data))
    return decode(ctypes.addressof(buffer), container)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (Item.INT8, -5),
        (Item.INT16, -1),
        (Item.INT32, -70_000),
        (Item.UINT8, 200),
        (Item.UINT16, 65_535),
        (Item.UINT32, 4_000_000_000),
        (Item.BOOL, True),
        (Item.FIX32, -12.25),
        (Item.STR32, "卷宗"),
        (Item.STR64, "x" * 65),
        (Item.STR255, ""),
        (Item.FRAME, (0.0, 0.5, 8.25, 11.5)),
    ],
)
def test_a_value_survives_its_container(item: int, value: Value) -> None:
    one = decoded(encode_one(item, value), Container.ONEVALUE)
    assert (one.item, one.current) == (item, value)
    many = decoded(encode_array(item, (value, value)), Container.ARRAY)
    assert many.choices == (value, value)
    assert many.current is None


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (Item.INT16, 40_000),
        (Item.UINT16, -1),
        (Item.UINT8, 256),
        (Item.FIX32, 32_768),
        (Item.FIX32, 99_999),
        (Item.STR32, "京" * 12),
    ],
)
def test_a_value_that_does_not_fit_is_refused(item: int, value: Value) -> None:
    with pytest.raises(OverflowError):
        encode_one(item, value)


@pytest.mark.parametrize(
    ("item", "value"), [(Item.HANDLE, 1), (Item.FRAME, 3), (Item.UINT16, (1.0, 2.0, 3.0, 4.0))]
)
def test_a_value_of_another_kind_is_refused(item: int, value: Value) -> None:
    with pytest.raises(ValueError):
        encode_one(item, value)


@given(st.floats(min_value=-32768, max_value=32767))
def test_fix32_is_exact_to_its_last_place(value: float) -> None:
    found = decoded(encode_one(Item.FIX32, value), Container.ONEVALUE).current
    assert isinstance(found, float)
    assert abs(found - value) <= 0.5 / 65536


def test_an_enumeration_and_a_range() -> None:
    items = b"".join(encode_item(Item.FIX32, one) for one in (150.0, 300.0))
    data = struct.pack("=HIII", Item.FIX32, 2, 1, 0xFFFFFFFF) + items
    found = decoded(data, Container.ENUMERATION)
    assert (found.choices, found.current, found.default) == ((150.0, 300.0), 300.0, None)
    slots = b"".join(encode_item(Item.INT16, one) + b"\0\0" for one in (-5, 5, 1, 0, -3))
    found = decoded(struct.pack("=H", Item.INT16) + slots, Container.RANGE)
    assert (found.minimum, found.maximum, found.step) == (-5.0, 5.0, 1.0)
    assert (found.default, found.current) == (0, -3)


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (struct.pack("=HI", Item.UINT16, 0xFFFFFF), Container.ARRAY),
        (struct.pack("=HIII", Item.UINT16, 0, 0, 0), Container.ENUMERATION),
        (struct.pack("=HI", Item.HANDLE, 1) + bytes(8), Container.ARRAY),
        (struct.pack("=HI", 99, 1), Container.ONEVALUE),
        (bytes(64), 42),
    ],
)
def test_a_container_that_makes_no_sense_is_refused(data: bytes, container: int) -> None:
    with pytest.raises(ValueError):
        decoded(data, container)


@pytest.mark.parametrize(
    ("asked", "chosen"), [(10, 50), (50, 50), (51, 75), (300, 300), (599, 600), (601, None)]
)
def test_the_nearest_of_a_range_is_never_coarser(asked: int, chosen: float | None) -> None:
    values = Values(
        container=Container.RANGE, item=Item.FIX32, minimum=50.0, maximum=600.0, step=25.0
    )
    assert nearest_above(values, asked) == chosen


def test_equal_for_all_practical_purposes() -> None:
    assert same(300.0, 299.9)
    assert not same(300, 150)
    assert same((0.0, 0.0, 8.27, 11.69), (0.0, 0.0, 8.2677, 11.6929))
    assert not same("plain", "fancy")


def test_names_of_capabilities_lead_there_and_back() -> None:
    for cap in Cap:
        assert capability_number(capability_name(cap)) == cap
    assert capability_name(0x9ABC) == "CAP_0x9ABC"
    assert capability_number("cap_0x9abc") == 0x9ABC
    assert capability_number("CAP_0xNINE") is None
    assert capability_number("CAP_0x0") is None
    assert capability_number("resolution") is None


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (["", "", ""], [(1, "front"), (1, "back"), (2, "front")]),
        (["front", "back", "front"], [(1, "front"), (1, "back"), (2, "front")]),
        (["back", "front", "back"], [(1, "back"), (1, "front"), (2, "back")]),
        (["front", "front", "back"], [(1, "front"), (2, "front"), (2, "back")]),
        (
            ["front", "back", "back", "front"],
            [(1, "front"), (1, "back"), (2, "back"), (3, "front")],
        ),
    ],
)
def test_sides_of_two_faces(told: list[str], wanted: list[tuple[int, str]]) -> None:
    order = SideOrder(pairs=True)
    places = [order.place(face) for face in told]
    assert [(place.sheet, place.face) for place in places] == wanted


def test_two_streams_in_any_order() -> None:
    counter = SideCounter(pairs=True, dual=True)
    for two_levels in (False, False, True, True):
        assert counter.sheets == 0
        assert counter.place("", two_levels=two_levels).sheet == 1
    assert counter.sheets == 1
    assert counter.sheet == 2


def tiff(**options: object) -> bytes:
    stream = io.BytesIO()
    numbers = numpy.arange(40 * 20 * 3, dtype=numpy.uint8).reshape(20, 40, 3)
    Image.fromarray(numbers).save(stream, format="TIFF", **options)
    return stream.getvalue()


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"dpi": (300, 300)}])
def test_the_length_of_a_tiff_in_memory(options: dict[str, object]) -> None:
    data = tiff(**options)
    buffer = ctypes.create_string_buffer(data + b"garbage behind", len(data) + 14)
    found, bitmap = native_bytes(ctypes.addressof(buffer), 0)
    assert not bitmap
    # A writer may pad its end; no byte that the file points at is missing.
    assert data.startswith(found)
    assert len(data) - len(found) <= 2
    file = delivered_file(found, FACTS, sheet=1)
    assert (file.width, file.height, file.dpi) == (40, 20, 300)


@pytest.mark.parametrize(
    "data",
    [
        b"JUNK" + bytes(60),
        struct.pack("<IiiHHIIiiII", 40, 1 << 30, 1 << 30, 1, 24, 0, 0, 0, 0, 0, 0),
        b"II*\0" + struct.pack("<I", 0),
        b"II*\0" + struct.pack("<I", 0xF0000000) + bytes(64),
    ],
)
def test_what_is_no_image_behind_a_handle(data: bytes) -> None:
    buffer = ctypes.create_string_buffer(data, len(data))
    with pytest.raises(ValueError):
        native_bytes(ctypes.addressof(buffer), 0)


def test_a_block_that_is_shorter_than_its_bitmap() -> None:
    data = struct.pack("<IiiHHIIiiII", 40, 40, 20, 1, 24, 0, 0, 0, 0, 0, 0)
    buffer = ctypes.create_string_buffer(data, len(data))
    with pytest.raises(ValueError):
        native_bytes(ctypes.addressof(buffer), len(data))


def test_a_damaged_bitmap_is_an_incomplete_page() -> None:
    data = struct.pack("<IiiHHIIiiII", 40, 40, 20, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(100)
    with pytest.raises(Transient) as caught:
        bitmap_file(data, FACTS, sheet=4)
    assert (caught.value.code, caught.value.parameters["sheet"]) == ("SCN-111", 4)


@pytest.mark.parametrize(("pixel_type", "bits"), [(3, 8), (2, 1), (2, 12), (7, 8)])
def test_samples_that_nobody_can_write(pixel_type: int, bits: int) -> None:
    facts = ImageFacts(
        width=4,
        height=1,
        dpi=0,
        bits=bits,
        bits_per_pixel=bits,
        samples=1,
        pixel_type=pixel_type,
        planar=False,
        compression=0,
    )
    samples = Samples(
        data=bytes(12), stride=12, height=1, facts=facts, zero_is_white=False, low_bit_first=False
    )
    with pytest.raises(BadInput) as caught:
        samples_file(samples)
    assert caught.value.code == "SCN-120"


def test_bare_samples_are_kept_bit_for_bit() -> None:
    numbers = numpy.arange(2000 * 1200 * 3, dtype=numpy.uint32).astype(numpy.uint8)
    facts = ImageFacts(
        width=2000,
        height=1200,
        dpi=300,
        bits=8,
        bits_per_pixel=24,
        samples=3,
        pixel_type=2,
        planar=False,
        compression=0,
    )
    samples = Samples(
        data=numbers.tobytes(),
        stride=6000,
        height=1200,
        facts=facts,
        zero_is_white=False,
        low_bit_first=False,
    )
    file = samples_file(samples)
    assert file.suffix == ".png"
    stream = io.BytesIO()
    file.write(stream)
    with Image.open(stream) as image:
        assert image.tobytes() == numbers.tobytes()
