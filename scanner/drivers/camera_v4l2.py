"""Video4Linux2 as the kernel has it: structures and request codes of <linux/videodev2.h>.

Only what a still picture from a UVC camera needs. Layouts are those of the generic ABI (x86, ARM,
RISC-V, LoongArch), where a request code holds direction, size, type and number in 2, 14, 8 and 8
bits (<asm-generic/ioctl.h>).
"""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_int, c_int32, c_long, c_uint8, c_uint32, c_ulong, c_void_p
from typing import ClassVar

CAP_VIDEO_CAPTURE = 0x00000001
CAP_STREAMING = 0x04000000
CAP_DEVICE_CAPS = 0x80000000

BUF_TYPE_VIDEO_CAPTURE = 1
MEMORY_MMAP = 1
FIELD_NONE = 1
BUF_FLAG_ERROR = 0x40

FRMSIZE_DISCRETE = 1

CTRL_INTEGER, CTRL_BOOLEAN, CTRL_MENU, CTRL_BUTTON = 1, 2, 3, 4
CTRL_CLASS, CTRL_INTEGER_MENU = 6, 9
CTRL_FLAG_DISABLED = 0x0001
CTRL_FLAG_GRABBED = 0x0002
CTRL_FLAG_READ_ONLY = 0x0004
CTRL_FLAG_INACTIVE = 0x0010
CTRL_FLAG_WRITE_ONLY = 0x0040
CTRL_FLAG_NEXT_CTRL = 0x80000000

_WRITE, _READ = 1, 2


class Capability(ctypes.Structure):
    """struct v4l2_capability."""

    driver: bytes
    card: bytes
    capabilities: int
    device_caps: int
    _fields_: ClassVar = [
        ("driver", c_char * 16),
        ("card", c_char * 32),
        ("bus_info", c_char * 32),
        ("version", c_uint32),
        ("capabilities", c_uint32),
        ("device_caps", c_uint32),
        ("reserved", c_uint32 * 3),
    ]


class FormatDescription(ctypes.Structure):
    """struct v4l2_fmtdesc."""

    pixelformat: int
    _fields_: ClassVar = [
        ("index", c_uint32),
        ("type", c_uint32),
        ("flags", c_uint32),
        ("description", c_char * 32),
        ("pixelformat", c_uint32),
        ("mbus_code", c_uint32),
        ("reserved", c_uint32 * 3),
    ]


class _Stepwise(ctypes.Structure):
    _fields_: ClassVar = [
        (name, c_uint32)
        for name in (
            "min_width",
            "max_width",
            "step_width",
            "min_height",
            "max_height",
            "step_height",
        )
    ]


class _Discrete(ctypes.Structure):
    _fields_: ClassVar = [("width", c_uint32), ("height", c_uint32)]


class _FrameSizeUnion(ctypes.Union):
    _fields_: ClassVar = [("discrete", _Discrete), ("stepwise", _Stepwise)]


class FrameSize(ctypes.Structure):
    """struct v4l2_frmsizeenum."""

    type: int
    size: _FrameSizeUnion
    _fields_: ClassVar = [
        ("index", c_uint32),
        ("pixel_format", c_uint32),
        ("type", c_uint32),
        ("size", _FrameSizeUnion),
        ("reserved", c_uint32 * 2),
    ]


class PixelFormat(ctypes.Structure):
    """struct v4l2_pix_format."""

    width: int
    height: int
    pixelformat: int
    field: int
    bytesperline: int
    _fields_: ClassVar = [
        (name, c_uint32)
        for name in (
            "width",
            "height",
            "pixelformat",
            "field",
            "bytesperline",
            "sizeimage",
            "colorspace",
            "priv",
            "flags",
            "ycbcr_enc",
            "quantization",
            "xfer_func",
        )
    ]


class _FormatUnion(ctypes.Union):
    # The pointer gives the union the alignment that struct v4l2_window gives it in the kernel.
    _fields_: ClassVar = [("pix", PixelFormat), ("raw", c_uint8 * 200), ("align", c_void_p)]


class Format(ctypes.Structure):
    """struct v4l2_format."""

    type: int
    fmt: _FormatUnion
    _fields_: ClassVar = [("type", c_uint32), ("fmt", _FormatUnion)]


