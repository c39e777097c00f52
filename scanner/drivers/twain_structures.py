"""The structures of TWAIN 2.5 as ctypes, and how its functions are called.

All structures are packed to two bytes, on Windows and on Linux alike; 32-bit integers are four
bytes everywhere since twain.h 2.4. On 32-bit Windows functions use the calling convention of
Windows (stdcall), everywhere else that of C.

**The 32-bit host.** Most scanner drivers for Windows are 32-bit, and a 64-bit process cannot load
them. The driver host (`scanner.host`) is a program of its own that speaks lines on its standard
streams, so a 32-bit build of it serves a 64-bit station: install a 32-bit CPython of Windows with
the packages `pillow`, `numpy` and `pyinstaller`, and run `pyinstaller build/scanner_host.spec` in
the checkout. Then set `JUANZONG_TWAIN_HOST` to the program it made (`scanner_host.exe`): from then
on every source `twain:…` runs in it. Nothing in these modules depends on the size of a pointer.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from ctypes import (
    POINTER,
    c_char,
    c_int16,
    c_int32,
    c_size_t,
    c_uint8,
    c_uint16,
    c_uint32,
    c_void_p,
)
from typing import Any

_FIX32_ONE = 65536


class _Packed(ctypes.Structure):
    """Base of all: fields at even addresses."""

    _pack_ = 2


class Fix32(_Packed):
    """TW_FIX32: a number with 16 binary places."""

    _fields_ = [("Whole", c_int16), ("Frac", c_uint16)]

    @classmethod
    def of(cls, value: float) -> Fix32:
        """The nearest Fix32. Raises OverflowError beyond ±32767: the wrapped value would be
        small, valid and wrong."""
        words = round(value * _FIX32_ONE)
        if not -(1 << 31) <= words < 1 << 31:
            raise OverflowError(value)
        return cls(words >> 16, words & 0xFFFF)

    @property
    def number(self) -> float:
        """The value as a float."""
        return float(self.Whole + self.Frac / _FIX32_ONE)


class Frame(_Packed):
    """TW_FRAME: a rectangle in the current units."""

    _fields_ = [("Left", Fix32), ("Top", Fix32), ("Right", Fix32), ("Bottom", Fix32)]


class Version(_Packed):
    """TW_VERSION."""

    _fields_ = [
        ("MajorNum", c_uint16),
        ("MinorNum", c_uint16),
        ("Language", c_uint16),
        ("Country", c_uint16),
        ("Info", c_char * 34),
    ]


class Identity(_Packed):
    """TW_IDENTITY: an application or a source."""

    _fields_ = [
        ("Id", c_uint32),
        ("Version", Version),
        ("ProtocolMajor", c_uint16),
        ("ProtocolMinor", c_uint16),
        ("SupportedGroups", c_uint32),
        ("Manufacturer", c_char * 34),
        ("ProductFamily", c_char * 34),
        ("ProductName", c_char * 34),
    ]


class Capability(_Packed):
    """TW_CAPABILITY: a capability and the handle of its container."""

    _fields_ = [("Cap", c_uint16), ("ConType", c_uint16), ("hContainer", c_void_p)]


class OneValue(_Packed):
    """TW_ONEVALUE; strings and frames reach beyond its end."""

    _fields_ = [("ItemType", c_uint16), ("Item", c_uint32)]


class Enumeration(_Packed):
    """TW_ENUMERATION; the items begin at `ItemList`."""

    _fields_ = [
        ("ItemType", c_uint16),
        ("NumItems", c_uint32),
        ("CurrentIndex", c_uint32),
        ("DefaultIndex", c_uint32),
        ("ItemList", c_uint8 * 1),
    ]


class Range(_Packed):
    """TW_RANGE."""

    _fields_ = [
        ("ItemType", c_uint16),
        ("MinValue", c_uint32),
        ("MaxValue", c_uint32),
        ("StepSize", c_uint32),
        ("DefaultValue", c_uint32),
        ("CurrentValue", c_uint32),
    ]


class Array(_Packed):
    """TW_ARRAY; the items begin at `ItemList`."""

    _fields_ = [("ItemType", c_uint16), ("NumItems", c_uint32), ("ItemList", c_uint8 * 1)]


class ImageInfo(_Packed):
    """TW_IMAGEINFO: the image about to be transferred; ImageLength is -1 when nobody knows."""

    _fields_ = [
        ("XResolution", Fix32),
        ("YResolution", Fix32),
        ("ImageWidth", c_int32),
        ("ImageLength", c_int32),
        ("SamplesPerPixel", c_int16),
        ("BitsPerSample", c_int16 * 8),
        ("BitsPerPixel", c_int16),
        ("Planar", c_uint16),
        ("PixelType", c_int16),
        ("Compression", c_uint16),
    ]


class ImageLayout(_Packed):
    """TW_IMAGELAYOUT."""

    _fields_ = [
        ("Frame", Frame),
        ("DocumentNumber", c_uint32),
        ("PageNumber", c_uint32),
        ("FrameNumber", c_uint32),
    ]


class Memory(_Packed):
    """TW_MEMORY: a block of memory."""

    _fields_ = [("Flags", c_uint32), ("Length", c_uint32), ("TheMem", c_void_p)]


class ImageMemXfer(_Packed):
    """TW_IMAGEMEMXFER: one strip or tile."""

    _fields_ = [
        ("Compression", c_uint16),
        ("BytesPerRow", c_uint32),
        ("Columns", c_uint32),
        ("Rows", c_uint32),
        ("XOffset", c_uint32),
        ("YOffset", c_uint32),
        ("BytesWritten", c_uint32),
        ("Memory", Memory),
    ]


class SetupMemXfer(_Packed):
    """TW_SETUPMEMXFER: sizes of buffers in bytes."""

    _fields_ = [("MinBufSize", c_uint32), ("MaxBufSize", c_uint32), ("Preferred", c_uint32)]


class SetupFileXfer(_Packed):
    """TW_SETUPFILEXFER."""

    _fields_ = [("FileName", c_char * 256), ("Format", c_uint16), ("VRefNum", c_int16)]


class UserInterface(_Packed):
    """TW_USERINTERFACE."""

    _fields_ = [("ShowUI", c_uint16), ("ModalUI", c_uint16), ("hParent", c_void_p)]


class PendingXfers(_Packed):
    """TW_PENDINGXFERS."""

    _fields_ = [("Count", c_uint16), ("EOJ", c_uint32)]


class Event(_Packed):
    """TW_EVENT: a message of the system for the source to look at."""

    _fields_ = [("pEvent", c_void_p), ("TWMessage", c_uint16)]


class DeviceEvent(_Packed):
    """TW_DEVICEEVENT."""

    _fields_ = [
        ("Event", c_uint32),
        ("DeviceName", c_char * 256),
        ("BatteryMinutes", c_uint32),
        ("BatteryPercentage", c_int16),
        ("PowerSupply", c_int32),
        ("XResolution", Fix32),
        ("YResolution", Fix32),
        ("FlashUsed2", c_uint32),
        ("AutomaticCapture", c_uint32),
        ("TimeBeforeFirstCapture", c_uint32),
        ("TimeBetweenCaptures", c_uint32),
    ]


class Status(_Packed):
    """TW_STATUS."""

    _fields_ = [("ConditionCode", c_uint16), ("Data", c_uint16)]


class StatusUtf8(_Packed):
    """TW_STATUSUTF8; the caller frees the string."""

    _fields_ = [("Status", Status), ("Size", c_uint32), ("UTF8string", c_void_p)]


class CustomData(_Packed):
    """TW_CUSTOMDSDATA: all settings of a source in its own form."""

    _fields_ = [("InfoLength", c_uint32), ("hData", c_void_p)]


class Info(_Packed):
    """TW_INFO: one fact about an image. `Item` is the value itself when it is no longer than
    four bytes, else a handle."""

    _fields_ = [
        ("InfoID", c_uint16),
        ("ItemType", c_uint16),
        ("NumItems", c_uint16),
        ("ReturnCode", c_uint16),
        ("Item", c_size_t),
    ]


class ExtImageInfo(_Packed):
    """TW_EXTIMAGEINFO with room for one fact; see `ext_image_info` for more."""

    _fields_ = [("NumInfos", c_uint32), ("Info", Info * 1)]


class Callback(_Packed):
    """TW_CALLBACK."""

    _fields_ = [("CallBackProc", c_void_p), ("RefCon", c_uint32), ("Message", c_int16)]


class EntryPoint(_Packed):
    """TW_ENTRYPOINT: the memory functions of the Data Source Manager."""

    _fields_ = [
        ("Size", c_uint32),
        ("DSM_Entry", c_void_p),
        ("DSM_MemAllocate", c_void_p),
        ("DSM_MemFree", c_void_p),
        ("DSM_MemLock", c_void_p),
        ("DSM_MemUnlock", c_void_p),
    ]


# By the names of the specification: what the layout test compares with a C compiler.
STRUCTURES: dict[str, type[ctypes.Structure]] = {
    "TW_FIX32": Fix32,
    "TW_FRAME": Frame,
    "TW_VERSION": Version,
    "TW_IDENTITY": Identity,
    "TW_CAPABILITY": Capability,
    "TW_ONEVALUE": OneValue,
    "TW_ENUMERATION": Enumeration,
    "TW_RANGE": Range,
    "TW_ARRAY": Array,
    "TW_IMAGEINFO": ImageInfo,
    "TW_IMAGELAYOUT": ImageLayout,
    "TW_MEMORY": Memory,
    "TW_IMAGEMEMXFER": ImageMemXfer,
    "TW_SETUPMEMXFER": SetupMemXfer,
    "TW_SETUPFILEXFER": SetupFileXfer,
    "TW_USERINTERFACE": UserInterface,
    "TW_PENDINGXFERS": PendingXfers,
    "TW_EVENT": Event,
    "TW_DEVICEEVENT": DeviceEvent,
    "TW_STATUS": Status,
    "TW_STATUSUTF8": StatusUtf8,
    "TW_CUSTOMDSDATA": CustomData,
    "TW_INFO": Info,
    "TW_EXTIMAGEINFO": ExtImageInfo,
    "TW_CALLBACK": Callback,
    "TW_ENTRYPOINT": EntryPoint,
}


def ext_image_info(count: int) -> type[ctypes.Structure]:
    """TW_EXTIMAGEINFO with room for `count` facts."""
    fields = [("NumInfos", c_uint32), ("Info", Info * count)]
    return type("ExtImageInfoOfMany", (_Packed,), {"_fields_": fields})


def _stdcall() -> bool:
    return sys.platform == "win32" and struct.calcsize("P") == 4


def function_type(result: Any, *arguments: Any) -> Any:
    """The ctypes prototype of a TWAIN function on this machine."""
    if sys.platform == "win32" and _stdcall():
        return ctypes.WINFUNCTYPE(result, *arguments)
    return ctypes.CFUNCTYPE(result, *arguments)


def load_library(name: str) -> ctypes.CDLL:
    """Load a shared library. Raises OSError when it is not there."""
    if sys.platform == "win32" and _stdcall():
        return ctypes.WinDLL(name)
    return ctypes.CDLL(name)


def load_system_library(name: str) -> ctypes.CDLL:
    """A library of Windows itself. Raises OSError on other systems."""
    if sys.platform == "win32":
        return ctypes.WinDLL(name)
    raise OSError(f"{name} is a library of Windows")


# DSM_Entry, and the callback of an application, which takes the same: origin, destination,
# group, data, message, and what the data is about.
ENTRY = function_type(
    c_uint16, POINTER(Identity), POINTER(Identity), c_uint32, c_uint16, c_uint16, c_void_p
)
MEM_ALLOCATE = function_type(c_void_p, c_uint32)
MEM_FREE = function_type(None, c_void_p)
MEM_LOCK = function_type(c_void_p, c_void_p)
MEM_UNLOCK = function_type(None, c_void_p)
