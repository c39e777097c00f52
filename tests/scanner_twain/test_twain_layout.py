"""The structures of the binding are those of a C compiler, field by field."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from scanner.drivers.twain_structures import STRUCTURES, Fix32

# Facts about 64-bit TWAIN 2.5, measured with gcc and mingw on the header of the working group.
KNOWN_SIZES = {
    "TW_IDENTITY": 156,
    "TW_CAPABILITY": 12,
    "TW_IMAGEINFO": 42,
    "TW_IMAGEMEMXFER": 42,
    "TW_MEMORY": 16,
    "TW_SETUPFILEXFER": 260,
    "TW_USERINTERFACE": 12,
    "TW_CALLBACK": 14,
    "TW_ENTRYPOINT": 44,
    "TW_PENDINGXFERS": 6,
    "TW_EVENT": 10,
    "TW_STATUSUTF8": 16,
    "TW_INFO": 16,
    "TW_IMAGELAYOUT": 28,
    "TW_DEVICEEVENT": 294,
}


@pytest.fixture(scope="module")
def compiled(manager_library: Path) -> dict[str, tuple[int, dict[str, int]]]:
    """Size and offsets of the fields of each structure, as the compiler made them."""
    library = ctypes.CDLL(str(manager_library))
    library.layout_of_structures.restype = ctypes.c_char_p
    found = {}
    for line in library.layout_of_structures().decode().splitlines():
        name, size, *fields = line.split()
        offsets = dict(field.split(":") for field in fields)
        found[name] = (int(size), {field: int(at) for field, at in offsets.items()})
    return found


def test_every_structure_has_the_layout_of_the_compiler(
    compiled: dict[str, tuple[int, dict[str, int]]],
) -> None:
    ours = {
        name: (
            ctypes.sizeof(kind),
            {field[0]: getattr(kind, field[0]).offset for field in kind._fields_},
        )
        for name, kind in STRUCTURES.items()
    }
    assert ours == compiled


def test_sizes_are_those_of_the_standard(
    compiled: dict[str, tuple[int, dict[str, int]]],
) -> None:
    assert {name: compiled[name][0] for name in KNOWN_SIZES} == KNOWN_SIZES


@pytest.mark.parametrize("value", [0.0, 8.25, -0.5, -1000.0, 32767.5, 1 / 65536])
def test_a_fix32_holds_its_number(value: float) -> None:
    assert Fix32.of(value).number == value


@pytest.mark.parametrize("value", [32768.0, -32769.0, 99999.0])
def test_a_fix32_never_wraps(value: float) -> None:
    with pytest.raises(OverflowError):
        Fix32.of(value)