class RequestBuffers(ctypes.Structure):
    """struct v4l2_requestbuffers."""

    count: int
    _fields_: ClassVar = [
        ("count", c_uint32),
        ("type", c_uint32),
        ("memory", c_uint32),
        ("capabilities", c_uint32),
        ("flags", c_uint8),
        ("reserved", c_uint8 * 3),
    ]


class _Time(ctypes.Structure):
    _fields_: ClassVar = [("tv_sec", c_long), ("tv_usec", c_long)]


class _Timecode(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", c_uint32),
        ("flags", c_uint32),
        ("frames", c_uint8),
        ("seconds", c_uint8),
        ("minutes", c_uint8),
        ("hours", c_uint8),
        ("userbits", c_uint8 * 4),
    ]


class _Memory(ctypes.Union):
    _fields_: ClassVar = [
        ("offset", c_uint32),
        ("userptr", c_ulong),
        ("planes", c_void_p),
        ("fd", c_int32),
    ]


class Buffer(ctypes.Structure):
    """struct v4l2_buffer."""

    index: int
    bytesused: int
    flags: int
    length: int
    m: _Memory
    _fields_: ClassVar = [
        ("index", c_uint32),
        ("type", c_uint32),
        ("bytesused", c_uint32),
        ("flags", c_uint32),
        ("field", c_uint32),
        ("timestamp", _Time),
        ("timecode", _Timecode),
        ("sequence", c_uint32),
        ("memory", c_uint32),
        ("m", _Memory),
        ("length", c_uint32),
        ("reserved2", c_uint32),
        ("request_fd", c_int32),
    ]


class ControlQuery(ctypes.Structure):
    """struct v4l2_queryctrl."""

    id: int
    type: int
    name: bytes
    minimum: int
    maximum: int
    step: int
    default_value: int
    flags: int
    _fields_: ClassVar = [
        ("id", c_uint32),
        ("type", c_uint32),
        ("name", c_char * 32),
        ("minimum", c_int32),
        ("maximum", c_int32),
        ("step", c_int32),
        ("default_value", c_int32),
        ("flags", c_uint32),
        ("reserved", c_uint32 * 2),
    ]


class MenuQuery(ctypes.Structure):
    """struct v4l2_querymenu; a number instead of the name for an integer menu."""

    _pack_ = 1
    name: bytes
    _fields_: ClassVar = [
        ("id", c_uint32),
        ("index", c_uint32),
        ("name", c_char * 32),
        ("reserved", c_uint32),
    ]


class ControlValue(ctypes.Structure):
    """struct v4l2_control."""

    id: int
    value: int
    _fields_: ClassVar = [("id", c_uint32), ("value", c_int32)]


def _code(direction: int, number: int, kind: type[ctypes.Structure] | type[c_int]) -> int:
    return direction << 30 | ctypes.sizeof(kind) << 16 | ord("V") << 8 | number


QUERYCAP = _code(_READ, 0, Capability)
ENUM_FMT = _code(_READ | _WRITE, 2, FormatDescription)
S_FMT = _code(_READ | _WRITE, 5, Format)
REQBUFS = _code(_READ | _WRITE, 8, RequestBuffers)
QUERYBUF = _code(_READ | _WRITE, 9, Buffer)
QBUF = _code(_READ | _WRITE, 15, Buffer)
DQBUF = _code(_READ | _WRITE, 17, Buffer)
STREAMON = _code(_WRITE, 18, c_int)
STREAMOFF = _code(_WRITE, 19, c_int)
G_CTRL = _code(_READ | _WRITE, 27, ControlValue)
S_CTRL = _code(_READ | _WRITE, 28, ControlValue)
QUERYCTRL = _code(_READ | _WRITE, 36, ControlQuery)
QUERYMENU = _code(_READ | _WRITE, 37, MenuQuery)
ENUM_FRAMESIZES = _code(_READ | _WRITE, 74, FrameSize)


def fourcc(name: str) -> int:
    """The number of a pixel format by its four letters."""
    return int.from_bytes(name.ljust(4).encode("ascii"), "little")


def fourcc_name(number: int) -> str:
    """The four letters of a pixel format."""
    return (number & 0x7FFFFFFF).to_bytes(4, "little").decode("latin-1").rstrip()
