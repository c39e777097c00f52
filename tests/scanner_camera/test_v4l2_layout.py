"""The structures of the camera driver, held against the kernel's own header."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest

from scanner.drivers import camera_v4l2 as v4l2

HERE = Path(__file__).parent
STRUCTURES = {
    "v4l2_capability": v4l2.Capability,
    "v4l2_fmtdesc": v4l2.FormatDescription,
    "v4l2_frmsizeenum": v4l2.FrameSize,
    "v4l2_pix_format": v4l2.PixelFormat,
    "v4l2_format": v4l2.Format,
    "v4l2_requestbuffers": v4l2.RequestBuffers,
    "v4l2_buffer": v4l2.Buffer,
    "v4l2_queryctrl": v4l2.ControlQuery,
    "v4l2_querymenu": v4l2.MenuQuery,
    "v4l2_control": v4l2.ControlValue,
}


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What a C program says that includes <linux/videodev2.h>."""
    program = tmp_path_factory.mktemp("layout") / "layout"
    subprocess.run(["gcc", "-Wall", "-o", program, HERE / "v4l2_layout.c"], check=True)
    answer = subprocess.run([program], check=True, capture_output=True, text=True)
    return [line.split() for line in answer.stdout.splitlines()]


def test_every_structure_has_the_size_of_the_kernel(header: list[list[str]]) -> None:
    sizes = {row[1]: int(row[2]) for row in header if row[0] == "size"}
    assert sizes == {name: ctypes.sizeof(kind) for name, kind in STRUCTURES.items()}


def test_every_field_is_where_the_kernel_looks_for_it(header: list[list[str]]) -> None:
    rows = [row for row in header if row[0] == "place"]
    assert len(rows) > 20
    for _, place, offset in rows:
        structure, _, name = place.partition(".")
        field = "size" if name == "discrete" else name
        assert getattr(STRUCTURES[structure], field).offset == int(offset), place


def test_every_request_has_its_code(header: list[list[str]]) -> None:
    codes = {row[1]: int(row[2]) for row in header if row[0] == "code"}
    assert codes == {name: getattr(v4l2, name) for name in codes}
    assert len(codes) == 14


def test_names_of_pixel_formats(header: list[list[str]]) -> None:
    (number,) = (int(row[2]) for row in header if row[0] == "value")
    assert v4l2.fourcc("MJPG") == number
    assert v4l2.fourcc_name(number) == "MJPG"
