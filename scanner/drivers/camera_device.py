"""A camera on Linux: open, formats, frames through memory shared with the kernel (V4L2)."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import mmap
import os
import select
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.kernel.progress import CancelToken
from scanner.api import OptionDescription
from scanner.drivers import camera_v4l2 as v4l2
from scanner.drivers.camera_controls import Controls
from scanner.drivers.camera_source import CameraError, CameraFrame, Trouble

# Compressed first: its bytes are kept as they come, and it is the only one with full size at a
# useful rate over USB 2. The rest in the order of what they lose.
FORMATS = ("MJPG", "JPEG", "RGB3", "BGR3", "YUYV", "UYVY", "NV12", "GREY")
_BUFFERS = 4
_TURN_SECONDS = 0.1
_DEVICES = Path("/dev")
_TROUBLES = {
    errno.ENOENT: Trouble.MISSING,
    errno.ENXIO: Trouble.MISSING,
    errno.ENOTDIR: Trouble.MISSING,
    errno.ENOTTY: Trouble.MISSING,
    errno.EACCES: Trouble.DENIED,
    errno.EPERM: Trouble.DENIED,
    errno.EBUSY: Trouble.BUSY,
    errno.ENODEV: Trouble.GONE,
    errno.EIO: Trouble.GONE,
    errno.EPROTO: Trouble.GONE,
    errno.ENOSPC: Trouble.BANDWIDTH,
    errno.ENOMEM: Trouble.MEMORY,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraFormat:
    """One pixel format of a camera with its sizes, the largest first."""

    name: str
    sizes: tuple[tuple[int, int], ...]


def camera_paths() -> list[Path]:
    """Every node of a video device, by number; what it is shows only when it is opened."""
    found = [path for path in _DEVICES.glob("video*") if path.name[5:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[5:]))


class V4l2Camera:
    """The camera at `path`. Raises CameraError, also for a node that does not capture."""

    def __init__(self, path: Path) -> None:
        self._buffers: list[mmap.mmap] = []
        self._format = v4l2.PixelFormat()
        self._streaming = False
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise camera_error(error, opening=True) from error
        try:
            facts = v4l2.Capability()
            self._call(v4l2.QUERYCAP, facts, opening=True)
            self._controls = Controls(self._call)
        except CameraError:
            self.close()
            raise
        own = facts.capabilities & v4l2.CAP_DEVICE_CAPS
        able = facts.device_caps if own else facts.capabilities
        self.model = facts.card.decode("utf-8", "replace")
        self.driver = facts.driver.decode("utf-8", "replace")
        wanted = v4l2.CAP_VIDEO_CAPTURE | v4l2.CAP_STREAMING
        if able & wanted != wanted:
            self.close()
            raise CameraError(Trouble.MISSING, f"{path} does not capture")

    def formats(self) -> list[CameraFormat]:
        """The formats that can be read here, the preferred one first."""
        names = set()
        for index in range(64):
            entry = v4l2.FormatDescription(index=index, type=v4l2.BUF_TYPE_VIDEO_CAPTURE)
            if not self._more(v4l2.ENUM_FMT, entry):
                break
            names.add(v4l2.fourcc_name(entry.pixelformat))
        return [
            CameraFormat(name=name, sizes=self._sizes(name)) for name in FORMATS if name in names
        ]

    def describe(self) -> tuple[OptionDescription, ...]:
        """Format and size, then every control."""
        formats = self.formats()
        found = {size for entry in formats for size in entry.sizes}
        sizes = [f"{width}x{height}" for width, height in sorted(found, key=_area, reverse=True)]
        return (
            OptionDescription(
                name="format",
                title="Pixel format",
                group="Picture",
                value=formats[0].name if formats else "",
                choices=tuple(entry.name for entry in formats),
                advanced=True,
            ),
            OptionDescription(
                name="size",
                title="Size",
                group="Picture",
                unit="pixel",
                value=sizes[0] if sizes else "",
                choices=tuple(sizes),
            ),
            *self._controls.describe(),
        )

    def set(self, name: str, value: Any) -> Any:
        """Set a control by its name."""
        return self._controls.set(name, value)

    def start(self, format_name: str, size: tuple[int, int] | None) -> tuple[int, int]:
        """Set the format, share the buffers, begin the stream."""
        formats = self.formats()
        chosen = next((e for e in formats if not format_name or e.name == format_name), None)
        if chosen is None:
            raise CameraError(Trouble.FORMAT, format_name)
        width, height = size or (chosen.sizes[0] if chosen.sizes else (100_000, 100_000))
        wish = v4l2.Format(type=v4l2.BUF_TYPE_VIDEO_CAPTURE)
        wish.fmt.pix.width, wish.fmt.pix.height = width, height
        wish.fmt.pix.pixelformat = v4l2.fourcc(chosen.name)
        wish.fmt.pix.field = v4l2.FIELD_NONE
        self._call(v4l2.S_FMT, wish)
        # The driver gives the nearest it can do.
        self._format = wish.fmt.pix
        if v4l2.fourcc_name(self._format.pixelformat) not in FORMATS:
            raise CameraError(Trouble.FORMAT, v4l2.fourcc_name(self._format.pixelformat))
        self._share_buffers()
        self._call(v4l2.STREAMON, ctypes.c_int(v4l2.BUF_TYPE_VIDEO_CAPTURE))
        self._streaming = True
        return self._format.width, self._format.height

    def next_frame(self, cancel: CancelToken, seconds: float) -> CameraFrame | None:
        """The next frame that is not marked as damaged; its buffer goes back to the driver."""
        deadline = time.monotonic() + seconds
        while True:
            cancel.check()
            if time.monotonic() >= deadline:
                raise CameraError(Trouble.SILENT, f"no frame for {seconds:g} s")
            ready, _, _ = select.select([self._descriptor], [], [], _TURN_SECONDS)
            if not ready:
                continue
            buffer = v4l2.Buffer(type=v4l2.BUF_TYPE_VIDEO_CAPTURE, memory=v4l2.MEMORY_MMAP)
            if not self._dequeue(buffer):
                continue
            data = self._buffers[buffer.index][: buffer.bytesused]
            moment = time.monotonic()
            damaged = bool(buffer.flags & v4l2.BUF_FLAG_ERROR) or not data
            self._call(v4l2.QBUF, buffer)
            if not damaged:
                return CameraFrame(
                    data=data,
                    format=v4l2.fourcc_name(self._format.pixelformat),
                    width=self._format.width,
                    height=self._format.height,
                    stride=self._format.bytesperline,
                    moment=moment,
                )

    def close(self) -> None:
        """Stop the stream, give the buffers back, close. A camera that was pulled out refuses
        all of it, which changes nothing."""
        if self._descriptor < 0:
            return
        with contextlib.suppress(CameraError):
            if self._streaming:
                self._call(v4l2.STREAMOFF, ctypes.c_int(v4l2.BUF_TYPE_VIDEO_CAPTURE))
        for buffer in self._buffers:
            buffer.close()
        with contextlib.suppress(CameraError):
            if self._buffers:
                self._call(v4l2.REQBUFS, _request(0))
        os.close(self._descriptor)
        self._descriptor, self._buffers, self._streaming = -1, [], False

    def _sizes(self, name: str) -> tuple[tuple[int, int], ...]:
        sizes = set()
        for index in range(256):
            entry = v4l2.FrameSize(index=index, pixel_format=v4l2.fourcc(name))
            if not self._more(v4l2.ENUM_FRAMESIZES, entry):
                break
            if entry.type == v4l2.FRMSIZE_DISCRETE:
                sizes.add((entry.size.discrete.width, entry.size.discrete.height))
            else:
                sizes.add((entry.size.stepwise.max_width, entry.size.stepwise.max_height))
                break
        return tuple(sorted(sizes, key=_area, reverse=True))

    def _share_buffers(self) -> None:
        request = _request(_BUFFERS)
        self._call(v4l2.REQBUFS, request)
        for index in range(request.count):
            buffer = v4l2.Buffer(
                index=index, type=v4l2.BUF_TYPE_VIDEO_CAPTURE, memory=v4l2.MEMORY_MMAP
            )
            self._call(v4l2.QUERYBUF, buffer)
            try:
                shared = mmap.mmap(
                    self._descriptor,
                    buffer.length,
                    flags=mmap.MAP_SHARED,
                    prot=mmap.PROT_READ | mmap.PROT_WRITE,
                    offset=buffer.m.offset,
                )
            except (OSError, ValueError) as error:
                raise CameraError(Trouble.MEMORY, str(error)) from error
            self._buffers.append(shared)
            self._call(v4l2.QBUF, buffer)

    def _dequeue(self, buffer: v4l2.Buffer) -> bool:
        """Whether a filled buffer was there."""
        try:
            fcntl.ioctl(self._descriptor, v4l2.DQBUF, buffer)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            raise camera_error(error) from error
        return True

    def _more(self, code: int, entry: ctypes.Structure) -> bool:
        """Whether an enumeration has an entry of that index."""
        try:
            fcntl.ioctl(self._descriptor, code, entry)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOTTY):
                return False
            raise camera_error(error) from error
        return True

    def _call(self, code: int, argument: Any, *, opening: bool = False) -> None:
        while True:
            try:
                fcntl.ioctl(self._descriptor, code, argument)
            except InterruptedError:
                continue
            except OSError as error:
                raise camera_error(error, opening=opening) from error
            return


def camera_error(error: OSError, *, opening: bool = False) -> CameraError:
    """The trouble behind an error of the system. What is gone when it is opened was never there."""
    trouble = _TROUBLES.get(error.errno or 0, Trouble.SETTING)
    if opening and trouble in (Trouble.GONE, Trouble.SETTING):
        trouble = Trouble.MISSING
    return CameraError(trouble, error.strerror or str(error))


def _request(count: int) -> v4l2.RequestBuffers:
    return v4l2.RequestBuffers(
        count=count, type=v4l2.BUF_TYPE_VIDEO_CAPTURE, memory=v4l2.MEMORY_MMAP
    )


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
